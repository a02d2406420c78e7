"""Judges a learner's programs.

In goes a lesson's specification and a folder of programs, out come results: for
each check what was seen in the place of the first step that was not taken, or
which known mistake that is, one question, and the recording of the run.
"""

from __future__ import annotations

from lessons.course.checking.specification import (
    PEERS,
    Result,
    Scenario,
    Specification,
    judge,
    specification,
)

__all__ = ["PEERS", "Result", "Scenario", "Specification", "judge", "specification"]
