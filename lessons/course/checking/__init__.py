"""Judges a learner's programs.

In goes a lesson's specification and a folder of programs, out come results: for
each check what was seen in the place of the first step that was not taken, or
which known mistake that is, one question, and the recording of the run.

specification.py   scenarios, checks, and how they are judged
evidence.py        what a step and a mistake say, and which of several is told
run.py             the run as they see it: participants, calls, conversations
steps/ mistakes/   shared ones, by subject; a lesson's own stand in its checks.py
peers/             the programs of the course that run with the learner's
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
