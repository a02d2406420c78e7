"""Text must be readable in both schemes (WCAG 2.2, contrast at least 4.5)."""

from __future__ import annotations

import pytest

from socketscope.drawing.palette import DARK, LIGHT, properties


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
              for c in channels]  # fmt: skip
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["paper", "soft"])
@pytest.mark.parametrize("text", ["ink", "quiet", "client", "server", "alarm", "text"])
def test_text_is_readable_on_both_grounds(colours, ground, text):
    assert contrast(colours[text], colours[ground]) >= 4.5


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("tint", ["client-tint", "server-tint", "mark"])
@pytest.mark.parametrize("text", ["ink", "text", "quiet"])
def test_text_is_readable_on_tints(colours, tint, text):
    assert contrast(colours[text], colours[tint]) >= 4.5


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_a_filled_button_is_readable(colours):
    assert contrast(colours["paper"], colours["client"]) >= 4.5
    assert contrast(colours["paper"], colours["server"]) >= 4.5


def test_both_schemes_name_the_same_colours():
    assert list(LIGHT) == list(DARK)
    assert properties({"ink": "#000", "paper": "#fff"}) == "--ink:#000;--paper:#fff"
