"""Each kind of program that other courses teach is recorded to its end."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

import pytest

from socketscope import END
from socketscope.drawing.layout import arrange
from tests.recorder.helpers import Record, calls, find, notes, output, verdict

IDLE = "no client is left."


def test_a_socketserver_is_idle_when_its_client_has_left(record: Record) -> None:
    recording = record("socketserver_echo.py", "say_once_client.py")
    assert recording.verdict.kind == "idle"
    assert output(recording, 1) == "Received: HELLO WORLD\n"
    assert recording.sockets[-1].name == "self.request"


def test_a_threading_socketserver_serves_two_clients(record: Record) -> None:
    client = "say_once_client.py"
    recording = record("socketserver_threading.py", client, client)
    assert recording.verdict.kind == "idle"
    assert "process_request_thread): hello world" in output(recording, 2)
    assert len(recording.programs[0].tracks) == 3


def test_a_chat_room_broadcasts_to_all(record: Record) -> None:
    lines = [(1, "ann"), (2, "bob"), (1, "hi"), (2, "yo"), (1, "/quit"), (2, "/quit")]
    client = "chat_room_client.py"
    recording = record("chat_room_server.py", client, client, typed=lines)
    assert recording.verdict.kind == "idle"
    assert verdict(recording).endswith(IDLE)
    assert "ann: hi" in output(recording, 2)
    assert "bob: yo" in output(recording, 1)
    assert "ann left!" in output(recording, 2)


def test_a_line_longer_than_a_pipe_has_room_for_is_typed_whole(record: Record) -> None:
    program = "print(len(input('? ')), len(input('? ')), len(input('? ')))\n"
    found = record(program, typed=[(0, "x" * 100_000), (0, "ü" * 16_000), (0, "")])
    assert output(found, 0) == "? ? ? 100000 16000 0\n"


def test_select_may_wait_for_the_keyboard_too(record: Record) -> None:
    recording = record(
        "select_server.py", "select_client.py", typed=["a", "b", (0, "stop")]
    )
    assert recording.verdict.kind == "finished"
    assert output(recording, 1) == "echo: a\necho: b\n"
    assert "server typed stop" in output(recording, 0)
    wait = find(recording, "block", "select")[0]
    assert wait.waits_for == ("client", "keyboard")
    assert wait.sockets == (0,)


def test_selectors_serve_several_clients(record: Record) -> None:
    recording = record(
        "selectors_server.py",
        "select_client.py",
        "select_client.py",
        typed=["a", (2, "b"), "c"],
    )
    assert recording.verdict.kind == "idle"
    assert output(recording, 1) == "echo: a\necho: c\n"
    assert output(recording, 2) == "echo: b\n"


def test_two_threads_on_both_sides_can_talk(record: Record) -> None:
    recording = record(
        "two_thread_server.py",
        "two_thread_client.py",
        typed=["hi", (0, "hello"), "how", (0, "fine"), "bye", (0, END)],
    )
    assert recording.verdict.kind == "finished"
    assert "client says: how" in output(recording, 0)
    assert "server says: hello" in output(recording, 1)


def test_a_file_is_sent(record: Record) -> None:
    recording = record("file_sender.py", "file_receiver.py")
    assert recording.verdict.kind == "finished"
    assert output(recording, 1) == "received all True\n"
    assert "sendfile" in calls(recording, 0)


def test_asyncio_streams_run_to_their_end(record: Record) -> None:
    recording = record("asyncio_echo_server.py", "asyncio_echo_client.py")
    assert recording.verdict.kind == "finished"
    assert output(recording, 1) == "Received: Hello World!\n"
    assert any("asyncio" in note for note in notes(recording))
    assert not recording.order_fixed


def test_a_udp_server_is_idle_when_its_client_has_left(record: Record) -> None:
    recording = record("udp_time_server.py", "udp_time_client.py")
    assert recording.verdict.kind == "idle"
    assert output(recording, 1) == "it is noon says ('127.0.0.1', 3737)\n"
    assert "asked by ('127.0.0.1', 50001)" in output(recording, 0)
    assert any("UDP" in note for note in notes(recording))


def test_a_socketpair_is_followed_and_what_is_not_seen_of_it_is_said(
    record: Record,
) -> None:
    recording = record("import socket\nhere, there = socket.socketpair()\n")
    assert [each.origin for each in recording.sockets] == ["socketpair"] * 2
    unix = recording.sockets[0].family == "AF_UNIX"  # not on Windows
    assert any("AF_UNIX" in note for note in notes(recording)) == unix


@pytest.mark.skipif(not hasattr(signal, "alarm"), reason="Windows has no alarm")
@pytest.mark.parametrize(("seconds", "kind"), [(0.3, "crashed"), (60, "open")])
def test_who_waits_and_has_set_an_alarm_is_in_no_deadlock(
    record: Record, seconds: float, kind: str
) -> None:
    recording = record(f"""
