"""The code on the pages runs, and does what the page says of it.

Each block of Python on a hand-written page is taken from the page as it stands
and run with real sockets. A block that no test runs is an error.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
import socket
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from lessons.course.catalogue import ROOT, Lesson
from lessons.course.checking import judge, specification
from tests.facts.ends import (
    LOOPBACK,
    ON_LINUX,
    Ends,
    arrived,
    broken_off,
    close_with_a_reset,
    connected,
    received,
)
from tests.facts.inside import in_a_network_of_its_own
from tests.running import PATIENCE, free_port

DOCS = ROOT / "docs"
PAGES = [page for page in DOCS.rglob("*.md") if DOCS / "lessons" not in page.parents]
FENCE = re.compile(r"^( *)``` *(?:python|\{ *\.python)[^\n]*\n(.*?)^\1```", re.M | re.S)


def blocks() -> dict[tuple[str, int], str]:
    """Every block of Python: its page, its place on the page, and its code."""
    return {
        (page.stem, number): textwrap.dedent(match[2])
        for page in PAGES
        for number, match in enumerate(FENCE.finditer(page.read_text("utf-8")), 1)
    }


BLOCKS = blocks()
RUN: set[tuple[str, int]] = set()


def code_of(page: str, number: int = 1) -> Callable[..., Any]:
    """Hand a block to a test: the test is the one that runs it."""
    RUN.add((page, number))
    code = BLOCKS.get((page, number), "raise AssertionError('not on the page')")
    return pytest.mark.parametrize("code", [code], ids=[f"{page} {number}"])


def run(code: str, **names: Any) -> dict[str, Any]:
    """Run a block as the body of a function; what it has named comes back.

    A page may show the inside of a function, with its `return`.
    """
    body = textwrap.indent(code, "    ")
    source = f"def page({', '.join(names)}):\n{body}\n    return locals()"
    there = {"socket": socket, "sys": sys, "os": os, "errno": errno}
    exec(compile(source, "the page", "exec"), there)
    return there["page"](**names) or {}


class NoMoreClients(Exception):
    """Ends a loop over clients that would go on for ever."""


class Queue:
    """A listener whose queue has so many clients; all else is the socket's own."""

    def __init__(self, listener: socket.socket, clients: int) -> None:
        self._listener = listener
        self._left = clients

    def accept(self) -> tuple[socket.socket, Any]:
        if not self._left:
            raise NoMoreClients
        self._left -= 1
        connection, address = self._listener.accept()
        connection.settimeout(PATIENCE)
        return connection, address


@contextmanager
def serving(code: str, clients: int) -> Iterator[tuple[str, int]]:
    """Run a block that serves its clients and has a loop over them."""
    ended: list[BaseException] = []

    def serve() -> None:
        try:
            run(code, listener=Queue(listener, clients))
        except BaseException as error:
            ended.append(error)

    with socket.create_server((LOOPBACK, 0)) as listener:
        listener.settimeout(PATIENCE)
        thread = threading.Thread(target=serve)
        thread.start()
        yield listener.getsockname()
        thread.join(PATIENCE)
    assert [type(error) for error in ended] == [NoMoreClients]


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server((LOOPBACK, 0)) as listener:
        listener.settimeout(PATIENCE)
        yield listener


def test_every_block_on_every_page_is_run_by_a_test() -> None:
    assert set(BLOCKS) == RUN


# --- talking ----------------------------------------------------------------


@code_of("a-bytes-like-object-is-required-not-str")
def test_text_is_encoded_and_its_reply_decoded(code: str, ends: Ends) -> None:
    ends.theirs.sendall("Grüße zurück".encode())
    assert run(code, client=ends.ours, message="Grüße")["reply"] == "Grüße zurück"
    assert received(ends.theirs) == "Grüße".encode()


@code_of("unicodedecodeerror", 2)
def test_bytes_that_are_not_text_are_printed_all_the_same(code: str, capsys) -> None:
    run(code, data="café".encode("latin-1"))
    assert capsys.readouterr().out == "Client: caf\\xe9\n"


