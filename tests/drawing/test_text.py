"""The text diagram."""

from __future__ import annotations

from dataclasses import replace

import pytest

from socketscope.drawing.captions import notes
from socketscope.drawing.layout import arrange
from socketscope.drawing.text import draw_text
from socketscope.reading.words import track_name
from socketscope.recording import Event, Track
from tests.drawing.builder import CLIENT, PORT, SERVER, Builder, chat, client_at, opened

NAMES = (
    "chat", "coalesced", "deadlock", "full", "refused", "reset", "threads", "timeout",
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("level", ["talk", "calls", "lines"])
def test_it_is_pure_ascii_without_trailing_spaces(saved, name, level):
    text = draw_text(saved(name), level=level, states=True, segments=True)
    assert text.isascii()
    assert all(line == line.rstrip() for line in text.splitlines())


def test_the_chat_fits_a_terminal(saved):
    lines = draw_text(saved("chat")).splitlines()
    assert max(map(len, lines)) <= 80
    assert len(lines) <= 45


def test_the_drawing_of_the_chat():
    assert draw_text(chat()).split("\n\n")[0] == EXPECTED


EXPECTED = """\
                   client.py                        server.py
                127.0.0.1:50001                  127.0.0.1:5555
                                                        |
                                                        # accept() waits for a
                                                        # client to connect
             connect() |------------ connect ---------->#
                       |                                | accept() returns a new
 input() waits for the #                                | socket: connection
              keyboard #                                # recv() waits for bytes
                       #                                # to arrive
             sendall() |--- "Hello Server!" 13 bytes -->#
recv() waits for bytes #                               :#
             to arrive #                                | recv() returns 13
                       #                                | bytes
                       #<- "Message received" 16 bytes -| sendall()
                       #:                               # recv() waits for bytes
     recv() returns 16 |                                # to arrive
                 bytes |                                #
 input() waits for the #                                #
              keyboard #                                #
             sendall() |-------- "exit" 4 bytes ------->#
recv() waits for bytes #                               :#
             to arrive #                                | recv() returns 4 bytes
                       #<----- "Goodbye!" 8 bytes ------| sendall()
                       #:                               # recv() waits for bytes
recv() returns 8 bytes |                                # to arrive
        client.close() |............. close ...........>#
                       |                                | recv() returns b"":
                       |                                | end of file
                       |<............ close ............| connection.close()
                       |                                + ends
                  ends +"""


def test_states_and_segments_can_be_switched_on(saved):
    text = draw_text(saved("chat"), states=True, segments=True)
    for word in ("LISTEN", "ESTABLISHED", "FIN_WAIT_2", "TIME_WAIT", " SYN ", " FIN "):
        assert word in text
    assert "SYN, ACK, FIN and RST are inferred" in text
    plain = draw_text(saved("chat"))
    assert "FIN " not in plain
    assert "LISTEN" not in plain


def test_a_reset_and_a_refusal_are_drawn_and_explained(saved):
    assert "<============ reset ============" in draw_text(saved("reset"))
    assert "====>  reset" in draw_text(saved("reset"))
    assert "refused ----------X" in draw_text(saved("refused"))


def test_calls_carry_their_line_numbers(saved):
    text = draw_text(saved("chat"), level="calls")
    assert any("socket()" in line and line.endswith("65") for line in text.splitlines())


def test_the_marked_part_has_stars_in_the_margin(saved):
    text = draw_text(saved("chat"), mark=("bind", "listen"))
    marked = [line for line in text.splitlines() if line.startswith("*")]
    assert ["bind()" in marked[0], "listener.listen()" in marked[1]] == [True, True]
    assert "*  this lesson's part" in text


def test_a_remark_stands_beside_its_row(saved):
    recording = saved("chat")
    event = next(i for i, e in enumerate(recording.events) if e.call == "accept")
    text = draw_text(recording, remark=(event, "here it went wrong"))
    assert "<< here it went wrong" in text
    end = draw_text(recording, remark=(len(recording.events), "and so it ended"))
    assert "<< and so it ended" in end


@pytest.mark.parametrize("height", [8, 12, 20])
def test_in_little_height_stands_what_led_to_the_remark(saved, height):
    """And of many programs, in the width of a terminal, those that it is about."""
    for name in ("chat", "room", "reset"):
        recording = saved(name)
        last = next(i for i, e in enumerate(recording.events) if e.kind == "return")
        lines = draw_text(recording, height, remark=(last, "here")).splitlines()
        assert len(lines) <= height
        assert max(map(len, lines)) <= 80
        assert any("<< here" in line for line in lines)


def test_a_server_of_three_threads_stays_readable(saved):
    text = draw_text(saved("threads"))
    assert max(map(len, text.splitlines())) <= 112
    assert "Thread-2: recv() waits" in text
    assert "thr_client.py (2)" in text


def test_threads_of_one_program_can_talk_to_each_other():
    b = Builder(SERVER, CLIENT)
    opened(b)
    # The same story, but all within one program: the client is its thread 1.
    b.programs = b.programs[:1]
    b.sockets = [type(s)(**{**vars(s), "program": 0}) for s in b.sockets]
    b.events = [
        type(e)(
            **{
                **vars(e),
                "program": 0,
                "track": e.program,
                "kind": "track" if e.kind == "start" and e.program else e.kind,
            }
        )
        for e in b.events
    ]
    assert "connect" in draw_text(b.recording())


def test_every_note_of_the_recorder_is_shown(saved):
    for name in NAMES:
        text = " ".join(draw_text(saved(name)).split())
        assert all(note in text for note in notes(saved(name))), name


def test_a_chat_of_three_clients_with_threads_fits_120_columns():
    names = ("room.py", *["chat_room_client.py"] * 3)
    b = Builder(SERVER, CLIENT, CLIENT, CLIENT, names=names)
    listener = b.socket(0, "listener", local=PORT)
    b.event("start", 0)
    for number in (1, 2, 3):
        here = client_at(number)
        b.socket(number, "client", local=here, remote=PORT)
        b.socket(0, "connection", origin="accept", local=PORT, remote=here)
        b.event("start", number)
        for program, track, socket in (
            (number, 1, 2 * number - 1),
            (0, number, 2 * number),
        ):
            b.event("track", program, track=track)
            b.wait(program, "recv", "bytes", track=track, socket=socket, line=9)
        b.call(number, "sendall", socket=2 * number - 1, data=b"hello", size=5)
        b.wait(number, "input", "keyboard", line=3)
    b.wait(0, "accept", "client", socket=listener, line=7)
    lines = draw_text(b.recording()).splitlines()
    assert 100 < max(map(len, lines)) <= 120
    for number in (1, 2, 3):  # no name loses its number, no address its port
        assert f"({number})" in lines[0]
        assert f"127.0.0.1:5000{number}" in lines[1]


def test_no_lifeline_cuts_the_label_of_an_arrow():
    b = Builder(SERVER, CLIENT, CLIENT)
    opened(b)
    b.event("start", 2)
    where, peer = ("('127.0.0.1', 5556)",), ("127.0.0.1", 5556)
    lost, door = b.socket(2, "lost"), b.socket(1, "door", local=peer)
    b.call(
        2, "connect", socket=lost, arguments=where,
        then_error="ConnectionRefusedError: [Errno 111] Connection refused",
    )  # fmt: skip
    b.call(1, "socket", then_socket=door)
    b.call(1, "listen", socket=door)
    here = b.socket(2, "here", local=client_at(2), remote=peer)
    there = b.socket(1, "there", origin="accept", local=peer, remote=client_at(2))
    b.call(2, "connect", socket=here, arguments=where)
    b.call(1, "accept", socket=door, then_new=there)
    b.call(2, "sendall", socket=here, data=b"x" * 80, size=80)
    text = draw_text(b.recording())
    for label in (" refused ", " connect ", 'xx..." 80 bytes >|'):
        assert label in text


def test_bytes_of_which_none_were_kept_are_only_counted():
    b = Builder(SERVER, CLIENT)
    _, client, _ = opened(b)
    b.call(1, "sendfile", socket=client, then_size=20_000, then_result="20000")
    text = draw_text(b.recording())
    assert " 20,000 bytes " in text
    assert '""' not in text
    assert '""' not in arrange(b.recording()).rows[-2].sentence


def test_an_arrow_to_nobody_has_a_head_however_long_its_label():
    b = Builder(SERVER, CLIENT)
    there = b.socket(1, "there", family="AF_UNIX")
    b.event("start", 0)
    b.event("start", 1)
    for size in range(10, 50):
        b.call(1, "sendall", socket=there, data=b"x" * size, size=size)
    arrows = [line for line in draw_text(b.recording()).splitlines() if '"xx' in line]
    assert all(">" in line for line in arrows)


def test_no_lifeline_cuts_a_label_where_the_threads_of_one_program_talk():
    b = Builder(SERVER, CLIENT)
    opened(b)
    begun = [Event("track", 0, track=n, text=f"Thread-{n}") for n in (1, 2)]
    moved = [replace(e, program=0, track=2 * e.program) for e in b.events]
    b.programs = b.programs[:1]
    b.sockets = [replace(each, program=0) for each in b.sockets]
    b.events = [*begun, *(event for event in moved if event.kind != "start")]
    b.wait(0, "acquire", "lock", track=1)  # its line stands between the two
    assert "- connect -" in draw_text(b.recording())


def test_threads_of_a_pool_are_told_apart():
    b = Builder(SERVER)
    names = [f"ThreadPoolExecutor-0_{number}" for number in range(3)]
    tracks = (Track(), *map(Track, names), Track("a-name-that-is-much-too-long"))
    b.programs = [replace(b.programs[0], tracks=tracks)]
    said = [track_name(b.recording(), 0, number) for number in range(1, 5)]
    assert len(set(said)) == 4
    assert said[2].endswith("-0_2")
    assert all(len(name) <= 18 for name in said)
