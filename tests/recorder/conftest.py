"""What the recorder's tests share."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from socketscope import Recording, watch
from tests.recorder.helpers import Pems, Record, script


@pytest.fixture
def record(tmp_path: Path) -> Record:
    """Records programs: files of `programs/`, or source text written down here."""

    def record(*programs: Any, **options: Any) -> Recording:
        paths = [script(tmp_path, i, program) for i, program in enumerate(programs)]
        return watch(*paths, **{"computing": 1.0, **options})

    return record


@pytest.fixture(scope="session")
def pems(tmp_path_factory: pytest.TempPathFactory) -> Pems:
    trustme = pytest.importorskip("trustme", reason="trustme is not installed here")
    folder = tmp_path_factory.mktemp("pems")
    authority, server = str(folder / "authority.pem"), str(folder / "server.pem")
    made = trustme.CA()
    made.cert_pem.write_to_path(authority)
    certificate = made.issue_cert("localhost")
    certificate.private_key_and_cert_chain_pem.write_to_path(server)
    return Pems(authority, server)