import signal, socket
def late(*_):
    raise TimeoutError("too late")
signal.signal(signal.SIGALRM, late)
signal.setitimer(signal.ITIMER_REAL, {seconds})
here, there = socket.socketpair()
here.recv(100)
""")
    assert recording.verdict.kind == kind
    assert any("alarm" in note for note in notes(recording))


def test_who_looks_for_a_file_again_and_again_may_find_it(
    record: Record, tmp_path: Path
) -> None:
    flag = str(tmp_path / "flag")
    recording = record(
        f"""
import os, socket, time
listener = socket.create_server(("127.0.0.1", 5555))
connection, _ = listener.accept()
while not os.path.exists({flag!r}):
    time.sleep(0.02)
connection.sendall(b"seen")
""",
        f"""
import socket, time
client = socket.create_connection(("127.0.0.1", 5555))
time.sleep(0.2)
open({flag!r}, "w").close()
print(client.recv(100))
""",
    )
    assert recording.verdict.kind == "finished"
    assert output(recording, 1) == "b'seen'\n"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no struct timeval")
def test_a_timeout_of_the_operating_system_passes(record: Record) -> None:
    recording = record("""
import socket, struct
here, there = socket.socketpair()
short = struct.pack("ll", 0, 200_000)
here.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, short)
try:
    here.recv(100)
except BlockingIOError as error:
    print(error)
""")
    assert recording.verdict.kind == "finished"
    assert "temporarily unavailable" in output(recording, 0)
    said = [
        row.sentence for row in arrange(recording).rows if row.moment.kind == "back"
    ]
    assert said == [
        "recv() has waited as long as it was to: it raises BlockingIOError."
    ]


def test_an_http_server_answers_urllib(record: Record) -> None:
    recording = record("http_server.py", "http_client.py")
    assert recording.verdict.kind == "idle"
    assert output(recording, 1) == "200 Hello World\n"


def test_a_makefile_line_server_works_over_ipv6(record: Record) -> None:
    recording = record("makefile_server.py", "makefile_client.py")
    assert recording.verdict.kind == "finished"
    assert output(recording, 1) == "ONE\nTWO\n''\n"
    assert recording.sockets[0].family == "AF_INET6"
    assert recording.sockets[1].remote == ("::1", 7777)


def test_a_proxy_passes_bytes_between_two_connections(record: Record) -> None:
    recording = record(
        "socketserver_echo.py", "proxy.py", ("say_once_client.py", "8080")
    )
    assert recording.verdict.kind == "idle"
    assert output(recording, 2) == "Received: HELLO WORLD\n"
    assert recording.mapped_ports == (9999, 8080)


def test_all_that_threads_wait_with_takes_turns(record: Record) -> None:
    recording = record("workers.py")
    assert recording.verdict.kind == "finished"
    assert output(recording, 0) == "[0, 1, 4, 9]\n[0, 1, 2, 3] 1\n"
    waits = {e.waits_for for e in find(recording, "block")}
    assert {
        ("event",),
        ("item",),
        ("queue_room",),
        ("semaphore",),
        ("barrier",),
        ("condition",),
        ("timer",),
        ("time",),
        ("task",),
    } <= waits


SERVER = """
import socket
listener = socket.create_server(("127.0.0.1", 5555))
connection, address = listener.accept()
"""
CLIENT = """
import socket
client = socket.create_connection(("127.0.0.1", 5555))
"""


@pytest.mark.usefixtures("queues")
def test_half_close_is_seen(record: Record) -> None:
    recording = record(
        SERVER + "while connection.recv(9): pass\nconnection.sendall(b'all read')",
        CLIENT + "client.sendall(b'x' * 20)\nclient.shutdown(socket.SHUT_WR)\n"
        "print(client.recv(99))",
    )
    assert recording.verdict.kind == "finished"
    (shutdown,) = find(recording, "return", "shutdown")
    assert find(recording, "call", "shutdown")[0].arguments == ("SHUT_WR",)
    assert {s.state for s in shutdown.tcp} == {"FIN_WAIT_2", "CLOSE_WAIT"}
    assert output(recording, 1) == "b'all read'\n"


def test_a_timeout_passes_and_is_raised(record: Record) -> None:
    recording = record(
        SERVER + "connection.recv(9)",
        CLIENT + "client.settimeout(0.05)\n"
        "try:\n    client.recv(9)\n"
        "except TimeoutError as error:\n    print(error)",
    )
    assert recording.verdict.kind == "finished"
    assert output(recording, 1) == "timed out\n"
    timeouts = [event.timeout for event in find(recording, "block", "recv")]
    assert set(timeouts) == {None, 0.05}


def test_a_periodic_timeout_does_not_postpone_typing(record: Record) -> None:
    looping = """
    connection.settimeout(0.2)
    while True:
        try:
            data = connection.recv(9)
        except TimeoutError:
            continue
        if not data:
            break
        print(data)
    """
    recording = record(
        SERVER + "\n".join(line[4:] for line in looping.splitlines()),
        CLIENT + "for word in range(2): client.sendall(input().encode())",
        typed=["one", "two"],
    )
    assert recording.verdict.kind == "finished"
    assert output(recording, 0) == "b'one'\nb'two'\n"
    assert not any(e.error and e.error.timed_out for e in recording.events)


def test_non_blocking_sockets_stay_non_blocking(record: Record) -> None:
    looking = """
