"""Every sentence a drawing can say, provoked by what makes it say so."""

from __future__ import annotations

import pytest

from socketscope.drawing import captions
from socketscope.drawing.layout import arrange
from socketscope.reading import words
from socketscope.recording import Program, Recording, Track, Verdict, Wait
from tests.drawing.builder import (
    CLIENT,
    PORT,
    SERVER,
    Builder,
    client_at,
    deadlock,
    opened,
    tcp,
    view,
)


def said(recording: Recording) -> list[str]:
    return [row.sentence for row in arrange(recording).rows]


def talked(recording: Recording) -> list[str]:
    return [row.talk for row in arrange(recording).rows if row.talk]


def last(builder: Builder) -> str:
    """The sentence of the last event (the row before the verdict's)."""
    return said(builder.recording())[-2]


@pytest.fixture
def talk() -> tuple[Builder, int, int, int]:
    """A server and a client that are connected: builder and sockets."""
    b = Builder(SERVER, CLIENT)
    return b, *opened(b)


# --- opening --------------------------------------------------------------


def test_what_opening_says(talk):
    b, *_ = talk
    assert said(b.recording())[:10] == [
        "server.py starts.",
        "server.py asks the operating system for a socket. It has no address yet.",
        "server.py binds listener to 127.0.0.1 port 5555. Nobody can connect to it "
        "yet.",
        "server.py listens on port 5555. From now on the operating system accepts "
        "connections for it, even before accept() is called.",
        'server.py prints "Server is listening on port 5555...".',
        "server.py waits in accept() for a client to connect.",
        "client.py starts.",
        "client.py asks the operating system for a socket. It has no address yet.",
        "client.py connects to 127.0.0.1 port 5555. The operating system sets up the "
        "connection by itself: accept() only hands it over.",
        "accept() gives server.py a new socket, connection, for the client "
        "127.0.0.1:50001. listener goes on listening.",
    ]


def test_create_server(talk):
    b, *_ = talk
    b.call(0, "create_server", then_socket=b.socket(0, "other"))
    assert last(b) == (
        "server.py makes a socket, binds it and listens, all in one call."
    )


def test_an_option_and_the_one_for_time_wait(talk):
    b, listener, *_ = talk
    reuse = ("SOL_SOCKET", "SO_REUSEADDR")
    b.call(0, "setsockopt", socket=listener, arguments=(*reuse, "1"))
    assert last(b) == (
        "server.py asks to have its port again even while an old connection is still "
        "in TIME_WAIT."
    )
    b.call(0, "setsockopt", socket=listener, arguments=(*reuse, "0"))
    assert last(b) == "server.py sets SO_REUSEADDR of listener to 0."
    b.call(0, "setsockopt", socket=listener, arguments=("SOL_TCP", "TCP_NODELAY", "1"))
    assert last(b) == "server.py sets TCP_NODELAY of listener to 1."


def test_a_port_that_is_taken(talk):
    b, listener, *_ = talk
    b.call(
        0, "bind", socket=listener, arguments=("('127.0.0.1', 5555)",),
        then_error="OSError: [Errno 98] Address already in use",
    )  # fmt: skip
    assert last(b) == ("bind() fails: 127.0.0.1 port 5555 is in use (OSError).")


def test_a_refused_connection(saved):
    assert said(saved("refused"))[7] == (
        "Connection refused: no program of this recording listens on 127.0.0.1 port "
        "5555."
    )


def test_connect_that_only_begins(talk):
    b, _, client, _ = talk
    b.call(
        1, "connect", socket=client, arguments=("('127.0.0.1', 5555)",),
        then_error="BlockingIOError: [Errno 115] Operation now in progress",
    )  # fmt: skip
    assert last(b) == (
        "client.py connects to 127.0.0.1 port 5555 without waiting: connect() raises "
        "BlockingIOError at once. The operating system sets up the connection by "
        "itself."
    )
    row = arrange(b.recording()).rows[-2]
    assert (row.label, row.note, row.bad) == ("connect()", "does not wait", False)
    b.call(
        1, "connect_ex", socket=b.socket(1, "other"),
        arguments=("('127.0.0.1', 5555)",), then_result="115",
    )  # fmt: skip
    assert last(b).endswith(
        "connect_ex() returns 115 at once. The operating system goes on with it by "
        "itself."
    )