@code_of("timed-out")
def test_a_timeout_is_caught_and_no_more(code: str, ends: Ends, capsys) -> None:
    ends.ours.settimeout(0.1)
    run(code, client=ends.ours)
    assert capsys.readouterr().out == "No answer yet.\n"
    ends.theirs.sendall(b"late")
    ends.ours.settimeout(PATIENCE)
    assert run(code, client=ends.ours)["reply"] == b"late"


@code_of("bad-file-descriptor")
def test_a_with_block_is_the_one_place_that_owns_a_socket(
    code: str, listener: socket.socket, capsys
) -> None:
    def echo() -> None:
        connection, _ = listener.accept()
        with connection:
            while data := connection.recv(1024):
                connection.sendall(data)

    server = threading.Thread(target=echo)
    server.start()
    host, port = listener.getsockname()
    client = run(code, HOST=host, PORT=port)["client"]
    server.join(PATIENCE)
    assert capsys.readouterr().out == "Server: first\nServer: second\n"
    assert client.fileno() == -1


# --- one side goes ----------------------------------------------------------


@ON_LINUX
@code_of("broken-pipe")
@pytest.mark.parametrize("way", ["reset", "goodbye and reset"])
def test_a_client_says_that_its_server_has_gone(
    code: str, way: str, ends: Ends
) -> None:
    if way == "reset":
        close_with_a_reset(ends.theirs)
    else:
        ends.theirs.close()
        run(code, client=ends.ours, message="the one that is lost")
    broken_off(ends.ours)
    with pytest.raises(SystemExit, match="The server has gone"):
        run(code, client=ends.ours, message="Hello")


@ON_LINUX
@code_of("connection-reset-by-peer")
def test_a_reset_is_told_and_then_treated_like_end_of_file(
    code: str, ends: Ends, capsys
) -> None:
    receive = run(code)["receive"]
    ends.ours.sendall(b"Hello")
    arrived(ends.theirs)
    assert receive(ends.theirs) == b"Hello"
    close_with_a_reset(ends.ours)
    assert receive(ends.theirs) == b""
    told = capsys.readouterr().out
    assert told == "[INFO] Connection lost: [Errno 104] Connection reset by peer.\n"


def test_a_client_that_hung_up_needs_no_word(ends: Ends, capsys) -> None:
    receive = run(BLOCKS["connection-reset-by-peer", 1])["receive"]
    ends.ours.close()
    assert receive(ends.theirs) == b""
    assert capsys.readouterr().out == ""


@code_of("without-an-error", 2)
def test_end_of_file_leaves_the_loop(code: str, ends: Ends) -> None:
    ends.ours.sendall(b"Hello")
    assert run(code, connection=ends.theirs)["data"] == b"Hello"
    ends.ours.close()
    assert run(code, connection=ends.theirs) == {}  # it has returned


# --- a server and its clients -----------------------------------------------


@code_of("without-an-error", 1)
def test_one_accept_serves_a_whole_conversation(code: str) -> None:
    with serving(code, clients=2) as address:
        for _ in range(2):
            with socket.create_connection(address, PATIENCE) as client:
                for message in (b"first", b"second"):
                    client.sendall(message)
                    assert received(client) == message


@code_of("without-an-error", 3)
def test_a_client_that_breaks_off_ends_no_server(code: str) -> None:
    with serving(code, clients=3) as address:
        rude = socket.create_connection(address, PATIENCE)
        rude.sendall(b"an answer that nobody reads")
        arrived(rude)
        rude.close()
        gone = socket.create_connection(address, PATIENCE)
        close_with_a_reset(gone)
        with socket.create_connection(address, PATIENCE) as client:
            client.sendall(b"Hello")
            assert received(client) == b"Hello"


def server_whose_client_vanishes() -> str:
    """Serve one client, who vanishes, and then the next."""
    from tests.facts import test_paths

    class Vanishing(Queue):
        def accept(self) -> tuple[socket.socket, Any]:
            connection, address = super().accept()
            connection.settimeout(None)  # it is the system that gives up
            limit = socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, 400
            connection.setsockopt(*limit)
            if address[0] == test_paths.SERVER[0]:
                client.sendall(b"Who is there?")
                arrived(connection)
                test_paths.vanish()
            return connection, address

    test_paths.own(test_paths.SERVER[0])
    code = BLOCKS["without-an-error", 3]
    with socket.create_server(("10.0.0.1", 5555)) as listener:
        address = listener.getsockname()
        first = (test_paths.SERVER[0], 0)
        with (
            socket.create_connection(address, PATIENCE, first) as client,
            socket.create_connection(address, PATIENCE) as second,
        ):
            second.sendall(b"Hello")
            second.shutdown(socket.SHUT_WR)
            try:
                run(code, listener=Vanishing(listener, 2))
            except NoMoreClients:
                return second.recv(1024).decode()
    return ""


