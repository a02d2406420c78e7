"""A line is one message, however its bytes arrive.

The functions of the solutions are called as they stand, on a real pair of
sockets. What is random is where the bytes are cut.
"""

import importlib.util
import itertools
import socket
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lessons.course.catalogue import ROOT
from tests.facts.ends import close_with_a_reset
from tests.running import PATIENCE, Running, wait_until

MEGABYTE = 1_000_000


def load(stem: str, program: str) -> ModuleType:
    """A solution's program as a module: its `main()` does not run."""
    path = ROOT / "solutions" / stem / f"{program}.py"
    spec = importlib.util.spec_from_file_location(f"{stem}_{program}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


FRAMED = {program: load("06_framing", program) for program in ("server", "client")}
LONGEST = FRAMED["server"].LONGEST
EACH_PROGRAM = pytest.mark.parametrize("program", FRAMED)


class Arriving:
    """One end of a connection, at which bytes arrive piece by piece.

    When all that was sent has been received, the other end sends its next piece
    before `recv`, and hangs up when none is left. All else is the socket's own.
    """

    def __init__(
        self, near: socket.socket, far: socket.socket, pieces: Iterable[bytes]
    ) -> None:
        self._near = near
        self._far = far
        self._pieces = iter(pieces)
        self._under_way = 0
        self.received = 0

    def recv(self, size: int) -> bytes:
        if not self._under_way:
            piece = next(self._pieces, None)
            if piece is None:
                self._far.shutdown(socket.SHUT_WR)
            else:
                self._far.sendall(piece)
                self._under_way = len(piece)
        data = self._near.recv(size)
        self._under_way -= len(data)
        self.received += len(data)
        return data

    def sendall(self, data: bytes) -> None:
        self._near.sendall(data)


@contextmanager
def arriving(pieces: Iterable[bytes]) -> Iterator[Arriving]:
    near, far = socket.socketpair()
    with near, far:
        near.settimeout(PATIENCE)
        far.settimeout(PATIENCE)
        yield Arriving(near, far, pieces)


def cut(data: bytes, places: Sequence[int]) -> list[bytes]:
    """The bytes, cut at these places (those beyond their end do not count)."""
    inside = sorted({place for place in places if 0 < place < len(data)})
    edges = [0, *inside, len(data)]
    return [data[a:b] for a, b in itertools.pairwise(edges) if a < b]


def sent(send: Callable[[socket.socket], None]) -> bytes:
    """All bytes that something sends."""
    near, far = socket.socketpair()
    with near, far:
        send(near)
        near.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: far.recv(65536), b""))


def lines_of(program: str, pieces: Sequence[bytes]) -> list[str]:
    """What `receive_line` makes of these pieces, until there is no more."""
    lines: list[str] = []
    with arriving(pieces) as end:
        line, received = FRAMED[program].receive_line(end, b"")
        while line is not None:
            lines.append(line)
            line, received = FRAMED[program].receive_line(end, received)
    return lines


def in_the_terminal(
    server: ModuleType, pieces: Sequence[bytes], patch: pytest.MonkeyPatch
) -> list[str]:
    """The messages that a server's `talk` shows when these pieces arrive."""
    shown: list[str] = []
    patch.setattr(
        server, "print", lambda _who, message: shown.append(message), raising=False
    )
    with arriving(pieces) as end:
        server.talk(end)
    return shown


MESSAGES = st.lists(st.text().map(lambda text: text.replace("\n", "")), max_size=8)
Places = st.SearchStrategy[list[int]]
PLACES: Places = st.lists(st.integers(1, 200), max_size=40)


# -- any text, in any pieces -------------------------------------------------


@EACH_PROGRAM
@given(messages=MESSAGES, places=PLACES)
@settings(deadline=None)
def test_any_lines_in_any_pieces_are_the_same_lines(
    program: str, messages: list[str], places: list[int]
) -> None:
    def send(near: socket.socket) -> None:
        for message in messages:
            FRAMED[program].send_line(near, message)

    assert lines_of(program, cut(sent(send), places)) == messages


@EACH_PROGRAM
@given(data=st.binary(max_size=300), places=PLACES)
@settings(deadline=None)
def test_any_bytes_at_all_are_lines_or_nothing(
    program: str, data: bytes, places: list[int]
) -> None:
    whole = [line.decode(errors="backslashreplace") for line in data.split(b"\n")]
    assert lines_of(program, cut(data, places)) == whole[:-1]


