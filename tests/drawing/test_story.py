"""Following the bytes: whose recv took what, and what still waits."""

from __future__ import annotations

import time
from dataclasses import replace

from socketscope.drawing.layout import arrange
from socketscope.drawing.story import Moment, find, fold, tell
from socketscope.recording import Note, Recording
from tests.drawing.builder import (
    CLIENT,
    PORT,
    SERVER,
    Builder,
    client_at,
    echo,
    opened,
    tcp,
)


def drawn(recording: Recording, kind: str) -> list:
    """Each arrow of a kind, with the event at which it is drawn."""
    return [
        (moment.event, arrow)
        for moment in tell(recording)
        for arrow in moment.did.arrows
        if arrow.kind == kind
    ]


def arrows(recording: Recording, kind: str) -> list:
    return [arrow for _, arrow in drawn(recording, kind)]


def test_every_send_of_the_chat_is_taken_by_the_other_side(saved):
    data = arrows(saved("chat"), "data")
    assert [arrow.data for arrow in data] == [
        b"Hello Server!",
        b"Message received",
        b"exit",
        b"Goodbye!",
    ]
    assert [arrow.source[0] for arrow in data] == [1, 0, 1, 0]
    assert all(arrow.taken > at for at, arrow in drawn(saved("chat"), "data"))


def test_the_ledger_of_bytes_agrees_with_the_operating_system(saved):
    for name in ("chat", "threads", "reset", "coalesced"):
        recording = saved(name)
        for moment in tell(recording):
            for end in moment.ends:
                if not end.keeper and end.remote:
                    assert len(end.head) == min(end.waiting, 24), (name, moment, end)


def test_several_sends_can_arrive_in_one_recv(saved):
    took = [m.did.took for m in tell(saved("coalesced")) if m.did.took]
    assert [(t.data, t.sends) for t in took if t.size] == [(b"onetwothree", 3)]


def test_a_short_recv_leaves_bytes_and_a_close_then_resets(saved):
    moments = tell(saved("reset"))
    taken = next(m.did.took for m in moments if m.did.took)
    assert (taken.data, taken.left) == (b"hel", 8)
    closed = next(m for m in moments if m.did.unread)
    assert closed.did.unread == 8
    assert [arrow.kind for arrow in closed.did.arrows] == ["rst"]


def test_unread_bytes_stop_waiting_when_their_socket_is_closed(saved):
    (sent,) = arrows(saved("reset"), "data")
    ((reset_at, _),) = drawn(saved("reset"), "rst")
    assert sent.taken == reset_at


def test_who_closed_first_is_known_at_the_second_close(saved):
    moments = tell(saved("chat"))
    assert [m.did.first_close for m in moments if m.did.first_close is not None] == [1]


def test_a_peek_takes_nothing():
    b = Builder(SERVER, CLIENT)
    _, client, connection = opened(b)
    b.call(1, "sendall", socket=client, data=b"hello", size=5)
    b.call(
        0, "recv", socket=connection, arguments=("5", "MSG_PEEK"),
        then_data=b"hello", then_size=5,
    )  # fmt: skip
    (sent,) = arrows(b.recording(), "data")
    assert sent.taken is None
    row = arrange(b.recording()).rows[-2]
    assert row.note == "5 bytes, left there"
    assert row.sentence.endswith("they stay in its receive queue.")


def test_a_partial_send_counts_what_was_taken_from_it():
    b = Builder(SERVER, CLIENT)
    _, client, _ = opened(b)
    b.call(1, "send", socket=client, data=b"hello", size=5, then_result="3")
    (sent,) = arrows(b.recording(), "data")
    assert (sent.data, sent.size) == (b"hel", 3)


def test_an_arrow_never_comes_after_its_effect():
    # In a free run another program may see the bytes before sendall returns.
    b = Builder(SERVER, CLIENT)
    _, client, connection = opened(b)
    b.wait(0, "recv", "bytes", socket=connection)
    b.event("call", 1, call="sendall", socket=client, data=b"hi", size=2)
    b.back(0, "recv", socket=connection, data=b"hi", size=2)
    b.event("return", 1, call="sendall", socket=client)
    moments = tell(b.recording())
    ((sent_at, sent),) = drawn(b.recording(), "data")
    assert sent_at < sent.taken
    assert [m.name for m in moments].count("sendall") == 1


