"""Every explanation fits the exception that a small piece of real code raises."""

import errno
import io
import os
import re
import socket
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from lessons.course.checking.explanations import EXPLANATIONS, explain

SECONDS = 5


def stream() -> socket.socket:
    made = socket.socket()
    made.settimeout(SECONDS)
    return made


@contextmanager
def listening() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(SECONDS)
        yield listener


@contextmanager
def connected() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Both ends of a connection, the client's first."""
    with listening() as listener, stream() as client:
        client.connect(listener.getsockname())
        connection, _ = listener.accept()
        connection.settimeout(SECONDS)
        with connection:
            yield client, connection


# Pieces of code, as a beginner might write them. Each raises.


def takes_a_taken_port() -> None:
    with listening() as listener, stream() as rival:
        rival.bind(listener.getsockname())


def connects_where_nobody_listens() -> None:
    with stream() as bound, stream() as client:
        bound.bind(("127.0.0.1", 0))
        client.connect(bound.getsockname())


def reads_after_the_other_broke_off() -> None:
    with connected() as (client, connection):
        client.sendall(b"never read")
        connection.close()
        client.recv(1024)


def sends_after_the_other_has_gone() -> None:
    with connected() as (client, connection):
        connection.shutdown(socket.SHUT_RDWR)
        client.shutdown(socket.SHUT_WR)
        client.sendall(b"too late")


def reads_from_the_listener() -> None:
    with listening() as listener:
        listener.settimeout(None)  # with one, it would wait for bytes
        listener.recv(1024)


def sends_on_the_listener() -> None:
    with listening() as listener:
        listener.settimeout(None)  # with one, it would wait for room to send
        listener.sendall(b"Hello")


def connects_twice() -> None:
    with listening() as listener, socket.socket() as client:
        client.connect(listener.getsockname())
        client.connect(listener.getsockname())


def uses_a_closed_socket() -> None:
    client = stream()
    client.close()
    client.recv(1024)


def binds_what_is_not_its_own() -> None:
    with stream() as listener:
        listener.bind(("192.0.2.1", 0))


def asks_for_an_unknown_name() -> None:
    with stream() as client:
        client.connect(("300.0.0.1", 5555))


def waits_too_short() -> None:
    with listening() as listener:
        listener.settimeout(0.01)
        listener.accept()


def does_not_wait() -> None:
    with listening() as listener:
        listener.setblocking(False)
        listener.accept()


def listens_by_udp() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
        listener.listen()


def accepts_before_listen() -> None:
    with stream() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.accept()


def sends_text() -> None:
    with connected() as (client, _):
        client.sendall("hello")  # type: ignore[arg-type]


def joins_text_and_bytes() -> None:
    print("Client: " + b"hello")  # type: ignore[operator]


def joins_bytes_and_text() -> None:
    print(b"Client: " + "hello")  # type: ignore[operator]


def compares_bytes_with_text() -> None:
    b"exit".startswith("exit")  # type: ignore[arg-type]


def makes_bytes_of_text() -> None:
    bytes("hello")  # type: ignore[call-overload]


def decodes_half_a_character() -> None:
    "é".encode()[:1].decode()


def encodes_what_ascii_lacks() -> None:
    "é".encode("ascii")


def encodes_bytes() -> None:
    b"hello".encode()  # type: ignore[attr-defined]


def decodes_text() -> None:
    "hello".decode()  # type: ignore[attr-defined]


def binds_with_two_arguments() -> None:
    with stream() as listener:
        listener.bind("127.0.0.1", 5555)  # type: ignore[call-arg, arg-type]


def connects_with_two_arguments() -> None:
    with stream() as client:
        client.connect("127.0.0.1", 5555)  # type: ignore[call-arg, arg-type]


def binds_a_text() -> None:
    with stream() as listener:
        listener.bind("127.0.0.1:5555")


def binds_a_host_only() -> None:
    with stream() as listener:
        listener.bind(("127.0.0.1",))


def binds_port_77777() -> None:
    with stream() as listener:
        listener.bind(("127.0.0.1", 77777))


def binds_a_port_of_text() -> None:
    with stream() as listener:
        listener.bind(("127.0.0.1", "5555"))


def reads_no_number() -> None:
    int("")


def receives_without_a_size() -> None:
    with connected() as (client, _):
        client.recv()  # type: ignore[call-arg]


def sets_half_an_option() -> None:
    with stream() as listener:
        listener.setsockopt(socket.SO_REUSEADDR, 1)  # type: ignore[call-overload]


