"""What the lessons say about who closes first, tried in many free runs.

Nothing arranges the order of events here: the programs run bare.
"""

import sys
from pathlib import Path

import pytest

from lessons.course.catalogue import ROOT
from tests.running import Running, copy_with_port, free_port, wait_until

RUNS = 25
LINUX_ONLY = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="reads Linux's table of sockets"
)


# States by their number in Linux's include/net/tcp_states.h.
STATES = {
    "01": "ESTABLISHED",
    "04": "FIN_WAIT_1",
    "05": "FIN_WAIT_2",
    "06": "TIME_WAIT",
    "08": "CLOSE_WAIT",
    "09": "LAST_ACK",
    "0A": "LISTEN",
}


class Watched:
    """The connections at a port, without those left by earlier runs."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._old = {ends for ends, _ in self._table()}

    def _table(self) -> list[tuple[tuple[int, int], str]]:
        """Local and remote port, and the state, of all IPv4 sockets."""
        rows = []
        for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
            local, remote, state = line.split()[1:4]
            ends = (int(local[-4:], 16), int(remote[-4:], 16))
            rows.append((ends, STATES.get(state, state)))
        return rows

    def states(self) -> dict[str, str]:
        """The state of the server's and of the client's end."""
        states = {}
        for ends, state in self._table():
            if self.port in ends and state != "LISTEN" and ends not in self._old:
                states["server" if ends[0] == self.port else "client"] = state
        return states

    def leaves(self, **states: str) -> None:
        """Wait until this is all that is left of the connections."""
        wait_until(lambda: self.states() == states, f"{states} is left")


@LINUX_ONLY
def test_after_exit_the_client_holds_time_wait(tmp_path: Path) -> None:
    for _ in range(RUNS):
        port = free_port()
        watched = Watched(port)
        folder = copy_with_port(ROOT / "solutions" / "05_exit", tmp_path, port)
        with Running(folder / "server.py") as server:
            server.shows("listening")
            with Running(folder / "client.py") as client:
                client.type("Hello Server!\n")
                client.shows("Message received")
                client.type("exit\n")
                assert client.ends() == 0
            assert server.ends() == 0
        watched.leaves(client="TIME_WAIT")


@LINUX_ONLY
def test_the_accepting_server_closes_first(tmp_path: Path) -> None:
    for _ in range(RUNS):
        port = free_port()
        watched = Watched(port)
        folder = copy_with_port(ROOT / "solutions" / "03_accept", tmp_path, port)
        with Running(folder / "server.py") as server:
            server.shows("listening")
            with Running(folder / "client.py") as client:
                client.shows("Press Enter to hang up.")
                assert server.ends() == 0
                watched.leaves(server="FIN_WAIT_2", client="CLOSE_WAIT")
                client.type("\n")
                assert client.ends() == 0
        watched.leaves(server="TIME_WAIT")


@LINUX_ONLY
@pytest.mark.parametrize("set_before", [False, True])
@pytest.mark.parametrize("set_now", [False, True])
def test_a_restart_needs_reuseaddr_in_both_runs(
    tmp_path: Path, set_before: bool, set_now: bool
) -> None:
    port = free_port()
    folder = copy_with_port(ROOT / "solutions" / "03_accept", tmp_path, port)
    program = (folder / "server.py").read_text()
    for name, option in (("before", set_before), ("now", set_now)):
        text = program if option else program.replace('os.name == "posix"', "False")
        (folder / f"{name}.py").write_text(text)
    with Running(folder / "before.py") as before:
        before.shows("listening")
        with Running(folder / "client.py") as client:
            client.shows("Press Enter")
            assert before.ends() == 0
            client.type("\n")
            assert client.ends() == 0
    with Running(folder / "now.py") as now:
        if set_before and set_now:
            now.shows("listening")
        else:
            assert now.ends() == 1
            assert "Address already in use" in now.text