def test_udp_sockets_bind_send_and_receive():
    b = Builder(SERVER, CLIENT)
    here = b.socket(0, "server", local=PORT, type="SOCK_DGRAM")
    b.call(0, "socket", then_socket=here)
    assert last(b) == "server.py asks the operating system for a UDP socket."
    b.call(0, "bind", socket=here, arguments=("('', 5555)",))
    assert last(b) == (
        "server.py binds server to every address port 5555: datagrams can arrive now."
    )
    there = b.socket(1, "client", type="SOCK_DGRAM")
    b.call(1, "socket", then_socket=there)
    b.call(1, "connect", socket=there, arguments=("('127.0.0.1', 5555)",))
    assert last(b) == "client.py calls connect() with 127.0.0.1 port 5555."
    b.call(1, "sendto", socket=there, arguments=("('127.0.0.1', 5555)",), data=b"x")
    assert last(b) == 'client.py sends one datagram: "x", 1 byte.'


# --- talking --------------------------------------------------------------


def test_bytes_are_sent_and_wait_and_are_taken(talk):
    b, *sockets = talk
    _, client, connection = sockets
    waiting = [view(sockets, unread=(0, size)) for size in range(6)]
    b.call(1, "sendall", socket=client, data=b"Hello", size=5, then_tcp=waiting[5])
    assert last(b) == (
        'client.py sends "Hello", 5 bytes. They wait in the receive queue of '
        "server.py until recv() takes them."
    )
    b.call(
        0, "recv", socket=connection, then_data=b"Hel", then_size=3,
        then_tcp=waiting[2],
    )  # fmt: skip
    assert last(b) == (
        'recv() gives server.py "Hel", 3 bytes. 2 bytes wait in its receive queue now.'
    )
    b.call(1, "sendall", socket=client, data=b"!", size=1, then_tcp=waiting[3])
    assert last(b) == (
        'client.py sends "!", 1 byte. It waits in the receive queue of server.py '
        "until recv() takes it."
    )
    b.call(
        0, "recv", socket=connection, then_data=b"lo!", then_size=3,
        then_tcp=waiting[0],
    )  # fmt: skip
    assert last(b) == (
        'recv() gives server.py "lo!", 3 bytes. They were sent in 2 pieces: TCP keeps '
        "no borders between messages. Its receive queue is empty now."
    )


def test_one_byte_still_waits(talk):
    b, *sockets = talk
    _, client, connection = sockets
    b.call(1, "sendall", socket=client, data=b"ab", size=2)
    b.call(
        0, "recv", socket=connection, then_data=b"a", then_size=1,
        then_tcp=view(sockets, unread=(0, 1)),
    )  # fmt: skip
    assert last(b) == (
        'recv() gives server.py "a", 1 byte. 1 byte waits in its receive queue now.'
    )


def test_nothing_is_sent(talk):
    b, _, client, _ = talk
    b.call(1, "sendall", socket=client, data=b"", size=0)
    assert last(b) == "client.py sends 0 bytes: nothing travels, and nobody wakes up."


def test_nothing_is_asked_for(talk):
    b, _, _, connection = talk
    b.call(0, "recv", socket=connection, arguments=("0",), then_data=b"", then_size=0)
    assert last(b) == "recv() returns no bytes, as it was asked for none."


def test_a_send_that_waits_for_room(saved):
    assert talked(saved("full"))[2] == (
        'big_client.py calls sendall() with "yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy…", '
        "50,000,000 bytes. What fits goes on its way; for the rest sendall() waits for "
        "room in the other side's receive queue."
    )


