"""The built pages: every link leads somewhere, and nothing asks another host."""

from __future__ import annotations

import os
import re
import urllib.error
import urllib.request
from functools import cache
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from urllib.parse import parse_qs, unquote, urldefrag

import pytest

from lessons.course.catalogue import ROOT, all_lessons
from lessons.course.publishing.drawings import CannotDraw, page_run
from lessons.course.publishing.pages import write_pages

# Whoever is the first here waits for the site to be built.
pytestmark = pytest.mark.timeout(240)

LOADS = {"img": "src", "script": "src", "iframe": "src", "link": "href"}
FOREIGN = re.compile(r"(https?:)?//")


class Page(HTMLParser):
    """What one page links to, what it loads, its anchors and its headings."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.anchors: set[str] = set()
        self.headings: list[int] = []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.anchors.update(filter(None, (values.get("id"), values.get("name"))))
        if tag == "a" and values.get("href"):
            self.links.append(str(values["href"]))
        # A canonical address names this page's own place; nothing is loaded.
        if values.get(LOADS.get(tag, "")) and values.get("rel") != "canonical":
            self.loads.append(str(values[LOADS[tag]]))
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))


read = cache(Page)


def all_pages(folder: Path) -> list[Path]:
    """The pages; a stepper is a page of its own with tests of its own."""
    steppers = folder / "assets" / "runs"
    return [path for path in folder.rglob("*.html") if path.parent != steppers]


def target(site: Path, page: Path, link: str) -> Path:
    path = unquote(urldefrag(link).url.partition("?")[0])
    found = (site / path[1:] if path.startswith("/") else page.parent / path).resolve()
    return found / "index.html" if found.is_dir() else found


def leads_nowhere(folder: Path, page: Path, link: str) -> bool:
    goal = page if link.startswith("#") else target(folder, page, link)
    anchor = unquote(urldefrag(link).fragment)
    if not goal.exists():
        return True
    if not anchor or goal.suffix != ".html":
        return False
    if goal.parent == folder / "assets" / "runs":
        known = {"step", "level", "states", "segments", "present"}
        return not parse_qs(anchor, keep_blank_values=True).keys() <= known
    return anchor not in read(goal).anchors


def test_every_internal_link_and_anchor_leads_somewhere(site) -> None:
    broken = []
    for page in all_pages(site.folder):
        if page.name == "404.html":  # its links start at the site's own address
            continue
        found = read(page)
        broken += [
            f"{page.relative_to(site.folder)}: {link}"
            for link in found.links + found.loads
            if not re.match(r"[a-z]+:", link) and leads_nowhere(site.folder, page, link)
        ]
    assert broken == []


@pytest.mark.skipif(
    "EXTERNAL_LINKS" not in os.environ,
    reason="asks other hosts: set EXTERNAL_LINKS=1 to run it",
)
@pytest.mark.timeout(600)
def test_every_external_link_is_still_there(site) -> None:
    links = {
        urldefrag(link).url
        for page in all_pages(site.folder)
        for link in read(page).links
        if FOREIGN.match(link) and "//127.0.0.1" not in link
    }
    gone = []
    for link in sorted(links):
        request = urllib.request.Request(link, headers={"User-Agent": "link test"})
        try:
            urllib.request.urlopen(request, timeout=20).close()
        except urllib.error.HTTPError as error:
            error.close()
            if error.code in (404, 410):
                gone.append(f"{link}: {error.code}")
        except OSError as error:
            gone.append(f"{link}: {error}")
    assert gone == []


def test_nothing_is_loaded_from_another_host(site) -> None:
    foreign = [
        f"{page.name}: {load}"
        for page in all_pages(site.folder)
        for load in read(page).loads
        if FOREIGN.match(load) and not load.startswith(site.address)
    ]
    for style in site.folder.rglob("*.css"):
        text = style.read_text(encoding="utf-8")
        foreign += re.findall(r"url\(['\"]?(?:https?:)?//[^)]*|@import[^;]*", text)
    assert foreign == []


def test_headings_are_in_order(site) -> None:
    for page in site.pages:
        headings = read(site.folder / page / "index.html").headings
        assert headings[0] == 1, page
        assert headings.count(1) == 1, page
        steps = pairwise(headings)
        assert all(after - before <= 1 for before, after in steps), page


def test_every_lesson_has_its_page_and_its_files(site) -> None:
    for lesson in all_lessons():
        if not lesson.notebook.exists():
            continue
        folder = site.folder / "lessons" / lesson.stem
        page = (folder / "index.html").read_text(encoding="utf-8")
        assert (folder / f"{lesson.stem}.ipynb").exists()
        for program in lesson.starters():
            assert (folder / "starter" / program.name).exists()
        if lesson.solution.exists():
            assert "the whole program" in page
            assert (folder / "solution" / "server.py").exists()


def test_a_lesson_shows_outputs_changes_mistakes_and_how_to_check(site) -> None:
    page = (site.folder / "lessons/02_listen/index.html").read_text(encoding="utf-8")
    assert re.search('class="[^"]*\\boutput\\b', page)
    assert "what changed since 01_bind" in page
    assert "<dt>Closes before it waits</dt>" in page
    assert "python3 -m lessons check 02" in re.sub("<[^>]*>", "", page)
    assert "assets/runs/02_listen.svg" in page


def test_nothing_runs_again_while_no_program_has_changed(site) -> None:
    runs = sorted((ROOT / "docs" / "assets" / "runs").iterdir())
    before = [path.stat().st_mtime_ns for path in runs]
    write_pages()
    assert [path.stat().st_mtime_ns for path in runs] == before


def test_a_run_whose_program_is_not_there_is_named() -> None:
    with pytest.raises(CannotDraw, match=r"'lost' names .*nowhere\.py, which is not"):
        page_run("lost", ["docs/runs/nowhere.py"])


def test_a_run_with_an_unknown_option_is_named() -> None:
    run = page_run("odd", ["solutions/01_bind/server.py"], levle="calls")
    with pytest.raises(CannotDraw, match=r"'odd'.*levle"):
        run.draw()
