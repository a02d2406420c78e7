"""Programs that talk over TLS, or through the loop of asyncio, are told truly."""

from __future__ import annotations

import pytest

from socketscope import Recording
from socketscope.drawing.labels import arrow_label
from socketscope.drawing.story import tell
from socketscope.drawing.text import draw_text
from socketscope.reading.calls import RECEIVES, SENDS, Calls
from socketscope.recording import Wait
from tests.recorder.helpers import Pems, Record, calls, find, notes, output


def said(recording: Recording, program: int) -> dict[str, bytes]:
    """All bytes that a program sent, and all that it received."""
    made = [call for call in Calls(recording.events) if call.program == program]
    return {
        role: b"".join(call.data for call in made if call.role == role and call.worked)
        for role in (SENDS, RECEIVES)
    }


def failed(recording: Recording) -> list[str]:
    return [f"{e.call}: {e.error}" for e in recording.events if e.error]


def waits(recording: Recording, program: int) -> list[tuple[str, tuple[str, ...]]]:
    blocks = find(recording, "block")
    return [(e.call, e.waits_for) for e in blocks if e.program == program]


def arrows(recording: Recording) -> list[str]:
    """What is written on all arrows, after the program that each is of."""
    return [
        f"{arrow.source[0]}: {arrow_label(arrow, 20)}"
        for moment in tell(recording)
        for arrow in moment.did.arrows
    ]


# -- TLS ---------------------------------------------------------------------


@pytest.mark.parametrize("version", ["TLSv1_2", "TLSv1_3"])
@pytest.mark.parametrize("free", [False, True])
def test_what_is_said_over_tls_is_told_as_it_was_said(
    record: Record, pems: Pems, version: str, free: bool
) -> None:
    recording = record(
        ("tls_server.py", pems.server),
        ("tls_client.py", pems.authority, version),
        free=free,
    )
    assert recording.verdict.kind == "finished"
    assert output(recording, 1) == "b'SEC' b'RET'\nb'AND MORE'\n"
    assert said(recording, 1) == {SENDS: b"secretand more", RECEIVES: b"SECRETAND MORE"}
    assert said(recording, 0) == {SENDS: b"SECRETAND MORE", RECEIVES: b"secretand more"}
    assert failed(recording) == []
    # One socket each for the listener and both ends, whatever objects it had.
    names = [sock.name or "" for sock in recording.sockets]
    assert sorted(names) == ["client", "connection", "safe"]
    assert "detach" not in calls(recording, 0) + calls(recording, 1)
    assert any("used TLS" in note for note in notes(recording))


@pytest.mark.usefixtures("queues")
def test_a_talk_over_tls_is_drawn_from_connect_to_close(
    record: Record, pems: Pems
) -> None:
    recording = record(
        ("tls_server.py", pems.server), ("tls_client.py", pems.authority)
    )
    # At an end of file that nobody announced, OpenSSL sends an alert; so how the
    # server's side ends depends on its version.
    assert arrows(recording)[:6] == [
        "1: connect",
        '1: "secret" 6 bytes',
        '0: "SECRET" 6 bytes',
        '1: "and more" 8 bytes',
        '0: "AND MORE" 8 bytes',
        "1: close",
    ]
    drawn = draw_text(recording, level="calls")
    for name in ("client", "connection", "safe"):
        assert f"{name}.close()" in drawn
    assert "process gone" not in drawn
    assert "fails" not in drawn


def test_a_handshake_that_fails_is_told_as_that(record: Record, pems: Pems) -> None:
    stranger = """
import socket, ssl
try:
    context = ssl.create_default_context()
    raw = socket.create_connection(("127.0.0.1", 5555))
    context.wrap_socket(raw, server_hostname="localhost")
except ssl.SSLError as error:
    print(error.reason)
"""
    recording = record(("tls_server.py", pems.server), stranger)
    assert output(recording, 1) == "CERTIFICATE_VERIFY_FAILED\n"
    assert [f.split(":")[0] for f in failed(recording)[:2]] == ["do_handshake"] * 2
    assert calls(recording, 1)[-2:] == ["do_handshake", "close"]
    assert recording.verdict.program == 0  # nobody caught it there


