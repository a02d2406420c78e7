"""The learner's script: where it is, and its tracebacks without our frames."""

from __future__ import annotations

import os
import sys

from socketscope.watched.hints import Any, FrameType, TracebackType

path = ""
_OUR_FOLDER = os.path.dirname(os.path.abspath(__file__))


def frame_of(frame: FrameType | None) -> FrameType | None:
    """The innermost frame that runs the script, outwards from `frame`."""
    while frame is not None and frame.f_code.co_filename != path:
        frame = frame.f_back
    return frame


def line_of(frame: FrameType | None) -> int | None:
    """The line that the script has come to, outwards from `frame`."""
    frame = frame_of(frame)
    return frame and frame.f_lineno


def place_of(frame: FrameType | None) -> dict[str, Any]:
    """That line and its function, as fields of a message."""
    frame = frame_of(frame)
    if frame is None:
        return {}
    name = frame.f_code.co_name
    return {"line": frame.f_lineno, "function": None if name == "<module>" else name}


def is_calling(depth: int) -> bool:
    """Whether the frame `depth` above our caller is the script's own."""
    return sys._getframe(depth + 1).f_code.co_filename == path


def drop_our_frames(error: BaseException | None) -> None:
    """Take our frames out of the exception's tracebacks."""
    seen = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        trace = error.__traceback__
        while trace is not None and _is_ours(trace):
            trace = trace.tb_next
        if trace is not error.__traceback__:
            error.__traceback__ = trace
        drop_our_frames_below(trace)
        error = error.__cause__ or error.__context__


def drop_our_frames_below(trace: TracebackType | None) -> None:
    """Take our frames out of the rest of a traceback."""
    while trace is not None:
        while trace.tb_next is not None and _is_ours(trace.tb_next):
            trace.tb_next = trace.tb_next.tb_next
        trace = trace.tb_next


def _is_ours(trace: TracebackType) -> bool:
    return trace.tb_frame.f_code.co_filename.startswith(_OUR_FOLDER)
