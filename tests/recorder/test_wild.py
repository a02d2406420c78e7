"""Programs as people write them end as they would without the recorder.

Each has a verdict that was wrong once, or could be. Programs that start others
run on real ports, so these have one of their own: PORT is a free one.
"""

from __future__ import annotations

import errno
import os
import socket
import sys

import pytest

from socketscope import END
from socketscope.drawing.layout import arrange
from socketscope.drawing.text import draw_text
from tests.recorder.helpers import Record, notes, output, verdict

SERVER = """import socket
s = socket.create_server(("127.0.0.1", PORT))
"""
ECHO = (
    SERVER
    + """while True:
    c, a = s.accept()
    while d := c.recv(100):
        c.sendall(d)
"""
)
CLIENT = """import socket
c = socket.create_connection(("127.0.0.1", PORT))
"""
ASKS = CLIENT + "c.sendall(b'hello'); print(c.recv(100)); c.close()\n"
COUNTS = (
    SERVER
    + """c, a = s.accept()
n = 0
while d := c.recv(1000):
    n += len(d)
print(n)
"""
)
ALWAYS_READY = (
    CLIENT
    + """import selectors, threading
c.setblocking(False)
sel = selectors.DefaultSelector()
sel.register(c, selectors.EVENT_READ | selectors.EVENT_WRITE)
out = []
def net():
    while True:
        for key, mask in sel.select(timeout=1):
            if mask & selectors.EVENT_READ: print("got", c.recv(100))
            if mask & selectors.EVENT_WRITE and out: c.sendall(out.pop().encode())
threading.Thread(target=net, daemon=True).start()
while (line := input("> ")) != "quit":
    out.append(line)
"""
)
PREFORK = (
    "import os\n"
    + SERVER
    + """for _ in range(2):
    if os.fork() == 0:
        while True:
            c, a = s.accept()
            while d := c.recv(100): c.sendall(d)
            c.close()
os.wait()
"""
)
ALL_IN_ONE = """import multiprocessing, socket, time
def server(ready):
    s = socket.create_server(("127.0.0.1", PORT)); ready.set()
    c, a = s.accept(); c.sendall(c.recv(100).upper()); c.close()
if __name__ == "__main__":
    ready = multiprocessing.Event()
    p = multiprocessing.Process(target=server, args=(ready,)); p.start(); ready.wait()
    c = socket.create_connection(("127.0.0.1", PORT))
    c.sendall(b"hello"); print(c.recv(100)); c.close(); p.join()
"""
STARTS_A_CLIENT = (
    "import subprocess, sys\n"
    + SERVER
    + """p = subprocess.Popen([sys.executable, "-c", '''
import socket
c = socket.create_connection(("127.0.0.1", PORT)); c.sendall(b"from outside")'''])
c, a = s.accept()
print(c.recv(100)); p.wait()
"""
)

CASES: dict[str, tuple[list[str], str, str]] = {
    "one large send": (
        [COUNTS, CLIENT + "c.sendall(bytes(5_000_000))\n"],
        "finished",
        "5000000\n",
    ),
    "a byte at a time": (
        [COUNTS.replace("1000", "1"), CLIENT + "c.sendall(bytes(20_000))\n"],
        "finished",
        "20000\n",
    ),
    "computes for a while": (
        [
            SERVER + "c, a = s.accept(); n = 0\nfor i in range(10_000_000): n += i\n"
            "c.sendall(b'%d' % n)\n",
            CLIENT + "print(c.recv(100))\n",
        ],
        "finished",
        "",
    ),
    "sleeps for an hour": (
        [SERVER + "import time\nc, a = s.accept()\ntime.sleep(3600)\n", CLIENT],
        "open",
        "",
    ),
    "waits in C": ([ECHO, CLIENT + "import signal\nsignal.pause()\n"], "open", ""),
    "stops itself": (
        [ECHO, CLIENT + "import os\nos.kill(os.getpid(), 19)\n"],
        "open",
        "",
    ),
    "a pipe is read": (
        ["import os\nos.read(os.pipe()[0], 1)\n"],
        "open",
        "",
    ),
    "looks without waiting": (
        [
            SERVER + "s.setblocking(False)\nwhile True:\n    try: s.accept()\n"
            "    except BlockingIOError: pass\n",
        ],
        "busy",
        "",
    ),
    "Ctrl-C when all is done": (
        [
            "import os, signal, threading\n"
            "threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT)).start()\n",
        ],
        "finished",
        "",
    ),
    "connects twice": (
        [
            SERVER + "c = socket.socket()\nc.connect(s.getsockname())\n"
            "try: c.connect(s.getsockname())\n"
            "except OSError as error: print(error.strerror)\n",
        ],
        "finished",
        f"{os.strerror(errno.EISCONN)}\n",
    ),
    "datagrams under select": (
        [
            "import select, socket\ns = socket.socket(type=socket.SOCK_DGRAM)\n"
            "s.bind(('127.0.0.1', PORT))\nwhile True:\n"
            "    select.select([s], [], [])\n    print(s.recvfrom(9)[0])\n",
            "import socket\ns = socket.socket(type=socket.SOCK_DGRAM)\n"
            "s.sendto(b'x', ('127.0.0.1', PORT))\n",
        ],
        "idle",
        "b'x'\n",
    ),
}
STARTERS: dict[str, tuple[list[str], str, int, str]] = {
    "forked servers": ([PREFORK, ASKS], "open", 1, "b'hello'\n"),
    "a server and a client by multiprocessing": (
        [ALL_IN_ONE],
        "finished",
        0,
        "b'HELLO'\n",
    ),
    "others that only last": (
        ["import subprocess\nsubprocess.run(['sleep', '100'])\n"],
        "open",
        0,
        "",
    ),
    "a client by subprocess": (
        [STARTS_A_CLIENT],
        "finished",
        0,
        "b'from outside'\n",
    ),
}


