"""A drawing claims nothing that was not seen."""

from __future__ import annotations

import functools

import pytest

from socketscope.drawing.layout import arrange
from socketscope.drawing.stepper import draw_stepper
from socketscope.drawing.story import Moment, tell
from socketscope.drawing.svg import draw_svg
from socketscope.drawing.text import draw_text
from socketscope.reading.ends import End
from socketscope.recording import Program, TcpState, Verdict
from tests.drawing.builder import (
    CLIENT,
    PORT,
    SERVER,
    Builder,
    chat,
    client_at,
    opened,
    tcp,
    view,
)

MANY = 20_000_000
TIMED_OUT = "TimeoutError: timed out"


@pytest.fixture
def talk() -> tuple[Builder, int, int, int]:
    """A server and a client that are connected: builder and sockets."""
    b = Builder(SERVER, CLIENT)
    return b, *opened(b)


def last(builder: Builder) -> str:
    return arrange(builder.recording()).rows[-2].sentence


def moment(builder: Builder) -> Moment:
    return tell(builder.recording())[-2]


def ends(builder: Builder) -> dict[str, End]:
    return {end.name: end for end in moment(builder).ends}


def gives_up_sending(b: Builder, sockets: list[int], waiting: int | None) -> None:
    """The client's sendall() waits for room, in vain."""
    listens, mine, theirs = view(tuple(sockets))
    full = TcpState(theirs.local, theirs.remote, theirs.state, waiting, theirs.socket)
    b.wait(
        1, "sendall", "room", socket=sockets[1], data=b"x" * 4096, size=MANY,
        tcp=(listens, mine, full),
    )  # fmt: skip
    b.back(1, "sendall", socket=sockets[1], error=TIMED_OUT)


# --- how much was sent ------------------------------------------------------


def test_after_a_sendall_that_failed_it_is_not_known_how_much_was_sent(talk):
    b, *sockets = talk
    gives_up_sending(b, sockets, 126_949)
    assert last(b) == (
        f"sendall() gives up waiting: {TIMED_OUT}. How much was sent is not known."
    )
    recording = b.recording()
    assert "at most 20,000,000 bytes" in draw_svg(recording)
    assert "at most 20,000,000 bytes" in draw_text(recording)
    for drawing in (draw_svg(recording), draw_stepper(recording)):
        assert "19,999,9" not in drawing
    assert ends(b)["connection"].waiting == 126_949


def test_a_sendall_that_may_not_wait_and_fails_has_sent_nobody_knows_what(talk):
    b, _, client, _ = talk
    b.call(1, "sendall", socket=client, then_error="BlockingIOError: [Errno 11]")
    assert last(b) == (
        "sendall() would have to wait, so it raises BlockingIOError at once. How much "
        "was sent is not known."
    )


@pytest.mark.parametrize(
    ("waiting", "why"),
    [(126_949, " while 126,949 bytes lie unread"), (1, " while 1 byte lies unread")],
)
def test_a_close_tells_what_the_operating_system_had_unread(talk, waiting, why):
    b, *sockets = talk
    gives_up_sending(b, sockets, waiting)
    listens, *_ = view(tuple(sockets))
    b.call(0, "close", socket=sockets[2], then_tcp=(listens,))
    assert last(b) == (
        f"server.py closes connection{why}: the operating system breaks off the "
        "connection (RST)."
    )


def test_where_queues_cannot_be_read_no_number_is_told(talk):
    b, *sockets = talk
    gives_up_sending(b, sockets, None)
    assert ends(b)["connection"].waiting is None
    flights = [f for row in arrange(b.recording()).rows for f in row.flights]
    assert [f.waits for f in flights if f.arrow.kind == "data"] == [False]
    b.call(0, "recv", socket=sockets[2], then_data=b"xxx", then_size=3)
    assert last(b) == 'recv() gives server.py "xxx", 3 bytes.'
    listens, *_ = view(tuple(sockets))
    b.call(0, "close", socket=sockets[2], then_tcp=(listens,))
    assert last(b) == (
        "server.py closes connection: the operating system breaks off the connection "
        "(RST)."
    )


