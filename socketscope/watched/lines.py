"""Watching the lines that the script runs, and what its variables hold."""

from __future__ import annotations

import sys
import threading

from socketscope.watched import channel, script, sockets, values
from socketscope.watched.hints import Any, FrameType

LINES_KEPT = 1500
ITEMS_SHOWN = 8
SIMPLE = (str, bytes, int, float, bool, type(None))

_lines = 0
_shown: dict[tuple[int, str | None, str], str] = {}
"""What each variable of each thread's functions was last seen to hold."""


def install() -> None:
    """Follow every thread that runs the script's code."""
    threading.settrace(_enter)
    sys.settrace(_enter)


def _enter(frame: FrameType, event: str, arg: Any) -> Any:
    """Called for every function that begins; only the script's are followed."""
    if frame.f_code.co_filename != script.path:
        return None
    frame.f_trace_lines = _lines < LINES_KEPT
    return _follow


def _follow(frame: FrameType, event: str, arg: Any) -> Any:
    global _lines
    if event == "exception":
        # It has just come to the script, whose handlers may print it.
        script.drop_our_frames_below(arg[2])
    elif event == "line":
        thread = channel.this_thread()
        if thread is None:
            return _follow
        _lines += 1
        if _lines > LINES_KEPT:
            frame.f_trace_lines = False
            if _lines == LINES_KEPT + 1:
                channel.tell(thread, "cut", what="lines", kept=LINES_KEPT)
            return _follow
        if sockets.unnamed:
            sockets.find_names(frame)
        place = script.place_of(frame)
        changed = _changes(thread.number, place["function"], frame)
        channel.tell(thread, "line", **place, variables=changed)
    return _follow


def _changes(
    number: int, function: str | None, frame: FrameType
) -> tuple[tuple[str, str], ...]:
    """Names and values of the variables that hold something new."""
    changed = []
    # At module level, what `from socket import *` brings is not the script's.
    named = frame.f_code.co_names if function is None else None
    for name, value in list(frame.f_locals.items()):
        if name.startswith("__") or (named is not None and name not in named):
            continue
        text = _in_short(value)
        key = (number, function, name)
        if text is not None and _shown.get(key) != text:
            _shown[key] = text
            changed.append((name, text))
    return tuple(changed)


def _in_short(value: Any) -> str | None:
    """Plain values and small collections of them; None for anything else."""
    kind = type(value)
    if kind in SIMPLE:
        if kind is int and value.bit_length() > 300:
            return None
        return values.show(value, 60)
    if kind in (tuple, list, set, frozenset):
        if len(value) > ITEMS_SHOWN or not all(type(v) in SIMPLE for v in value):
            return None
        parts = [values.show(v, 40) for v in value]
        if kind is tuple:
            return f"({', '.join(parts)}{',' * (len(parts) == 1)})"
        if kind is list:
            return f"[{', '.join(parts)}]"
        # Sorted, for the order of a set differs from run to run.
        return f"{{{', '.join(sorted(parts))}}}" if parts else repr(value)
    if kind is dict and len(value) <= ITEMS_SHOWN:
        items = [(_in_short(k), _in_short(v)) for k, v in value.items()]
        if all(key is not None and held is not None for key, held in items):
            return f"{{{', '.join(f'{key}: {held}' for key, held in items)}}}"
    return None
