"""The built site: every link leads somewhere, and nothing asks another host."""

import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag

import pytest

from lessons.course.catalogue import ROOT
from lessons.course.pages import write_pages

LOADS = {"img": "src", "script": "src", "iframe": "src", "link": "href"}


class Page(HTMLParser):
    """What one page links to, what it loads, and the anchors it has."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.anchors: set[str] = set()
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.anchors.update(filter(None, (values.get("id"), values.get("name"))))
        if tag == "a" and values.get("href"):
            self.links.append(str(values["href"]))
        # A canonical address names this page's own place; nothing is loaded.
        if values.get(LOADS.get(tag, "")) and values.get("rel") != "canonical":
            self.loads.append(str(values[LOADS[tag]]))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    write_pages()
    built = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", folder],
        cwd=ROOT,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
    )
    assert built.returncode == 0, built.stderr
    return folder


def target(site: Path, page: Path, link: str) -> Path:
    path = unquote(urldefrag(link).url.partition("?")[0])
    found = (site / path[1:] if path.startswith("/") else page.parent / path).resolve()
    return found / "index.html" if found.is_dir() else found


def test_every_internal_link_and_anchor_leads_somewhere(site: Path) -> None:
    broken = []
    for page in site.rglob("*.html"):
        if page.name == "404.html":  # its links start at the site's own address
            continue
        for link in Page(page).links + Page(page).loads:
            if re.match(r"[a-z]+:", link):
                continue
            goal = page if link.startswith("#") else target(site, page, link)
            anchor = unquote(urldefrag(link).fragment)
            if not goal.exists() or (
                anchor and goal.suffix == ".html" and anchor not in Page(goal).anchors
            ):
                broken.append(f"{page.relative_to(site)}: {link}")
    assert broken == []


def test_nothing_is_loaded_from_another_host(site: Path) -> None:
    foreign = [
        f"{page.name}: {load}"
        for page in site.rglob("*.html")
        for load in Page(page).loads
        if re.match(r"(https?:)?//", load)
    ]
    for style in site.rglob("*.css"):
        text = style.read_text(encoding="utf-8")
        foreign += re.findall(r"url\(['\"]?(?:https?:)?//[^)]*|@import[^;]*", text)
    assert foreign == []


def test_every_lesson_has_its_page_with_output_and_solution(site: Path) -> None:
    page = (site / "lessons" / "04_echo" / "index.html").read_text(encoding="utf-8")
    assert "Output" in page
    assert "the whole program" in page
    assert "what changed since 03_accept" in page
    assert 'class="admonition' in page
