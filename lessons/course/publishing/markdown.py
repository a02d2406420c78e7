"""Turn what notebooks say into the Markdown of the site's pages."""

from __future__ import annotations

import html
import re
from typing import Any

BOX_TITLES = {"info": "Note", "warning": "Careful"}


def sections(text: str) -> list[str]:
    """The text, cut before each of its sections' headings."""
    return [
        marked_fences(native_boxes(part.strip("\n")))
        for part in re.split(r"\n(?=## )", text)
        if part.strip()
    ]


def is_section(part: str) -> bool:
    return part.startswith("## ")


def native_boxes(text: str) -> str:
    """Notebook boxes and folds as Material's own, with Markdown inside."""
    text = re.sub(
        r'<div class="alert alert-(\w+)">',
        lambda match: (
            f'<div class="admonition {match[1]}" markdown="1">\n'
            f'<p class="admonition-title">{BOX_TITLES[match[1]]}</p>'
        ),
        text,
    )
    return text.replace("<details>", '<details class="question" markdown="1">')


def marked_fences(text: str) -> str:
    """What stands in a terminal gets the colour of the program that runs there."""
    return re.sub(
        r"(?m)^```text\n(?=\$ python (server|client)\.py$)",
        r"``` { .text .terminal .\1 }\n",
        text,
    )


def code(source: str) -> str:
    """A cell's code; its title says whose side it is, where it is only one."""
    sides = re.findall(r"(?m)^# (SERVER|CLIENT|BOTH)\b(.*)$", source)
    names = {side for side, _ in sides}
    if len(names) != 1:
        return fenced(source, "{ .python .cell }")
    side, more = sides[0]
    if len(sides) == 1 and source.startswith(f"# {side}"):
        source = source.partition("\n")[2]
    title = {"SERVER": "Server", "CLIENT": "Client", "BOTH": "Both sides"}[side] + more
    return fenced(source, f'{{ .python .cell .{side.lower()} title="{title}" }}')


def printed(output: dict[str, Any]) -> str:
    """What a cell printed or showed, set off from the code."""
    if output["output_type"] == "error":
        text = f"{output['ename']}: {output['evalue']}"
        return fenced(text, '{ .text .output .error title="Error" }')
    if output["output_type"] == "stream":
        return fenced("".join(output["text"]), '{ .text .output title="Output" }')
    data = output["data"]
    if "text/html" in data:
        shown = re.sub(r"\s*\n\s*", " ", "".join(data["text/html"]))
        return f'<div class="output shown">{shown}</div>'
    return fenced("".join(data["text/plain"]), '{ .text .output title="Output" }')


def inline(text: str) -> str:
    """Plain text with code in backquotes, as HTML on one line."""
    text = html.escape(" ".join(text.split()), quote=False)
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", text)


def folded(title: str, text: str, kind: str = "abstract") -> str:
    return (
        f'<details class="{kind}" markdown="1">\n<summary>{title}</summary>'
        f"\n\n{text}\n\n</details>"
    )


def fenced(text: str, language: str) -> str:
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{fence} {language}\n{text.rstrip()}\n{fence}"


def indented(text: str) -> str:
    return re.sub(r"(?m)^(?=.)", "    ", text)