def test_threads_share_a_connection_over_tls(record: Record, pems: Pems) -> None:
    client = f"""
import socket, ssl, threading
context = ssl.create_default_context(cafile={pems.authority!r})
raw = socket.create_connection(("127.0.0.1", 5555))
client = context.wrap_socket(raw, server_hostname="localhost")
def read():
    while data := client.recv(100):
        print(data)
reader = threading.Thread(target=read)
reader.start()
client.sendall(input().encode())
client.shutdown(socket.SHUT_WR)
reader.join()
"""
    recording = record(("tls_server.py", pems.server), client, typed=["hello"])
    assert recording.verdict.kind == "finished"
    # It stands in recv() while the other thread ends the sending.
    assert output(recording, 1).startswith("b'HELLO'\n")
    assert failed(recording) == []


def test_tls_without_waiting_and_with_timeouts(record: Record, pems: Pems) -> None:
    client = f"""
import select, socket, ssl
context = ssl.create_default_context(cafile={pems.authority!r})
raw = socket.create_connection(("127.0.0.1", 5555))
raw.setblocking(False)
client = context.wrap_socket(
    raw, server_hostname="localhost", do_handshake_on_connect=False
)
while True:
    try:
        client.do_handshake()
        break
    except ssl.SSLWantReadError:
        select.select([client], [], [])
client.send(b"hi")
client.settimeout(5)
print(client.recv(9))
client.settimeout(0.05)
try:
    client.recv(9)
except TimeoutError as error:
    print(error)
"""
    recording = record(("tls_server.py", pems.server), client)
    assert recording.verdict.kind == "finished"
    assert output(recording, 1) == "b'HI'\nThe read operation timed out\n"
    assert all(
        e.error.would_wait for e in find(recording, "return", "do_handshake") if e.error
    )


def test_a_deadlock_over_tls_is_one(record: Record, pems: Pems) -> None:
    client = f"""
import socket, ssl
context = ssl.create_default_context(cafile={pems.authority!r})
raw = socket.create_connection(("127.0.0.1", 5555))
client = context.wrap_socket(raw, server_hostname="localhost")
client.recv(1)
"""
    recording = record(("tls_server.py", pems.server), client)
    assert recording.verdict.kind == "deadlock"
    stand = [(w.program, w.call, w.waits_for) for w in recording.verdict.waits]
    assert stand == [(0, "recv", ("bytes",)), (1, "recv", ("bytes",))]


def test_a_socket_is_followed_through_detach(record: Record) -> None:
    server = """
import socket
connection, address = socket.create_server(("127.0.0.1", 5555)).accept()
again = socket.socket(fileno=connection.detach())
print(again.recv(9))
again.close()
"""
    client = """
import socket
client = socket.create_connection(("127.0.0.1", 5555))
client.sendall(b"hello")
print(client.recv(9))
"""
    recording = record(server, client)
    assert recording.verdict.kind == "finished"
    assert [sock.name for sock in recording.sockets][-1] == "again"
    assert len(recording.sockets) == 3
    assert said(recording, 0)[RECEIVES] == b"hello"
    assert "again.close()" in draw_text(recording)


# -- asyncio -----------------------------------------------------------------


def test_a_talk_of_asyncio_streams_is_drawn_from_connect_to_close(
    record: Record,
) -> None:
    recording = record("asyncio_echo_server.py", "asyncio_echo_client.py")
    assert arrows(recording) == [
        "1: connect",
        '1: "Hello World!" 12 bytes',
        '0: "Hello World!" 12 bytes',
        "0: close",
        "1: close",
    ]
    drawn = draw_text(recording)
    assert "fails" not in drawn
    assert "process gone" not in drawn


@pytest.mark.usefixtures("queues")
def test_asyncio_waits_for_what_its_sockets_wait_for(record: Record) -> None:
    recording = record("asyncio_echo_server.py", "asyncio_echo_client.py")
    assert set(waits(recording, 0)) <= {
        ("select", ("client",)),
        ("select", ("client", "bytes")),
    }
    assert set(waits(recording, 1)) == {("select", ("bytes",))}
    # What its loop tries in vain is no call of the script's.
    assert [f for f in failed(recording) if not f.startswith("connect")] == []