def test_no_letters_are_shown_that_may_not_have_been_sent(talk):
    b, *sockets = talk
    gives_up_sending(b, sockets, 5)
    assert ends(b)["connection"].head == b"xxxxx"
    full = view(tuple(sockets), unread=(0, 7))
    b.call(
        1, "sendall", socket=sockets[1], data=b"ab", size=2, then_tcp=full
    )  # after how many x?
    assert ends(b)["connection"].head == b""


def test_a_queue_that_is_read_empty_ends_what_a_failed_sendall_sent(talk):
    b, *sockets = talk
    gives_up_sending(b, sockets, 5)
    b.call(
        0, "recv", socket=sockets[2], then_data=b"xxxxx", then_size=5,
        then_tcp=view(tuple(sockets)),
    )  # fmt: skip
    assert last(b).endswith("5 bytes. Its receive queue is empty now.")
    (sent,) = [a for m in tell(b.recording()) for a in m.did.arrows if a.kind == "data"]
    assert sent.taken is not None


def test_bytes_that_found_no_room_do_not_wait_in_the_receive_queue(talk):
    b, *sockets = talk
    some = view(tuple(sockets), unread=(0, 100))
    b.call(1, "sendall", socket=sockets[1], data=b"x" * 300, size=300, then_tcp=some)
    assert last(b).endswith(
        "300 bytes. They wait in the operating system until recv() takes them."
    )


def test_a_goodbye_behind_bytes_that_wait_has_not_been_told_yet(talk):
    b, *sockets = talk
    gives_up_sending(b, sockets, 126_949)
    leaving = view(tuple(sockets), "FIN_WAIT_1", unread=(0, 126_949))
    b.call(1, "close", socket=sockets[1], then_tcp=leaving)
    assert last(b) == (
        "client.py closes client. Behind the last byte, the operating system tells "
        "the other side (FIN): no more will come."
    )
    assert not ends(b)["connection"].eof


# --- what is still there ----------------------------------------------------


def test_a_timeout_says_what_is_still_there_where_that_was_seen(talk):
    b, listener, _, connection = talk
    b.call(0, "recv", socket=connection, then_error=TIMED_OUT)
    assert last(b) == (
        f"recv() gives up waiting: {TIMED_OUT}. The connection is still there."
    )
    b.call(0, "accept", socket=listener, then_error=TIMED_OUT)
    assert last(b) == (
        f"accept() gives up waiting: {TIMED_OUT}. listener goes on listening."
    )
    b.events = [type(e)(**{**vars(e), "tcp": None}) for e in b.events]
    assert last(b) == f"accept() gives up waiting: {TIMED_OUT}."


def test_after_bind_a_socket_has_its_address():
    b = Builder(SERVER)
    listener = b.socket(0, "listener", local=PORT)
    b.call(0, "socket", then_socket=listener)
    assert ends(b)["listener"].local is None
    b.call(0, "bind", socket=listener, arguments=("('127.0.0.1', 5555)",))
    assert ends(b)["listener"].local == PORT
    assert "127.0.0.1:5555" in draw_stepper(b.recording(), level="calls")


def test_a_bind_that_fails_gives_no_address():
    b = Builder(SERVER)
    listener = b.socket(0, "listener", local=PORT)
    b.call(0, "socket", then_socket=listener)
    b.call(
        0,
        "bind",
        socket=listener,
        then_error="OSError: [Errno 98] Address already in use",
    )
    assert ends(b)["listener"].local is None


def waiting_in_the_queue(state: str) -> Builder:
    b = Builder(SERVER, CLIENT)
    listener = b.socket(0, "listener", local=PORT)
    client = b.socket(1, "client", local=client_at(), remote=PORT)
    b.call(0, "socket", then_socket=listener)
    b.call(0, "bind", socket=listener)
    b.call(0, "listen", socket=listener)
    b.call(1, "socket", then_socket=client)
    now = (
        TcpState(PORT, None, "LISTEN", 1, listener),
        tcp(client_at(), PORT, "ESTABLISHED", 0, client),
        tcp(PORT, client_at(), state),
    )
    where = ("('127.0.0.1', 5555)",)
    b.call(1, "connect", socket=client, arguments=where, then_tcp=now)
    return b


@pytest.mark.parametrize("state", ["ESTABLISHED", "CLOSE_WAIT"])
def test_a_connection_waits_for_accept_whatever_its_state(state):
    assert ends(waiting_in_the_queue(state))["a connection"].keeper == "queue"


