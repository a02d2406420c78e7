"""The hand-written pages: what they say is what a run says."""

import os
import re
import socket
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from lessons.course.catalogue import ROOT, all_lessons
from lessons.course.publishing.drawings import PageRun, listed_runs
from lessons.course.publishing.lists import HERE as PUBLISHING
from lessons.course.publishing.pages import TEACHING
from socketscope import Recording, watch
from socketscope.drawing.layout import arrange
from socketscope.drawing.text import draw_text

DOCS = ROOT / "docs"
TEACHERS_PAGE = [
    PUBLISHING / "teachers_page.md",
    *(lesson.teaching for lesson in all_lessons() if lesson.teaching.exists()),
]
"""What the teacher's page is made of."""
PAGES = TEACHERS_PAGE + [
    page
    for page in DOCS.rglob("*.md")
    if DOCS / "lessons" not in page.parents and page != TEACHING
]
ERRORS = [
    page
    for page in sorted((DOCS / "errors").glob("*.md"))
    if page.stem not in ("index", "without-an-error")
]
RUNS = {run.name: run for run in listed_runs()}
UNDRAWN = {
    "permission-denied": "the recorder's ports are never refused",
    "no-route-to-host": "it takes a network with nobody in it: tests/facts",
}
STEP = re.compile(r'assets/runs/(\w+)\.html#([^ )"]+) "([^"]+)"\)')
ENDS = {
    "finished": {"glued", "one_behind", "exit_overlooked", "end_overlooked"}
    | {"race", "race_other_order", "race_free", "chat", "chat_calls"}
    | {"knock_refused", "knock_connected"},
    "idle": {"waits_for_a_client", "second_client"},
    "deadlock": {"only_the_first", "both_wait", "empty_line"},
}


def record(run: PageRun, **options: object) -> Recording:
    programs = [str(program) for program in run.programs]
    return watch(*programs, typed=run.typed, **{**run.recorded, **options})


@pytest.fixture(scope="module")
def recordings() -> dict[str, Recording]:
    with ThreadPoolExecutor(max_workers=2) as pool:
        return dict(zip(RUNS, pool.map(record, RUNS.values()), strict=True))


def provoked(call: Callable[[], object]) -> str:
    """The last line of the traceback that this call would end in."""
    try:
        call()
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    raise AssertionError("nothing was raised")


def texts_on(system: str, page: Path) -> list[str]:
    """The error texts that the page gives for a system."""
    text = page.read_text(encoding="utf-8")
    return re.findall(rf"^- {system}: `(.*)`$", text, re.MULTILINE)


def shown_runs(page: Path) -> list[str]:
    return re.findall(r"assets/runs/(\w+)\.svg", page.read_text(encoding="utf-8"))


def prose(page: Path) -> str:
    """The page without its code."""
    text = re.sub(r"^( *)```.*?^\1```", "", page.read_text("utf-8"), flags=re.M | re.S)
    return re.sub(r"`[^`]*`|^---.*?^---|!\[", "", text, flags=re.M | re.S)


def test_every_run_ends_as_its_page_says(recordings: dict[str, Recording]) -> None:
    expected = {name: kind for kind, names in ENDS.items() for name in names}
    ended = {name: made.verdict.kind for name, made in recordings.items()}
    assert ended == {name: expected.get(name, "crashed") for name in RUNS}


def test_every_run_is_shown_and_every_picture_has_its_run() -> None:
    shown = {name for page in PAGES for name in shown_runs(page)}
    linked = {
        name
        for page in PAGES
        for name, _, _ in STEP.findall(page.read_text(encoding="utf-8"))
    }
    assert shown | linked == set(RUNS)
    used = {program.parent for run in RUNS.values() for program in run.programs}
    assert {folder for folder in (DOCS / "runs").iterdir() if folder.is_dir()} <= used


@pytest.mark.skipif(sys.platform != "linux", reason="the texts shown are Linux's")
@pytest.mark.parametrize("page", ERRORS, ids=lambda page: page.stem)
def test_an_errors_text_is_in_the_run_that_its_page_shows(
    page: Path, recordings: dict[str, Recording]
) -> None:
    texts = texts_on("Linux", page) or texts_on("Everywhere", page)
    if page.stem in UNDRAWN:
        assert not shown_runs(page)
        assert "There is no drawing here" in page.read_text("utf-8")
        return
    said = [
        event.error
        for name in shown_runs(page)
        for event in recordings[name].events
        if event.kind == "crash"
    ]
    assert texts
    assert texts[0] in said


