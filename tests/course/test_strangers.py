"""Nothing that a stranger sends or does ends a program, or writes for it.

And the other way round: what is the program's own trouble, its keyboard or its
terminal, is not blamed on whoever is at the other end.
"""

import errno
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from lessons.course.catalogue import ROOT
from tests.course.test_framing import LONGEST, load
from tests.course.test_programs import (
    CALLED,
    CHATS,
    FRAMED,
    POSIX_ONLY,
    TALKING,
    connect,
    message,
)
from tests.facts.inside import in_a_network_of_its_own, ip, setting
from tests.running import PATIENCE, Running, copy_with_port

Run = Callable[..., Running]
FORGED = "[INFO] Server shutting down."
STEERING = {
    "a newline": "hi\n" + FORGED,
    "a return to the line's beginning": "hi\r" + FORGED,
    "an escape sequence": "\x1b[2K\x1b[1A" + FORGED,
    "text that runs to the left": "\u202e" + FORGED,
    "a separator of lines": "\u2028" + FORGED,
}


@pytest.fixture
def listening(run: Run) -> Callable[[str], Running]:
    """A lesson's server, as soon as it listens."""

    def start(stem: str, **options: object) -> Running:
        server = run(f"{stem}/server", **options)
        server.shows("Server is listening")
        return server

    return start


def answered(stem: str, port: int, text: bytes) -> bytes:
    """What a new client is answered."""
    with connect(port) as client:
        client.sendall(message(stem, text))
        return client.recv(1024)


# -- what a stranger sends ----------------------------------------------------


@pytest.mark.parametrize("stem", TALKING)
@pytest.mark.parametrize("how", STEERING)
def test_what_would_steer_a_terminal_is_spelled_out(
    listening: Callable[[str], Running], port: int, stem: str, how: str
) -> None:
    if stem in FRAMED and how == "a newline":
        pytest.skip("a newline is what ends a message there")
    server = listening(stem)
    assert answered(stem, port, STEERING[how].encode())
    server.shows("[INFO] Client disconnected.")
    said = [line for line in server.text.split("\n") if line.startswith("Client: ")]
    assert len(said) == 1
    assert said[0].endswith(f"{FORGED}'")
    assert said[0].isprintable()
    assert FORGED not in server.text.split("\n")


@pytest.mark.parametrize("stem", TALKING)
def test_a_reply_that_would_steer_a_terminal_is_spelled_out(
    run: Run, port: int, stem: str
) -> None:
    with socket.create_server(("127.0.0.1", port)) as listener:
        listener.settimeout(PATIENCE)
        client = run(f"{stem}/client")
        connection, _ = listener.accept()
        with connection:
            client.type("Hello\n")
            assert connection.recv(1024)
            connection.sendall(message(stem, b"hi\r\x1b[2KConnection closed."))
            client.shows(r"Server: 'hi\r\x1b[2KConnection closed.'")


@pytest.mark.parametrize("stem", TALKING)
def test_a_terminal_that_cannot_show_a_character_shows_its_number(
    run: Run, port: int, stem: str
) -> None:
    server = run(f"{stem}/server", encoding="ascii")
    server.shows("Server is listening")
    assert answered(stem, port, "to →".encode())
    server.shows("Client: to \\u2192\n[INFO] Client disconnected.")
    assert answered(stem, port, b"Hello")


def test_a_line_that_is_too_long_is_refused_at_both_ends(
    listening: Callable[[str], Running], port: int
) -> None:
    server = listening("06_framing")
    with connect(port) as client:
        client.sendall(b"x" * (LONGEST + 1024))
        refusal = f"Refused a line of more than {LONGEST} bytes."
        assert client.recv(1024).decode() == f"{refusal}\n"
    server.shows(f"[INFO] {refusal}\n[INFO] Client disconnected.\n")


# -- what a stranger does -----------------------------------------------------