@given(
    before=st.integers(0, 2000),
    size=st.integers(LONGEST - 3, LONGEST + 3),
    piece=st.sampled_from([1000, 1024, 1500, 65536]),
)
@settings(deadline=None, max_examples=30)
def test_the_limit_is_the_same_in_any_pieces(
    before: int, size: int, piece: int
) -> None:
    data = b"a" * before + b"\n" + b"b" * size + b"\n"
    pieces = cut(data, range(0, len(data), piece))
    if size <= LONGEST:
        assert lines_of("server", pieces) == ["a" * before, "b" * size]
    else:
        with pytest.raises(ValueError, match=f"a line of more than {LONGEST} bytes"):
            lines_of("server", pieces)


def any_pieces_are_the_same_messages(
    stem: str, patch: pytest.MonkeyPatch, most: int = 5, places: Places = PLACES
) -> None:
    """Raises AssertionError if a server's `talk` sees pieces, not messages."""
    server, client = load(stem, "server"), load(stem, "client")
    message_of = getattr(client, "send_line", lambda end, text: end.sendall(text))
    encoded = (lambda text: text) if stem == "06_framing" else str.encode
    texts = st.text(min_size=1).map(lambda text: text.replace("\n", "?"))

    @given(messages=st.lists(texts, max_size=most), places=places)
    @settings(deadline=None, database=None, derandomize=True)
    def talk(messages: list[str], places: list[int]) -> None:
        def send(near: socket.socket) -> None:
            for message in messages:
                message_of(near, encoded(message))

        pieces = cut(sent(send), places)
        shown = [server.printable(message) for message in messages]
        assert in_the_terminal(server, pieces, patch) == shown

    talk()


