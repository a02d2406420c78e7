"""The stepper and the SVG in a real browser."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from socketscope.drawing.layout import LEVELS
from socketscope.drawing.stepper import draw_stepper
from socketscope.drawing.svg import draw_svg
from socketscope.notebook import show
from tests.drawing.builder import CLIENT, SERVER, Builder
from tests.drawing.test_hostile import hostile

SIZES = [(1366, 768), (1024, 768), (390, 844)]


@pytest.fixture(scope="module")
def window(browser) -> Iterator[Any]:
    """One page for all tests: to start another takes a second."""
    context = browser.new_context()
    yield context.new_page()
    context.close()


@pytest.fixture
def open_page(window) -> Iterator[Callable[..., Any]]:
    """Open HTML at an address of its own; nothing else may be asked for."""
    shown = ""
    problems: list[str] = []
    heard: dict[str, Callable[[Any], None]] = {
        "pageerror": lambda error: problems.append(str(error)),
        "console": lambda message: problems.append(message.text),
        "dialog": lambda dialog: problems.append(dialog.message),
    }

    def opened(
        html: str,
        size: tuple[int, int] = (1366, 768),
        scheme: str = "light",
        at: str = "",
    ) -> Any:
        nonlocal shown
        shown = html
        window.set_viewport_size({"width": size[0], "height": size[1]})
        window.emulate_media(media="screen", color_scheme=scheme)
        window.goto(f"http://page.test/{at}")
        return window

    def answer(route: Any) -> None:
        if route.request.url.startswith("http://page.test/"):
            route.fulfill(body=shown, content_type="text/html; charset=utf-8")
        else:
            problems.append(f"asked for {route.request.url}")
            route.abort()

    window.goto("about:blank")  # or another #step would load nothing anew
    window.route("**", answer)
    for event, listener in heard.items():
        window.on(event, listener)
    yield opened
    for event, listener in heard.items():
        window.remove_listener(event, listener)
    window.unroute("**")
    assert problems == []


WALK = """() => {
  const problems = [], rect = e => e.getBoundingClientRect();
  do {
    const step = document.querySelector("#count").textContent;
    const now = document.querySelector("rect.now");
    const pane = document.querySelector("#pane");
    for (const e of document.querySelectorAll("#say, #back, #next, rect.now")) {
      const box = rect(e);
      const across = box.left >= 0 && box.right <= innerWidth;
      if (!across || box.top < 0 || box.bottom > innerHeight)
        problems.push(`${step}: ${e.id || "the current step"} is out of view`);
    }
    if (now && (rect(now).top < rect(pane).top || rect(now).bottom > rect(pane).bottom))
      problems.push(`${step}: the current step is scrolled away`);
    if (document.documentElement.scrollWidth > innerWidth)
      problems.push(`${step}: the page is too wide`);
    for (const code of document.querySelectorAll(".code"))
      if (code.scrollWidth > code.clientWidth + 1)
        problems.push(`${step}: code is cut`);
    document.querySelector("#next").click();
  } while (!document.querySelector("#next").disabled);
  return problems;
}"""
"""Walks through all stops and tells what a reader could not see."""


def axe(page: Any) -> list[str]:
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [f"{v['id']}: {n['html'][:120]}" for v in found for n in v["nodes"]]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", ["chat", "threads", "full", "refused"])
def test_sentence_buttons_and_the_current_step_are_in_view_at_every_stop(
    open_page, saved, size, name
):
    page = open_page(draw_stepper(saved(name)), size)
    for level in ("talk", "calls", "lines"):
        page.evaluate(f"location.hash = 'step=1&level={level}&states=1&segments=1'")
        page.wait_for_function(
            f"document.querySelector('#level').value == {LEVELS.index(level)}"
            " && document.querySelector('#back').disabled"
        )
        assert page.evaluate(WALK) == [], level


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_axe_finds_nothing(open_page, saved, scheme, size):
    page = open_page(
        draw_stepper(saved("chat"), mark=("bind",)), size, scheme,
        "#step=14&level=calls&states=1&segments=1",
    )  # fmt: skip
    assert axe(page) == []
    page.keyboard.press("End")
    assert axe(page) == []
    if size[0] < 1080:
        page.get_by_role("button", name="Programs").click()
        assert axe(page) == []


@pytest.mark.parametrize("name", ["reset", "threads", "refused"])
def test_axe_finds_nothing_in_what_goes_wrong(open_page, saved, name):
    page = open_page(draw_stepper(saved(name), remark=(5, "look here")))
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    assert axe(page) == []


def test_the_keyboard_alone_is_enough(open_page, saved):
    page = open_page(draw_stepper(saved("chat")))
    assert page.inner_text("#count") == "1 of 11"
    assert page.locator("#back").is_disabled()
    page.keyboard.press("ArrowRight")
    assert page.inner_text("#count") == "2 of 11"
    page.keyboard.press("End")
    assert page.inner_text("#count") == "11 of 11"
    assert page.locator("#next").is_disabled()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Home")
    assert page.inner_text("#count") == "1 of 11"
    page.locator("#at").focus()
    page.keyboard.press("ArrowRight")
    assert page.inner_text("#count") == "2 of 11"
    page.locator("#states").focus()
    page.keyboard.press("Space")
    assert "LISTEN" in page.inner_text("#ends-s")


def test_the_sentence_is_spoken(open_page, saved):
    page = open_page(draw_stepper(saved("chat")))
    page.click("#next")
    said = page.get_by_role("status").inner_text()
    assert said.startswith("client.py connects to 127.0.0.1 port 5555.")


def test_the_level_of_detail_keeps_the_place(open_page, saved):
    page = open_page(draw_stepper(saved("chat")), at="#step=4")
    said = page.inner_text("#say")
    page.select_option("#level", label="every line")
    assert page.inner_text("#say") == said
    assert int(page.locator("#at").get_attribute("max")) > 100


def test_the_address_says_where_to_open(open_page, saved):
    page = open_page(draw_stepper(saved("chat")), at="?step=3&level=calls&states=1")
    assert page.inner_text("#count").startswith("3 of ")
    assert page.locator("#states").is_checked()
    page.evaluate("location.hash = 'step=5&level=talk&states=0'")
    page.wait_for_function("document.querySelector('#count').textContent == '5 of 11'")
    assert not page.locator("#states").is_checked()


def test_an_address_that_makes_no_sense_does_no_harm(open_page, saved):
    page = open_page(draw_stepper(saved("chat")), at="#step=x&level=y&states=z")
    assert page.inner_text("#count") == "1 of 11"


def test_a_page_can_open_at_a_call(open_page, saved):
    page = open_page(draw_stepper(saved("chat"), step="client.sendall"))
    assert 'sends "Hello Server!"' in page.inner_text("#say")


def test_the_future_is_hidden(open_page, saved):
    page = open_page(draw_stepper(saved("chat")), at="#step=3")
    shown = page.inner_text("main")
    assert "Message received" not in shown.replace('b"Message received"', "")
    assert "Goodbye" not in page.inner_html("#pane")


def test_bytes_lie_in_the_queue_until_recv_takes_them(open_page, saved):
    page = open_page(draw_stepper(saved("chat")), at="#step=4")
    assert page.locator("#ends-s .cell").all_inner_texts() == list("Hello␣Server!")
    page.click("#next")
    assert page.locator("#ends-s .cell").count() == 0
    assert page.locator("#ends-c .cell").count() == 16


def test_the_current_lines_and_the_terminals_follow(open_page, saved):
    page = open_page(draw_stepper(saved("chat")), at="#step=4")
    line = page.inner_text("#c .line.on").strip()
    assert line == "client.sendall(message.encode())"
    assert "connection.recv(1024)" in page.inner_text("#s .line.wait")
    assert page.locator("#c .terminal b").inner_text() == "Hello Server!"
    assert page.inner_text("#c .pill") == "runs"
    assert page.inner_text("#s .pill") == "waits in recv()"


def test_a_crash_stays_at_its_line(open_page, saved):
    page = open_page(draw_stepper(saved("reset")))
    page.keyboard.press("End")
    assert page.inner_text("#c .pill") == "has crashed"
    line = page.locator("#c .crash")
    assert line.inner_text().startswith("print(c.recv(100))")
    assert line.get_attribute("data-error") == "ConnectionResetError"


def around(*frames: str, scheme: str) -> str:
    """A page like Material's or JupyterLab's, with steppers in frames."""
    inner = "".join(
        '<iframe style="width:100%;height:200px" srcdoc="'
        + frame.replace("&", "&amp;").replace('"', "&quot;")
        + '"></iframe>'
        for frame in frames
    )
    return f"""<!doctype html><title>around</title><body {scheme}>{inner}<script>
    addEventListener("message", event => {{
      for (const frame of document.querySelectorAll("iframe"))
        if (event.source === frame.contentWindow && event.data.socketscope)
          frame.style.height = event.data.socketscope.height + "px";
    }});</script>"""


@pytest.mark.parametrize(
    ("scheme", "theme"),
    [
        ('data-md-color-scheme="slate"', "dark"),
        ('data-md-color-scheme="default"', "light"),
        ('data-jp-theme-light="false"', "dark"),
        ('data-jp-theme-light="true"', "light"),
    ],
)
def test_the_page_around_chooses_light_or_dark(open_page, saved, scheme, theme):
    other = "light" if theme == "dark" else "dark"
    page = open_page(
        around(draw_stepper(saved("deadlock")), scheme=scheme), scheme=other
    )
    frame = page.frame_locator("iframe")
    assert frame.locator("html").get_attribute("data-theme") == theme


def test_a_switch_of_the_page_around_is_followed(open_page, saved):
    page = open_page(
        around(draw_stepper(saved("deadlock")), scheme='data-md-color-scheme="default"')
    )
    frame = page.frame_locator("iframe")
    assert frame.locator("html").get_attribute("data-theme") == "light"
    page.evaluate("document.body.dataset.mdColorScheme = 'slate'")
    frame.locator("html[data-theme=dark]").wait_for()


def test_several_steppers_live_on_one_page_and_tell_their_heights(open_page, saved):
    page = open_page(
        around(draw_stepper(saved("chat")), draw_stepper(saved("deadlock")), scheme="")
    )
    page.wait_for_function(
        "[...document.querySelectorAll('iframe')].every(f => f.clientHeight > 500)"
    )
    for frame in page.frames[1:]:
        inside = frame.evaluate("document.documentElement.scrollHeight")
        outside = frame.evaluate("innerHeight")
        assert inside <= outside + 1
    page.frame_locator("iframe").nth(0).locator("#next").click()
    counts = [frame.inner_text("#count") for frame in page.frames[1:]]
    assert [count.split()[0] for count in counts] == ["2", "1"]


def test_the_height_stays_while_stepping(open_page, saved):
    page = open_page(draw_stepper(saved("chat")))
    heights = set()
    for _ in range(11):
        heights.add(page.evaluate("document.querySelector('.sk').offsetHeight"))
        page.keyboard.press("ArrowRight")
    assert len(heights) == 1


def test_hostile_programs_stay_text(open_page):
    recording = hostile()
    page = open_page(draw_stepper(recording, states=True), at="#level=lines")
    page.keyboard.press("End")
    assert page.locator("img").count() == 0
    assert page.locator("script").count() == 2
    notebook = open_page(show(recording)._repr_mimebundle_()["text/html"])
    frame = notebook.frame_locator("iframe")
    assert frame.locator("#count").inner_text().startswith("1 of")
    assert notebook.locator("img").count() == 0


def test_a_notebook_that_runs_scripts_shows_the_stepper(open_page, saved):
    page = open_page(show(saved("chat"), step=4)._repr_mimebundle_()["text/html"])
    frame = page.frame_locator("iframe")
    assert frame.locator("#count").inner_text() == "4 of 11"
    assert page.locator("img").count() == 0


def test_it_prints_without_its_buttons(open_page, saved):
    page = open_page(draw_stepper(saved("chat")), at="#step=5")
    page.emulate_media(media="print")
    assert not page.locator("#next").is_visible()
    assert page.locator("#say").is_visible()
    assert page.locator("#s .line").last.is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_svg_reads_as_an_image_and_axe_finds_nothing(open_page, saved, scheme):
    svg = draw_svg(saved("chat"), states=True, segments=True)
    image = base64.b64encode(svg.encode()).decode()
    page = open_page(
        '<!doctype html><html lang="en"><title>SVG</title><main><h1>SVG</h1>'
        f'<img alt="chat" src="data:image/svg+xml;base64,{image}">{svg}</main>',
        scheme=scheme,
    )
    assert page.evaluate("document.querySelector('img').naturalWidth") > 700
    assert axe(page) == []


def test_a_loop_is_one_stop_between_its_first_round_and_its_last(open_page):
    b = Builder(SERVER, CLIENT)
    b.event("start", 1)
    for number in range(20):
        text = f"round {number}\n"
        b.event("output", 1, line=10, text=text, stream="stdout")
        b.call(1, "close", line=11)
    page = open_page(draw_stepper(b.recording(), level="calls"))
    for _ in range(2):
        page.click("#next")
    assert page.inner_text("#say") == "The same happens again, 18 times."
    page.click("#next")
    terminal = page.inner_text("#c .terminal")
    assert terminal.split("\n")[1:4] == ["round 0", "…", "round 19"]