def test_nor_does_one_whose_computer_was_switched_off() -> None:
    assert in_a_network_of_its_own(server_whose_client_vanishes) == "Hello"


@code_of("tuple-object-has-no-attribute-recv")
def test_accept_gives_two_things(code: str, listener: socket.socket) -> None:
    with socket.create_connection(listener.getsockname(), PATIENCE) as client:
        given = run(code, listener=listener)
        assert given["address"] == client.getsockname()
        given["connection"].close()


@code_of("transport-endpoint-is-not-connected")
def test_the_server_talks_on_the_connection(code: str, listener: socket.socket) -> None:
    with socket.create_connection(listener.getsockname(), PATIENCE) as client:
        client.sendall(b"Hello")
        given = run(code, listener=listener)
        assert given["data"] == b"Hello"
        given["connection"].close()


@code_of("invalid-argument")
def test_bind_listen_accept_is_the_order(code: str) -> None:
    class Met(socket.socket):
        """A client connects as soon as this socket listens."""

        def listen(self, *backlog: int) -> None:
            super().listen(*backlog)
            clients.append(socket.create_connection(self.getsockname(), PATIENCE))

    clients: list[socket.socket] = []
    with Met() as listener:
        listener.settimeout(PATIENCE)
        given = run(code, listener=listener, HOST=LOOPBACK, PORT=0)
        assert given["address"] == clients[0].getsockname()
        given["connection"].close()
        clients[0].close()


# --- addresses and ports ----------------------------------------------------


@code_of("connection-refused")
def test_a_client_that_is_refused_says_so_in_a_sentence(code: str) -> None:
    port = free_port()
    with socket.socket() as client, pytest.raises(SystemExit) as ended:
        run(code, client=client, HOST=LOOPBACK, PORT=port)
    said = str(ended.value)
    assert said.startswith(f"Cannot connect to {LOOPBACK}:{port} (")
    assert said.endswith("): is the server running?")


def reach_nobody() -> str:
    """What the page's client says where nobody has the address."""
    Path("/proc/sys/net/ipv4/neigh/near/retrans_time_ms").write_text("100")
    with socket.socket() as client:
        client.settimeout(PATIENCE)
        try:
            code = BLOCKS["no-route-to-host", 1]
            run(code, client=client, HOST="10.0.0.77", PORT=5555)
        except SystemExit as ended:
            return str(ended)
    return ""


@code_of("no-route-to-host")
def test_another_error_than_no_route_is_not_hidden(code: str) -> None:
    with socket.socket() as client, pytest.raises(ConnectionRefusedError):
        run(code, client=client, HOST=LOOPBACK, PORT=free_port())


def test_no_route_is_told_in_a_sentence() -> None:
    said = in_a_network_of_its_own(reach_nobody)
    assert said == "No computer answers at 10.0.0.77: is the address right?"


