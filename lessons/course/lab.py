"""Open JupyterLab at a lesson, arranged for work.

Run inside the environment: `python -m lessons.course.lab 04_echo [options]`.
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

from jupyterlab.labapp import LabApp
from jupyterlab_server.workspaces_handler import WorkspacesManager

from lessons.course.catalogue import ROOT, Lesson, find_lesson
from lessons.course.environment import PROGRAMS

WORK = ROOT / "work"
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
    home = WORK / ".jupyter"
    os.environ["JUPYTERLAB_SETTINGS_DIR"] = str(home / "settings")
    os.environ["JUPYTERLAB_WORKSPACES_DIR"] = str(home / "workspaces")
    for plugin, settings in SETTINGS.items():
        file = home / "settings" / "@jupyterlab" / f"{plugin}.jupyterlab-settings"
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(json.dumps(settings), encoding="utf-8")
    workspaces = WorkspacesManager(str(home / "workspaces"))
    if not workspaces.load(lesson.stem)["data"]:
        workspaces.save(lesson.stem, json.dumps(layout(lesson)))


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
            f"--LabApp.default_url=/lab/workspaces/{lesson.stem}",
            *options,
        ]
    )
    terminals = app.web_app.settings.get("terminal_manager")
    if terminals is not None:
        for name in TERMINALS:
            terminals.create(name=name, cwd=str(lesson.workplace))
    app.start()


if __name__ == "__main__":
    open_lab(find_lesson(Path(sys.argv[1]).name), sys.argv[2:])
