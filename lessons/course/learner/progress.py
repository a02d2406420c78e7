"""What the learner has solved and seen, kept in `work/progress.json`."""

from __future__ import annotations

import hashlib
import json
import time
from pathlib import Path
from typing import Any

from lessons.course.catalogue import Lesson, all_lessons, work


def _file() -> Path:
    return work() / "progress.json"


def _read() -> dict[str, Any]:
    try:
        kept = json.loads(_file().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}  # none yet, or damaged: the lessons can be checked again
    return kept if isinstance(kept, dict) else {}


def _write(kept: dict[str, Any]) -> None:
    work().mkdir(exist_ok=True)
    draft = _file().with_suffix(".new")
    draft.write_text(json.dumps(kept, indent=1), encoding="utf-8")
    draft.replace(_file())


def is_solved(lesson: Lesson) -> bool:
    """All checks of this lesson have passed once."""
    return bool(_read().get(lesson.stem, {}).get("solved"))


def note(lesson: Lesson, files: list[Path], failed: str | None) -> None:
    """Keep the outcome of a check: the sentence that failed first, or None."""
    kept = _read()
    entry = kept.setdefault(lesson.stem, {})
    if entry.get("failed") != failed:
        entry["hints"] = 0
    entry["failed"] = failed
    entry["judged"] = digest(files)
    entry["solved"] = entry.get("solved", False) or failed is None
    _write(kept)


def unchanged(lesson: Lesson, files: list[Path]) -> bool:
    """These files are the same as at the last check."""
    return bool(_read().get(lesson.stem, {}).get("judged") == digest(files))


def was_checked(lesson: Lesson) -> bool:
    """There is an outcome of a check."""
    return "judged" in _read().get(lesson.stem, {})


def failed(lesson: Lesson) -> str | None:
    """The sentence of the check that failed first in the last check."""
    found = _read().get(lesson.stem, {}).get("failed")
    return found if isinstance(found, str) else None


def next_hint(lesson: Lesson) -> int:
    """How many hints of this check were given before; counts this one."""
    kept = _read()
    entry = kept.setdefault(lesson.stem, {})
    given = int(entry.get("hints", 0))
    entry["hints"] = given + 1
    _write(kept)
    return given


def next_lesson() -> Lesson:
    """The first lesson that is not solved; the last one if all are.

    Lesson 00 has nothing to solve: it is passed once a later one was checked.
    """
    kept = _read()
    lessons = all_lessons()
    for lesson in lessons:
        if lesson.solution.exists() and not kept.get(lesson.stem, {}).get("solved"):
            begun = any(entry.get("judged") for entry in kept.values())
            return lesson if begun else lessons[0]
    return lessons[-1]


def digest(files: list[Path]) -> str:
    """A fingerprint of what is in these files."""
    content = b"\0".join(path.read_bytes() for path in files if path.is_file())
    return hashlib.sha256(content).hexdigest()


def age(path: Path) -> str:
    """How long ago a file was saved, in words."""
    seconds = max(0, int(time.time() - path.stat().st_mtime))
    for unit, size in (("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1)):
        if seconds >= size:
            count = seconds // size
            return f"{count} {unit}{'s' if count > 1 else ''} ago"
    return "this second"