UDP = """import socket
s = socket.socket(type=socket.SOCK_DGRAM)
"""
JOINS = (
    "group = bytes([224, 1, 1, 1, 127, 0, 0, 1])\n"
    "s.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, group)\n"
)
TWO_ASK = (
    "import socket, threading\ndef ask():\n"
    "    c = socket.create_connection(('127.0.0.1', PORT)); c.sendall(b'x')\n"
    "    c.recv(9)\nfor _ in range(2): threading.Thread(target=ask).start()\n"
)
WORK = """def work(c):
    with c:
        while d := c.recv(100): c.sendall(d)
"""
HANDLER = """from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
class Handler(BaseHTTPRequestHandler):
    def log_message(self, *about): pass
    def do_GET(self):
        self.send_response(200); self.end_headers(); self.wfile.write(b"hi")
server = ThreadingHTTPServer(("127.0.0.1", PORT), Handler)
"""
FETCHES = (
    "import urllib.request as u\nprint(u.urlopen('http://127.0.0.1:PORT').read())\n"
)

SOUND: dict[str, tuple[list[str], str, str]] = {
    # name: the programs, how it ends, and what the last one prints
    "a datagram to everybody": (
        [
            UDP + "s.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)\n"
            "s.bind(('', PORT)); s.recvfrom(9)\n",
            UDP + "s.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)\n"
            "print(s.sendto(b'all', ('127.255.255.255', PORT)))\n",
        ],
        "finished",
        "3\n",
    ),
    "a datagram to a group": (
        [
            UDP + "s.bind(('', PORT))\n" + JOINS + "s.recvfrom(9)\n",
            UDP + "s.setsockopt(0, socket.IP_MULTICAST_IF, bytes([127, 0, 0, 1]))\n"
            "print(s.sendto(b'group', ('224.1.1.1', PORT)))\n",
        ],
        "finished",
        "5\n",
    ),
    "listens without a port": (
        ["import socket\ns = socket.socket(); s.listen(); s.accept()\n"],
        "idle",
        "",
    ),
    "never binds, and sleeps on": (
        ["import time\nwhile True: time.sleep(0.2)\n", ASKS],
        "crashed",
        "",
    ),
    "locks, never both at once": (
        [
            SERVER + "import threading\na, b = threading.Lock(), threading.Lock()\n"
            "def one(c, first, second):\n    with first:\n        c.recv(1)\n"
            "        with second: c.sendall(b'1')\n"
            "for locks in ((a, b), (b, a)):\n"
            "    threading.Thread(target=one, args=(s.accept()[0], *locks)).start()\n",
            TWO_ASK,
        ],
        "finished",
        "",
    ),
    "a pool of threads": (
        [
            SERVER + WORK + "from concurrent.futures import ThreadPoolExecutor\n"
            "with ThreadPoolExecutor(4) as pool:\n"
            "    while True: pool.submit(work, s.accept()[0])\n",
            TWO_ASK + "print('asked')\n",
        ],
        "idle",
        "asked\n",
    ),
    "workers at a queue": (
        [
            SERVER + WORK + "import queue, threading\nwaiting = queue.Queue()\n"
            "def worker():\n    while True: work(waiting.get())\n"
            "for _ in range(3): threading.Thread(target=worker, daemon=True).start()\n"
            "while True: waiting.put(s.accept()[0])\n",
            TWO_ASK + "print('asked')\n",
        ],
        "idle",
        "asked\n",
    ),
    "leaves from a thread": (
        [
            SERVER + "import os, threading\ndef work():\n    s.accept(); os._exit(9)\n"
            "threading.Thread(target=work).start()\nthreading.Event().wait()\n",
            CLIENT + "print(c.recv(9))\n",
        ],
        "finished",
        "b''\n",
    ),
    "a pair within": (
        [
            "import socket, threading\na, b = socket.socketpair()\n"
            "def other(): b.sendall(b.recv(9))\n"
            "threading.Thread(target=other).start()\n"
            "a.sendall(b'ping'); print(a.recv(9))\n"
        ],
        "finished",
        "b'ping'\n",
    ),
    "server and client in one": (
        [
            SERVER + "import threading\ndef serve():\n"
            "    c, a = s.accept(); c.sendall(c.recv(9)); c.close()\n"
            "threading.Thread(target=serve).start()\n" + ASKS
        ],
        "finished",
        "b'hello'\n",
    ),
    "HTTP in one": (
        [
            HANDLER + "import threading\n"
            "threading.Thread(target=server.serve_forever, daemon=True).start()\n"
            + FETCHES
            + "server.shutdown()\n"
        ],
        "finished",
        "b'hi'\n",
    ),
    "HTTP for ever": (
        [HANDLER + "server.serve_forever()\n", FETCHES],
        "idle",
        "b'hi'\n",
    ),
    "one that speaks to HTTP in vain": (
        [HANDLER + "server.serve_forever()\n", ASKS],
        "deadlock",
        "",
    ),
    "accepts on a timeout": (
        [
            SERVER + "s.settimeout(0.2)\nwhile True:\n    try: c, a = s.accept()\n"
            "    except TimeoutError: continue\n    c.sendall(c.recv(9)); c.close()\n",
            ASKS,
        ],
        "idle",
        "b'hello'\n",
    ),
    "pauses": (
        [ECHO, CLIENT + "import time\ntime.sleep(0.3); c.sendall(b'late')\n"],
        "idle",
        "",
    ),
    "an alarm now and then": (
        [
            "import signal\nsignal.signal(signal.SIGALRM, lambda *_: print('alarm'))\n"
            "signal.setitimer(signal.ITIMER_REAL, 0.05)\n"
            + SERVER
            + "c, a = s.accept(); c.sendall(c.recv(9)); c.close()\n",
            ASKS,
        ],
        "finished",
        "b'hello'\n",
    ),
    "names in the file system": (
        [
            "import os, socket\ns = socket.socket(socket.AF_UNIX)\n"
            "s.bind(f'/tmp/wild-{os.getppid()}'); s.listen()\n"
            "os.unlink(f'/tmp/wild-{os.getppid()}')\nprint('up')\n"
        ],
        "finished",
        "up\n",
    ),
    "IPv6": (
        [
            "import socket\ns = socket.create_server(('::1', PORT), family=10)\n"
            "c, a = s.accept(); c.sendall(c.recv(9)); c.close()\n",
            ASKS.replace("127.0.0.1", "::1"),
        ],
        "finished",
        "b'hello'\n",
    ),
    "IPv6 for both": (
        [
            "import socket\ns = socket.create_server(('', PORT), family=10, "
            "dualstack_ipv6=True)\n"
            "c, a = s.accept(); c.sendall(c.recv(9)); c.close()\n",
            ASKS,
        ],
        "finished",
        "b'hello'\n",
    ),
    "sends nothing": (
        [
            SERVER + "c, a = s.accept(); c.send(b''); c.recv(9)\n",
            CLIENT + "c.close()\n",
        ],
        "finished",
        "",
    ),
    "reads past the socket": (
        [
            SERVER + "import os\nc, a = s.accept()\n"
            "os.write(c.fileno(), os.read(c.fileno(), 9).upper()); c.close()\n",
            ASKS,
        ],
        "finished",
        "b'HELLO'\n",
    ),
    "a thread leaves with a status": (
        [
            SERVER + "import sys, threading\ndef work():\n"
            "    s.accept()[0].sendall(b'x'); sys.exit(7)\n"
            "t = threading.Thread(target=work); t.start(); t.join()\n",
            CLIENT + "print(c.recv(9))\n",
        ],
        "finished",
        "b'x'\n",
    ),
    "serves in a thread and sleeps": (
        [
            SERVER + WORK + "import threading, time\n"
            "def serve():\n    while True: work(s.accept()[0])\n"
            "threading.Thread(target=serve, daemon=True).start()\n"
            "while True: time.sleep(0.1)\n",
            ASKS,
        ],
        "idle",
        "b'hello'\n",
    ),
    "serves in a thread and spins": (
        [
            SERVER + WORK + "import threading\n"
            "def serve():\n    while True: work(s.accept()[0])\n"
            "threading.Thread(target=serve, daemon=True).start()\n"
            "while True: pass\n",
            ASKS,
        ],
        "busy",
        "b'hello'\n",
    ),
    "a signal ends it with a status": (
        [
            "import os, signal, sys\nsignal.signal(15, lambda *_: sys.exit(3))\n"
            "os.kill(os.getpid(), 15)\n"
        ],
        "finished",
        "",
    ),
    "a file is sent": (
        [
            SERVER + "c, a = s.accept()\n"
            "import tempfile\nf = tempfile.TemporaryFile()\n"
            "f.write(bytes(200_000)); f.seek(0); c.sendfile(f); c.close()\n",
            CLIENT + "n = 0\nwhile d := c.recv(4096): n += len(d)\nprint(n)\n",
        ],
        "finished",
        "200000\n",
    ),
    "send() until all has gone": (
        [
            COUNTS,
            CLIENT + "n = 0\nwhile n < 300_000: n += c.send(bytes(1000))\nprint(n)\n",
        ],
        "finished",
        "300000\n",
    ),
    "too deep": (
        [SERVER + "s.accept()[0].recv(9)\ndef f(): f()\nf()\n", ASKS],
        "crashed",
        "",
    ),
}