def test_what_is_said_on_every_system_is_what_python_says() -> None:
    with socket.socket() as some:
        calls: list[Callable[[], object]] = [
            lambda: some.sendall("x"),
            lambda: some.connect("127.0.0.1:5555"),
            lambda: some.bind("127.0.0.1:5555"),
            lambda: some.connect("127.0.0.1", 5555),
            lambda: some.bind("127.0.0.1", 5555),
            lambda: some.bind(("127.0.0.1", "5555")),
            lambda: some.bind(("127.0.0.1", 77777)),
            lambda: some.connect(("127.0.0.1", 77777)),
            lambda: "Grü".encode()[:3].decode(),
            lambda: "café".encode("latin-1").decode(),
            lambda: ("connection", "address").recv,
            lambda: ("connection", "address").sendall,
        ]
        said = {provoked(call) for call in calls}
    unsaid = {"module-socket-has-no-attribute", "timed-out"}  # see their runs
    for page in ERRORS:
        if page.stem not in unsaid:
            lines = [x for x in texts_on("Everywhere", page) if "protocol" not in x]
            assert set(lines) <= said, page.stem


@pytest.mark.skipif(
    sys.platform != "linux" or not hasattr(os, "geteuid") or os.geteuid() == 0,
    reason="an administrator may bind any port, and other systems differ",
)
def test_a_port_below_1024_is_refused_as_its_page_says() -> None:
    lowest = Path("/proc/sys/net/ipv4/ip_unprivileged_port_start").read_text()
    if int(lowest) <= 80:
        pytest.skip("this computer gives port 80 to everybody")
    with socket.socket() as listener:
        said = provoked(lambda: listener.bind(("127.0.0.1", 80)))
    assert texts_on("Linux", DOCS / "errors" / "permission-denied.md") == [said]


def test_every_link_to_a_step_opens_at_the_stop_that_it_names(
    recordings: dict[str, Recording],
) -> None:
    wrong = []
    for page in PAGES:
        for name, asked, label in STEP.findall(page.read_text(encoding="utf-8")):
            options = dict(re.findall(r"(\w+)=(\w+)", asked))
            arranged = {**RUNS[name].arranged}
            if "level" in options:
                arranged["level"] = options["level"]
            layout = arrange(recordings[name], **arranged)
            stops = layout.stops()
            step = int(options["step"])
            found = layout.rows[stops[step - 1]].label if step <= len(stops) else ""
            if found != label:
                wrong.append(f"{page.name}: step {step} of {name} is {found!r}")
    assert wrong == []


def test_every_link_to_a_step_names_its_stop() -> None:
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        links = re.findall(r"assets/runs/\w+\.html#", text)
        assert len(links) == len(STEP.findall(text)), page.name


def test_every_error_page_is_in_the_index_and_shows_its_cure_first() -> None:
    index = (DOCS / "errors" / "index.md").read_text(encoding="utf-8")
    for page in ERRORS:
        assert f"({page.name}" in index, page.stem
        sections = re.findall(r"^## (.*)$", page.read_text("utf-8"), re.MULTILINE)
        assert sections[0] == "The cure", page.stem
    symptoms = (DOCS / "errors" / "without-an-error.md").read_text(encoding="utf-8")
    for title in re.findall(r"^## (.*)$", symptoms, re.MULTILINE):
        assert f"[{title}](without-an-error.md#" in index


def test_the_race_goes_the_other_way_in_the_other_order(
    recordings: dict[str, Recording],
) -> None:
    page = (DOCS / "recording.md").read_text(encoding="utf-8")
    assert f"--order {RUNS['race_other_order'].recorded['order']}`" in page
    assert "server.py said goodbye first" in draw_text(recordings["race"])
    assert "client.py said goodbye first" in draw_text(recordings["race_other_order"])
    for name, order in (
        ("race", "connection listener client"),
        ("race_other_order", "client connection listener"),
    ):
        made = recordings[name]
        closed = [event for event in made.events if event.call == "close"]
        names = [made.sockets[e.socket].name for e in closed if e.kind == "return"]
        assert names == order.split()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_pages_keep_to_the_style(page: Path) -> None:
    text = prose(page).replace('"just"', "")
    found = re.findall(r"\b(?:just|simply|obviously|easy|easily|kernel)\b|!", text)
    assert found == []
