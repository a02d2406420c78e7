"""Build the site, show it on this computer, or put it into one file."""

from __future__ import annotations

import functools
import http.server
import json
import os
import subprocess
import tempfile
import webbrowser
import zipfile
from pathlib import Path

from lessons.course.catalogue import ROOT
from lessons.course.publishing.pages import MENU, write_pages

SITE = ROOT / "site"
ZIP = ROOT / "sockets-step-by-step.zip"
CONFIGURATION = ROOT / "mkdocs.yml"
INSTANT = "    - navigation.instant\n"


def build_site(python: Path, folder: Path = SITE, address: str = "") -> int:
    """Write the pages and build strictly; return the exit status.

    Pages follow one another without loading anew only where the site knows
    its address: `address`, or else SITE_URL in the environment.
    """
    write_pages()
    return _build(python, CONFIGURATION, folder, address)


def zip_site(python: Path, zipped: Path = ZIP) -> int:
    """Build the site for reading from a disk, in one file; return the status.

    Its links name files, since a disk has no server that would look for
    `index.html`, and the search finds its index in a script, since a page from
    a disk may not read other files.
    """
    write_pages()
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        configuration, folder = place / "mkdocs.yml", place / zipped.stem
        configuration.write_text(_for_a_disk(), encoding="utf-8")
        failed = _build(python, configuration, folder)
        if failed:
            return failed
        index = (folder / "search" / "search_index.json").read_text("utf-8")
        script = folder / "search" / "search_index.js"
        script.write_text(f"var __index = {index};\n", encoding="utf-8")
        with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(folder.rglob("*")):
                archive.write(path, path.relative_to(place))
    print(f"The site is in {zipped.name}: extract it, then open index.html.")
    return 0


def _for_a_disk() -> str:
    """The site's configuration, for pages whose addresses are files."""
    text = CONFIGURATION.read_text(encoding="utf-8")
    changes = {
        "docs_dir: docs\n": f"docs_dir: {json.dumps(str(ROOT / 'docs'))}\n",
        f"INHERIT: {MENU.name} ": f"INHERIT: {json.dumps(str(MENU))} ",
        INSTANT: "",
    }
    for old, new in changes.items():
        assert text.count(old) == 1, f"{CONFIGURATION.name} has no line {old!r}"
        text = text.replace(old, new)
    return f"use_directory_urls: false\n{text}"


def _build(python: Path, configuration: Path, folder: Path, address: str = "") -> int:
    # Material would print a notice about MkDocs' future in front of ours.
    env = os.environ | {"NO_MKDOCS_2_WARNING": "1"}
    if address:
        env["SITE_URL"] = address
    command = [str(python), "-m", "mkdocs", "build", "--strict"]
    command += ["--config-file", str(configuration), "--site-dir", str(folder)]
    return subprocess.run(command, cwd=ROOT, env=env, check=False).returncode


class _Files(http.server.SimpleHTTPRequestHandler):
    """Answers with files, and says nothing about it in the terminal."""

    def log_message(self, format: str, *args: object) -> None:
        pass


class SiteServer(http.server.ThreadingHTTPServer):
    """Serves a folder on loopback. Raises `OSError` if the port is taken."""

    def __init__(self, port: int, folder: Path = SITE) -> None:
        handler = functools.partial(_Files, directory=str(folder))
        super().__init__(("127.0.0.1", port), handler)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/"

    def show(self, browser: bool) -> None:
        """Serve until Ctrl-C."""
        print(f"The site is at {self.address} (Ctrl-C stops it).", flush=True)
        if browser:
            webbrowser.open(self.address)
        try:
            self.serve_forever()
        except KeyboardInterrupt:
            print()
