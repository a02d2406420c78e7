"""Records socket programs that really talk, and draws what happened.

`watch` runs programs and returns a `Recording`; `Recording.load` reads a saved
one. On the command line: `python3 -m socketscope SERVER [CLIENT …]`.

- `recording`: what is in one, field by field; everything else makes or reads it
- `recorder/` makes it: programs in a world, their turns, what the system saw
- `watched/` runs inside each program, and tells
- `reading/`: its calls, what the bytes did, the names of things
- `drawing/` shows it: as text, as a picture, as a page to step through
- `notebook` and `live`: what a notebook shows, of a recording and of live sockets
"""

from __future__ import annotations

TYPE_CHECKING = False  # watched programs import this too: keep it cheap
if TYPE_CHECKING:
    from socketscope.recorder.cast import END, INTERRUPT
    from socketscope.recorder.watch import watch
    from socketscope.recorder.world import CannotRecord
    from socketscope.recording import NotARecording, Recording

__all__ = [
    "END",
    "INTERRUPT",
    "CannotRecord",
    "NotARecording",
    "Recording",
    "watch",
]


def __getattr__(name: str) -> object:
    if name in ("Recording", "NotARecording"):
        from socketscope import recording

        return getattr(recording, name)
    if name in ("watch", "CannotRecord", "END", "INTERRUPT"):
        from socketscope.recorder import cast, watch, world

        return getattr(
            {"watch": watch, "END": cast, "INTERRUPT": cast}.get(name, world), name
        )
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
