"""The program's terminal: what it prints is told, what is typed comes from the stage.

`sys.stdin`, `stdout` and `stderr` are ordinary text files over raw ones that
tell and wait. So buffering, prompts and `for line in sys.stdin` behave as they
do on a terminal.
"""

from __future__ import annotations

import builtins
import codecs
import functools
import io
import os
import sys

from socketscope.watched import channel, script
from socketscope.watched.calls import Call, descriptor_check
from socketscope.watched.hints import Any

BYTES_KEPT = 100_000
WRITES_KEPT = 2000
"""How much of a program's output a recording keeps."""

_real_input, _real_read = builtins.input, os.read
_asking: set[channel.Thread] = set()
_bytes = _writes = 0


def install() -> None:
    """Put the three files in place."""
    library: Any = sys
    keyboard = io.BufferedReader(Keyboard("stdin", 0))
    library.stdin = io.TextIOWrapper(keyboard, "utf-8", "strict")
    library.stdout = _screen("stdout", 1, "strict")
    library.stderr = _screen("stderr", 2, "backslashreplace")
    for name in ("stdin", "stdout", "stderr"):
        setattr(library, f"__{name}__", getattr(library, name))
    builtins.input = _input
    os.read = functools.update_wrapper(_read, os.read)


def _screen(name: str, descriptor: int, errors: str) -> io.TextIOWrapper:
    raw = io.BufferedWriter(Screen(name, descriptor))
    return io.TextIOWrapper(raw, "utf-8", errors, line_buffering=True)


class Terminal(io.RawIOBase):
    """One of the three files."""

    def __init__(self, stream: str, descriptor: int) -> None:
        self.name = f"<{stream}>"
        self._stream = stream
        self._descriptor = descriptor

    def isatty(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._descriptor


class Screen(Terminal):
    """What is written here is an `output` event."""

    def __init__(self, stream: str, descriptor: int) -> None:
        super().__init__(stream, descriptor)
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def writable(self) -> bool:
        return True

    def write(self, data: Any, /) -> int:
        global _bytes, _writes
        thread = channel.this_thread()
        if thread is None:
            if channel.blind:
                return os.write(self._descriptor, data)
            thread = channel.numbered[0]
        text = self._decoder.decode(bytes(data))
        was_kept = _bytes <= BYTES_KEPT and _writes <= WRITES_KEPT
        _bytes, _writes = _bytes + len(data), _writes + 1
        if _bytes <= BYTES_KEPT and _writes <= WRITES_KEPT:
            line = script.line_of(sys._getframe(1))
            channel.tell(thread, "output", text=text, stream=self._stream, line=line)
        elif was_kept:
            channel.tell(thread, "cut", what="prints")
        return len(data)


class Keyboard(Terminal):
    """Reads what the stage types, a line at a time."""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        thread = channel.this_thread()
        if thread is None:
            return os.readv(0, [buffer])
        name = "input" if thread in _asking else "readline"
        line = _take_line(name, len(buffer))
        buffer[: len(line)] = line
        return len(line)


def _take_line(name: str, most: int) -> bytes:
    """What was typed, by a call of this name."""
    with Call(name) as call:
        # A real descriptor, for scripts wait for it with select() too.
        call.wait(descriptor_check(0), "keyboard")
        line = _real_read(0, most)
        if line:
            text = line.decode("utf-8", "replace")
            call.result["text"] = text.removesuffix("\n")
        else:
            call.result["result"] = "EOF"
    return line


def _read(descriptor: int, most: int, /) -> bytes:
    """`os.read`, by which a script may read the keyboard, too."""
    if descriptor == 0 and channel.this_thread() is not None:
        return _take_line("read", most)
    return _real_read(descriptor, most)


def _input(prompt: object = "", /) -> str:
    thread = channel.this_thread()
    if thread is None:
        return _real_input(prompt)
    _asking.add(thread)
    try:
        return _real_input(prompt)
    finally:
        _asking.discard(thread)


_input.__name__ = _input.__qualname__ = "input"
