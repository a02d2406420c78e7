"""Make each notebook from its lesson's text, run it, and keep its outputs."""

from __future__ import annotations

import os
import sys
import tempfile
from typing import TYPE_CHECKING

import jupytext
import nbformat
from nbclient import NotebookClient

from lessons.course.catalogue import Lesson

if TYPE_CHECKING:
    from nbformat import NotebookNode

KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


def read_text(lesson: Lesson) -> NotebookNode:
    """The lesson's text as a notebook, not run.

    What would differ from one run or machine to the next is fixed, so that
    the same text always gives the same notebook.
    """
    notebook: NotebookNode = jupytext.read(lesson.text, fmt="md")
    notebook.metadata = {
        "kernelspec": KERNEL,
        "language_info": {"name": "python"},
        "title": lesson.title,
    }
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    for position, cell in enumerate(notebook.cells):
        cell["id"] = f"{lesson.stem}-{position:02d}"
    return notebook


def build(lesson: Lesson) -> None:
    """Run the lesson's cells and write its notebook with their outputs."""
    notebook = read_text(lesson)
    lesson.notebook.parent.mkdir(exist_ok=True)
    client = NotebookClient(
        notebook,
        timeout=30,
        record_timing=False,
        coalesce_streams=True,
        resources={"metadata": {"path": str(lesson.notebook.parent)}},
    )
    with tempfile.TemporaryDirectory() as work:
        # Its check cell judges the untouched starter, not somebody's own work.
        client.execute(env=os.environ | {"SOCKETS_WORK": work})
    notebook.metadata = read_text(lesson).metadata  # the run adds its Python's version
    text: str = nbformat.writes(notebook) + "\n"  # type: ignore[no-untyped-call]
    lesson.notebook.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    for stem in sys.argv[1:]:
        print(f"Running {stem} ...", flush=True)
        build(Lesson(stem))
