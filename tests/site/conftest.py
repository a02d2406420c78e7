"""The site, built once and shown on loopback, and a page to look at it."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from lessons.course.publishing.site import SiteServer, build_site


@dataclass(frozen=True)
class Site:
    """The built site: its files, and where a browser finds it."""

    folder: Path
    address: str

    @property
    def pages(self) -> list[str]:
        """Every page, as its address within the site."""
        found = self.folder.rglob("index.html")
        names = {path.parent.relative_to(self.folder).as_posix() for path in found}
        return sorted("" if name == "." else f"{name}/" for name in names)

    @property
    def kinds(self) -> list[str]:
        """One page of each kind: all at the top, and one of each folder."""
        folders: dict[str, str] = {}
        for page in self.pages:
            folder, _, rest = page.partition("/")
            folders.setdefault(f"{folder}/…" if rest else page, page)
        return [*folders.values()]


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("site")
    with SiteServer(0, folder) as server:
        assert build_site(Path(sys.executable), folder, server.address) == 0
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield Site(folder, server.address)
        server.shutdown()
        thread.join()


@pytest.fixture
def visit(browser: Any) -> Iterator[Callable[..., Any]]:
    """Open a page. In the end nothing may have complained in its console, and
    no other host may have been asked for anything."""
    contexts, problems = [], []

    def open_page(address: str = "about:blank", **options: Any) -> Any:
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()

        def look(asked: Any) -> None:
            if urlsplit(asked.url).hostname not in (None, "127.0.0.1"):
                problems.append(f"asked for {asked.url}")

        def failed(asked: Any) -> None:
            # What was still loading when its page was left is not at fault.
            if asked.failure != "net::ERR_ABORTED":
                problems.append(f"failed: {asked.url}")

        page.on("request", look)
        page.on("requestfailed", failed)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on(
            "console",
            lambda said: (
                problems.append(said.text)
                if said.type in ("error", "warning")
                else None
            ),
        )
        page.goto(address)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert problems == []