def test_a_send_to_a_side_that_is_gone(talk):
    b, _, client, connection = talk
    listens = tcp(PORT, None, "LISTEN", 0, 0)
    mine = tcp(client_at(), PORT, "CLOSE_WAIT", 0, client)
    b.call(0, "close", socket=connection, then_tcp=(listens, mine))
    b.call(1, "sendall", socket=client, data=b"hi", size=2, then_tcp=(listens,))
    assert last(b) == (
        'sendall() hands over "hi", 2 bytes and succeeds. But the other side has '
        "closed, and its operating system answers with a reset (RST)."
    )
    b.call(
        1, "sendall", socket=client, data=b"hi", size=2,
        then_error="BrokenPipeError: [Errno 32] Broken pipe",
    )  # fmt: skip
    assert last(b) == (
        "sendall() fails: this connection cannot send any more (BrokenPipeError)."
    )


def test_a_reset_reaches_recv(saved):
    assert talked(saved("reset"))[4] == (
        "recv() fails: the connection was reset (ConnectionResetError)."
    )


def test_a_timeout_before_and_after(saved):
    sentences_said = said(saved("timeout"))
    assert (
        "to_client.py waits in recv() for bytes to arrive. It gives up after 0.4 "
        "seconds." in sentences_said
    )
    assert (
        "recv() gives up waiting: TimeoutError: timed out. The connection is still "
        "there." in sentences_said
    )


def test_any_other_failure_is_told_as_python_tells_it(talk):
    b, _, client, _ = talk
    b.call(1, "send", socket=client, data=b"x", then_error="OSError: [Errno 9] Bad")
    assert last(b) == "send() of client.py fails: OSError: [Errno 9] Bad."


# --- closing --------------------------------------------------------------


def test_the_first_close_end_of_file_and_the_second_close(saved):
    chat = said(saved("chat"))
    assert (
        "client.py closes client. The operating system tells the other side (FIN): no "
        "more bytes will come." in chat
    )
    assert (
        'recv() returns b"", end of file: the other side will send no more, '
        "and everything it sent has been read." in chat
    )
    assert (
        "server.py closes connection (FIN). Now both directions are closed, and the "
        "connection is over." in chat
    )
    assert "server.py closes listener, which takes no more clients." in chat


def test_a_close_with_unread_bytes(saved):
    assert (
        "rst_server.py closes conn while 8 bytes lie unread: the operating system "
        "breaks off the connection (RST)." in said(saved("reset"))
    )


def test_a_socket_without_a_connection_is_closed(talk):
    b, *_ = talk
    spare = b.socket(1, "spare")
    b.call(1, "socket", then_socket=spare)
    b.call(1, "close", socket=spare)
    assert last(b) == "client.py closes spare."


def test_a_close_while_another_thread_waits_on_the_socket(saved):
    # close() drops only this name: the FIN goes out when the program ends.
    room = said(saved("room"))
    assert (
        "two.py (1) closes client, but the connection stands: another thread's call "
        "on it is not over." in room
    )
    assert (
        "The process of two.py (1) is gone. The operating system closes what it left "
        "open." in room
    )


def test_half_a_close(talk):
    b, _, client, _ = talk
    b.call(1, "shutdown", socket=client, arguments=("SHUT_WR",))
    assert last(b) == (
        "client.py says that it will send no more (FIN). It can still receive."
    )
    b.call(1, "shutdown", socket=client, arguments=("SHUT_RD",))
    assert last(b) == "client.py shuts down client for receiving."


