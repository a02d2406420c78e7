"""The layout that all drawings share."""

from __future__ import annotations

import pytest

from socketscope.drawing.layout import CALLS, LINES, TALK, arrange
from socketscope.drawing.stepper import draw_stepper
from socketscope.drawing.svg import draw_svg
from socketscope.drawing.text import draw_text
from socketscope.recording import Program, Track
from tests.drawing.builder import CLIENT, SERVER, Builder, chat, deadlock, echo, opened


def test_the_client_stands_left_and_the_server_right(saved):
    layout = arrange(saved("chat"))
    assert [line.program for line in layout.lifelines] == [1, 0]
    assert arrange(saved("threads")).order == (2, 1, 0)


def test_threads_stand_beside_their_program(saved):
    layout = arrange(saved("threads"))
    assert [(line.program, line.main) for line in layout.lifelines] == [
        (2, True), (1, True), (0, True), (0, False), (0, False),
    ]  # fmt: skip


def test_threads_that_never_live_together_share_a_line():
    b = Builder(SERVER)
    b.event("start", 0)
    for thread in (1, 2):
        b.event("track", 0, track=thread)
        b.event("track_end", 0, track=thread)
    assert len(arrange(b.recording()).lifelines) == 2


def test_the_talk_of_the_chat_has_about_ten_stops(saved):
    layout = arrange(saved("chat"))
    assert len(layout.stops(TALK)) == 11
    assert len(layout.stops(TALK)) < len(layout.stops(CALLS)) < len(layout.stops(LINES))


def test_every_stop_is_shown(saved):
    for name in ("chat", "threads", "reset", "refused", "full"):
        for level in ("talk", "calls", "lines"):
            layout = arrange(saved(name), level=level)
            assert set(layout.stops()) <= set(layout.shown), (name, level)


def test_arrows_go_down_the_page_and_bars_have_a_length(saved):
    for name in ("chat", "threads", "reset", "coalesced"):
        layout = arrange(saved(name))
        for row in layout.rows:
            for flight in row.flights:
                assert flight.taken is None or flight.taken > flight.row
        assert all(bar.last is None or bar.last > bar.first for bar in layout.bars)


def test_who_waits_at_the_end_has_an_open_bar():
    open_bars = [bar for bar in arrange(deadlock()).bars if bar.last is None]
    assert {bar.call for bar in open_bars} == {"recv"}
    assert len(open_bars) == 2


@pytest.mark.parametrize(
    ("mark", "calls"),
    [
        (("bind", "listen"), ["bind", "listen"]),
        ("bind", ["bind"]),
        (("server.close",), ["close", "close"]),
        (("client.close",), ["close"]),
    ],
)
def test_a_lesson_marks_its_part_by_the_names_of_calls(mark, calls):
    layout = arrange(chat(), mark=mark)
    marked = [row for row in layout.rows if row.marked]
    assert [row.moment.name for row in marked] == calls
    assert all(layout.rows.index(row) in layout.shown for row in marked)


def test_who_waits_at_the_end_is_told_whatever_it_waits_for():
    b = Builder(SERVER)
    b.event("start", 0)
    b.wait(0, "wait", "event", line=3)
    (waits,) = (row for row in arrange(b.recording()).rows if row.label == "wait()")
    assert waits.level == TALK


def test_the_last_of_many_sleeps_is_told():
    b = Builder(SERVER)
    b.event("start", 0)
    for _ in range(3):
        b.wait(0, "sleep", "time", line=3, timeout=0.1)
        b.back(0, "sleep", line=3)
    b.wait(0, "sleep", "time", line=3, timeout=0.1)
    rows = [row for row in arrange(b.recording()).rows if row.label == "sleep()"]
    assert [row.level for row in rows] == [CALLS, CALLS, CALLS, TALK]


def test_a_lesson_marks_its_part_by_stops():
    layout = arrange(chat(), mark=range(4, 6))
    marked = [row.moment.name for row in layout.rows if row.marked]
    assert marked == ["sendall", "recv", "recv", "sendall"]


def test_a_remark_stands_at_its_event():
    recording = chat()
    event = next(i for i, e in enumerate(recording.events) if e.call == "bind")
    layout = arrange(recording, remark=(event, "here it went wrong"))
    remarks = [(row.label, row.remark) for row in layout.rows if row.remark]
    assert remarks == [("bind()", "here it went wrong")]


def test_a_remark_about_the_end_stands_at_the_end():
    recording = chat()
    layout = arrange(recording, remark=(len(recording.events) + 5, "too late"))
    assert layout.rows[-1].remark == "too late"