@pytest.mark.skipif(sys.platform != "linux", reason="some of these are Linux's")
@pytest.mark.parametrize("case", SOUND)
def test_it_runs_as_without_the_recorder(case: str, record: Record) -> None:
    programs, kind, said = SOUND[case]
    recording = record(*(program.replace("PORT", "5555") for program in programs))
    printed = "" if kind == "crashed" else output(recording, len(programs) - 1)
    assert (recording.verdict.kind, printed) == (kind, said)


@pytest.fixture
def port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return str(free.getsockname()[1])


@pytest.mark.skipif(sys.platform == "win32", reason="some of these are POSIX's")
@pytest.mark.parametrize("case", CASES)
def test_its_end_is_as_without_the_recorder(case: str, record: Record) -> None:
    programs, kind, said = CASES[case]
    recording = record(*(p.replace("PORT", "5555") for p in programs), computing=9)
    assert (recording.verdict.kind, output(recording, 0)) == (kind, said)
    assert len(recording.to_json()) < 1_000_000


@pytest.mark.skipif(sys.platform == "win32", reason="some of these are POSIX's")
@pytest.mark.parametrize("case", STARTERS)
def test_a_program_that_starts_others_meets_them(
    case: str, record: Record, port: str
) -> None:
    programs, kind, who, said = STARTERS[case]
    recording = record(*(program.replace("PORT", port) for program in programs))
    assert (recording.verdict.kind, output(recording, who)) == (kind, said)
    assert recording.mapped_ports == ()
    assert any("recorded anew" in note for note in notes(recording))


