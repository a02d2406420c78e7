"""The site in one file: extracted, it works without any server."""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import expect

from lessons.course.publishing.site import zip_site

# Whoever is the first here waits for the site to be built.
pytestmark = pytest.mark.timeout(240)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> str:
    place = tmp_path_factory.mktemp("handed out")
    zipped = place / "sockets.zip"
    assert zip_site(Path(sys.executable), zipped) == 0
    with zipfile.ZipFile(zipped) as archive:
        archive.extractall(place)
    return (place / "sockets" / "index.html").as_uri()


def test_steppers_work_and_follow_the_theme(home: str, visit) -> None:
    page = visit(home, color_scheme="dark")
    frame = page.frame_locator(".stepper iframe")
    frame.locator("#next").click()
    expect(frame.locator("#count")).to_have_text("2 of 11")
    expect(frame.locator("html")).to_have_attribute("data-theme", "dark")
    page.locator("label[for=__palette_1]:visible").click()
    expect(frame.locator("html")).to_have_attribute("data-theme", "light")


def test_the_search_finds_what_an_error_says(home: str, visit) -> None:
    page = visit(home)
    page.locator(".md-search__input").click()
    page.locator(".md-search__input").press_sequentially("Address already in use")
    first = page.locator(".md-search-result__link").first
    expect(first).to_contain_text("Address already in use", timeout=15_000)
    first.click()
    expect(page.locator("h1")).to_be_visible()
    assert page.url.startswith("file:")


def test_links_lead_from_page_to_page(home: str, visit) -> None:
    page = visit(home)
    page.get_by_role("link", name="Begin with lesson 00").click()
    expect(page.locator("h1")).to_contain_text("Lesson 00")
    page.locator(".md-footer__link--next").click()
    expect(page.locator("h1")).to_contain_text("Lesson 01")