def keeps_the_pair() -> None:
    with connected() as (client, _):
        pair = (client, client.getpeername())
        pair.close()  # type: ignore[attr-defined]


def enters_the_pair() -> None:
    with connected() as (client, _):
        pair = (client, client.getpeername())
        with pair:  # type: ignore[attr-defined]
            pass


def takes_the_pair_apart_in_three() -> None:
    connection, host, port = ("a socket", ("127.0.0.1", 50001))  # type: ignore[misc]
    print(connection, host, port)


def takes_a_triple_apart_in_two() -> None:
    host, port = ("127.0.0.1", 5555, 0)  # type: ignore[misc]
    print(host, port)


def keeps_what_bind_gives_back() -> None:
    with stream() as made:
        listener = made.bind(("127.0.0.1", 0))  # type: ignore[func-returns-value]
        listener.listen()  # type: ignore[attr-defined]


def calls_the_module() -> None:
    socket(socket.AF_INET, socket.SOCK_STREAM)  # type: ignore[operator]


def asks_the_module_to_listen() -> None:
    socket.listen()  # type: ignore[attr-defined]


def misspells_a_method() -> None:
    with stream() as client:
        client.recieve(1024)  # type: ignore[attr-defined]


def reads_a_keyboard_at_its_end() -> None:
    before, sys.stdin = sys.stdin, io.StringIO("")
    try:
        input()
    finally:
        sys.stdin = before


def forgets_an_import() -> None:
    syss.exit()  # type: ignore[name-defined]  # noqa: F821


def uses_a_name_too_early() -> None:
    print(reply)  # type: ignore[used-before-def]  # noqa: F821
    reply = ""  # noqa: F841


def misspells_a_module() -> None:
    import sockets  # type: ignore[import-not-found]  # noqa: F401


def exits_with_three_things() -> None:
    sys.exit("Cannot use", 5555, "already")  # type: ignore[call-arg]


def calls_with_too_much() -> None:
    sends_text(1)  # type: ignore[call-arg]


def listens_to_a_pair() -> None:
    with stream() as listener:
        listener.listen(("127.0.0.1", 5555))  # type: ignore[arg-type]


def forgets_the_brackets() -> None:
    with stream() as listener:
        _connection, _address = listener.accept  # type: ignore[misc]


def calls_itself() -> None:
    calls_itself()


def adds_a_number_to_a_text() -> None:
    print("port " + 5555)  # type: ignore[operator]


def calls_a_text() -> None:
    host = "127.0.0.1"
    host()  # type: ignore[operator]


def counts_too_far() -> None:
    print(["server.py"][1])


def misspells_an_attribute() -> None:
    OSError().sterror  # type: ignore[attr-defined]  # noqa: B018


PROVOKED: dict[Callable[[], None], str] = {
    takes_a_taken_port: "The port has an owner already",
    connects_where_nobody_listens: "Nobody listens",
    reads_after_the_other_broke_off: "broke the connection off",
    sends_after_the_other_has_gone: "It sent on a connection that is no more",
    reads_from_the_listener: "A listener never is. (The number is 107 on Linux",
    sends_on_the_listener: "connected with nobody",  # EPIPE, or ENOTCONN on macOS
    connects_twice: "cannot have two",
    uses_a_closed_socket: "closed already",
    binds_what_is_not_its_own: "does not have this one",
    asks_for_an_unknown_name: "no name service knows it",
    waits_too_short: "as long as its timeout allows",
    does_not_wait: "told not to wait",
    listens_by_udp: "SOCK_DGRAM",
    accepts_before_listen: "accept() before listen()",
    sends_text: "hands text to something that takes bytes",
    compares_bytes_with_text: "hands text to something that takes bytes",
    joins_text_and_bytes: "It joins text and bytes",
    joins_bytes_and_text: "It joins text and bytes",
    makes_bytes_of_text: "bytes() cannot know",
    decodes_half_a_character: "cut a character in two",
    encodes_what_ascii_lacks: "the chosen encoding cannot write",
    encodes_bytes: "bytes already",
    decodes_text: "text already",
    binds_with_two_arguments: "this call has two",
    connects_with_two_arguments: "this call has two",
    binds_a_text: "a pair of a host and a port",
    binds_a_host_only: "a pair of a host and a port",
    binds_port_77777: "from 0 to 65535",
    binds_a_port_of_text: "was given text",
    reads_no_number: "whole number",
    receives_without_a_size: "more or fewer values between its brackets",
    sets_half_an_option: "more or fewer values between its brackets",
    keeps_the_pair: "This name holds a pair",
    enters_the_pair: "This name holds a pair",
    takes_the_pair_apart_in_three: "more or fewer names",
    takes_a_triple_apart_in_two: "more or fewer names",
    keeps_what_bind_gives_back: "holds None",
    calls_the_module: "It calls a module",
    asks_the_module_to_listen: "asked of the module",
    misspells_a_method: "no method of that name",
    reads_a_keyboard_at_its_end: "keyboard's input came to its end",
    forgets_an_import: "a name that has no value there",
    uses_a_name_too_early: "a name that has no value there",
    misspells_a_module: "imports something that is not there",
    exits_with_three_things: "takes one thing",
    calls_with_too_much: "than its function takes",
    listens_to_a_pair: "needs a number",
    adds_a_number_to_a_text: "two types",
    calls_itself: "A function calls itself",
    forgets_the_brackets: "a function itself",
    calls_a_text: "something that it is not",
    counts_too_far: "no such place",
    misspells_an_attribute: "nothing of that name",
}

