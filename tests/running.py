"""Run programs as a learner does, and read along in their terminals."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

import psutil

PATIENCE = 10.0
"""Seconds after which a wait gives up and the test fails."""


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def copy_with_port(folder: Path, to: Path, port: int) -> Path:
    """Copy the programs of a folder, with `port` in place of 5555."""
    to.mkdir(parents=True, exist_ok=True)
    for program in folder.glob("*.py"):
        text = program.read_text(encoding="utf-8")
        text = text.replace("PORT = 5555", f"PORT = {port}")
        (to / program.name).write_text(text, encoding="utf-8")
    return to


class Running:
    """One program in a terminal of its own, or at the end of pipes.

    Used in `with`: at the end the program is stopped if it still runs.
    """

    def __init__(
        self, program: Path, *, terminal: bool = False, encoding: str = "utf-8"
    ) -> None:
        command = [sys.executable, str(program)]
        env = os.environ | {"PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": encoding}
        if terminal:
            import pty

            self._keyboard, theirs = pty.openpty()
            self._process = subprocess.Popen(
                command,
                stdin=theirs,
                stdout=theirs,
                stderr=theirs,
                env=env,
                start_new_session=True,
                preexec_fn=lambda: _own_terminal(theirs),
            )
            os.close(theirs)
            self._screen = self._keyboard
        else:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                env=env,
            )
            assert self._process.stdin is not None
            assert self._process.stdout is not None
            self._keyboard = self._process.stdin.fileno()
            self._screen = self._process.stdout.fileno()
        self._text = b""
        self._news = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def text(self) -> str:
        """All that its terminal shows so far."""
        return self._text.decode("utf-8").replace("\r\n", "\n")

    def shows(self, text: str) -> None:
        """Wait until its terminal shows this text, or fail."""
        self._wait(lambda: text in self.text, f"{text!r} to appear")

    def shows_often(self, text: str, count: int) -> None:
        """Wait until its terminal shows this text so many times, or fail."""
        self._wait(lambda: self.text.count(text) >= count, f"{count} times {text!r}")

    def type(self, text: str | bytes) -> None:
        data = text.encode("utf-8") if isinstance(text, str) else text
        while data:
            data = data[os.write(self._keyboard, data) :]

    def press_ctrl_c(self) -> None:
        """Interrupt it as soon as it waits for something, as a person would."""
        self.waits()
        self.send(signal.SIGINT)

    def waits(self) -> None:
        """Wait until it waits itself, in whatever call."""
        process = psutil.Process(self._process.pid)
        wait_until(lambda: process.status() == psutil.STATUS_SLEEPING, "it waits")

    def connects(self, port: int) -> None:
        """Wait until it knocks at this port and has no answer yet (Linux)."""
        knocking = f":{port:04X} 02 "  # SYN_SENT, in include/net/tcp_states.h
        table = Path("/proc/net/tcp")
        wait_until(lambda: knocking in table.read_text(), "it connects")

    def send(self, signal_number: int) -> None:
        self._process.send_signal(signal_number)

    @property
    def has_ended(self) -> bool:
        return self._process.poll() is not None

    def close_keyboard(self) -> None:
        """What Ctrl-D does: the keyboard's end of file."""
        assert self._process.stdin is not None
        self._process.stdin.close()

    def ends(self) -> int:
        """Wait until it has ended; return its exit status."""
        status = self._process.wait(PATIENCE)
        self._reader.join(PATIENCE)
        return status

    def kill(self) -> None:
        self._process.kill()
        self._process.wait(PATIENCE)

    def __enter__(self) -> Running:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.kill()
        self._reader.join(PATIENCE)
        if self._process.stdin is None:
            os.close(self._keyboard)
        else:
            self._process.stdin.close()
            assert self._process.stdout is not None
            self._process.stdout.close()

    def _read(self) -> None:
        while True:
            try:
                news = os.read(self._screen, 4096)
            except OSError:  # how a pty on Linux says end of file
                news = b""
            with self._news:
                self._text += news
                self._news.notify_all()
            if not news:
                return

    def _wait(self, done: Callable[[], bool], what: str) -> None:
        with self._news:
            if not self._news.wait_for(done, PATIENCE):
                raise AssertionError(
                    f"waited {PATIENCE:g} s for {what}; shown: {self.text!r}"
                )


def _own_terminal(descriptor: int) -> None:
    """Make the pty the controlling terminal, so that Ctrl-C works in it."""
    import fcntl
    import termios

    fcntl.ioctl(descriptor, termios.TIOCSCTTY, 0)


def wait_until(done: Callable[[], bool], what: str) -> None:
    """Ask again and again until it is so, or fail."""
    end = time.monotonic() + PATIENCE
    while not done():
        if time.monotonic() > end:
            raise AssertionError(f"waited {PATIENCE:g} s until {what}")
        time.sleep(0.005)
