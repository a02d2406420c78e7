"""Open JupyterLab at a lesson, arranged for work.

Run inside the environment: `python -m lessons.course.learner.lab 04_echo [options]`.
The learner finds the notebook on one side, the programs on the other, and
below them two terminals, named server and client, in the lesson's folder.
JupyterLab's own settings and layout are kept in `work/.jupyter`, apart from
those of any other JupyterLab of the same person.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import nbformat
from jupyterlab.labapp import LabApp
from jupyterlab_server.workspaces_handler import WorkspacesManager
from nbformat.sign import NotebookNotary

from lessons.course.catalogue import Lesson, all_lessons, find_lesson, work
from lessons.course.learner.environment import PROGRAMS

WORK = work()
SETTINGS_DIR = WORK / ".jupyter" / "settings"
WORKSPACES_DIR = WORK / ".jupyter" / "workspaces"
SHELL_DIR = WORK / ".jupyter" / "shell"
TERMINALS = ("server", "client")
SETTINGS = {
    # A check reads the file, not the editor: save soon after each change.
    "docmanager-extension/plugin": {"autosaveInterval": 5},
    # No question about news in front of the first lesson, no request for it.
    "apputils-extension/notification": {
        "fetchNews": "false",
        "checkForUpdates": False,
    },
}


def layout(lesson: Lesson) -> dict[str, Any]:
    """JupyterLab's description of the window for one lesson."""
    notebook = f"{lesson.stem}/{lesson.notebook.name}"
    programs = [f"{lesson.stem}/{path.name}" for path in lesson.starters()]
    widgets: dict[str, Any] = {
        f"notebook:{notebook}": {"data": {"path": notebook, "factory": "Notebook"}}
    }
    for program in programs:
        widgets[f"editor:{program}"] = {"data": {"path": program, "factory": "Editor"}}
    for name in TERMINALS:
        widgets[f"terminal:{name}"] = {"data": {"name": name}}

    def tabs(*names: str) -> dict[str, Any]:
        return {"type": "tab-area", "currentIndex": 0, "widgets": list(names)}

    def split(orientation: str, *children: dict[str, Any]) -> dict[str, Any]:
        sizes = [1 / len(children)] * len(children)
        return {
            "type": "split-area",
            "orientation": orientation,
            "sizes": sizes,
            "children": list(children),
        }

    dock = split(
        "horizontal",
        tabs(f"notebook:{notebook}"),
        split(
            "vertical",
            tabs(*(f"editor:{program}" for program in reversed(programs))),
            split("horizontal", *(tabs(f"terminal:{name}") for name in TERMINALS)),
        ),
    )
    window = {
        "main": {"dock": dock, "current": f"notebook:{notebook}"},
        "left": {"collapsed": True, "widgets": []},
        "right": {"collapsed": True, "widgets": []},
    }
    return {
        "data": {"layout-restorer:data": window, **widgets},
        "metadata": {"id": lesson.stem},
    }


def prepare(lesson: Lesson) -> None:
    """Write what JupyterLab reads at its start; keep what is there already."""
    for plugin, settings in SETTINGS.items():
        file = SETTINGS_DIR / "@jupyterlab" / f"{plugin}.jupyterlab-settings"
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(json.dumps(settings), encoding="utf-8")
    for each in all_lessons():
        _trust(each)
    workspaces = WorkspacesManager(str(WORKSPACES_DIR))
    if not workspaces.load(lesson.stem)["data"]:
        workspaces.save(lesson.stem, json.dumps(layout(lesson)))


def _trust(lesson: Lesson) -> None:
    """Let JupyterLab show the drawings in a notebook that came with the course.

    What a learner has changed since is theirs to trust.
    """
    copy = lesson.workplace / lesson.notebook.name
    if copy.exists() and copy.read_bytes() == lesson.notebook.read_bytes():
        notebook = nbformat.read(copy, as_version=4)  # type: ignore[no-untyped-call]
        NotebookNotary().sign(notebook)  # type: ignore[no-untyped-call]


def shell() -> list[str]:
    """The command of a terminal in which `python` is the course's Python.

    The learner's own start-up file may put another Python first, so ours
    reads theirs and has the last word.
    """
    own = os.environ.get("SHELL") or ("powershell.exe" if os.name == "nt" else "sh")
    course_first = f'PATH="{PROGRAMS}:$PATH"\n'
    SHELL_DIR.mkdir(parents=True, exist_ok=True)
    match Path(own).name:
        case "bash":
            rc = SHELL_DIR / "bashrc"
            rc.write_text(
                f"[ -f ~/.bashrc ] && . ~/.bashrc\n{course_first}", encoding="utf-8"
            )
            return [own, "--rcfile", str(rc)]
        case "zsh":
            # zsh looks for its start-up file in ZDOTDIR.
            rc = SHELL_DIR / ".zshrc"
            rc.write_text(
                f"ZDOTDIR=~\n[ -f ~/.zshrc ] && . ~/.zshrc\n{course_first}",
                encoding="utf-8",
            )
            os.environ["ZDOTDIR"] = str(SHELL_DIR)
        case "fish":
            return [own, "--init-command", f"fish_add_path --path '{PROGRAMS}'"]
    return [own]


def open_lab(lesson: Lesson, options: list[str]) -> None:
    """Run JupyterLab until it is stopped."""
    prepare(lesson)
    # `python` in its terminals is the one that the course runs on.
    os.environ["PATH"] = f"{PROGRAMS}{os.pathsep}{os.environ.get('PATH', '')}"
    os.environ["VIRTUAL_ENV"] = str(PROGRAMS.parent)
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        options = [*options, "--allow-root"]
    app = LabApp.initialize_server(
        [
            f"--ServerApp.root_dir={WORK}",
            "--ServerApp.ip=127.0.0.1",
            "--Application.log_level=WARN",
            f"--LabApp.user_settings_dir={SETTINGS_DIR}",
            f"--LabApp.workspaces_dir={WORKSPACES_DIR}",
            f"--LabApp.default_url=/lab/workspaces/{lesson.stem}",
            f"--ServerApp.terminado_settings={{'shell_command': {shell()}}}",
            *options,
        ]
    )
    terminals = app.web_app.settings.get("terminal_manager")
    if terminals is not None:
        for name in TERMINALS:
            terminals.create(name=name, cwd=str(lesson.workplace))
    app.start()
    # It has stopped, its kernels and terminals too. A worker thread of the
    # server may still wait for work, and would keep this process for ever.
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


if __name__ == "__main__":
    open_lab(find_lesson(Path(sys.argv[1]).name), sys.argv[2:])
