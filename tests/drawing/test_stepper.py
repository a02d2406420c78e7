"""The stepper's page, as far as it can be judged without a browser."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

from socketscope.drawing.stepper import _shortened, _Texts, draw_stepper
from tests.drawing.builder import chat as written


def data(page: str) -> dict:
    found = re.search(r'application/json">(.*?)</script>', page, re.DOTALL)
    assert found
    return json.loads(found[1])


def test_the_page_adds_at_most_28_kilobytes_to_the_chat_s_programs(chat):
    programs = sum(len(program.source.encode()) for program in chat.programs)
    assert len(draw_stepper(chat).encode()) - programs <= 28_000


def test_it_asks_for_nothing_from_anywhere(chat):
    page = draw_stepper(chat)
    assert not re.search(r"https?://|//[a-z]|@import|url\((?!#)", page)
    tags = []

    class Collect(HTMLParser):
        def handle_starttag(self, tag, attrs):
            tags.append((tag, dict(attrs)))

    Collect().feed(page)
    assert not [tag for tag, attrs in tags if "src" in attrs or "href" in attrs]


def test_nothing_is_left_to_fill_in(chat):
    names = "about|dark|data|light|mono|sans|script|style|system|title"
    assert not re.search(rf"\$({names})\b", draw_stepper(chat))


def test_it_opens_where_it_is_asked_to():
    layout = data(draw_stepper(written(), step=4, level="calls", states=True))
    assert layout["view"] == {
        "level": 1, "states": True, "segments": False, "row": 3,
    }  # fmt: skip


def test_shared_phrases_come_back_as_they_were():
    texts = _Texts()
    said = ["", "a b c d e f g", "x a b c d e f g", "x a b c d ¡ ¢", "$& $1 a b c d e"]
    for text in said:
        texts.number(text)
    shared = texts.shared()
    letters, *phrases = shared["phrases"]
    back = shared["said"]
    for letter, phrase in reversed(list(zip(letters, phrases, strict=True))):
        back = [text.replace(letter, phrase) for text in back]
    assert back == said
    assert phrases


def test_shortening_a_script_keeps_its_texts():
    script = """
    // a comment
    const a = "x  =  1", b = `y ( ${a} )`;
    if (a === b) { go( a , b ); }
    """
    assert _shortened(script) == (
        'const a="x  =  1",b=`y ( ${a} )`;if(a===b){go(a,b);}'
    )
