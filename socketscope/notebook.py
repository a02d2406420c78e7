"""What a notebook shows of a recording: the picture, and the stepper in its place."""

from __future__ import annotations

import base64
import html
import json
import re
import zlib
from dataclasses import dataclass
from typing import Any

from socketscope.drawing.layout import arrange
from socketscope.drawing.stepper import draw_stepper
from socketscope.drawing.svg import draw_svg
from socketscope.drawing.text import draw_text
from socketscope.recording import Recording


@dataclass(frozen=True)
class Drawing:
    """A recording that shows itself: as text, as an image, as the stepper."""

    text: str
    svg: str
    stepper: str | None
    title: str
    said: str
    """The text alternative of the image: what happens at each stop."""

    def __repr__(self) -> str:
        return self.text

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        """Text for a terminal; HTML for a notebook.

        A notebook that is not trusted drops the script and keeps the image.
        """
        return {"text/plain": self.text, "text/html": self._html()}

    def _html(self) -> str:
        image = base64.b64encode(self.svg.encode()).decode()
        size = re.search(r'width="(\d+)" height="(\d+)"', self.svg)
        width, height = size.groups() if size else ("", "")
        mark = f"socketscope-{zlib.crc32(self.svg.encode()):08x}"
        script = _swap_in(mark, self.title, self.stepper) if self.stepper else ""
        return (
            f'<img class="{mark}" alt="{html.escape(self.said)}" '
            f'width="{width}" height="{height}" style="max-width:100%;height:auto" '
            f'src="data:image/svg+xml;base64,{image}">{script}'
        )


def show(
    recording: Recording,
    *,
    step: int | str | None = None,
    stepper: bool = True,
    **options: Any,
) -> Drawing:
    """The recording for the end of a notebook cell.

    Takes the options of `layout.arrange`; `step` is where the stepper opens
    (see `draw_stepper`). With `stepper=False` it is the image alone, which
    keeps a notebook small.
    """
    layout = arrange(recording, **options)
    stops = [layout.rows[row].talk for row in layout.stops(0)]
    return Drawing(
        text=draw_text(layout),
        svg=draw_svg(layout),
        stepper=draw_stepper(layout, step=step) if stepper else None,
        title=layout.title,
        said=" ".join([f"{layout.title}:", *stops]),
    )


def _swap_in(mark: str, title: str, stepper: str) -> str:
    """A script element that puts the stepper where the image is."""

    def text(value: str) -> str:
        # Neither "</script>" nor "<!--" may stand in a script.
        return json.dumps(value, ensure_ascii=False).replace("<", "\\u003c")

    return f"""<script>
for (const image of document.querySelectorAll("img.{mark}")) {{
  const frame = document.createElement("iframe");
  frame.title = {text(title)};
  frame.style = "width:100%;height:680px;border:0";
  addEventListener("message", event => {{
    if (event.source === frame.contentWindow && event.data.socketscope)
      frame.style.height = event.data.socketscope.height + "px";
  }});
  frame.srcdoc = {text(stepper)};
  image.replaceWith(frame);
}}
</script>"""