@code_of("af-inet-address-must-be-tuple-not-str")
def test_an_address_is_one_pair(
    code: str, listener: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    class ToUs(socket.socket):
        """The page connects to port 5555; here that is a free one."""

        def connect(self, address: Any) -> None:
            assert address == (LOOPBACK, 5555)
            super().connect(there)

    there = listener.getsockname()
    with ToUs() as client, socket.socket() as second:
        run(code, client=client, listener=second, HOST=LOOPBACK, PORT=0)
        assert client.getpeername() == there
        assert second.getsockname()[1] != 0


@code_of("str-object-cannot-be-interpreted-as-an-integer")
def test_a_port_that_was_typed_is_made_a_number(
    code: str, listener: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    host, port = listener.getsockname()
    monkeypatch.setattr("builtins.input", lambda _prompt: str(port))
    with socket.socket() as client:
        assert run(code, client=client, HOST=host)["port"] == port
        assert client.getpeername() == (host, port)


@code_of("address-already-in-use")
def test_a_server_that_hung_up_first_comes_back_at_once(code: str) -> None:
    with socket.socket() as first:
        run(code, listener=first)
        first.bind((LOOPBACK, 0))
        first.listen()
        address = first.getsockname()
        with socket.create_connection(address, PATIENCE) as client:
            first.accept()[0].close()
            assert received(client) == b""
    with socket.socket() as second:
        run(code, listener=second)
        second.bind(address)


@ON_LINUX
@code_of("permission-denied")
def test_an_ordinary_user_may_not_have_port_80(code: str) -> None:
    lowest = Path("/proc/sys/net/ipv4/ip_unprivileged_port_start").read_text()
    if int(lowest) <= 80:
        pytest.skip("this computer gives port 80 to everybody")
    # Imported first: a Python in the home of root is hidden from nobody.
    as_nobody = f"import os, socket; os.getuid() or os.setuid(65534)\n{code}"
    done = subprocess.run(
        [sys.executable, "-c", as_nobody],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.stderr.endswith("PermissionError: [Errno 13] Permission denied\n")


# --- framing: whatever way the bytes arrive ---------------------------------


TWO_LINES = "Grüße\nHello, Wörld\n"


def printed(code: str, pieces: list[bytes], capsys: Any) -> str:
    """What the page's loop prints when these pieces arrive, one by one."""
    with connected() as ends:
        ends.ours.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

        class Piecewise:
            """The next piece is sent when all before it have been received."""

            def recv(self, size: int) -> bytes:
                if not left:
                    ends.ours.shutdown(socket.SHUT_WR)
                else:
                    ends.ours.sendall(left.pop(0))
                return ends.theirs.recv(size)

        left = list(pieces)
        run(code, connection=Piecewise())
    return capsys.readouterr().out


@code_of("unicodedecodeerror", 1)
@pytest.mark.parametrize(
    "pieces",
    [
        [bytes([byte]) for byte in TWO_LINES.encode()],
        [TWO_LINES.encode()],
        [TWO_LINES.encode()[:3], TWO_LINES.encode()[3:]],
        [TWO_LINES.encode()[:9], TWO_LINES.encode()[9:]],
        [TWO_LINES.encode(), b"half a line"],
    ],
    ids=[
        "one byte at a time",
        "two lines in one piece",
        "a character cut in half",
        "one line and the beginning of the next",
        "half a line at the end",
    ],
)
def test_a_line_is_a_line_however_it_arrives(
    code: str, pieces: list[bytes], capsys
) -> None:
    assert printed(code, pieces, capsys) == "Client: Grüße\nClient: Hello, Wörld\n"


AROUND = """\
def refuse(connection):
    words = f"Refused a line of more than {LONGEST} bytes."
    print(f"[INFO] {words}")
    say_goodbye(connection, words)
    return False


def talk(connection):
    try:
        return answer_lines(connection)
    except OSError:
        return False


def answer_lines(connection):
"""
PER_LINE = """\
        if len(line) > LONGEST:
            return refuse(connection)
        if line == b"exit":
            return True
        send_line(connection, "Message received")
"""
PER_PIECE = """\
    if len(received) > LONGEST:
        return refuse(connection)
"""


def test_the_checks_of_the_course_pass_a_server_with_this_loop(
    tmp_path: Path,
) -> None:
    """Only the answers and the limit, which the page leaves to lesson 06, are
    added to the page's loop; the rest of the server is the solution's.
    """
    lesson = Lesson("06_framing")
    loop = BLOCKS["unicodedecodeerror", 1] + PER_LINE + PER_PIECE
    solution = (lesson.solution / "server.py").read_text("utf-8")
    parts = re.split(r"(?ms)^def talk\(.*?(?=^def )", solution)
    assert len(parts) == 2
    server = AROUND + textwrap.indent(loop, "    ") + "    return False\n\n\n"
    (tmp_path / "server.py").write_text(server.join(parts), encoding="utf-8")
    shutil.copyfile(lesson.solution / "client.py", tmp_path / "client.py")
    asked = specification(lesson)
    assert asked is not None
    failed = [result.not_yet.did for result in judge(asked, tmp_path) if result.not_yet]
    assert failed == []
