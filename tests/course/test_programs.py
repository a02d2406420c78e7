"""What each solution does, tried as a learner would try it."""

import os
import signal
import socket
from collections.abc import Callable

import pytest

from lessons.course.catalogue import all_lessons
from tests.facts.ends import close_with_a_reset
from tests.running import PATIENCE, Running

Run = Callable[..., Running]
SERVERS = [lesson.stem for lesson in all_lessons() if lesson.solution.exists()]
LISTENING = [stem for stem in SERVERS if stem >= "02"]
CALLED = [stem for stem in SERVERS if stem >= "03"]
"""These have a client of their own."""
TALKING = [stem for stem in SERVERS if stem >= "04"]
CHATS = [stem for stem in SERVERS if stem >= "05"]
FRAMED = [stem for stem in SERVERS if stem >= "06"]
POSIX_ONLY = pytest.mark.skipif(
    os.name == "nt", reason="a signal cannot be sent to a single program on Windows"
)


def connect(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)


def message(stem: str, data: bytes) -> bytes:
    """A message as the programs of this lesson send it."""
    return data + b"\n" if stem in FRAMED else data


@pytest.mark.parametrize("stem", SERVERS)
def test_a_taken_port_is_one_sentence(run: Run, port: int, stem: str) -> None:
    with socket.socket() as owner:
        owner.bind(("127.0.0.1", port))
        owner.listen()
        server = run(f"{stem}/server")
        assert server.ends() == 1
    assert server.text.startswith(f"Cannot use 127.0.0.1:{port} (")
    assert server.text.endswith("): is another server still running?\n")
    assert server.text.count("\n") == 1


def test_the_first_server_says_what_it_owns(run: Run, port: int) -> None:
    server = run("01_bind/server")
    server.shows(f"Server owns 127.0.0.1:{port}.")
    server.type("\n")
    assert server.ends() == 0


def test_a_bound_port_still_refuses(run: Run, port: int) -> None:
    server = run("01_bind/server")
    server.shows("Server owns")
    knock = run("01_bind/knock", of="lessons")
    assert knock.ends() == 0
    assert knock.text == f"Refused: nobody listens on 127.0.0.1:{port}.\n"


def test_a_listening_port_connects_though_nobody_accepts(run: Run, port: int) -> None:
    server = run("02_listen/server")
    server.shows("Press Enter")
    knock = run("02_listen/knock", of="lessons")
    assert knock.ends() == 0
    assert knock.text.startswith(f"Connected to 127.0.0.1:{port} from 127.0.0.1:")


def test_the_accepting_server_names_its_client(run: Run, port: int) -> None:
    server = run("03_accept/server")
    server.shows(f"Server is listening on port {port}...")
    knock = run("03_accept/knock", of="lessons")
    knock.ends()
    client = knock.text.strip().rpartition(" from ")[2].rstrip(".")
    assert server.ends() == 0
    assert server.text == (
        f"Server is listening on port {port}...\n"
        f"[INFO] Connected with {client}\n"
        "[INFO] Server shutting down.\n"
    )


@pytest.mark.parametrize("stem", CALLED)
def test_without_a_server_the_client_says_so(run: Run, port: int, stem: str) -> None:
    client = run(f"{stem}/client")
    assert client.ends() == 1
    assert client.text.startswith(f"Cannot connect to 127.0.0.1:{port} (")
    assert client.text.endswith("): is the server running?\n")
    assert client.text.count("\n") == 1


@POSIX_ONLY
@pytest.mark.parametrize("stem", LISTENING)
def test_ctrl_c_ends_a_server_calmly(run: Run, stem: str) -> None:
    server = run(f"{stem}/server")
    server.shows("Server is listening on port")
    server.press_ctrl_c()
    assert server.ends() == 0
    assert server.text.endswith("\n[INFO] Server shutting down.\n")
    assert "Traceback" not in server.text


@POSIX_ONLY
@pytest.mark.parametrize("stem", CALLED)
def test_ctrl_c_ends_a_client_calmly(run: Run, stem: str) -> None:
    run(f"{stem}/server").shows("Server is listening")
    client = run(f"{stem}/client")
    client.shows("nter")  # its prompt: Enter message, or Press Enter
    client.press_ctrl_c()
    assert client.ends() == 0
    assert client.text.endswith("\nConnection closed.\n")


@pytest.mark.parametrize("stem", CALLED)
def test_the_keyboards_end_of_file_ends_a_client_calmly(run: Run, stem: str) -> None:
    run(f"{stem}/server").shows("Server is listening")
    client = run(f"{stem}/client")
    client.shows("nter")
    client.close_keyboard()
    assert client.ends() == 0
    assert client.text.endswith("\nConnection closed.\n")


def test_enter_hangs_up_the_first_client(run: Run) -> None:
    server = run("03_accept/server")
    server.shows("Server is listening")
    client = run("03_accept/client")
    client.shows("Press Enter to hang up.")
    client.type("\n")
    assert client.ends() == 0
    assert server.ends() == 0


