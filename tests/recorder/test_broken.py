"""Programs with a mistake in them end with the right verdict, in bounded time."""

from __future__ import annotations

import socket
import sys
import time
from typing import Any

import pytest

from tests.recorder.helpers import Record, notes, output, verdict

SERVER = """import socket
listener = socket.create_server(("127.0.0.1", 5555))
"""
ACCEPTS = SERVER + "connection, address = listener.accept()\n"
CLIENT = """import socket
client = socket.create_connection(("127.0.0.1", 5555))
"""
LOCKS = """
import threading, time
first, second = threading.Lock(), threading.Lock()
def run(one, other):
    with one:
        time.sleep(0.01)
        with other:
            pass
threads = [threading.Thread(target=run, args=pair, name=name)
           for name, pair in (("A", (first, second)), ("B", (second, first)))]
for thread in threads: thread.start()
for thread in threads: thread.join()
"""

CASES: dict[str, tuple[list[Any], str, str]] = {
    "never binds": (
        ["\nwhile True: pass\n", CLIENT],
        "busy",
        "server.py is still computing after 1 second, at line 2.",
    ),
    "ends before anyone comes": (
        ["import socket\n", CLIENT],
        "crashed",
        "client1.py crashed on line 2: ConnectionRefusedError: [Errno 111] "
        "Connection refused.",
    ),
    "forgets listen": (
        ["import socket\ns = socket.socket()\ns.bind(('', 5555))\ns.accept()\n"],
        "crashed",
        "server.py crashed on line 4: OSError: [Errno 22] Invalid argument.",
    ),
    "reads from the listener": (
        [SERVER + "listener.recv(10)\n", CLIENT],
        "crashed",
        "server.py crashed on line 3: OSError: [Errno 107] Transport endpoint is "
        "not connected; client1.py crashed on line 2: ConnectionRefusedError: [Errno "
        "111] Connection refused.",
    ),
    "has a syntax error": (
        ["import socket\nwhile True print(1)\n"],
        "crashed",
        "server.py crashed on line 2: SyntaxError: invalid syntax (server.py, line 2).",
    ),
    "asks for another port": (
        [ACCEPTS, CLIENT.replace("5555", "5556")],
        "crashed",
        "client1.py crashed on line 2: ConnectionRefusedError: [Errno 111] Connection "
        "refused. Then server.py waits in accept() on line 3 for a client to connect.",
    ),
    "both wait for the other to speak": (
        [ACCEPTS + "connection.recv(1)\n", CLIENT + "client.recv(1)\n"],
        "deadlock",
        "server.py waits in recv() on line 4 for bytes to arrive; client1.py waits in "
        "recv() on line 3 for bytes to arrive: nothing can go on.",
    ),
    "reads until an end that never comes": (
        [
            ACCEPTS + "while connection.recv(10): pass\nconnection.sendall(b'ok')\n",
            CLIENT + "client.sendall(b'hi')\nclient.recv(10)\n",
        ],
        "deadlock",
        "server.py waits in recv() on line 4 for bytes to arrive; client1.py waits in "
        "recv() on line 4 for bytes to arrive: nothing can go on.",
    ),
    "does not notice end of file": (
        [ACCEPTS + "while True:\n    print(connection.recv(10))\n", CLIENT],
        "busy",
        "server.py asks again and again in vain, at line 5, and does not wait.",
    ),
    "both send and nobody reads": (
        [
            ACCEPTS + "connection.sendall(b'x' * 50_000_000)\n",
            CLIENT + "client.sendall(b'y' * 50_000_000)\n",
        ],
        "deadlock",
        "server.py waits in sendall() on line 4 for room in the other side's receive "
        "queue; client1.py waits in sendall() on line 3 for room in the other side's "
        "receive queue: nothing can go on.",
    ),
    "locks taken in opposite order": (
        [LOCKS],
        "deadlock",
        "server.py waits in join() on line 12 for A to end; A of server.py waits in "
        "acquire() on line 7 for the lock that B holds; B of server.py waits in "
        "acquire() on line 7 for the lock that A holds: nothing can go on.",
    ),
    "a thread that never ends": (
        [
            "import queue, threading\n"
            "threading.Thread(target=queue.Queue().get).start()\n"
        ],
        "deadlock",
        "server.py waits in join() for Thread-1 (get) to end; Thread-1 (get) of "
        "server.py waits in get() for an item in the queue: nothing can go on.",
    ),
    "prints without end": (
        ["\nwhile True: print('x' * 50)\n"],
        "busy",
        "server.py is still computing after 1 second, at line 2.",
    ),
    "crashes in a thread": (
        [
            "import threading\ndef work():\n    print(1 / 0)\n"
            "threading.Thread(target=work).start()\n"
        ],
        "crashed",
        "Thread-1 of server.py crashed on line 3: ZeroDivisionError: division by zero.",
    ),
    "sends text instead of bytes": (
        [ACCEPTS, CLIENT + "client.sendall('hi')\n"],
        "crashed",
        "client1.py crashed on line 3: TypeError: a bytes-like object is required, "
        "not 'str'.",
    ),
    "decodes half a character": (
        [
            ACCEPTS + "print(connection.recv(1).decode())\n",
            CLIENT + "client.sendall('é'.encode())\nclient.shutdown(socket.SHUT_WR)\n",
        ],
        "crashed",
        "server.py crashed on line 4: UnicodeDecodeError: 'utf-8' codec can't decode "
        "byte 0xc3 in position 0: unexpected end of data.",
    ),
    "sends to one who has closed": (
        [
            ACCEPTS + "connection.close()\n",
            CLIENT + "client.recv(1)\nclient.sendall(b'a')\nclient.sendall(b'b')\n",
        ],
        "crashed",
        "client1.py crashed on line 5: BrokenPipeError: [Errno 32] Broken pipe.",
    ),
    "waits for input that never comes": (
        [ACCEPTS, CLIENT + "input()\n"],
        "idle",
        "client1.py waits in input() on line 3 for the keyboard: nothing more is "
        "typed.",
    ),
    "binds twice": (
        [SERVER + "other = socket.create_server(('127.0.0.1', 5555))\n"],
        "crashed",
        "server.py crashed on line 3: OSError: [Errno 98] Address already in use "
        "(while attempting to bind on address ('127.0.0.1', 5555)).",
    ),
    "kills itself": (
        ["import os\nos.kill(os.getpid(), 9)\n"],
        "crashed",
        "server.py was ended by signal 9.",
    ),
    "ends with a message": (
        ["import sys\nsys.exit('no more')\n"],
        "finished",
        "server.py ended with exit status 1.",
    ),
    "leaves in a hurry": (
        ["import os\nos._exit(3)\n"],
        "finished",
        "server.py ended with exit status 3.",
    ),
    "holds the interpreter": (
        ["sum(range(10**12))\n"],
        "busy",
        "server.py is still computing after 1 second.",
    ),
    "waits for what nobody sees": (
        ["import os\nreader, writer = os.pipe()\nos.read(reader, 1)\n"],
        "open",
        "server.py waits on line 3 for something that the recorder does not see: "
        "nothing more was seen.",
    ),
    "sleeps longer than the recording": (
        ["import time\ntime.sleep(1000)\n"],
        "open",
        "server.py waits in sleep() on line 2 for 1,000 seconds to pass: that was not "
        "waited for.",
    ),
    "is not text": (
        [b"\x00\xff\xfe"],
        "crashed",
        "server.py crashed: SyntaxError: source code string cannot contain null bytes.",
    ),
    "waits for a datagram that was lost": (
        [
            "import socket\n",
            "import socket\ns = socket.socket(type=socket.SOCK_DGRAM)\n"
            "s.sendto(b'x', ('127.0.0.1', 5555))\ns.recvfrom(10)\n",
        ],
        "deadlock",
        "client1.py waits in recvfrom() on line 4 for a datagram to arrive: nothing "
        "can go on.",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_its_verdict_is(case: str, record: Record) -> None:
    programs, kind, sentence = CASES[case]
    if case == "is not text" and sys.version_info >= (3, 12):
        sentence = sentence.replace("string ", "")
    started = time.monotonic()
    recording = record(*programs, timeout=30)
    assert (recording.verdict.kind, verdict(recording)) == (kind, sentence)
    assert time.monotonic() - started < 45
    assert len(recording.to_json()) < 3_000_000


def test_a_deadlock_is_known_at_once(record: Record) -> None:
    started = time.monotonic()
    record(ACCEPTS + "connection.recv(1)\n", CLIENT + "client.recv(1)\n", timeout=60)
    assert time.monotonic() - started < 10


def test_a_port_already_taken_is_told_under_real_port(record: Record) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        recording = record(SERVER.replace("5555", str(port)), real_port=True)
    assert recording.verdict.kind == "crashed"
    assert "[Errno 98] Address already in use" in verdict(recording)


def test_a_server_that_ignores_signals_is_ended(record: Record) -> None:
    deaf = "import signal\nfor n in (1, 2, 15): signal.signal(n, signal.SIG_IGN)\n"
    recording = record(deaf + SERVER + "while True: listener.accept()\n", CLIENT)
    assert recording.verdict.kind == "idle"
    assert recording.programs[0].status is None


def test_a_forking_server_is_idle_and_noted(record: Record) -> None:
    server = """
import os, socket
listener = socket.create_server(("127.0.0.1", 5555))
while True:
    connection, address = listener.accept()
    if os.fork() == 0:
        connection.sendall(connection.recv(100))
        os._exit(0)
    connection.close()
"""
    client = CLIENT + "client.sendall(b'hello')\nprint(client.recv(100))\n"
    recording = record(server, client)
    assert recording.verdict.kind == "idle"
    assert output(recording, 1) == "b'hello'\n"
    assert not recording.order_fixed
    assert any("started other processes" in note for note in notes(recording))


def test_a_program_that_closes_all_descriptors_is_noted(record: Record) -> None:
    recording = record("import os, time\nos.closerange(3, 1000)\ntime.sleep(60)\n")
    assert recording.verdict.kind == "open"
    assert any("closed descriptors" in note for note in notes(recording))


def test_a_program_that_becomes_another_is_noted(record: Record) -> None:
    recording = record("import os\nos.execlp('sleep', 'sleep', '60')\n")
    assert recording.verdict.kind == "open"
    assert any("became another program" in note for note in notes(recording))


def test_waiting_for_the_client_in_a_loop_lets_others_run(record: Record) -> None:
    server = """
import threading
done = False
def work():
    global done
    done = True
threading.Thread(target=work).start()
while not done:
    pass
print("seen")
"""
    recording = record(server)
    assert recording.verdict.kind == "finished"
    assert output(recording, 0) == "seen\n"
    assert not recording.order_fixed


def test_a_loop_of_timeouts_is_idle_when_the_clients_have_left(record: Record) -> None:
    server = """
import socket
listener = socket.create_server(("127.0.0.1", 5555))
listener.settimeout(0.05)
while True:
    try:
        listener.accept()
    except TimeoutError:
        continue
"""
    recording = record(server, CLIENT)
    assert recording.verdict.kind == "idle"
    assert verdict(recording) == (
        "server.py waits in accept() on line 7 for a client to connect: "
        "no client is left."
    )


def test_a_client_that_waits_for_a_server_of_timeouts_is_a_deadlock(
    record: Record,
) -> None:
    server = """
import socket
listener = socket.create_server(("127.0.0.1", 5555))
connection, address = listener.accept()
connection.settimeout(0.05)
while True:
    try:
        connection.recv(10)
    except TimeoutError:
        pass
"""
    recording = record(server, CLIENT + "client.recv(10)\n")
    assert recording.verdict.kind == "deadlock"


def test_a_counting_loop_of_timeouts_is_waited_for(record: Record) -> None:
    recording = record("import time\nfor i in range(8): time.sleep(0.03)\nprint(i)\n")
    assert recording.verdict.kind == "finished"
    assert output(recording, 0) == "7\n"
