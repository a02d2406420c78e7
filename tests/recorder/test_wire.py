"""What a watched program may say is a table; all else is an error."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from socketscope.recorder import wire
from socketscope.recording import Raised

WATCHED = Path(wire.__file__).parents[1] / "watched"


def test_a_message_is_made_of_what_came_up_the_wire() -> None:
    fields = {"call": "recv", "socket": 0, "error": ("OSError", "no", "EBADF")}
    heard = wire.heard((2, "return", fields, 7, 3))
    over = wire.Return("recv", socket=0, error=Raised("OSError", "no", "EBADF"))
    assert heard == wire.Heard(2, "return", over, 7, 3)


@pytest.mark.parametrize(
    ("kind", "fields", "error"),
    [("retrun", {}, KeyError), ("pause", {"yield": True}, TypeError)],
)
def test_an_unknown_kind_or_field_is_an_error(
    kind: str, fields: dict[str, object], error: type[Exception]
) -> None:
    with pytest.raises(error):
        wire.heard((0, kind, fields, 0, None))


def test_programs_say_every_kind_and_no_other() -> None:
    said = set()
    for path in [*WATCHED.glob("*.py"), Path(wire.__file__).with_name("processes.py")]:
        text = path.read_text(encoding="utf-8")
        said |= set(re.findall(r"\b(?:tell|ask|say)\(\s*[\w.\[\]]+,\s*\"(\w+)\"", text))
        said |= set(re.findall(r"\b_post\(\"(\w+)\"", text))
    assert said == set(wire.KINDS)