def test_every_message_comes_back(run: Run) -> None:
    server = run("04_echo/server")
    server.shows("Server is listening")
    client = run("04_echo/client")
    for message in ("Hello", "Grüße", "exit"):
        client.shows("Enter message: ")
        client.type(f"{message}\n")
        client.shows(f"Server: {message}\n")
        server.shows(f"Client: {message}\n")
    client.close_keyboard()
    server.shows("[INFO] Client disconnected.")


def test_an_empty_line_is_not_sent(run: Run) -> None:
    server = run("04_echo/server")
    server.shows("Server is listening")
    client = run("04_echo/client")
    client.type("\n\nHello\n")
    client.shows("Enter message: Enter message: Enter message: Server: Hello")
    server.shows("Client: Hello\n")
    assert server.text.count("Client:") == 1


@pytest.mark.parametrize("stem", TALKING)
@pytest.mark.parametrize(
    "ending", ["end of file", "reset", "reset unread", "not UTF-8"]
)
def test_the_next_client_is_served_after(
    run: Run, port: int, stem: str, ending: str
) -> None:
    server = run(f"{stem}/server")
    server.shows("Server is listening")
    rough = connect(port)
    server.shows("[INFO] Connected with")
    if ending == "reset":
        close_with_a_reset(rough)
    elif ending == "reset unread":
        rough.sendall(message(stem, b"an answer that nobody reads"))
        close_with_a_reset(rough)
    elif ending == "not UTF-8":
        rough.sendall(message(stem, b"caf\xe9"))
        server.shows(r"Client: caf\xe9")
    rough.close()
    server.shows("[INFO] Client disconnected.")
    with connect(port) as client:
        client.sendall(message(stem, b"Hello"))
        reply = b"Hello" if stem == "04_echo" else b"Message received"
        assert client.recv(1024) == message(stem, reply)


@pytest.mark.parametrize("stem", TALKING)
def test_a_second_client_waits_for_the_first_to_leave(
    run: Run, port: int, stem: str
) -> None:
    server = run(f"{stem}/server")
    server.shows("Server is listening")
    with connect(port):
        server.shows("[INFO] Connected with")
        second = connect(port)
        second.sendall(message(stem, b"Hello"))
        second.settimeout(0.2)
        with pytest.raises(TimeoutError):
            second.recv(1024)
    second.settimeout(PATIENCE)
    assert second.recv(1024)
    second.close()


@pytest.mark.parametrize("stem", TALKING)
def test_a_server_gone_in_mid_chat_is_one_sentence(run: Run, stem: str) -> None:
    server = run(f"{stem}/server")
    server.shows("Server is listening")
    client = run(f"{stem}/client")
    client.shows("Enter message")
    server.kill()
    client.type("Hello\n")
    assert client.ends() == 1
    assert client.text.endswith(
        "The server has gone: start it again, then this client.\n"
    )
    assert "Traceback" not in client.text


@pytest.mark.parametrize("stem", CHATS)
def test_a_server_that_hangs_up_is_one_sentence(run: Run, port: int, stem: str) -> None:
    with socket.create_server(("127.0.0.1", port)) as listener:
        listener.settimeout(PATIENCE)
        client = run(f"{stem}/client")
        connection, _ = listener.accept()
        with connection:
            client.shows("Enter message")
    client.type("Hello\n")
    assert client.ends() == 1
    assert client.text.endswith(
        "The server has gone: start it again, then this client.\n"
    )


@pytest.mark.parametrize("stem", CHATS)
def test_exit_ends_the_server_even_if_its_goodbye_is_not_awaited(
    run: Run, port: int, stem: str
) -> None:
    server = run(f"{stem}/server")
    server.shows("Server is listening")
    client = connect(port)
    client.sendall(message(stem, b"exit"))
    server.shows("Client: exit")
    close_with_a_reset(client)
    assert server.ends() == 0
    assert server.text.endswith(
        "[INFO] Client requested disconnection.\n[INFO] Server shutting down.\n"
    )


def test_a_line_longer_than_the_buffer_is_answered_three_times(
    run: Run, port: int
) -> None:
    run("05_exit/server").shows("Server is listening")
    with connect(port) as client:
        client.sendall(b"x" * 3000)
        replies = b""
        while len(replies) < 3 * len(b"Message received"):
            replies += client.recv(1024)
        assert replies == b"Message received" * 3


@pytest.mark.skipif(os.name == "nt", reason="about POSIX")
@pytest.mark.parametrize("stem", SERVERS)
@pytest.mark.parametrize("how", ["interrupted", "killed", "mid-chat"])
def test_a_server_starts_again_at_once(
    run: Run, port: int, stem: str, how: str
) -> None:
    server = run(f"{stem}/server")
    server.shows("Server")
    if how == "mid-chat" and stem in LISTENING:
        client = connect(port)
        if stem in TALKING:
            client.sendall(message(stem, b"exit"))
            client.recv(1024)
        elif stem == "03_accept":
            assert client.recv(1024) == b""  # the server hangs up first
        client.close()
    if not server.has_ended:
        server.send(signal.SIGKILL if how == "killed" else signal.SIGINT)
    server.ends()
    again = run(f"{stem}/server")
    again.shows("Server ")
    assert "Cannot use" not in again.text
