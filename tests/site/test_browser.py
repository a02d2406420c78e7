"""The site in a real browser, as readers and teachers use it."""

from __future__ import annotations

import gzip
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

# Whoever is the first here waits for the site to be built.
pytestmark = pytest.mark.timeout(240)

SIZES = {"desk": (1366, 768), "tablet": (1024, 768), "telephone": (390, 844)}


def size(name: str) -> dict[str, int]:
    width, height = SIZES[name]
    return {"width": width, "height": height}


def stepper(page: Any) -> Any:
    return page.frame_locator(".stepper iframe").first


def test_the_chat_on_the_home_page_steps_by_mouse_and_by_keyboard(site, visit) -> None:
    frame = stepper(visit(site.address))
    expect(frame.locator("#count")).to_have_text("1 of 11")
    frame.locator("#next").click()
    expect(frame.locator("#count")).to_have_text("2 of 11")
    frame.locator("#next").press("ArrowRight")
    frame.locator("#next").press("ArrowRight")
    expect(frame.locator("#count")).to_have_text("4 of 11")
    frame.locator("#back").click()
    frame.locator("#back").press("End")
    expect(frame.locator("#count")).to_have_text("11 of 11")


def test_the_keyboard_alone_reaches_the_stepper(site, visit) -> None:
    page = visit(site.address)
    expect(stepper(page).locator("#count")).to_have_text("1 of 11")
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.tagName") == "IFRAME":
            break
    page.keyboard.press("ArrowRight")
    expect(stepper(page).locator("#count")).to_have_text("2 of 11")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_stepper_follows_the_theme_of_its_page(site, visit, scheme: str) -> None:
    page = visit(site.address, color_scheme=scheme)
    root = stepper(page).locator("html")
    expect(root).to_have_attribute("data-theme", scheme)
    # From "as the system" to light, and on to dark.
    page.locator("label[for=__palette_1]:visible").click()
    expect(root).to_have_attribute("data-theme", "light")
    page.locator("label[for=__palette_2]:visible").click()
    expect(root).to_have_attribute("data-theme", "dark")


def test_steppers_survive_instant_navigation(site, visit) -> None:
    page = visit(site.address)
    page.evaluate("window.sameDocument = true")
    # The list of pages is fetched first; until then links load pages anew.
    page.wait_for_load_state("networkidle")
    page.get_by_role("link", name="Begin with lesson 00").click()
    page.wait_for_url("**/lessons/00_start/")
    # The address changes before the page does.
    expect(page.get_by_role("heading", level=1)).to_contain_text("Lesson 00")
    assert page.evaluate("window.sameDocument") is True
    page.locator(".stepper").scroll_into_view_if_needed()
    stepper(page).locator("#next").click()
    expect(stepper(page).locator("#count")).to_contain_text("2 of")
    page.go_back()
    page.wait_for_url(site.address)
    expect(page.get_by_role("heading", level=1)).not_to_contain_text("Lesson 00")
    stepper(page).locator("#next").click()
    expect(stepper(page).locator("#count")).to_have_text("2 of 11")
    assert page.evaluate("window.sameDocument") is True


def test_a_deep_link_opens_a_stepper_at_a_step(site, visit) -> None:
    page = visit(f"{site.address}assets/runs/chat.html#step=4&level=calls")
    expect(page.locator("#count")).to_contain_text("4 of")
    expect(page.locator("#level")).to_have_value("1")


def test_a_link_to_a_step_turns_the_stepper_of_its_page(site, visit) -> None:
    page = visit(site.address)
    expect(stepper(page).locator("#count")).to_have_text("1 of 11")
    page.evaluate(
        """document.querySelector(".hero p").innerHTML +=
        '<a href="assets/runs/chat.html#step=5">the fifth step</a>'"""
    )
    page.get_by_role("link", name="the fifth step").click()
    expect(stepper(page).locator("#count")).to_have_text("5 of 11")
    assert page.url == site.address


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (1280, 720), (1024, 768)])
def test_a_stepper_fills_a_projector(site, visit, width: int, height: int) -> None:
    screen = {"width": width, "height": height}
    page = visit(f"{site.address}assets/runs/chat.html#present&step=4", viewport=screen)
    expect(page.locator("#count")).to_have_text("4 of 11")
    page.keyboard.press("PageDown")
    expect(page.locator("#count")).to_have_text("5 of 11")
    page.keyboard.press("PageUp")
    expect(page.locator("#count")).to_have_text("4 of 11")
    box = page.locator(".sk").bounding_box()
    assert (round(box["width"]), round(box["height"])) == (width, height)
    assert page.evaluate("document.documentElement.scrollHeight") <= height


