"""Records socket programs that really talk, and draws what happened.

`watch` runs programs and returns a `Recording`; `Recording.load` reads a saved
one. On the command line: `python3 -m socketscope SERVER [CLIENT …]`.
"""

from __future__ import annotations

TYPE_CHECKING = False  # watched programs import this too: keep it cheap
if TYPE_CHECKING:
    from socketscope.recorder.stage import CannotRecord, watch
    from socketscope.recording import NotARecording, Recording

__all__ = ["CannotRecord", "NotARecording", "Recording", "watch"]


def __getattr__(name: str) -> object:
    if name in ("Recording", "NotARecording"):
        from socketscope import recording

        return getattr(recording, name)
    if name in ("watch", "CannotRecord"):
        from socketscope.recorder import stage

        return getattr(stage, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