def test_no_end_is_called_by_the_address_that_stands_beside_it():
    for name, end in ends(waiting_in_the_queue("ESTABLISHED")).items():
        assert "5555" not in name, end


def test_what_a_program_has_closed_and_something_else_uses_is_not_left_over(talk):
    b, *sockets = talk
    listens, mine, theirs = view(tuple(sockets))
    used = TcpState(theirs.local, theirs.remote, "ESTABLISHED", 0, None)
    b.call(0, "close", socket=sockets[2], then_tcp=(listens, mine, used))
    assert ends(b)["connection"].keeper == "others"
    left = TcpState(theirs.local, theirs.remote, "FIN_WAIT_2", 0, None)
    b.call(0, "shutdown", socket=sockets[1], then_tcp=(listens, mine, left))
    assert ends(b)["connection"].keeper == "system"


def test_left_over_is_said_in_words_that_need_no_definition():
    page = draw_stepper(chat())
    assert "held by no program any more" in page
    assert "left over" not in page


# --- who did it -------------------------------------------------------------


def test_it_can_receive_only_where_it_has_not_given_that_up(talk):
    b, *sockets = talk
    b.call(1, "shutdown", socket=sockets[1], arguments=("SHUT_RDWR",))
    assert last(b) == (
        "client.py says that it will send no more (FIN). It asks to receive no more, "
        "either."
    )
    b.call(0, "shutdown", socket=sockets[2], arguments=("SHUT_WR",))
    assert last(b) == (
        "server.py says that it will send no more (FIN). So has the other side."
    )


def test_it_can_not_receive_after_it_has_shut_that_down_before(talk):
    b, *sockets = talk
    b.call(1, "shutdown", socket=sockets[1], arguments=("SHUT_RD",))
    b.call(1, "shutdown", socket=sockets[1], arguments=("SHUT_WR",))
    assert "It can still receive" not in last(b)


def test_end_of_file_after_one_s_own_shutdown_is_not_the_other_side_s(talk):
    b, *sockets = talk
    b.call(1, "shutdown", socket=sockets[1], arguments=("SHUT_RD",))
    b.call(1, "recv", socket=sockets[1], then_data=b"", then_size=0)
    assert last(b) == (
        'recv() returns b"", end of file: client.py itself has shut down receiving, '
        "and nothing waits."
    )


def test_an_empty_datagram_and_a_read_of_nothing_are_no_end_of_file(talk):
    b, *sockets = talk
    here = b.socket(0, "udp", local=PORT, type="SOCK_DGRAM")
    b.call(0, "socket", then_socket=here)
    b.call(0, "recvfrom", socket=here, then_data=b"", then_size=0)
    assert "end of file" not in draw_text(b.recording())
    b.call(1, "recv", socket=sockets[1], arguments=("0",), then_data=b"", then_size=0)
    b.call(1, "sendall", socket=sockets[1], data=b"x", size=1)
    assert "end of file" not in " ".join(r.talk for r in arrange(b.recording()).rows)


def test_a_refusal_says_only_that_no_program_of_the_recording_listens():
    b = Builder(SERVER, CLIENT)
    client = b.socket(1, "client")
    where = ("('127.0.0.1', 5555)",)
    refused = "ConnectionRefusedError: [Errno 111] Connection refused"
    b.call(1, "connect", socket=client, arguments=where, then_error=refused)
    assert last(b) == (
        "Connection refused: no program of this recording listens on 127.0.0.1 port "
        "5555."
    )
    listener = b.socket(0, "listener", local=("127.0.0.2", 5555))
    b.call(0, "socket", then_socket=listener)
    b.call(0, "listen", socket=listener)
    b.call(1, "connect", socket=client, arguments=where, then_error=refused)
    assert last(b) == "Connection refused by 127.0.0.1 port 5555."
    b.call(0, "close", socket=listener)
    b.call(1, "connect", socket=client, arguments=where, then_error=refused)
    assert "no program of this recording listens" in last(b)


def test_connect_ex_that_is_refused_has_not_connected():
    b = Builder(SERVER, CLIENT)
    client = b.socket(1, "client")
    where = ("('127.0.0.1', 5555)",)
    b.call(1, "connect_ex", socket=client, arguments=where, then_result="111")
    assert [arrow.kind for arrow in moment(b).did.arrows] == ["refused"]
    assert "Connection refused" in last(b)
    b.call(1, "connect_ex", socket=client, arguments=where, then_result="115")
    assert moment(b).did.arrows == ()
    assert last(b) == (
        "client.py connects to 127.0.0.1 port 5555 without waiting: connect_ex() "
        "returns 115 at once. The operating system goes on with it by itself."
    )


