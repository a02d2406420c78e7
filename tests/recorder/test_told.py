"""What real runs are told as: the words agree with what the system saw."""

from __future__ import annotations

import os
import re

import pytest

from socketscope import Recording
from socketscope.drawing.layout import arrange
from socketscope.drawing.scene import Scene
from socketscope.drawing.sentences import sentence
from socketscope.drawing.story import tell
from tests.recorder.helpers import Record, verdict

needs_queues = pytest.mark.usefixtures("queues")
HOLDER = """\
import socket, time
listener = socket.create_server(("127.0.0.1", 5555))
connection, address = listener.accept()
time.sleep(1)
connection.close()
listener.close()
"""
GIVES_UP = """\
import socket
client = socket.create_connection(("127.0.0.1", 5555), timeout=0.3)
try:
    client.sendall(bytes(20_000_000))
except TimeoutError:
    pass
client.close()
"""


def told(recording: Recording) -> str:
    return " ".join(row.sentence for row in arrange(recording).rows)


@needs_queues
def test_what_lay_unread_is_what_the_operating_system_had(record: Record) -> None:
    recording = record(HOLDER, GIVES_UP)
    seen = [
        state.waiting
        for event in recording.events
        for state in event.tcp or ()
        if state.local[1] == 5555 and state.waiting and state.remote
    ]
    assert f"while {seen[-1]:,} bytes lie unread" in told(recording)
    assert "20,000,000 bytes lie" not in told(recording)


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("import sys\nsys.exit(200)\n", "server.py ended with exit status 200."),
        ("import sys\nexit(-1)\n", "server.py ended with exit status 255."),
        ("import os\nos._exit(137)\n", "server.py ended with exit status 137."),
        pytest.param(
            "import os\nos.kill(os.getpid(), 9)\n",
            "server.py was ended by signal 9.",
            marks=pytest.mark.skipif(os.name != "posix", reason="these are POSIX's"),
        ),
    ],
)
def test_an_exit_status_is_no_signal(record: Record, source: str, told: str) -> None:
    assert verdict(record(source)) == told


@needs_queues
def test_a_listener_that_closes_drops_its_queue(record: Record) -> None:
    recording = record(
        """
        import socket
        listener = socket.create_server(("127.0.0.1", 5555))
        input()
        listener.close()
        """,
        """
        import socket
        client = socket.create_connection(("127.0.0.1", 5555), timeout=5)
        try:
            client.recv(10)
        except ConnectionResetError:
            pass
        """,
        typed=[(0, "")],
    )
    assert "1 connection in its queue is dropped (RST)." in told(recording)
    assert "recv() fails: the connection was reset" in told(recording)


BREAKS_OFF = """\
import socket, time
listener = socket.create_server(("127.0.0.1", 5555))
connection, address = listener.accept()
connection.settimeout(0.3)
try:
    while True:
        connection.sendall(bytes(50_000))
except TimeoutError:
    connection.close()
listener.close()
input()
"""
READS_LATE = """\
import socket, time
client = socket.create_connection(("127.0.0.1", 5555))
client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 300_000)
client.sendall(b"unread")
time.sleep(1)
try:
    client.recv(1000)
    while client.recv(100_000):
        pass
except ConnectionError:
    print(client.recv(100))
client.close()
"""


@needs_queues
def test_nothing_is_said_to_wait_where_it_was_not_seen_to(record: Record) -> None:
    recording = record(BREAKS_OFF, READS_LATE, typed=[(0, "")])
    queues = [
        state.waiting or 0
        for event in recording.events
        for state in event.tcp or ()
        if state.remote and state.remote[1] == 5555
    ]
    told_of = [sentence(Scene(recording, moment)) for moment in tell(recording)]
    sent = [said for said in told_of if "sends" in said and "50,000 bytes" in said]
    fitting = [said for said in sent if "receive queue of client1.py" in said]
    assert 0 < len(fitting) * 50_000 <= max(queues) < len(sent) * 50_000
    left = re.findall(r"([\d,]+) bytes wait in its receive queue", told(recording))
    assert {int(figure.replace(",", "")) for figure in left} <= {*queues}


def test_a_shutdown_is_not_drawn_as_a_close(record: Record) -> None:
    recording = record(
        HOLDER,
        "import socket\n"
        'client = socket.create_connection(("127.0.0.1", 5555))\n'
        "client.shutdown(socket.SHUT_WR)\n"
        "client.close()\n",
    )
    labels = [
        flight.label(20)
        for row in arrange(recording).rows
        for flight in row.flights
        if flight.arrow.kind == "fin"
    ]
    assert labels == ["shutdown", "close"]