import socket
listener = socket.create_server(("127.0.0.1", 5555))
listener.setblocking(False)
while True:
    try:
        connection, address = listener.accept()
        break
    except BlockingIOError:
        pass
print(connection.recv(9))
"""
    recording = record(looking, CLIENT + "client.sendall(b'hi')")
    assert recording.verdict.kind == "finished"
    assert output(recording, 0) == "b'hi'\n"


def test_threads_of_the_low_level_module_take_turns(record: Record) -> None:
    server = """
import socket
from _thread import start_new_thread
def serve(connection):
    connection.sendall(connection.recv(9).upper())
    connection.close()
listener = socket.create_server(("", 5555))
for _ in range(2):
    start_new_thread(serve, (listener.accept()[0],))
"""
    client = CLIENT + "client.sendall(b'low')\nprint(client.recv(9))"
    recording = record(server + "listener.accept()\n", client, client)
    assert output(recording, 1) == output(recording, 2) == "b'LOW'\n"
    assert recording.verdict.kind == "idle"


def test_tls_runs_to_its_end_and_is_noted(record: Record) -> None:
    pytest.importorskip("ssl")
    client = CLIENT + (
        "import ssl\n"
        "context = ssl.create_default_context()\n"
        "try:\n    context.wrap_socket(client, server_hostname='here')\n"
        "except ssl.SSLError:\n    print('no TLS there')"
    )
    recording = record(SERVER + "connection.sendall(b'plain text\\n')\n", client)
    assert recording.verdict.kind == "finished"
    assert output(recording, 1) == "no TLS there\n"
    assert any("TLS" in note for note in notes(recording))


def test_a_large_transfer_yields_a_small_recording(record: Record) -> None:
    recording = record(
        SERVER + "total = 0\nwhile data := connection.recv(65536): total += len(data)\n"
        "print(total)",
        CLIENT + "client.sendall(b'x' * 50_000_000)",
        timeout=40,
    )
    assert recording.verdict.kind == "finished"
    assert output(recording, 0) == "50000000\n"
    (send,) = find(recording, "call", "sendall")
    assert (len(send.data), send.size) == (4096, 50_000_000)
    assert len(recording.to_json()) < 12_000_000


def test_a_dropped_socket_is_closed_for_its_peer(record: Record) -> None:
    recording = record(
        SERVER + "print(connection.recv(9))",
        CLIENT + "client = None\ninput()",
        typed=["end"],
    )
    assert output(recording, 0) == "b''\n"
    assert find(recording, "return", "close")[0].result == "dropped"


def test_several_clients_keep_the_order_in_which_lines_are_typed(
    record: Record,
) -> None:
    client = CLIENT + "client.sendall(input().encode())\nclient.recv(9)"
    server = """
import socket
listener = socket.create_server(("", 5555))
clients = {listener.accept()[0] for _ in range(3)}
for client in clients:
    print(client.recv(9))
    client.sendall(b"ok")
"""
    lines = [(3, "c"), (1, "a"), (2, "b")]
    recording = record(server, client, client, client, typed=lines)
    assert recording.verdict.kind == "finished"
    typed = [e.text for e in find(recording, "return", "input")]
    assert typed == ["c", "a", "b"]