def test_connections_in_the_queue_of_a_listener_that_closes_are_dropped():
    b = waiting_in_the_queue("ESTABLISHED")
    b.call(0, "close", socket=0, then_tcp=())
    assert [(arrow.kind, arrow.target) for arrow in moment(b).did.arrows] == [
        ("rst", (1, 0))
    ]
    assert last(b) == (
        "server.py closes listener, which takes no more clients. "
        "1 connection in its queue is dropped (RST)."
    )


def test_unread_bytes_break_off_also_what_the_other_side_has_closed(talk):
    b, *sockets = talk
    b.call(1, "sendall", socket=sockets[1], data=b"hello", size=5)
    gone = view(tuple(sockets), "FIN_WAIT_2", "CLOSE_WAIT", unread=(0, 5))
    b.call(1, "close", socket=sockets[1], then_tcp=gone)
    b.call(0, "close", socket=sockets[2], then_tcp=gone[:1])
    assert [arrow.kind for arrow in moment(b).did.arrows] == ["rst"]


def test_a_program_that_was_ended_is_told_from_one_that_ended(talk):
    b, *_ = talk
    b.event("exit", 1, result="200")
    assert last(b) == "client.py ends with status 200."
    b.programs[1] = Program("client.py", CLIENT, status=137, signal=9)
    b.event("exit", 1, result="137")
    assert last(b) == "client.py is ended by signal 9."


def test_the_verdict_is_told_as_it_is(talk):
    b, *sockets = talk
    b.call(0, "recv", socket=sockets[2], then_data=b"", then_size=0)
    ended = "server.py and client.py ran to their end."
    assert arrange(b.recording(Verdict("finished"))).rows[-1].talk == ended


# --- what is read, and used, by something that is not seen ----------------------


def forked(b: Builder, sockets: list[int], waiting: int, **fields: object) -> None:
    """An event after which a child of the server, not seen, holds the connection."""
    listens, mine, theirs = view(tuple(sockets))
    child = TcpState(theirs.local, theirs.remote, theirs.state, waiting, None)
    b.event("output", 1, text="x", tcp=(listens, mine, child), **fields)


def test_what_a_forked_process_has_read_waits_no_more(talk):
    b, *sockets = talk
    full = view(tuple(sockets), unread=(0, 5))
    b.call(1, "sendall", socket=sockets[1], data=b"hello", size=5, then_tcp=full)
    forked(b, sockets, 5)
    assert ends(b)["connection"].head == b"hello"
    forked(b, sockets, 0)
    (sent,) = [a for m in tell(b.recording()) for a in m.did.arrows if a.kind == "data"]
    assert sent.taken == len(b.events) - 1
    b.call(1, "sendall", socket=sockets[1], data=b"again", size=5)
    forked(b, sockets, 5)
    assert ends(b)["connection"].head == b"again"


def test_what_our_own_call_is_about_to_take_is_not_taken_unseen(talk):
    b, *sockets = talk
    full = view(tuple(sockets), unread=(0, 5))
    b.call(1, "sendall", socket=sockets[1], data=b"hello", size=5, then_tcp=full)
    b.event("call", 0, call="recv", socket=sockets[2])
    b.event("output", 1, text="x", tcp=view(tuple(sockets)))  # in a free run
    b.back(0, "recv", socket=sockets[2], data=b"hello", size=5)
    (took,) = [m.did.took for m in tell(b.recording()) if m.did.took]
    assert took.sends == 1


def test_bytes_wait_no_more_where_their_connection_is_over(talk):
    b, *sockets = talk
    b.call(1, "sendall", socket=sockets[1], data=b"hello", size=5)
    listens, *_ = view(tuple(sockets))
    b.event("gone", 0, tcp=(listens,))
    (sent,) = [a for m in tell(b.recording()) for a in m.did.arrows if a.kind == "data"]
    assert sent.taken == len(b.events) - 1