@pytest.mark.parametrize(
    ("theirs", "sentence"),
    [
        (
            "CLOSE_WAIT",
            "client.py ends. The operating system closes what it left open (FIN).",
        ),
        (
            None,
            "client.py ends. The operating system breaks off the connection it left "
            "(RST).",
        ),
    ],
)
def test_a_program_ends_without_closing(talk, theirs, sentence):
    b, _, _, connection = talk
    now = [tcp(PORT, None, "LISTEN", 0, 0)]
    if theirs:
        now += [
            tcp(client_at(), PORT, "FIN_WAIT_2"),
            tcp(PORT, client_at(), theirs, 0, connection),
        ]
    b.event("exit", 1, result="0", tcp=tuple(now))
    assert last(b) == sentence


def test_a_program_ends(talk):
    b, *_ = talk
    b.event("exit", 1, result="0")
    assert last(b) == "client.py ends."
    b.event("exit", 0, result="3")
    assert last(b) == "server.py ends with status 3."


def test_a_process_that_is_gone_leaves_its_connection_to_the_system(talk):
    b, *_ = talk
    b.event("exit", 1, result="0")
    b.event("gone", 1, tcp=(tcp(client_at(), PORT, "TIME_WAIT"),))
    assert last(b) == (
        "The process of client.py is gone. The operating system closes what it left "
        "open."
    )


def test_a_process_is_gone_and_its_connection_outlives_it():
    b = Builder(SERVER)
    b.event("exit", 0, result="0")
    b.event("gone", 0, tcp=(tcp(PORT, client_at(), "TIME_WAIT"),))
    assert last(b) == (
        "The process of server.py is gone. The operating system keeps its connection "
        "in TIME_WAIT."
    )
    b.event("gone", 0, tcp=())
    assert last(b) == "The process of server.py is gone."


# --- programs, people, threads --------------------------------------------


def test_lines_and_what_changed(talk):
    b, *_ = talk
    b.event("line", 1, line=8)
    assert last(b) == "client.py comes to line 8."
    b.event("line", 1, line=9, variables=(("message", "'exit'"), ("tries", "2")))
    assert last(b) == "client.py comes to line 9. Now message = 'exit' and tries = 2."


def test_the_keyboard(talk):
    b, *_ = talk
    b.wait(1, "input", "keyboard")
    assert last(b) == "client.py waits for the keyboard."
    b.back(1, "input", text="exit")
    assert last(b) == 'Someone types "exit" for client.py.'
    b.call(1, "input", then_text="")
    assert last(b) == "Someone presses Enter for client.py, with nothing typed."
    b.call(1, "input", then_error="EOFError: EOF when reading a line")
    assert last(b) == "The keyboard's end of file reaches client.py."
    b.call(1, "readline", then_result="EOF")
    assert last(b) == "The keyboard's end of file reaches client.py."


def test_sleeping(talk):
    b, *_ = talk
    b.wait(1, "sleep", "1 second to pass", timeout=1.0)
    assert last(b) == "client.py sleeps for 1 second."
    b.back(1, "sleep")
    assert last(b) == "client.py wakes up."
    b.call(1, "sleep")
    assert last(b) == "client.py sleeps."


def test_threads_and_locks():
    b = Builder(SERVER, CLIENT)
    b.programs[0] = Program("server.py", SERVER, (Track(), Track("Thread-1 (talk)")))
    b.call(0, "start")
    assert last(b) == "server.py starts a thread, which runs beside it."
    b.event("track", 0, track=1)
    assert last(b) == (
        "Thread-1 of server.py begins: this program now does several things at a time."
    )
    b.wait(0, "acquire", "lock", holder=1)
    assert (
        last(b)
        == "server.py waits in acquire() for the lock that Thread-1 (talk) holds."
    )
    b.back(0, "acquire", result="True")
    assert last(b) == "server.py goes on: acquire() returns True."
    b.event("track_end", 0, track=1)
    assert last(b) == "Thread-1 of server.py is over."


def test_other_calls(talk):
    b, _, client, _ = talk
    b.call(1, "getsockname", socket=client, then_result="('127.0.0.1', 50001)")
    assert last(b) == (
        "client.py calls getsockname(), which returns ('127.0.0.1', 50001)."
    )
    b.call(1, "settimeout", socket=client)
    assert last(b) == "client.py calls settimeout()."


