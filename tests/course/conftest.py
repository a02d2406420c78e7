"""Fixtures for the programs of the course."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from lessons.course.catalogue import ROOT
from tests.running import Running, copy_with_port, free_port


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def run(tmp_path: Path, port: int) -> Iterator[Callable[..., Running]]:
    """Run one program of the course on a port of its own: `run("04_echo/server")`.

    `of` is the folder it comes from, `solutions` or `lessons`; what else there is
    goes to `Running`.
    """
    with ExitStack() as running:

        def start(name: str, of: str = "solutions", **how: Any) -> Running:
            stem, program = name.split("/")
            folder = copy_with_port(ROOT / of / stem, tmp_path / of / stem, port)
            return running.enter_context(Running(folder / f"{program}.py", **how))

        yield start