def test_what_something_unseen_has_accepted_is_not_said_to_wait_for_accept():
    b = waiting_in_the_queue("ESTABLISHED")
    accepted = tcp(PORT, None, "LISTEN", 0, 0)
    mine = tcp(client_at(), PORT, "ESTABLISHED", 0, 1)
    b.event(
        "output",
        1,
        text="x",
        tcp=(accepted, mine, tcp(PORT, client_at(), "ESTABLISHED")),
    )
    assert ends(b)["a connection"].keeper == ""


def test_a_duplicate_is_the_same_end(talk):
    b, listener, client, connection = talk
    for original, name in ((listener, "twin"), (connection, "copy")):
        of = b.sockets[original]
        copy = b.socket(0, name, origin="dup", local=of.local, remote=of.remote)
        b.call(0, "dup", socket=original, then_new=copy)
    listed = [(end.local, end.remote) for end in moment(b).ends]
    assert len(listed) == len(set(listed)) == 3
    b.call(0, "close", socket=listener)
    assert last(b) == (
        "server.py closes listener, but it stands: something else still uses it."
    )
    b.call(0, "close", socket=connection)
    b.call(1, "sendall", socket=client, data=b"hello", size=5)
    b.call(0, "recv", socket=copy, then_data=b"hello", then_size=5)
    (sent,) = [a for m in tell(b.recording()) for a in m.did.arrows if a.kind == "data"]
    assert sent.taken is not None
    b.call(
        0,
        "close",
        socket=copy,
        then_tcp=view((listener, client, connection), "CLOSE_WAIT", "FIN_WAIT_2"),
    )
    assert [arrow.kind for arrow in moment(b).did.arrows] == ["fin"]


def test_a_close_beside_a_recv_is_told_at_every_level(talk):
    b, *sockets = talk
    b.wait(0, "recv", "bytes", track=1, socket=sockets[2], line=12)
    b.call(0, "close", socket=sockets[2], line=15, then_tcp=view(tuple(sockets)))
    b.event("exit", 0, result="0")
    rows = {row.moment.name: row for row in arrange(b.recording()).rows}
    assert rows["close"].talk == (
        "server.py closes connection, but the connection stands: another thread's "
        "call on it is not over."
    )
    assert "(still in use)" in draw_text(b.recording())


def test_what_was_closed_and_still_used_ends_where_that_is_seen(talk):
    b, *sockets = talk
    now = functools.partial(view, tuple(sockets))
    b.call(0, "close", socket=sockets[2], line=15, then_tcp=now())  # a child has it
    b.wait(1, "recv", "bytes", socket=sockets[1], line=9)
    b.back(
        1, "recv", socket=sockets[1], line=9, data=b"hello", size=5,
        tcp=now("CLOSE_WAIT", "FIN_WAIT_2"),
    )  # fmt: skip
    assert [arrow.kind for arrow in moment(b).did.late] == ["fin"]
    assert last(b).endswith("that server.py had closed ends by now: nothing uses it.")
    b.event("exit", 0, result="0")
    b.event("gone", 0, tcp=())
    over = [m for m in tell(b.recording()) if m.kind in ("exit", "gone")]
    assert not any(m.did.all_arrows for m in over)


def test_a_close_that_ends_an_earlier_one_too_says_so(talk):
    b, *sockets = talk
    now = functools.partial(view, tuple(sockets))
    b.call(0, "close", socket=sockets[2], line=15, then_tcp=now())
    b.call(
        0, "close", socket=sockets[0], line=16,
        then_tcp=now("CLOSE_WAIT", "FIN_WAIT_2")[1:],
    )  # fmt: skip
    row = arrange(b.recording()).rows[-2]
    assert [flight.kind for flight in row.flights] == ["fin"]
    assert "an earlier close takes effect" in row.note


def test_to_send_nothing_draws_no_arrow(talk):
    b, *sockets = talk
    b.call(1, "send", socket=sockets[1], data=b"", size=0, then_result="0")
    assert moment(b).did.arrows == ()
    assert last(b) == "client.py sends 0 bytes: nothing travels, and nobody wakes up."
    assert "send() sends 0 bytes" in draw_text(b.recording())
    here = b.socket(1, "udp", type="SOCK_DGRAM")
    b.call(1, "sendto", socket=here, data=b"", size=0)
    assert [arrow.kind for arrow in moment(b).did.arrows] == ["datagram"]
