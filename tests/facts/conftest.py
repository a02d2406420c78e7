"""Two ends of a connection over loopback, in one process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.facts.ends import Ends, connected


@pytest.fixture
def ends() -> Iterator[Ends]:
    with connected() as ends:
        yield ends