def test_a_conversation_is_the_same_in_any_pieces(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    any_pieces_are_the_same_messages("06_framing", monkeypatch)


def test_without_framing_it_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(AssertionError):
        any_pieces_are_the_same_messages("05_exit", monkeypatch)


def test_a_conversation_of_lesson_05_holds_for_one_message_in_one_piece(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    any_pieces_are_the_same_messages("05_exit", monkeypatch, 1, st.just([]))


# -- time and memory ---------------------------------------------------------


@pytest.mark.parametrize("size", [1, 1024, 65536])
def test_a_line_of_many_megabytes_is_refused_at_its_beginning(size: int) -> None:
    endless = (b"x" * size for _ in range(50 * MEGABYTE // size))
    with arriving(endless) as end, pytest.raises(ValueError, match="more than"):
        FRAMED["server"].receive_line(end, b"")
    assert end.received <= LONGEST + 1024


def test_ten_times_the_lines_take_about_ten_times_as_long() -> None:
    def seconds(lines: int) -> float:
        data = b"\n" * lines
        start = time.process_time()
        assert lines_of("server", cut(data, range(0, lines, 50_000))) == [""] * lines
        return time.process_time() - start

    few = min(seconds(10_000) for _ in range(3))
    assert seconds(100_000) < 40 * few  # a hundred times, if each line cost all


# -- rough clients, from outside ---------------------------------------------


@pytest.fixture
def server(run: Callable[..., Running]) -> Running:
    server = run("06_framing/server")
    server.shows("Server is listening")
    return server


@pytest.fixture
def new_client(port: int, server: Running) -> Iterator[Callable[[], socket.socket]]:
    """Connects to the server; closed when the test ends at the latest."""
    clients: list[socket.socket] = []

    def connect() -> socket.socket:
        clients.append(socket.create_connection(("127.0.0.1", port), PATIENCE))
        return clients[-1]

    yield connect
    for client in clients:
        client.close()


Connect = Callable[[], socket.socket]


def replies(client: socket.socket, count: int) -> bytes:
    """So many lines of replies, or what came before the end of file."""
    got = b""
    while got.count(b"\n") < count:
        piece = client.recv(1024)
        if not piece:
            break
        got += piece
    return got


def test_one_byte_at_a_time_is_one_message(
    server: Running, new_client: Connect
) -> None:
    client = new_client()
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for byte in "café\n".encode():
        client.sendall(bytes([byte]))
    assert replies(client, 1) == b"Message received\n"
    server.shows("Client: café\n")
    assert server.text.count("Client:") == 1


def test_a_character_cut_in_two_is_whole_again(
    server: Running, new_client: Connect
) -> None:
    client = new_client()
    client.sendall(b"caf\xc3")
    server.waits()
    client.sendall(b"\xa9\n")
    assert replies(client, 1) == b"Message received\n"
    server.shows("Client: café\n")


def test_all_in_one_piece_is_three_messages(
    server: Running, new_client: Connect
) -> None:
    client = new_client()
    client.sendall(b"one\ntwo\nexit\n")
    assert replies(client, 3) == b"Message received\nMessage received\nGoodbye!\n"
    client.close()
    assert server.ends() == 0
    assert "Client: one\nClient: two\nClient: exit\n" in server.text


def test_a_line_longer_than_many_recvs_is_one_message(
    server: Running, new_client: Connect
) -> None:
    client = new_client()
    client.sendall(b"x" * LONGEST + b"\n")
    assert replies(client, 1) == b"Message received\n"
    client.sendall(b"Hello\n")
    assert replies(client, 1) == b"Message received\n"
    server.shows("Client: Hello\n")
    assert server.text.count("Client:") == 2


@pytest.mark.parametrize("ending", ["end of file", "half-close", "reset"])
def test_half_a_line_is_no_message(
    server: Running, new_client: Connect, ending: str
) -> None:
    client = new_client()
    client.sendall(b"Hello\nexit")
    assert replies(client, 1) == b"Message received\n"
    if ending == "half-close":
        client.shutdown(socket.SHUT_WR)
        assert client.recv(1024) == b""
    elif ending == "reset":
        close_with_a_reset(client)
    client.close()
    server.shows("Client: Hello\n")
    server.shows("[INFO] Client disconnected.\n")
    after = new_client()
    after.sendall(b"Hello again\n")
    assert replies(after, 1) == b"Message received\n"
    assert "exit" not in server.text


def test_a_line_of_many_megabytes_is_refused_with_a_sentence(
    server: Running, new_client: Connect
) -> None:
    client = new_client()
    with pytest.raises(ConnectionError):  # the server hangs up in the middle
        client.sendall(b"x" * 50 * MEGABYTE)
    server.shows(f"[INFO] Refused a line of more than {LONGEST} bytes.\n")
    server.shows("[INFO] Client disconnected.\n")
    after = new_client()
    after.sendall(b"Hello\n")
    assert replies(after, 1) == b"Message received\n"
    assert "Traceback" not in server.text


def test_a_client_without_newlines_waits_and_harms_nobody(
    server: Running, new_client: Connect
) -> None:
    client = new_client()
    client.sendall(b"exit")  # as the chat of lesson 05 says it
    client.settimeout(0.2)
    with pytest.raises(TimeoutError):
        client.recv(1024)
    client.close()
    server.shows("[INFO] Client disconnected.")
    assert not server.has_ended


# -- the client, and rough servers -------------------------------------------


class Server:
    """The other end of the solution's client."""

    def __init__(self, connection: socket.socket) -> None:
        connection.settimeout(PATIENCE)
        self.connection = connection

    def hears(self, line: bytes) -> None:
        got = b""
        while not got.endswith(b"\n"):
            got += self.connection.recv(1024)
        assert got == line


@pytest.fixture
def called(run: Callable[..., Running], port: int) -> Iterator[tuple[Running, Server]]:
    """The client, and the server that it is connected to."""
    with socket.create_server(("127.0.0.1", port)) as listener:
        listener.settimeout(PATIENCE)
        client = run("06_framing/client")
        connection, _ = listener.accept()
        with connection:
            yield client, Server(connection)


def test_a_reply_in_pieces_is_shown_once(called: tuple[Running, Server]) -> None:
    client, server = called
    client.type("Hello\n")
    server.hears(b"Hello\n")
    for byte in "Grüße\n".encode():
        server.connection.sendall(bytes([byte]))
    client.shows("Server: Grüße\nEnter message")


def test_a_reply_that_came_early_is_kept(called: tuple[Running, Server]) -> None:
    client, server = called
    client.type("one\n")
    server.hears(b"one\n")
    server.connection.sendall(b"first\nsecond\n")
    client.shows("Server: first\n")
    client.type("exit\n")
    server.hears(b"exit\n")
    assert client.ends() == 0
    assert client.text.endswith("Server: second\nConnection closed.\n")


def test_half_a_reply_is_not_shown(called: tuple[Running, Server]) -> None:
    client, server = called
    client.type("Hello\n")
    server.hears(b"Hello\n")
    server.connection.sendall(b"Mess")
    server.connection.close()
    assert client.ends() == 1
    assert "Server: " not in client.text
    assert client.text.endswith(
        "The server has gone: start it again, then this client.\n"
    )


def test_a_reply_without_an_end_is_one_sentence(
    called: tuple[Running, Server],
) -> None:
    client, server = called
    client.type("Hello\n")
    server.hears(b"Hello\n")
    with pytest.raises(ConnectionError):  # the client hangs up in the middle
        server.connection.sendall(b"x" * 50 * MEGABYTE)
    assert client.ends() == 1
    assert client.text.endswith(
        f"The server sent a line of more than {LONGEST} bytes: that is no reply.\n"
    )


def test_a_program_of_lesson_05_is_not_understood(
    run: Callable[..., Running], server: Running
) -> None:
    old = run("05_exit/client")
    old.type("Hello\n")
    old.shows("Enter message")
    wait_until(lambda: "Connected with" in server.text, "the old client is taken")
    old.waits()
    assert "Client:" not in server.text
    assert "Server:" not in old.text
