"""The chat is recorded whole: calls, waits, bytes, states."""

from __future__ import annotations

import itertools

import pytest

from socketscope import Recording, watch
from tests.recorder.helpers import PROGRAMS, calls, find, notes, output, verdict


@pytest.fixture(scope="module")
def chat() -> Recording:
    return watch(
        PROGRAMS / "chat_server.py",
        PROGRAMS / "chat_client.py",
        typed=["Hello Server!", "exit"],
    )


def test_it_finishes(chat: Recording) -> None:
    assert chat.verdict.kind == "finished"
    sentence = "chat_server.py and chat_client.py ran to their end."
    assert verdict(chat) == sentence
    assert [program.status for program in chat.programs] == [0, 0]


def test_every_socket_call_of_the_server_is_there(chat: Recording) -> None:
    setting_up = ["socket", "setsockopt", "bind", "listen", "accept"]
    talking = ["recv", "sendall", "recv", "sendall", "recv"]
    assert calls(chat, 0) == [*setting_up, *talking, "close", "close"]


def test_every_socket_call_of_the_client_is_there(chat: Recording) -> None:
    once = ["input", "sendall", "recv"]
    assert calls(chat, 1) == ["socket", "connect", *once, *once, "close"]


def test_sockets_have_the_names_of_the_learner_s_variables(chat: Recording) -> None:
    assert [s.name for s in chat.sockets] == ["listener", "client", "connection"]
    assert [s.origin for s in chat.sockets] == ["socket", "socket", "accept"]


def test_ports_are_shown_as_the_program_names_them(chat: Recording) -> None:
    listener, client, connection = chat.sockets
    assert listener.local == ("127.0.0.1", 5555)
    assert client.local == connection.remote == ("127.0.0.1", 50001)
    assert client.remote == connection.local == ("127.0.0.1", 5555)
    assert chat.mapped_ports == (5555,)
    assert "Connected with 127.0.0.1:50001" in output(chat, 0)


def test_both_terminals_show_what_was_printed(chat: Recording) -> None:
    assert output(chat, 0).splitlines() == [
        "Server is listening on port 5555...",
        "[INFO] Connected with 127.0.0.1:50001",
        "Client: Hello Server!",
        "Client: exit",
        "[INFO] Server shutting down.",
    ]
    assert output(chat, 1).endswith("Server: Goodbye!\nConnection closed.\n")


def test_typing_is_the_return_of_input(chat: Recording) -> None:
    assert [e.text for e in find(chat, "return", "input")] == ["Hello Server!", "exit"]


def test_bytes_are_kept_with_their_length(chat: Recording) -> None:
    first = find(chat, "call", "sendall")[0]
    assert (first.data, first.size) == (b"Hello Server!", 13)
    assert find(chat, "return", "recv")[0].data == b"Hello Server!"


def test_events_carry_line_and_arguments(chat: Recording) -> None:
    (bind,) = find(chat, "call", "bind")
    source = chat.programs[0].source.splitlines()
    assert source[bind.line - 1] == "listener.bind((HOST, PORT))"
    assert bind.arguments == ("('127.0.0.1', 5555)",)
    (option,) = find(chat, "call", "setsockopt")
    assert option.arguments == ("SOL_SOCKET", "SO_REUSEADDR", "1")


def test_a_wait_says_what_it_is_for(chat: Recording) -> None:
    (accept,) = find(chat, "block", "accept")
    assert accept.waits_for == ("client",)
    assert find(chat, "block", "recv")[0].waits_for == ("bytes",)
    assert find(chat, "block", "input")[0].waits_for == ("keyboard",)


def test_the_listener_is_seen_listening(chat: Recording) -> None:
    (listen,) = find(chat, "return", "listen")
    (state,) = listen.tcp
    assert (state.state, state.local, state.socket) == (
        "LISTEN",
        ("127.0.0.1", 5555),
        0,
    )


def test_a_connected_client_waits_in_the_backlog(chat: Recording) -> None:
    (connect,) = find(chat, "return", "connect")
    listener = next(s for s in connect.tcp if s.state == "LISTEN")
    assert listener.waiting == 1
    assert [s.state for s in connect.tcp].count("ESTABLISHED") == 2
    (accept,) = find(chat, "return", "accept")
    assert next(s for s in accept.tcp if s.state == "LISTEN").waiting == 0


def test_sent_bytes_are_seen_waiting_before_they_are_read(chat: Recording) -> None:
    send = find(chat, "return", "sendall")[0]
    waiting = {s.socket: s.waiting for s in send.tcp}
    assert waiting[2] == 13
    recv = find(chat, "return", "recv")[0]
    assert {s.socket: s.waiting for s in recv.tcp}[2] == 0


def test_whoever_closes_first_is_left_in_time_wait(chat: Recording) -> None:
    first, *_, last = find(chat, "return", "close")
    states = {s.local[1]: s.state for s in first.tcp if s.remote}
    assert states == {50001: "FIN_WAIT_2", 5555: "CLOSE_WAIT"}
    final = {(s.local, s.remote): s for e in chat.events for s in e.tcp or ()}
    left = [s for s in final.values() if s.state != "CLOSED"]
    assert [(s.local[1], s.state, s.socket) for s in left] == [
        (50001, "TIME_WAIT", None)
    ]
    assert last.program == 0


def test_blocked_calls_return_as_soon_as_their_bytes_are_there(
    chat: Recording,
) -> None:
    told = [(e.kind, e.call) for e in chat.events if e.call]
    for before, after in itertools.pairwise(told):
        if before == ("return", "sendall"):
            # Either the other one was blocked and has them, or it comes later.
            assert after in {("return", "recv"), ("call", "recv")}


def test_a_call_is_followed_by_its_return(chat: Recording) -> None:
    for program in (0, 1):
        kinds = [
            (e.kind, e.call)
            for e in chat.events
            if e.program == program and e.kind in ("call", "block", "return")
        ]
        open_call = None
        for kind, call in kinds:
            if kind == "call":
                assert open_call is None
                open_call = call
            elif kind == "block":
                assert open_call == call
            else:
                assert open_call == call
                open_call = None


def test_lines_show_what_changed(chat: Recording) -> None:
    lines = [e for e in chat.events if e.kind == "line" and e.program == 1]
    assert ("message", "'Hello Server!'") in [v for e in lines for v in e.variables]


def test_the_notes_say_what_was_arranged(chat: Recording) -> None:
    assert tuple(notes(chat)) == (
        "The recorder let the programs take turns.",
        "A free port stood in for 5555, and 50001 for the one that the system chose.",
    )
    assert chat.turns
    assert chat.order_fixed


def test_the_ledger_and_the_operating_system_agree(chat: Recording) -> None:
    """Bytes sent and not yet received are just those seen waiting."""
    end_of = {s.local: n for n, s in enumerate(chat.sockets) if s.remote}
    waiting = dict.fromkeys(end_of.values(), 0)
    handed_over = 0
    for event in chat.events:
        if (event.kind, event.call) == ("call", "sendall"):
            handed_over = event.size or 0
        elif (event.kind, event.call) == ("return", "sendall"):
            remote = chat.sockets[event.socket or 0].remote
            assert remote is not None
            waiting[end_of[remote]] += handed_over
        elif (event.kind, event.call) == ("return", "recv"):
            waiting[event.socket or 0] -= event.size or 0
        for state in event.tcp or ():
            if state.remote and state.socket is not None:
                assert state.waiting == waiting[state.socket]
