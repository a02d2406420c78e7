"""Build the site into `site/`, and show it on this computer."""

from __future__ import annotations

import functools
import http.server
import os
import subprocess
import webbrowser
from pathlib import Path

from lessons.course.catalogue import ROOT
from lessons.course.pages import write_pages

SITE = ROOT / "site"


def build_site(python: Path) -> int:
    """Write the lesson pages and build strictly; return the exit status."""
    write_pages()
    # Material would print a notice about MkDocs' future in front of ours.
    env = os.environ | {"NO_MKDOCS_2_WARNING": "1"}
    command = [
        str(python),
        "-m",
        "mkdocs",
        "build",
        "--strict",
        "--site-dir",
        str(SITE),
    ]
    return subprocess.run(command, cwd=ROOT, env=env, check=False).returncode


def serve_site(port: int, browser: bool) -> None:
    """Serve `site/` on loopback until Ctrl-C. Raises `OSError`: port taken."""
    handler = functools.partial(
        http.server.SimpleHTTPRequestHandler, directory=str(SITE)
    )
    with http.server.ThreadingHTTPServer(("127.0.0.1", port), handler) as server:
        address = f"http://127.0.0.1:{server.server_port}/"
        print(f"The site is at {address} (Ctrl-C stops it).", flush=True)
        if browser:
            webbrowser.open(address)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print()
