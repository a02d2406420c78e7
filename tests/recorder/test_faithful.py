"""A program does under the recorder what it does alone."""

from __future__ import annotations

import os
import pty
import re
import select
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from socketscope import Recording
from socketscope.reading.calls import ACCEPTS, CLOSES, CONNECTS, RECEIVES, SENDS, Calls
from tests.recorder.helpers import PROGRAMS, Pems, Record, notes, output

PROMPTS = """
import sys
print("loading", end="")
print(" ... done", end="", flush=True)
name = input("\\nName? ")
sys.stdout.write("hi " + name + "\\n")
print("to stderr", file=sys.stderr)
print(sys.stdin.isatty(), sys.stdout.isatty(), sys.stdout.encoding, "é")
print("Lines? ", end="", flush=True)
for line in sys.stdin:
    print("line", repr(line), "more? ", end="", flush=True)
"""
FACTS = """
import os, socket, sys, threading
sys.stdout.reconfigure(encoding="utf-8")
print(sys.argv[0], len(sys.argv), __name__, __file__, os.getcwd())
print(sys.path[0], sys.modules["__main__"].__file__, __doc__, __spec__)
print(threading.active_count(), threading.current_thread().name)
print(socket.socket, socket.socket.__module__, __loader__.path, __builtins__)
with socket.create_server(("127.0.0.1", 0)) as listener:
    print(listener.fileno(), listener.gettimeout(), listener.family, listener.type)
    print(repr(listener).partition(", laddr")[0])
lock = threading.RLock()
with lock, lock:
    print(threading.Lock().locked(), sorted(globals()))
"""
CRASHES = """
import socket
def outer():
    inner()
def inner():
    try:
        socket.socket().recv(10)
    except OSError as error:
        raise ValueError("no bytes") from error
outer()
"""
HANDLED = """
import socket, traceback
try:
    socket.socket().recv(10)
except OSError:
    traceback.print_exc()
    raise SystemExit(7)
"""
THREAD = """
import socket, threading
def work():
    socket.socket().recv(10)
thread = threading.Thread(target=work)
thread.start()
thread.join()
"""
REFUSED = """
import socket
socket.create_connection(("127.0.0.1", 1))
"""
MISCALLED = """
import inspect, socket, traceback
NAMES = "bind connect connect_ex send sendall sendto sendmsg recv recv_into listen"
NAMES += " shutdown setsockopt getsockopt settimeout accept detach getpeername dup"
with socket.socket() as s:
    for name in NAMES.split():
        method = getattr(s, name)
        print(method.__name__, getattr(socket.socket, name).__qualname__)
        for arguments in (("127.0.0.1", 5555, 0, 0, 0), (None, None)):
            try:
                method(*arguments)
            except (TypeError, ValueError) as error:
                print(error)
        try:
            method(port=1)
        except TypeError as error:
            print(error)
    try:
        s.accept()
    except OSError:
        traceback.print_exc()
    print(inspect.signature(s.makefile))
s.accept()
"""
SHADOWS = """
import socket
socket.socket()
"""