def test_a_step_is_found_by_number_or_by_call():
    layout = arrange(chat())
    assert layout.find(None) == layout.stops()[0]
    assert layout.find(99) == layout.stops()[-1]
    assert layout.rows[layout.find("client.sendall")].moment.name == "sendall"
    with pytest.raises(ValueError, match="No row of this recording is about 'poll'"):
        layout.find("poll")


def test_a_level_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="it can be talk, calls, lines"):
        arrange(chat(), level="everything")


def test_states_show_the_row_that_changed_them():
    hidden = arrange(chat())
    shown = arrange(chat(), states=True)
    labels = [shown.rows[i].label for i in set(shown.shown) - set(hidden.shown)]
    assert labels == ["listener.listen()"]


def test_a_loop_of_timeouts_is_told_once():
    b = Builder(SERVER)
    held = b.socket(0, "listener")
    b.call(0, "socket", then_socket=held)
    for _ in range(5):
        b.wait(0, "accept", "client", socket=held, line=3, timeout=0.3)
        b.back(0, "accept", socket=held, line=3, error="TimeoutError: timed out")
    layout = arrange(b.recording())
    told = [row.moment.kind for row in layout.rows if row.level == TALK]
    assert told == ["wait", "back", "wait", "end"]


def test_a_timeout_is_told_again_once_its_thread_has_done_something():
    b = Builder(SERVER, CLIENT)
    _, client, _ = opened(b)
    for _ in range(3):
        b.call(1, "sendall", socket=client, line=5, data=b"ping", size=4)
        b.wait(1, "recv", "bytes", socket=client, line=6, timeout=0.3)
        b.back(1, "recv", socket=client, line=6, error="TimeoutError: timed out")
    told = [row for row in arrange(b.recording()).rows if row.bad and row.level == TALK]
    assert len(told) == 3


def test_a_server_that_looks_up_waits_on_while_others_act():
    b = Builder(SERVER, CLIENT)
    listener, client, _ = opened(b)
    for _ in range(4):
        b.wait(0, "select", "client", sockets=(listener,), line=9, timeout=0.5)
        b.call(1, "sendall", socket=client, line=5, data=b"ping", size=4)
        b.back(0, "select", line=9)
    layout = arrange(b.recording())
    told = [row for row in layout.rows if row.label == "select()" and not row.level]
    assert len(told) == 1
    arrows = [line for line in draw_text(layout).splitlines() if "4 bytes" in line]
    assert len(arrows) == 4
    assert all(line.endswith(">#") for line in arrows)  # the bar goes on


def test_bars_and_queues_go_through_what_is_folded():
    b = Builder(SERVER, CLIENT)
    echo(b, 20)
    layout = arrange(b.recording())
    (again,) = (n for n, row in enumerate(layout.rows) if row.moment.hidden)
    assert all(bar.last is None or bar.last > bar.first for bar in layout.bars)
    # The server's wait ends in a round that is left out, where another begins.
    server = [bar for bar in layout.bars if bar.lifeline == 1]
    assert [bar.last for bar in server if bar.first < again][-1] == again
    assert next(bar.first for bar in server if bar.first >= again) == again
    assert layout.rows[again].label == "again, 18 times"
    assert layout.rows[again].talk == "The same happens again, 18 times."


def test_bytes_that_were_sent_in_a_folded_round_are_seen_to_wait():
    b = Builder(SERVER, CLIENT)
    _, client, _ = opened(b)
    for _ in range(20):
        b.call(1, "sendall", socket=client, line=8, data=b"hello", size=5)
    (again,) = (row for row in arrange(b.recording()).rows if row.moment.hidden)
    assert [(f.source, f.target, f.taken) for f in again.kept] == [(0, 1, None)]


def test_a_drawing_takes_what_is_arranged_already():
    layout = arrange(chat(), level="calls")
    assert arrange(layout) is layout
    for draw in (draw_text, draw_svg, draw_stepper):
        assert draw(layout) == draw(chat(), level="calls")


def test_of_very_many_threads_the_last_share_a_line_and_that_is_said():
    b = Builder(SERVER)
    b.programs[0] = Program("server.py", SERVER, tracks=(Track(),) * 21)
    b.event("start", 0)
    for thread in range(1, 21):
        b.event("track", 0, track=thread)
        b.wait(0, "acquire", "lock", track=thread, line=3)
    layout = arrange(b.recording())
    assert [line.crowded for line in layout.lifelines] == [False] * 7 + [True]
    assert sum(life.lifeline == 7 for life in layout.lives) == 14
    said = "The outermost line of server.py stands for several threads at a time."
    assert said in " ".join(draw_text(layout).split())
    assert max(map(len, draw_text(layout).splitlines())) <= 120
