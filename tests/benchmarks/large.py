"""What much costs: many clients, many bytes, many events.

    python -m tests.benchmarks.large

Each pair runs bare and recorded, in one run under one Python: the ratio is what
counts. Beside it stand the size of the recording and the time to draw it.
"""

from __future__ import annotations

import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from socketscope import watch
from socketscope.drawing.text import draw_text

CLIENTS, BYTES = 200, 200_000_000
SECONDS = 120

ROOM = """
import socket, threading
listener = socket.create_server(("127.0.0.1", 5555), backlog=300)
print("up", flush=True)
def serve(connection):
    with connection:
        while data := connection.recv(100):
            connection.sendall(data.upper())
for _ in range(CLIENTS):
    connection, address = listener.accept()
    threading.Thread(target=serve, args=(connection,)).start()
"""
CROWD = """
import socket, threading
def one(number):
    with socket.create_connection(("127.0.0.1", 5555)) as client:
        client.sendall(b"hello %d" % number)
        assert client.recv(100) == b"HELLO %d" % number
threads = [threading.Thread(target=one, args=(n,)) for n in range(CLIENTS)]
for thread in threads: thread.start()
for thread in threads: thread.join()
"""
SINK = """
import socket
listener = socket.create_server(("127.0.0.1", 5555))
print("up", flush=True)
connection, address = listener.accept()
while connection.recv(65536): pass
"""
SOURCE = """
import socket
client = socket.create_connection(("127.0.0.1", 5555))
for _ in range(BYTES // PIECE): client.sendall(bytes(PIECE))
client.close()
"""
PAIRS = {
    f"{CLIENTS} clients with threads": (ROOM, CROWD, 0),
    f"{BYTES:,} bytes in one sendall()": (SINK, SOURCE, BYTES),
    f"{BYTES:,} bytes in pieces of 4,096": (SINK, SOURCE, 4096),
}


def written(folder: Path, *texts: str, piece: int, port: int = 5555) -> list[Path]:
    paths = [folder / "server.py", folder / "client.py"]
    for path, text in zip(paths, texts, strict=True):
        for name, value in {"CLIENTS": CLIENTS, "BYTES": BYTES, "PIECE": piece}.items():
            text = text.replace(name, str(value))
        path.write_text(text.replace("5555", str(port)))
    return paths


def bare(server: Path, client: Path) -> float:
    start = time.perf_counter()
    with subprocess.Popen([sys.executable, server], stdout=subprocess.PIPE) as first:
        assert first.stdout is not None
        first.stdout.readline()
        subprocess.run([sys.executable, client], check=True, timeout=SECONDS)
        first.wait(SECONDS)
    return time.perf_counter() - start


def main() -> None:
    print(f"Python {sys.version.split()[0]}")
    for name, (server, client, piece) in PAIRS.items():
        with tempfile.TemporaryDirectory() as folder:
            with socket.create_server(("127.0.0.1", 0)) as free:
                port = free.getsockname()[1]
            texts = (server, client)
            floor = bare(*written(Path(folder), *texts, piece=piece, port=port))
            start = time.perf_counter()
            paths = written(Path(folder), *texts, piece=piece)
            recording = watch(*paths, timeout=SECONDS)
            took = time.perf_counter() - start
        start = time.perf_counter()
        draw_text(recording)
        drawn = time.perf_counter() - start
        size = len(recording.to_json()) / 1e6
        print(f"{name}: {recording.verdict.kind}")
        print(f"  bare {floor:.2f} s, recorded {took:.2f} s, ratio {took / floor:.1f}")
        print(
            f"  {len(recording.events):,} events, {size:.2f} MB, drawn in {drawn:.2f} s"
        )


if __name__ == "__main__":
    main()