def talk_with_clients_that_vanish() -> dict[str, str]:
    """What the servers' terminals show, in a network of their own."""
    # The system gives up after two repetitions, not after a quarter of an hour.
    setting("tcp_retries2", "2")
    return {stem: talk_with_one_that_vanishes(stem) for stem in TALKING}


def talk_with_one_that_vanishes(stem: str) -> str:
    here, there = ("127.0.0.1", 5555), ("127.0.0.2", 0)
    with (
        Running(ROOT / "solutions" / stem / "server.py") as server,
        ExitStack() as left,
    ):
        server.shows("Server is listening")
        client = left.enter_context(socket.create_connection(here, PATIENCE, there))
        server.shows("[INFO] Connected with")
        server.send(signal.SIGSTOP)
        client.sendall(message(stem, b"Hello"))
        ip(f"route add blackhole {there[0]} table local")
        server.send(signal.SIGCONT)
        server.shows("[INFO] Client disconnected.")
        ip(f"route delete blackhole {there[0]} table local")
        assert answered(stem, here[1], b"Hello again")
        server.shows("Client: Hello again")
        return server.text


def test_a_client_that_vanishes_ends_its_own_conversation_only() -> None:
    shown = in_a_network_of_its_own(talk_with_clients_that_vanish)
    assert [*shown] == TALKING
    for text in shown.values():
        assert (
            f"Client: Hello\n[INFO] Connection lost: [Errno {errno.ETIMEDOUT}] "
            "Connection timed out.\n[INFO] Client disconnected.\n"
        ) in text


@pytest.mark.parametrize("stem", TALKING)
def test_a_client_that_left_the_queue_does_not_end_the_server(stem: str) -> None:
    class Listener:
        """What accept() may say (POSIX: ECONNABORTED); Linux does not."""

        outcomes = iter((ConnectionAbortedError, KeyboardInterrupt))

        def accept(self) -> None:
            raise next(self.outcomes)

    with pytest.raises(KeyboardInterrupt):
        load(stem, "server").serve(Listener())


@pytest.mark.parametrize("stem", CHATS)
@pytest.mark.parametrize("how", ["silent", "a byte again and again"])
def test_a_client_that_never_closes_cannot_keep_the_server(
    listening: Callable[[str], Running], port: int, stem: str, how: str
) -> None:
    server = listening(stem)
    with connect(port) as client:
        client.sendall(message(stem, b"exit"))
        assert client.recv(1024) == message(stem, b"Goodbye!")
        client.settimeout(0.1)
        while how != "silent" and not server.has_ended:
            try:
                client.sendall(b".")
                client.recv(1)
            except TimeoutError:
                continue
            except ConnectionError:
                break
            else:
                break
        assert server.ends() == 0
    assert server.text.endswith("[INFO] Server shutting down.\n")


