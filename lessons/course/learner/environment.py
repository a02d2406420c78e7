"""Make the environment that the course runs in, on first use.

It needs the standard library only, and lives in `.venv`. A small file in
there says what it was made from, so that an interrupted set-up, a changed
lock file and a moved folder are noticed by the next run.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

from lessons.course.catalogue import ROOT

ENVIRONMENT = ROOT / ".venv"
LOCK = ROOT / "requirements.lock.txt"
MARK = ENVIRONMENT / "made-by-the-course"
PROGRAMS = ENVIRONMENT / ("Scripts" if os.name == "nt" else "bin")
PYTHON = PROGRAMS / ("python.exe" if os.name == "nt" else "python")


class CannotSetUp(Exception):
    """The environment cannot be made; the text says why and what to do."""


def ensure_environment() -> Path:
    """Make or mend the environment if need be; return its Python.

    Raises `CannotSetUp`.
    """
    place = f"{ROOT} {sys.version}"
    packages = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    made_from = MARK.read_text(encoding="utf-8") if MARK.exists() else ""
    if made_from == f"{place}\n{packages}\n":
        return PYTHON
    if ENVIRONMENT.exists() and not MARK.exists():
        raise CannotSetUp(
            f"{ENVIRONMENT} is there, but this course did not make it. Please "
            "rename it, or work in it yourself (CONTRIBUTING.md says how)."
        )
    # An update keeps what is there; after an interruption, or in another
    # place, everything is made anew.
    if not made_from.startswith(f"{place}\n"):
        print("Setting up the course in .venv (once, about a minute) ...", flush=True)
        _make_empty_environment()
    else:
        print("The course has changed: updating .venv ...", flush=True)
    MARK.write_text("unfinished\n", encoding="utf-8")
    _install_packages()
    _make_importable()
    compile_course()
    MARK.write_text(f"{place}\n{packages}\n", encoding="utf-8")
    print("Ready.", flush=True)
    return PYTHON


def _make_empty_environment() -> None:
    try:
        shutil.rmtree(ENVIRONMENT, ignore_errors=False)
    except FileNotFoundError:
        pass
    except OSError as error:
        raise CannotSetUp(
            f"{ENVIRONMENT} cannot be made anew ({error.strerror}). Close "
            "JupyterLab and every terminal that uses it, then run this again."
        ) from None
    ENVIRONMENT.mkdir()
    MARK.write_text("unfinished\n", encoding="utf-8")
    venv.create(ENVIRONMENT, symlinks=os.name != "nt")


def _install_packages() -> None:
    """With uv where possible, since it is ten times as fast; else with pip."""
    uv = shutil.which("uv")
    if uv is None:
        _add_pip()
        uv = _add_uv()
    if uv is not None:
        install = [uv, "pip", "sync", "--require-hashes", "--compile-bytecode"]
        if _succeeds([*install, "--python", str(PYTHON), str(LOCK)]):
            return
        print("uv could not do it: trying pip ...", flush=True)
        _add_pip()
    if not _succeeds([*_pip_install(), "-r", str(LOCK)]):
        raise CannotSetUp(
            "The packages could not be installed (the lines above say why). "
            "Check the way to the package index (network, proxy), then run "
            "this again: it goes on where it stopped."
        )


def _add_pip() -> None:
    if importlib.util.find_spec("ensurepip") is None:
        raise CannotSetUp(
            "This Python comes without venv's installer. Please install it "
            "(on Debian and Ubuntu: sudo apt install python3-venv), then run "
            "this again."
        )
    _succeeds([str(PYTHON), "-m", "ensurepip", "--upgrade"], quiet=True)


def _add_uv() -> str | None:
    """Put the pinned uv into the environment; None where it is not to be had."""
    entry: list[str] = []
    for line in LOCK.read_text(encoding="utf-8").splitlines():
        if entry and not line.startswith(" "):
            break
        if entry or line.startswith("uv=="):
            entry.append(line)
    with tempfile.TemporaryDirectory() as folder:
        only_uv = Path(folder) / "uv.txt"
        only_uv.write_text("\n".join(entry), encoding="utf-8")
        _succeeds([*_pip_install(), "--quiet", "-r", str(only_uv)])
    return shutil.which("uv", path=str(PROGRAMS))


def _pip_install() -> list[str]:
    return [str(PYTHON), "-m", "pip", "install", "--require-hashes", "--no-deps"]


def _succeeds(command: list[str], quiet: bool = False) -> bool:
    output = subprocess.DEVNULL if quiet else None
    return subprocess.run(command, stdout=output, check=False).returncode == 0


def compile_course() -> None:
    """Keep our own modules as bytecode, which halves what a recorded program takes
    to start, also where Python is told to write none."""
    for folder in ("socketscope", "lessons"):
        _succeeds([str(PYTHON), "-m", "compileall", "-q", str(ROOT / folder)])


def _make_importable() -> None:
    """Let notebooks import this project wherever they are opened."""
    [packages] = [*ENVIRONMENT.glob("lib/python*/site-packages")] or [
        ENVIRONMENT / "Lib" / "site-packages"
    ]
    (packages / "this_project.pth").write_text(f"{ROOT}\n", encoding="utf-8")