def test_a_select_that_is_always_ready_lets_others_go_on(record: Record) -> None:
    programs = [each.replace("PORT", "5555") for each in (ECHO, ALWAYS_READY)]
    recording = record(*programs, typed=["hello", "quit"])
    assert recording.verdict.kind == "idle"
    assert "got b'hello'" in output(recording, 1)
    assert recording.order_fixed


def test_a_keyboard_ends_only_when_its_end_is_typed(record: Record) -> None:
    asks = CLIENT.replace("PORT", "5555") + "print(input() + input())\n"
    echo = ECHO.replace("PORT", "5555")
    waits = record(echo, asks, typed=["hello"])
    assert waits.verdict.because == "keyboard"
    assert verdict(waits).endswith("on line 3 for the keyboard: nothing more is typed.")
    assert record(echo, asks, typed=["hello", END]).verdict.kind == "crashed"


def test_all_calls_are_counted_and_nothing_is_claimed_of_those_not_shown(
    record: Record,
) -> None:
    sends = CLIENT + "for _ in range(5000): c.sendall(bytes(1000))\n"
    recording = record(*(each.replace("PORT", "5555") for each in (COUNTS, sends)))
    assert (recording.verdict.kind, output(recording, 0)) == ("finished", "5000000\n")
    assert not recording.order_fixed
    assert len(recording.to_json()) < 1_000_000
    assert any("of 5,002 calls the first 1000" in note for note in notes(recording))
    drawn = draw_text(recording)
    assert drawn.count("more calls, not shown") == 2
    assert "closed by the operating" not in drawn
    said = [row.sentence for row in arrange(recording).rows]
    assert "server.py goes on: what it calls from here on is not shown." in said