@pytest.mark.parametrize("stem", TALKING)
def test_what_the_system_reports_of_a_conversation_is_told(
    stem: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A mistake of the server's own, talking on the listener, stays visible."""
    server = load(stem, "server")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server.talk(listener)
        server.send(listener, "Hello" if stem in FRAMED else b"Hello")
    told = capsys.readouterr().out.splitlines()
    assert len(told) == 2
    assert all(line.startswith("[INFO] Connection lost: ") for line in told)
    if sys.platform.startswith("linux"):
        assert [
            f"[Errno {number}]" in line
            for number, line in zip((errno.ENOTCONN, errno.EPIPE), told, strict=True)
        ] == [True, True]


# -- what is the program's own trouble ----------------------------------------


@POSIX_ONLY
@pytest.mark.parametrize("stem", TALKING)
def test_a_terminal_that_is_gone_is_no_clients_fault(
    tmp_path: Path, port: int, stem: str
) -> None:
    folder = copy_with_port(ROOT / "solutions" / stem, tmp_path / stem, port)
    with subprocess.Popen(
        [sys.executable, "-u", folder / "server.py"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stdout is not None
        assert server.stdout.readline().startswith("Server is listening")
        with connect(port) as client:
            assert server.stdout.readline().startswith("[INFO] Connected")
            server.stdout.close()
            client.sendall(message(stem, b"Hello"))
            _, trouble = server.communicate(timeout=PATIENCE)
    assert server.returncode != 0
    assert "BrokenPipeError" in trouble
    assert "in talk\n" in trouble  # at the line that shows the message


@pytest.mark.parametrize("stem", [stem for stem in CALLED if stem >= "03"])
def test_a_port_that_is_taken_before_listen_is_one_sentence(stem: str) -> None:
    """On Linux two sockets may bind a port while neither listens yet."""
    rival = socket.socket()

    class Slow(socket.socket):
        def listen(self) -> None:
            rival.listen()
            super().listen()

    with rival, Slow() as listener:
        rival.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        rival.bind(("127.0.0.1", 0))
        server = load(stem, "server")
        server.PORT = rival.getsockname()[1]
        with pytest.raises(SystemExit, match=r"^Cannot use 127.0.0.1:\d+ \("):
            server.claim_port(listener)


def connect_without_a_network() -> dict[str, tuple[int, str]]:
    ip("address delete 127.0.0.1/8 dev lo")
    found = {}
    for stem in CALLED:
        with Running(ROOT / "solutions" / stem / "client.py") as client:
            found[stem] = (client.ends(), client.text)
    return found


def test_a_computer_without_a_network_is_one_sentence() -> None:
    reason = os.strerror(errno.ENETUNREACH)
    said = f"Cannot connect to 127.0.0.1:5555 ({reason}): is the server running?\n"
    found = in_a_network_of_its_own(connect_without_a_network)
    assert found == {stem: [1, said] for stem in CALLED}


@pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="a full queue is silent on Linux"
)
@pytest.mark.parametrize("stem", CALLED)
def test_ctrl_c_while_it_connects_is_one_sentence(
    run: Run, port: int, stem: str
) -> None:
    with socket.create_server(("127.0.0.1", port), backlog=0), connect(port):
        client = run(f"{stem}/client")
        client.connects(port)
        client.send(signal.SIGINT)
        assert client.ends() == 1
    assert client.text == "\nStopped before there was a connection.\n"


@pytest.mark.parametrize("stem", TALKING)
@pytest.mark.parametrize("stdin", ["utf-8:strict", "utf-8:surrogateescape"])
def test_the_server_is_not_blamed_for_a_keyboard_that_is_not_utf_8(
    run: Run, listening: Callable[[str], Running], stem: str, stdin: str
) -> None:
    listening(stem)
    client = run(f"{stem}/client", encoding=stdin)
    client.shows("Enter message")
    client.type(b"caf\xe9\n")
    told = "not UTF-8" if stdin.endswith("strict") else "Server:"
    client.shows(told)
    client.type(b"Hello\n")
    client.shows("Server: Hello" if stem == "04_echo" else "Server: Message received")
    client.close_keyboard()
    assert client.ends() == 0
    assert "server has gone" not in client.text


def test_a_line_that_is_too_long_is_not_sent(
    run: Run, listening: Callable[[str], Running]
) -> None:
    server = listening("06_framing")
    client = run("06_framing/client")
    client.type("x" * (LONGEST + 1) + "\n")
    client.shows(f"That is more than {LONGEST} bytes: say it in less.\nEnter message")
    client.type("exit\n")
    assert client.ends() == 0
    assert server.ends() == 0
    assert "Refused" not in server.text
    assert server.text.count("Client: ") == 1


@POSIX_ONLY
def test_a_suspended_server_is_connected_to_all_the_same(run: Run, port: int) -> None:
    server = run("02_listen/server")
    server.shows("Server is listening")
    server.send(signal.SIGSTOP)
    knock = run("02_listen/knock", of="lessons")
    assert knock.ends() == 0
    assert knock.text.startswith(f"Connected to 127.0.0.1:{port}")
    server.send(signal.SIGCONT)