@pytest.mark.parametrize("name", SIZES)
def test_nothing_jumps_when_a_stepper_takes_its_place(site, visit, name: str) -> None:
    page = visit(f"{site.address}lessons/02_listen/", viewport=size(name))
    page.evaluate(
        """window.jumped = 0;
        new PerformanceObserver(list => list.getEntries().forEach(entry =>
          window.jumped += entry.value)).observe({type: "layout-shift", buffered: true})
        """
    )
    page.locator(".stepper").scroll_into_view_if_needed()
    expect(stepper(page).locator("#count")).to_contain_text("of")
    page.wait_for_timeout(300)
    assert page.evaluate("window.jumped") < 0.02
    reserved, needed = page.evaluate(
        """(frame => [
          parseFloat(getComputedStyle(frame.parentNode).getPropertyValue("--high")),
          frame.clientHeight])(document.querySelector(".stepper iframe"))"""
    )
    assert abs(reserved - needed) <= 2
    assert page.evaluate("document.documentElement.scrollWidth") <= size(name)["width"]


def test_the_search_finds_what_an_error_says(site, visit) -> None:
    page = visit(f"{site.address}lessons/01_bind/")
    page.locator(".md-search__input").click()
    page.locator(".md-search__input").press_sequentially("Address already in use")
    first = page.locator(".md-search-result__link").first
    expect(first).to_contain_text("Address already in use", timeout=15_000)


def test_the_index_of_the_search_waits_until_somebody_searches(site, visit) -> None:
    page = visit()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(site.address)
    page.wait_for_load_state("networkidle")
    assert not [url for url in asked if "search_index" in url]


def test_code_is_copied_by_its_button(site, visit) -> None:
    page = visit(
        f"{site.address}lessons/02_listen/",
        permissions=["clipboard-read", "clipboard-write"],
    )
    block = page.locator(".highlight.cell.server").first
    block.hover()
    block.locator("[data-clipboard-target], .md-code__button").first.click()
    page.wait_for_function("navigator.clipboard.readText().then(text => text)")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("import socket")


def test_without_scripts_a_page_shows_the_picture(site, visit) -> None:
    page = visit(f"{site.address}lessons/02_listen/", java_script_enabled=False)
    picture = page.locator("img.run")
    expect(picture).to_be_visible()
    expect(picture).to_have_css("opacity", "1")
    assert picture.bounding_box()["height"] > 400
    page.locator("summary", has_text="the whole program").click()
    expect(page.get_by_text("def claim_port").first).to_be_visible()


def test_on_paper_there_is_the_picture_and_nothing_is_folded(site, visit) -> None:
    page = visit(f"{site.address}lessons/02_listen/")
    page.locator(".stepper").wait_for()
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(page.locator("img.run")).to_be_visible()
    expect(page.locator(".stepper iframe")).to_be_hidden()
    for text in page.locator("details p").all():
        expect(text).to_be_visible()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("details[open]").count() == 0


def test_a_lesson_weighs_at_most_150_kilobytes(site, visit) -> None:
    page = visit()
    weights: dict[str, int] = {}
    page.on(
        "response",
        lambda got: (
            weights.update({got.url: len(gzip.compress(got.body(), 6))})
            if got.url.startswith("http")
            else None
        ),
    )
    page.goto(f"{site.address}lessons/04_echo/")
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    if page.locator(".stepper").count():
        page.locator(".stepper").scroll_into_view_if_needed()
    page.wait_for_load_state("networkidle")
    assert sum(weights.values()) <= 150_000, weights


def test_no_page_hinders_anybody(site, visit) -> None:
    page = visit(color_scheme="light", reduced_motion="reduce")
    found = {}
    for kind in site.kinds:
        page.emulate_media(color_scheme="light")
        page.goto(site.address + kind)
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = 1)")
        if page.locator(".stepper").count():
            page.locator(".stepper").first.scroll_into_view_if_needed()
            expect(stepper(page).locator("#count")).to_contain_text("of")
        hindered = hindrances(page)
        # In the dark the colours are others, and nothing else.
        page.emulate_media(color_scheme="dark")
        expect(page.locator("body")).to_have_attribute("data-md-color-scheme", "slate")
        hindered += hindrances(page, {"runOnly": ["color-contrast"]})
        if hindered:
            found[kind] = hindered
    assert found == {}


def hindrances(page: Any, options: dict[str, Any] | None = None) -> list[Any]:
    """What axe finds, each with some of the elements that have it."""
    violations = Axe().run(page, options=options).response["violations"]
    return [
        (each["id"], [node["html"][:200] for node in each["nodes"]][:4])
        for each in violations
    ]
