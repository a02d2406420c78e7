"""Names, programs and bytes that try to break out of a drawing."""

from __future__ import annotations

import html
import json
import re
import xml.etree.ElementTree as ET

import pytest

from socketscope.drawing.stepper import draw_stepper
from socketscope.drawing.svg import draw_svg
from socketscope.drawing.text import draw_text
from socketscope.notebook import show
from socketscope.recording import Note, Program, Recording, Track, Verdict
from tests.drawing.builder import Builder, opened

NASTY = (
    '</script><script>alert(1)</script><img src=x onerror="alert(2)">',
    "<!-- ]]> &amp; ' \" ` ${alert(3)} {0} %s",
    "\x1b[2J\x00\x07\u202e\u2028\ufeff\ud800",
)


def hostile() -> Recording:
    text = "".join(NASTY)
    b = Builder(f'print("{NASTY[0]}")\n{NASTY[1]}\n', f"# {text}\n")
    _, client, connection = opened(b)
    b.programs = [
        Program(f"{NASTY[0]}.py", b.programs[0].source),
        Program(
            f"{NASTY[2]}.py", b.programs[1].source, (Track(NASTY[1]), Track(NASTY[0]))
        ),
    ]
    b.sockets = [type(s)(**{**vars(s), "name": NASTY[0]}) for s in b.sockets]
    payload = text.encode("utf-8", "surrogatepass")
    b.call(1, "sendall", socket=client, data=payload, size=len(payload))
    b.call(0, "recv", socket=connection, then_data=payload, then_size=len(payload))
    b.event("output", 0, text=text + "\n", stream="stderr")
    b.event("line", 1, line=1, variables=((NASTY[1], text),))
    b.wait(1, "input", NASTY[0])
    b.back(1, "input", text=text)
    b.call(1, NASTY[1], socket=client, then_result=text)
    b.event("track", 1, track=1)
    b.event("crash", 1, track=1, line=99, error=f"{NASTY[0]}: {text}")
    b.event("crash", 0, line=98, error=f"{NASTY[1]}: {text}")
    notes = (Note("untyped", 1, text=text), Note(text))
    return b.recording(Verdict("crashed", "error", 0), notes=notes)


@pytest.fixture(scope="module")
def drawings() -> dict[str, str]:
    options = {
        "level": "lines", "states": True, "segments": True,
        "mark": NASTY, "remark": (3, "".join(NASTY)), "title": "".join(NASTY),
    }  # fmt: skip
    recording = hostile()
    return {
        "text": draw_text(recording, **options),
        "svg": draw_svg(recording, **options),
        "stepper": draw_stepper(recording, **options),
        "notebook": show(recording, **options)._repr_mimebundle_()["text/html"],
    }


@pytest.mark.parametrize("kind", ["text", "svg", "stepper", "notebook"])
def test_no_control_character_gets_through(drawings, kind):
    drawing = drawings[kind]
    for char in "\x1b\x00\x07\u202e\u2028\ufeff\ud800":
        assert char not in drawing
    drawing.encode()


def test_the_svg_is_well_formed_and_runs_nothing(drawings):
    root = ET.fromstring(drawings["svg"])
    tags = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert tags <= {
        "svg", "title", "desc", "style", "defs", "pattern", "path", "rect", "text",
        "circle",
    }  # fmt: skip


def test_the_stepper_has_only_its_own_scripts(drawings):
    page = drawings["stepper"]
    assert len(re.findall(r"<script", page)) == 2
    assert "<img" not in page.replace("<img src=x onerror=\\", "")
    data = re.search(r'application/json">(.*?)</script>', page, re.DOTALL)
    source = json.loads(data[1])["programs"][0]["source"]
    assert source == hostile().programs[0].source


def test_the_notebook_has_one_image_and_one_script(drawings):
    page = drawings["notebook"]
    assert len(re.findall("<img", page)) == 1
    assert len(re.findall("<script", page)) == 1
    assert page.endswith("</script>")
    assert html.unescape(page).count("socketscope-") == 2


def test_the_text_is_ascii(drawings):
    assert drawings["text"].isascii()


def test_a_huge_program_line_and_a_huge_print_are_cut():
    b = Builder("x = '" + "y" * 100_000 + "'\n")
    b.event("start", 0)
    b.event("line", 0, line=1)
    b.event("output", 0, text="z" * 100_000, stream="stdout")
    recording = b.recording()
    assert len(draw_text(recording, level="lines")) < 3_000
    assert len(draw_svg(recording, level="lines")) < 9_000