def test_a_connection_comes_to_the_thread_that_waits_for_it():
    b = Builder(SERVER, CLIENT)
    opened(b)
    b.events = [
        replace(each, track=1) if each.call == "accept" else each for each in b.events
    ]
    (connect,) = arrows(b.recording(), "connect")
    assert connect.target == (0, 1)


def test_bytes_wait_for_a_connection_that_nobody_accepted():
    b = Builder(SERVER, CLIENT)
    listener = b.socket(0, "listener", local=PORT)
    client = b.socket(1, "client", local=client_at(), remote=PORT)
    b.call(0, "socket", then_socket=listener)
    b.call(0, "listen", socket=listener)
    b.call(1, "socket", then_socket=client)
    b.call(1, "connect", socket=client, arguments=("('127.0.0.1', 5555)",))
    states = (
        tcp(PORT, None, "LISTEN", 1, listener),
        tcp(client_at(), PORT, "ESTABLISHED", 0, client),
        tcp(PORT, client_at(), "ESTABLISHED", 2, None),
    )
    b.call(1, "sendall", socket=client, data=b"hi", size=2, then_tcp=states)
    moments = tell(b.recording())
    assert moments[-1].ends[-1].head == b"hi"
    assert moments[-1].ends[-1].keeper == "queue"
    (sent,) = arrows(b.recording(), "data")
    assert (sent.target, sent.taken) == ((0, 0), None)


def test_a_program_that_just_ends_closes_its_connection():
    b = Builder(SERVER, CLIENT)
    _, _, connection = opened(b)
    b.event("exit", 1, result="0")
    b.event(
        "gone", 1,
        tcp=(
            tcp(PORT, None, "LISTEN", 0, 0),
            tcp(client_at(), PORT, "FIN_WAIT_2", 0, None),
            tcp(PORT, client_at(), "CLOSE_WAIT", 0, connection),
        ),
    )  # fmt: skip
    (fin,) = arrows(b.recording(), "fin")
    assert fin.source == (1, 0)


def test_a_listener_that_is_closed_does_not_reset_who_was_accepted():
    b = Builder(SERVER, CLIENT)
    _, client, _ = opened(b)
    b.call(1, "sendall", socket=client, data=b"hello", size=5)
    b.event("exit", 0, result="1")
    b.event("gone", 0, tcp=())  # bytes lay unread: both ends are forgotten
    assert len(arrows(b.recording(), "rst")) == 1


def test_without_states_a_close_with_unread_bytes_is_taken_for_a_reset():
    b = Builder(SERVER, CLIENT)
    _, client, connection = opened(b)
    b.call(1, "sendall", socket=client, data=b"hi", size=2)
    b.call(0, "close", socket=connection)
    events = [
        type(event)(**{**vars(event), "tcp": None}) for event in b.recording().events
    ]
    b.events = events
    assert len(arrows(b.recording(), "rst")) == 1


def test_a_send_to_a_side_that_is_gone_brings_a_reset_back():
    b = Builder(SERVER, CLIENT)
    _, client, connection = opened(b)
    listens = tcp(PORT, None, "LISTEN", 0, 0)
    b.call(
        0, "close", socket=connection,
        then_tcp=(
            listens,
            tcp(client_at(), PORT, "CLOSE_WAIT", 0, client),
            tcp(PORT, client_at(), "FIN_WAIT_2"),
        ),
    )  # fmt: skip
    b.call(1, "sendall", socket=client, data=b"hi", size=2, then_tcp=(listens,))
    kinds = [arrow.kind for m in tell(b.recording()) for arrow in m.did.arrows]
    assert kinds == ["connect", "fin", "data", "rst"]