DOCUMENTED = {
    # Not to be had on a Linux computer alone, or not without waiting: the texts
    # of macOS and Windows, and of networks that do not answer.
    "OSError: [Errno 48] Address already in use": "has an owner already",
    "OSError: [WinError 10048] Only one usage of each socket address "
    "(protocol/network address/port) is normally permitted": "has an owner already",
    "ConnectionRefusedError: [Errno 61] Connection refused": "Nobody listens",
    "ConnectionRefusedError: [WinError 10061] No connection could be made because "
    "the target machine actively refused it": "Nobody listens",
    "ConnectionResetError: [Errno 54] Connection reset by peer": "broke the",
    "ConnectionResetError: [WinError 10054] An existing connection was forcibly "
    "closed by the remote host": "broke the connection off",
    "ConnectionAbortedError: [Errno 103] Software caused connection abort": "gave the",
    "ConnectionAbortedError: [WinError 10053] An established connection was aborted "
    "by the software in your host machine": "gave the connection up",
    "OSError: [Errno 57] Socket is not connected": "connected with nobody",
    "OSError: [WinError 10057] A request to send or receive data was disallowed "
    "because the socket is not connected and (when sending on a datagram socket "
    "using a sendto call) no address was supplied": "connected with nobody",
    "OSError: [Errno 56] Socket is already connected": "cannot have two",
    "OSError: [WinError 10056] A connect request was made on an already connected "
    "socket": "cannot have two",
    "OSError: [WinError 10038] An operation was attempted on something that is not "
    "a socket": "closed already",
    "PermissionError: [WinError 10013] An attempt was made to access a socket in a "
    "way forbidden by its access permissions": "does not give you this port",
    "OSError: [Errno 49] Can't assign requested address": "does not have this one",
    "OSError: [WinError 10049] The requested address is not valid in its context": (
        "does not have this one"
    ),
    "OSError: [Errno 101] Network is unreachable": "knows no way to the network",
    "OSError: [Errno 51] Network is unreachable": "knows no way to the network",
    "OSError: [WinError 10051] A socket operation was attempted to an unreachable "
    "network": "knows no way to the network",
    "OSError: [Errno 113] No route to host": "No computer answers",
    "OSError: [Errno 65] No route to host": "No computer answers",
    "OSError: [WinError 10065] A socket operation was attempted to an unreachable "
    "host": "No computer answers",
    "TimeoutError: [Errno 110] Connection timed out": "not even a refusal",
    "TimeoutError: [Errno 60] Operation timed out": "not even a refusal",
    "TimeoutError: [WinError 10060] A connection attempt failed because the "
    "connected party did not properly respond after a period of time, or "
    "established connection failed because connected host has failed to respond": (
        "not even a refusal"
    ),
    "BlockingIOError: [Errno 35] Resource temporarily unavailable": "not to wait",
    "BlockingIOError: [WinError 10035] A non-blocking socket operation could not be "
    "completed immediately": "told not to wait",
    "OSError: [Errno 102] Operation not supported on socket": "SOCK_DGRAM",
    "OSError: [WinError 10045] The attempted operation is not supported for the "
    "type of object referenced": "SOCK_DGRAM",
    "OSError: [WinError 10022] An invalid argument was supplied": "before listen()",
    "socket.gaierror: [Errno 8] nodename nor servname provided, or not known": (
        "no name service"
    ),
    "socket.gaierror: [Errno 11001] getaddrinfo failed": "no name service",
    "socket.gaierror: [Errno -3] Temporary failure in name resolution": "name service",
    # A program that is recorded calls the recorder's bind().
    "TypeError: _bind() takes 2 positional arguments but 3 were given": "has two",
}