def test_many_tasks_have_every_byte_and_close_in_its_place(record: Record) -> None:
    recording = record("asyncio_lines_server.py", "asyncio_many_client.py")
    assert recording.verdict.kind == "idle"
    stands = Wait(0, 0, "select", 17, ("client",))
    assert recording.verdict.waits == (stands,)
    assert output(recording, 1) == "all done\n"
    hellos = b"".join(b"hello %d\n" % number for number in range(10))
    assert said(recording, 1) == {SENDS: hellos, RECEIVES: hellos.upper()}
    for program in (0, 1):
        closed = [e for e in find(recording, "return", "close") if e.program == program]
        assert len(closed) == 10
    drawn = arrows(recording)
    assert [drawn.count(f"{n}: close") for n in (0, 1)] == [10, 10]
    assert drawn.count("1: connect") == 10


def test_datagrams_of_asyncio_are_waited_for_as_such(record: Record) -> None:
    echo = """
import asyncio
class Echo(asyncio.DatagramProtocol):
    def connection_made(self, transport):
        self.transport = transport
    def datagram_received(self, data, address):
        self.transport.sendto(data.upper(), address)
async def main():
    loop, here = asyncio.get_running_loop(), ("127.0.0.1", 5555)
    await loop.create_datagram_endpoint(Echo, local_addr=here)
    await asyncio.sleep(3600)
asyncio.run(main())
"""
    client = """
import socket
client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
client.sendto(b"hello", ("127.0.0.1", 5555))
print(client.recv(9))
"""
    recording = record(echo, client)
    assert output(recording, 1) == "b'HELLO'\n"
    assert set(waits(recording, 0)) == {("select", ("datagram",))}
    assert said(recording, 0) == {SENDS: b"HELLO", RECEIVES: b"hello"}


def test_a_loop_that_only_its_own_threads_can_wake_waits_unseen(
    record: Record,
) -> None:
    recording = record(
        """
import asyncio
async def main():
    print(await asyncio.to_thread(input))
    await asyncio.Event().wait()
asyncio.run(main())
""",
        typed=["hi"],
    )
    assert output(recording, 0) == "hi\n"
    assert waits(recording, 0)[0] == ("select", ("unseen",))
    assert waits(recording, 0)[1] == ("input", ("keyboard",))
    assert (recording.verdict.kind, recording.verdict.because) == ("open", "unseen")


def test_a_loop_that_never_waits_lets_others_go_on(record: Record) -> None:
    spinning = """
import asyncio
async def main():
    while True:
        await asyncio.sleep(0)
asyncio.run(main())
"""
    recording = record(spinning, "print('here')\n", timeout=2)
    assert output(recording, 1) == "here\n"


def test_tls_within_asyncio_is_shown_as_it_travels(record: Record, pems: Pems) -> None:
    server = f"""
import asyncio, ssl
async def handle(reader, writer):
    writer.write(await reader.read(9))
    writer.close()
async def main():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain({pems.server!r})
    server = await asyncio.start_server(handle, "127.0.0.1", 5555, ssl=context)
    async with server:
        await server.serve_forever()
asyncio.run(main())
"""
    client = f"""
import socket, ssl
context = ssl.create_default_context(cafile={pems.authority!r})
raw = socket.create_connection(("127.0.0.1", 5555))
with context.wrap_socket(raw, server_hostname="localhost") as client:
    client.sendall(b"hello")
    print(client.recv(9))
"""
    recording = record(server, client)
    assert output(recording, 1) == "b'hello'\n"
    assert said(recording, 1) == {SENDS: b"hello", RECEIVES: b"hello"}
    assert b"hello" not in said(recording, 0)[SENDS]
    kinds = {(note.kind, note.program) for note in recording.notes}
    assert {("ciphertext", 0), ("tls", 1)} <= kinds
