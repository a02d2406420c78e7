"""What stands under a drawing: how to read it, and how it came about."""

from __future__ import annotations

from socketscope.reading.words import clean
from socketscope.recording import Recording

KEY = (
    "Time runs downwards. Striped bar: the thread waits. Dotted edge: bytes wait in "
    "the receive queue."
)
"""How to read the picture."""
INFERRED = (
    "SYN, ACK, FIN and RST are inferred from the calls and the TCP states, not "
    "captured; most ACKs are left out."
)
STATES_READ = "CAPITALS beside a line: the TCP state of that end."


def caption(recording: Recording, states: bool, segments: bool) -> list[str]:
    """What a reader must know about how the picture came about."""
    known = any(event.tcp is not None for event in recording.events)
    said = [STATES_READ] if states and known else []
    if segments:
        said.append(INFERRED)
    return said + [clean(note) for note in recording.notes]
