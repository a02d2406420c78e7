"""The SVG."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from socketscope.drawing.svg import draw_svg
from tests.drawing.builder import CLIENT, SERVER, Builder, opened

SVG = "{http://www.w3.org/2000/svg}"


def test_it_is_small_and_asks_for_nothing(chat):
    svg = draw_svg(chat)
    assert len(svg.encode()) <= 14_000
    assert "<script" not in svg
    assert svg.count("http") == 1  # the name of its namespace


def test_it_says_its_size_title_and_story(chat):
    root = ET.fromstring(draw_svg(chat, title="A chat"))
    assert root.get("viewBox") == f"0 0 {root.get('width')} {root.get('height')}"
    assert root.get("role") == "img"
    assert root.findtext(f"{SVG}title") == "A chat"
    assert "client.py sends" in (root.findtext(f"{SVG}desc") or "")


def test_it_has_its_own_ground_in_both_schemes(chat):
    svg = draw_svg(chat)
    assert "prefers-color-scheme:dark" in svg
    assert 'style="fill:var(--paper);stroke:none"' in svg


@pytest.mark.parametrize(
    "name",
    ["chat", "coalesced", "deadlock", "full", "refused", "reset", "threads", "timeout"],
)
@pytest.mark.parametrize("level", ["talk", "calls", "lines"])
def test_everything_stays_inside_the_picture(saved, name, level):
    svg = draw_svg(saved(name), level=level, states=True, segments=True)
    root = ET.fromstring(svg)
    width, height = float(root.get("width", 0)), float(root.get("height", 0))
    for text in root.iter(f"{SVG}text"):
        for x in (text.get("x") or "").split():
            assert 0 <= float(x) <= width
        assert 0 <= float(text.get("y", 0)) <= height


def test_waiting_bytes_are_letter_cells(saved):
    root = ET.fromstring(draw_svg(saved("chat")))
    cells = [text.text for text in root.iter(f"{SVG}text") if text.get("class") == "z"]
    assert cells == ["Hello␣Server!", "Message␣received", "exit", "Goodbye!"]


def test_a_long_payload_shows_how_much_more_there_is(saved):
    b = Builder(SERVER, CLIENT)
    _, client, _ = opened(b)
    b.call(1, "sendall", socket=client, data=b"x" * 4096, size=50_000)
    assert "+49,984" in draw_svg(b.recording())


def test_a_send_that_never_returns_shows_no_number_that_waits(saved):
    picture = draw_svg(saved("full"))
    assert "at most 50,000,000 bytes" in picture
    assert "49,999,984" not in picture


def test_the_marked_part_and_the_remark_are_drawn(saved):
    recording = saved("chat")
    event = next(i for i, e in enumerate(recording.events) if e.call == "accept")
    svg = draw_svg(recording, mark=("bind",), remark=(event, "here it went wrong"))
    assert "var(--mark)" in svg
    assert "here it went wrong" in svg


def test_a_verdict_that_is_bad_news_stands_out(saved):
    assert 'class="v b"' in draw_svg(saved("deadlock"))
    assert 'class="v b"' not in draw_svg(saved("chat"))