NUMBERS = {
    (98, 48, 10048): "EADDRINUSE",
    (111, 61, 10061): "ECONNREFUSED",
    (104, 54, 10054): "ECONNRESET",
    (32, 32, None): "EPIPE",
    (103, 53, 10053): "ECONNABORTED",
    (107, 57, 10057): "ENOTCONN",
    (106, 56, 10056): "EISCONN",
    (9, 9, 10038): "EBADF",
    (13, 13, 10013): "EACCES",
    (99, 49, 10049): "EADDRNOTAVAIL",
    (101, 51, 10051): "ENETUNREACH",
    (113, 65, 10065): "EHOSTUNREACH",
    (110, 60, 10060): "ETIMEDOUT",
    (11, 35, 10035): "EAGAIN",
    (95, 102, 10045): "EOPNOTSUPP",
    (22, 22, 10022): "EINVAL",
}


def last_line(error: BaseException) -> str:
    return traceback.format_exception_only(error)[-1].strip()


@pytest.mark.parametrize("code", PROVOKED, ids=lambda code: code.__name__)
def test_an_exception_that_real_code_raises_is_explained(
    code: Callable[[], None],
) -> None:
    with pytest.raises(Exception) as raised:  # noqa: PT011
        code()
    explanation = explain(last_line(raised.value))
    assert explanation is not None, last_line(raised.value)
    assert PROVOKED[code] in explanation.means


@pytest.mark.parametrize("text", DOCUMENTED)
def test_an_exception_of_another_system_is_explained(text: str) -> None:
    explanation = explain(text)
    assert explanation is not None
    assert DOCUMENTED[text] in explanation.means


def test_a_port_below_1024_is_explained() -> None:
    if sys.platform != "linux":
        pytest.skip("other systems have other rules")
    code = (
        "import os, socket\n"
        "if os.geteuid() == 0: os.setuid(65534)\n"
        "socket.socket().bind(('127.0.0.1', 1))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=SECONDS
    )
    if run.returncode == 0:
        pytest.skip("this computer gives such ports to anybody")
    explanation = explain(run.stderr.splitlines()[-1])
    assert explanation is not None
    assert "Those below 1024" in explanation.means


@pytest.mark.parametrize(
    "own", ["", "import socket\nsocket.socket()", "from socket import socket"]
)
def test_a_file_named_socket_is_explained(own: str, tmp_path: os.PathLike[str]) -> None:
    for name, text in (
        ("socket.py", own),
        ("server.py", "import socket\nsocket.socket()"),
    ):
        with open(os.path.join(tmp_path, name), "w", encoding="utf-8") as file:
            file.write(text)
    run = subprocess.run(
        [sys.executable, "server.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )
    explanation = explain(run.stderr.splitlines()[-1])
    assert explanation is not None
    assert "socket.py" in explanation.says + explanation.ask


def test_no_explanation_is_there_without_an_exception_that_it_explains() -> None:
    shown = [*DOCUMENTED, "PermissionError: [Errno 13] Permission denied"]
    shown += ["AttributeError: module 'socket' has no attribute 'socket'"]
    for code in PROVOKED:
        with pytest.raises(Exception) as raised:  # noqa: PT011
            code()
        shown.append(last_line(raised.value))
    idle = set(EXPLANATIONS) - {explain(text) for text in shown}
    assert not idle


def test_the_numbers_are_those_of_the_operating_systems() -> None:
    systems = ("linux", "macos", "windows")
    known = [dict(each.numbers) for each in EXPLANATIONS if each.numbers]
    numbers = [tuple(map(each.get, systems)) for each in known]
    assert sorted(map(str, numbers)) == sorted(map(str, NUMBERS))
    here = {"linux": 0, "darwin": 1, "win32": 2}[sys.platform]
    for triple, name in NUMBERS.items():
        number = triple[here]
        if number is not None and name != "EBADF":  # ENOTSOCK on Windows
            assert number == getattr(errno, f"WSA{name}", getattr(errno, name))
        # Winsock's codes are those of BSD, and so of macOS, plus 10000.
        if triple[2] is not None and name not in ("EBADF", "EOPNOTSUPP"):
            assert triple[2] == triple[1] + 10000


def test_an_explanation_is_short_and_ends_in_something_to_do() -> None:
    for each in EXPLANATIONS:
        assert len(each.says) < 200
        assert re.search(r"[?.]$", each.ask)
        assert "?" in each.ask


def test_what_nobody_explains_is_left_to_python() -> None:
    assert explain("ZeroDivisionError: division by zero") is None
