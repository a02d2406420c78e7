"""What Python's exceptions mean to somebody who writes a first socket program.

The texts are in `explanations.toml`, with the numbers that each system uses.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

SYSTEMS = {"linux": "Linux", "macos": "macOS", "windows": "Windows"}


@dataclass(frozen=True)
class Explanation:
    """One exception, explained."""

    line: str
    """A pattern, found in the last line of the traceback."""
    says: str
    """What it says, in a sentence."""
    ask: str
    """What to think about next."""
    numbers: tuple[tuple[str, int], ...]
    """The error's number on each system that has it."""

    @property
    def means(self) -> str:
        """What it says, with its number on each system."""
        where: dict[int, list[str]] = {}
        for system, number in self.numbers:
            where.setdefault(number, []).append(SYSTEMS[system])
        known = [f"{n} on {' and '.join(names)}" for n, names in where.items()]
        return (
            f"{self.says} (The number is {', '.join(known)}.)" if known else self.says
        )

    def fits(self, error: str) -> bool:
        found = re.search(r"\[(?:Errno|WinError) (\d+)\]", error)
        number = int(found[1]) if found else None
        known = any(number == each for _, each in self.numbers)
        return known or re.search(self.line, error) is not None


def _read() -> tuple[Explanation, ...]:
    path = Path(__file__).with_name("explanations.toml")
    return tuple(
        Explanation(
            each["line"],
            " ".join(each["says"].split()),
            " ".join(each["ask"].split()),
            tuple(each.get("numbers", {}).items()),
        )
        for each in tomllib.loads(path.read_text(encoding="utf-8"))["exception"]
    )


EXPLANATIONS = _read()


def explain(error: str) -> Explanation | None:
    """The explanation of an exception, by the last line of its traceback."""
    return next((each for each in EXPLANATIONS if each.fits(error)), None)
