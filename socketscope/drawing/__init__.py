"""Shows a recording: as text, as a picture, as a page to step through.

In goes a `Recording` (and what `reading` makes of it), out come strings. Nothing
here knows how a recording was made.
"""