def test_a_datagram_travels_whole():
    b = Builder(SERVER, CLIENT)
    here = b.socket(0, "server", local=PORT, type="SOCK_DGRAM")
    there = b.socket(1, "client", type="SOCK_DGRAM")
    b.call(0, "socket", then_socket=here)
    b.wait(0, "recvfrom", "datagram", socket=here)
    b.call(1, "socket", then_socket=there)
    b.call(
        1, "sendto", socket=there, arguments=("('127.0.0.1', 5555)",),
        data=b"time?", size=5,
    )  # fmt: skip
    b.back(0, "recvfrom", socket=here, data=b"time?", size=5)
    (sent,) = arrows(b.recording(), "datagram")
    assert sent.target == (0, 0)
    assert sent.taken is not None


def test_what_goes_through_a_socketpair_arrives():
    b = Builder(SERVER)
    pair = [b.socket(0, n, origin="socketpair", family="AF_UNIX") for n in ("a", "b")]
    for each in pair:
        b.call(0, "socket", then_socket=each)
    b.event("track", 0, track=1)
    b.call(0, "sendall", socket=pair[0], data=b"hello", size=5)
    b.call(0, "recv", socket=pair[1], track=1, then_data=b"hello", then_size=5)
    b.call(0, "close", socket=pair[0])
    sent, closed = arrows(b.recording(), "data"), arrows(b.recording(), "fin")
    assert [arrow.target for arrow in (*sent, *closed)] == [(0, 1)] * 2
    forked = b.recording(notes=(Note("processes", 0),))  # a child may hold it too
    assert not arrows(forked, "fin")


def test_everyone_waits_only_where_nothing_can_go_on(saved):
    moments = tell(saved("chat"))
    outside = [m.name for m in moments if m.kind == "wait" and m.outside]
    assert outside == ["accept", "recv", "input"]


def folded(b: Builder) -> list[Moment]:
    return [m for m in fold(tell(b.recording())) if m.hidden]


def test_of_a_loop_the_first_round_and_the_last_are_left():
    b = Builder(SERVER, CLIENT)
    echo(b, 480)
    moments = fold(tell(b.recording()))
    assert [m.times for m in moments if m.hidden] == [478]
    assert [m.name for m in moments].count("sendall") == 4
    assert sum(len(m.hidden) for m in moments) == 478 * 6


def test_what_is_done_a_few_times_is_not_folded():
    b = Builder(SERVER, CLIENT)
    echo(b, 5)
    assert not folded(b)


def test_a_round_that_is_another_stays_in_its_place():
    b = Builder(SERVER, CLIENT)
    _, _, connection = opened(b)
    for number in range(40):
        data = b"" if number == 20 else b"hello"  # once nothing comes
        b.call(
            0, "recv", socket=connection, line=9, then_data=data, then_size=len(data)
        )
    assert [m.times for m in folded(b)] == [18, 17]
    took = [m.did.took for m in fold(tell(b.recording())) if m.did.took]
    assert [t.end_of_file for t in took] == [False, False, True, False, False]


def test_a_traceback_is_never_folded():
    b = Builder(SERVER)
    for number in range(20):
        b.event("output", 0, text=f"  line {number}\n", stream="stderr")
    assert not folded(b)


def test_where_a_remark_stands_nothing_is_folded():
    b = Builder(SERVER)
    for _ in range(30):
        b.event("output", 0, line=3, text="hello\n", stream="stdout")
    moments = fold(tell(b.recording()), 15)
    assert [m.times for m in moments] == [0, 13, 0, 0, 0, 12, 0, 0]
    assert moments[find(moments, 15)].event == 15


def test_long_recordings_are_told_in_time_that_grows_with_them():
    # Bytes that nobody reads: 7,500 sends took 20 seconds where each was summed up.
    b = Builder(SERVER, CLIENT)
    _, client, _ = opened(b)
    for _ in range(7500):
        b.call(1, "sendall", socket=client, line=8, data=b"hello", size=5)
    recording, began = b.recording(), time.process_time()
    fold(tell(recording))
    assert time.process_time() - began < 5