def test_a_call_that_never_comes_back(talk):
    b, _, client, _ = talk
    b.event("call", 1, call="getpeername", socket=client)
    assert last(b) == (
        "client.py calls getpeername(), which does not return in this recording."
    )


def test_output(talk):
    b, *_ = talk
    b.event("output", 1, text="Hello\n", stream="stdout")
    assert last(b) == 'client.py prints "Hello".'


def test_a_crash(saved):
    assert (
        "rst_client.py crashes on line 5, because nobody catches "
        "ConnectionResetError: [Errno 104] Connection reset by peer."
        in talked(saved("reset"))
    )


# --- the talk, the end, the caption ---------------------------------------


def test_the_talk_of_the_chat(saved):
    assert talked(saved("chat")) == [
        "server.py waits in accept() for a client to connect.",
        "client.py connects to 127.0.0.1 port 5555. The operating system sets up the "
        "connection by itself: accept() only hands it over.",
        "client.py waits for the keyboard; server.py waits in recv() for bytes to "
        "arrive.",
        'client.py sends "Hello Server!", 13 bytes. They wait in the receive queue of '
        "server.py until recv() takes them.",
        'server.py has received "Hello Server!" and sends "Message received", 16 '
        "bytes. They wait in the receive queue of client.py until recv() takes them.",
        "client.py waits for the keyboard; server.py waits in recv() for bytes to "
        "arrive.",
        'client.py sends "exit", 4 bytes. They wait in the receive queue of server.py '
        "until recv() takes them.",
        'server.py has received "exit" and sends "Goodbye!", 8 bytes. They wait in the '
        "receive queue of client.py until recv() takes them.",
        "client.py closes client. The operating system tells the other side: no more "
        "bytes will come.",
        'server.py has read b"", end of file, and closes connection. Now both '
        "directions are closed, and the connection is over.",
        captions.verdict(saved("chat"))
        + " client.py said goodbye first: the operating "
        "system keeps that end in TIME_WAIT for a while.",
    ]


def test_two_sides_that_close_at_the_same_time(talk):
    b, *_ = talk
    ends = (tcp(client_at(), PORT, "TIME_WAIT"), tcp(PORT, client_at(), "TIME_WAIT"))
    b.event("exit", 0, result="0", tcp=ends)
    assert said(b.recording())[-1].endswith(
        "The goodbyes of client.py and server.py crossed: the operating system keeps "
        "those ends in TIME_WAIT for a while."
    )


def test_a_deadlock_says_its_verdict():
    assert talked(deadlock())[-1] == captions.verdict(deadlock())


def test_clients_of_one_name_are_told_apart(saved):
    assert any(
        "thr_client.py (2) sends" in sentence for sentence in said(saved("threads"))
    )


def test_what_the_caption_says(saved):
    assert captions.caption(saved("chat"), states=True, segments=True) == [
        "CAPITALS beside a line: the TCP state of that end.",
        "SYN, ACK, FIN and RST are inferred from the calls and the TCP states, not "
        "captured; most ACKs are left out.",
        *captions.notes(saved("chat")),
    ]


def test_no_sentence_says_kernel_or_shouts(saved):
    for name in ("chat", "threads", "reset", "timeout", "full", "refused"):
        for sentence in said(saved(name)):
            assert "kernel" not in sentence.lower()
            assert sentence.endswith(".")
            assert "!" not in sentence.replace("Hello Server!", "").replace("bye!", "")


def test_an_order_is_only_claimed_where_one_thing_causes_the_other(saved):
    for name in ("chat", "threads", "reset", "timeout", "coalesced"):
        for sentence in said(saved(name)):
            for word in (" before ", " after ", " first", " then "):
                if word in sentence and "in this run" not in sentence:
                    assert any(
                        allowed in sentence
                        for allowed in (
                            "even before accept() is called",
                            "gives up after",
                            "said goodbye first: the operating system keeps",
                        )
                    ), sentence


