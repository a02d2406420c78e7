"""The colours of every drawing, in one place, so that a site can share them.

Each name is a CSS custom property without its dashes. All text colours reach
a contrast of 4.5 : 1 on `paper` and on `soft` in both schemes (WCAG AA), which
a test computes. Colour never says anything alone: a client stands left and a
server right, and every state is also written out.
"""

from __future__ import annotations

LIGHT = {
    "ink": "#1c2330",  # text
    "quiet": "#566072",  # second-rank text
    "rule": "#ccd4df",  # lifelines and borders
    "paper": "#ffffff",  # the drawing's ground
    "soft": "#f3f6fa",  # panels on that ground
    "client": "#0b5cad",
    "client-tint": "#d9e8f8",
    "server": "#a0420d",
    "server-tint": "#f9e5d8",
    "text": "#1a6435",  # quoted text in a program
    "alarm": "#b3152a",  # what went wrong
    "mark": "#fff3c4",  # this lesson's part
    "mark-edge": "#8a6500",
}

DARK = {
    "ink": "#e6ebf2",
    "quiet": "#a3afbf",
    "rule": "#3d4756",
    "paper": "#12171f",
    "soft": "#1b222c",
    "client": "#7cb8ff",
    "client-tint": "#1d3550",
    "server": "#ffab76",
    "server-tint": "#47301f",
    "text": "#85d69a",
    "alarm": "#ff8f8a",
    "mark": "#3a3215",
    "mark-edge": "#e3bd55",
}

SANS = 'system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif'
MONO = 'ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace'


def properties(colours: dict[str, str]) -> str:
    """The colours as CSS declarations: `--ink:#1c2330;--quiet:#566072;…`."""
    return ";".join(f"--{name}:{value}" for name, value in colours.items())