def bare(path: Path, *arguments: str) -> tuple[str, int]:
    """What a program prints on its own, and its exit status."""
    done = subprocess.run(
        [sys.executable, str(path), *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=30,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    return done.stdout.decode(), done.returncode


def on_a_terminal(path: Path, typed: list[str]) -> str:
    """The transcript of a session at a terminal; a prompt ends in "? "."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execv(sys.executable, [sys.executable, str(path)])
    transcript = ""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        if not select.select([terminal], [], [], 1)[0]:
            continue
        try:
            data = os.read(terminal, 4096)
        except OSError:  # Linux's way to say that the other end is closed
            break
        transcript += data.decode().replace("\r\n", "\n")
        if transcript.endswith("? "):
            os.write(terminal, typed.pop(0).encode() if typed else b"\x04")
    os.waitpid(pid, 0)
    os.close(terminal)
    return transcript


def test_the_terminal_shows_the_same(record: Record, tmp_path: Path) -> None:
    recording = record(PROMPTS, typed=["Ann", "one", "two"])
    transcript = "".join(
        (event.text or "") + ("\n" if event.kind == "return" else "")
        for event in recording.events
        if event.text is not None
    )
    there = on_a_terminal(tmp_path / "server.py", ["Ann\n", "one\n", "two\n"])
    assert transcript == there


@pytest.mark.parametrize(
    "source", [FACTS, CRASHES, HANDLED, THREAD, REFUSED, MISCALLED]
)
def test_output_traceback_and_status_are_the_same(
    source: str, record: Record, tmp_path: Path
) -> None:
    recording = record(source)
    text, status = bare(tmp_path / "server.py")
    assert output(recording, 0).replace(":0'", "") == text.replace(":0'", "")
    assert recording.programs[0].status == status


def test_a_learner_s_own_socket_module_hides_the_real_one(
    record: Record, tmp_path: Path
) -> None:
    (tmp_path / "socket.py").write_text(SHADOWS)
    recording = record(tmp_path / "socket.py")
    text, status = bare(tmp_path / "socket.py")
    assert output(recording, 0) == text
    assert "Traceback" in text
    assert recording.programs[0].status == status == 1


def test_a_program_runs_in_the_given_folder_with_its_arguments(
    record: Record, tmp_path: Path
) -> None:
    (tmp_path / "where.py").write_text("import os, sys\nprint(os.getcwd(), sys.argv)\n")
    recording = record(["where.py", "a b", "c"], cwd=tmp_path)
    assert output(recording, 0) == f"{tmp_path} ['where.py', 'a b', 'c']\n"


def test_text_that_looks_like_a_port_stays_as_it_is(record: Record) -> None:
    server = """
import socket
listener = socket.create_server(("127.0.0.1", 5555))
connection, address = listener.accept()
print(address, connection.getsockname(), connection.getpeername())
print(repr(connection).partition("laddr")[2])
connection.sendall(b"pay 5555 now")
"""
    client = """
import socket
client = socket.create_connection(("127.0.0.1", 5555))
print(client.recv(99), client.getsockname())
"""
    recording = record(server, client)
    ends = "('127.0.0.1', 50001) ('127.0.0.1', 5555) ('127.0.0.1', 50001)\n"
    assert output(recording, 0) == (
        ends + "=('127.0.0.1', 5555), raddr=('127.0.0.1', 50001)>\n"
    )
    assert output(recording, 1) == "b'pay 5555 now' ('127.0.0.1', 50001)\n"


def test_closing_a_socket_does_not_wake_a_thread_that_reads_from_it(
    record: Record,
) -> None:
    """On Linux it does not, and so the peer sees no end either."""
    server = """
import socket
listener = socket.create_server(("127.0.0.1", 5555))
connection, address = listener.accept()
print(connection.recv(9))
"""
    client = """
import socket, threading
client = socket.create_connection(("127.0.0.1", 5555))
thread = threading.Thread(target=client.recv, args=(9,), name="reader")
thread.start()
input()
client.close()
"""
    recording = record(server, client, typed=["x"])
    assert recording.verdict.kind == "deadlock"
    waits = {(w.program, w.call) for w in recording.verdict.waits}
    assert waits == {(0, "recv"), (1, "join"), (1, "recv")}


def test_exit_handlers_and_finalisers_run(record: Record, tmp_path: Path) -> None:
    source = """
import atexit
class Noisy:
    def __del__(self):
        print("gone")
thing = Noisy()
atexit.register(print, "at exit")
print("end")
"""
    recording = record(source)
    assert output(recording, 0) == bare(tmp_path / "server.py")[0]


def test_output_past_python_s_files_is_kept_and_noted(record: Record) -> None:
    recording = record("import os\nos.write(1, b'raw\\n')\n")
    assert output(recording, 0) == "raw\n"
    assert not recording.order_fixed
    assert any("past Python" in note for note in notes(recording))


# -- strace as a witness -------------------------------------------------------

TRACED = {
    "accept4": ACCEPTS, "connect": CONNECTS, "sendto": SENDS, "recvfrom": RECEIVES,
    "close": CLOSES, "write": SENDS, "read": RECEIVES,
}  # fmt: skip
Done = list[tuple[str, int]]
"""What calls did: a role, and how many bytes were moved."""


def traced(
    folder: Path, *programs: str, typed: str = ""
) -> tuple[Recording, list[Done]]:
    """A recording, and what strace saw each of its programs do with its sockets."""
    if not shutil.which("strace"):
        pytest.skip("strace is not here")
    filters = ["-ff", "-qq", "-yy", "-s", "0", "-e", "trace=network,close,read,write"]
    recorder = [sys.executable, "-m", "socketscope", *programs, *typed.split()]
    done = subprocess.run(
        ["strace", *filters, "-o", folder / "trace", *recorder, "--json", folder / "r"],
        stderr=subprocess.PIPE,
        timeout=50,
    )
    if b"ptrace" in done.stderr:
        pytest.skip("tracing is not allowed here")
    traces = [path.read_text() for path in folder.glob("trace.*")]
    # The server's is the one that binds.
    ours = sorted(filter(has_sockets, traces), key=lambda trace: "bind(" not in trace)
    return Recording.load(folder / "r"), [seen(trace) for trace in ours]


def has_sockets(trace: str) -> bool:
    return re.search(r"^socket\(AF_INET", trace, re.MULTILINE) is not None


def seen(trace: str) -> Done:
    found = re.findall(r"^(\w+)\(\d+<(?:TCP|UDP).* = (-?\d+)(.*)$", trace, re.MULTILINE)
    return [
        (TRACED[call], int(result) if TRACED[call] in (SENDS, RECEIVES) else 0)
        for call, result, more in found
        if call in TRACED and (int(result) >= 0 or "EINPROGRESS" in more)
    ]


def told(recording: Recording, program: int) -> Done:
    """The same as the recording has it."""
    return [
        (call.role, call.size if call.role in (SENDS, RECEIVES) else 0)
        for call in Calls(recording.events)
        if call.program == program
        and call.role in TRACED.values()
        and (call.worked or call.under_way)
    ]


@pytest.mark.parametrize(
    ("server", "client", "typed"),
    [
        ("chat_server.py", "chat_client.py", "--type Hello! --type exit"),
        ("makefile_server.py", "makefile_client.py", ""),
        ("udp_time_server.py", "udp_time_client.py", ""),
        ("asyncio_echo_server.py", "asyncio_echo_client.py", ""),
        ("asyncio_lines_server.py", "asyncio_many_client.py", ""),
    ],
)
def test_strace_sees_what_is_recorded(
    tmp_path: Path, server: str, client: str, typed: str
) -> None:
    programs = [str(PROGRAMS / server), str(PROGRAMS / client)]
    recording, traces = traced(tmp_path, *programs, typed=typed)
    assert traces == [told(recording, 0), told(recording, 1)]
    assert all(traces)


def test_strace_sees_a_record_for_all_that_is_said_over_tls(
    tmp_path: Path, pems: Pems
) -> None:
    for name, pem in zip(("tls_server", "tls_client"), pems[::-1], strict=True):
        source = (PROGRAMS / f"{name}.py").read_text().replace("sys.argv[1]", repr(pem))
        (tmp_path / f"{name}.py").write_text(source.replace("len(sys.argv) > 2", "0"))
    programs = [str(tmp_path / f"{name}.py") for name in ("tls_server", "tls_client")]
    recording, traces = traced(tmp_path, *programs)
    both = [told(recording, program) for program in (0, 1)]
    for mine, theirs, trace in zip(both, both[::-1], traces, strict=True):
        for role in (ACCEPTS, CONNECTS, CLOSES):
            assert mine.count((role, 0)) == trace.count((role, 0))
        # RFC 8446, section 5.2: 5 bytes of header, then the bytes, their type,
        # and 16 of authentication. OpenSSL reads the header first.
        for role, said, more in ((SENDS, mine, 22), (RECEIVES, theirs, 17)):
            records = [size + more for kind, size in said if kind == SENDS]
            moved = iter(size for kind, size in trace if kind == role)
            assert len(records) == 2
            assert all(record in moved for record in records)  # in their order