# --- words ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "shown"),
    [
        (b"Hello", '"Hello"'),
        (b"line\n", '"line\\n"'),
        ("café".encode(), '"café"'),
        (b"\xff\xfe", "b'\\xff\\xfe'"),
        ("né".encode()[:-1], '"n"'),
        (b"x" * 40, '"' + "x" * 31 + '…"'),
    ],
)
def test_bytes_are_quoted_as_a_reader_knows_them(data, shown):
    assert words.quoted(data) == shown


def test_addresses_of_both_families():
    assert words.address(("::1", 80)) == "[::1]:80"
    assert words.address(("127.0.0.1", 80)) == "127.0.0.1:80"
    assert words.address(None) == "no address yet"


def test_cells_show_letters_spaces_and_values():
    assert words.cells("a é".encode()) == ["a", "␣", "c3", "a9"]


def test_a_verdict_may_be_all_there_is():
    recording = Builder(SERVER).recording(Verdict("busy", "running", 0, 2.0))
    ended = "server.py is still computing after 2 seconds."
    assert said(recording) == [ended]


def test_a_verdict_names_five_threads_and_counts_the_rest():
    b = Builder(SERVER)
    b.programs[0] = Program("server.py", SERVER, tracks=(Track(),) * 9)
    b.event("start", 0)
    waits = tuple(Wait(0, track, "recv", 9, ("bytes",)) for track in range(9))
    verdict = said(b.recording(Verdict("deadlock", waits=waits)))[-1]
    assert verdict.count("waits in recv()") == 5
    assert verdict.endswith("for bytes to arrive; 4 more threads: nothing can go on.")


def test_of_many_programs_that_ran_to_their_end_five_are_named():
    b = Builder(SERVER)
    b.programs += [Program("client.py", CLIENT)] * 7
    assert said(b.recording()) == [
        "server.py, client.py (1), client.py (2), client.py (3), client.py (4) and 3 "
        "more ran to their end."
    ]


def test_every_crash_is_told(talk):
    b, *_ = talk
    b.event("crash", 1, line=4, error="ValueError: two")
    b.event("crash", 0, line=3, error="TypeError: one")
    verdict = said(b.recording(Verdict("crashed", "error", 0)))[-1]
    assert verdict == (
        "server.py crashed on line 3: TypeError: one; client.py crashed on line 4: "
        "ValueError: two."
    )


def test_a_client_that_never_started_was_not_running():
    b = Builder(SERVER, CLIENT)
    b.event("start", 0)
    waits = (Wait(0, 0, None, 7), Wait(1, 0, None, None))
    verdict = said(b.recording(Verdict("busy", "time", seconds=9, waits=waits)))[-1]
    assert verdict == (
        "Not finished within 9 seconds: server.py was running on line 7; client.py "
        "was not started."
    )


@pytest.mark.parametrize(
    ("kinds", "what"),
    [
        (["SOCK_DGRAM"], "a datagram to arrive"),
        (["SOCK_STREAM"], "bytes to arrive"),
        (["SOCK_DGRAM", "SOCK_STREAM"], "bytes to arrive or a datagram to arrive"),
    ],
)
def test_a_select_waits_for_what_its_sockets_bring(kinds, what):
    b = Builder(SERVER)
    sockets = tuple(
        b.socket(0, "server", local=PORT, type=kind,
                 remote=client_at() if kind == "SOCK_STREAM" else None)
        for kind in kinds
    )  # fmt: skip
    b.wait(0, "select", "bytes", line=3, sockets=sockets)
    assert last(b) == f"server.py waits in select() for {what}."
    waits = (Wait(0, 0, "select", 3, ("bytes",)),)
    verdict = said(b.recording(Verdict("deadlock", waits=waits)))[-1]
    assert verdict == (
        f"server.py waits in select() on line 3 for {what}: nothing can go on."
    )
