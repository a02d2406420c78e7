"""What the recorder's tests share."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from socketscope import Recording, watch
from tests.recorder.helpers import Record, script


@pytest.fixture
def record(tmp_path: Path) -> Record:
    """Records programs: files of `programs/`, or source text written down here."""

    def record(*programs: Any, **options: Any) -> Recording:
        paths = [script(tmp_path, i, program) for i, program in enumerate(programs)]
        return watch(*paths, **{"computing": 1.0, **options})

    return record
