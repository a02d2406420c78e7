"""A world without processes: programs written down, TCP in a few lines.

A program is a generator function that takes a `Script`; what it calls is told to
the stage as a watched program would tell it. Time passes only while the stage
listens, so a recording takes milliseconds, whatever it waits for.
"""

from __future__ import annotations

import contextlib
import inspect
from collections import deque
from collections.abc import Callable, Collection, Generator, Iterable
from dataclasses import dataclass, field
from typing import Any

from socketscope import Recording
from socketscope.recorder.kernel import Connection, Ends
from socketscope.recorder.limits import Limits
from socketscope.recorder.stage import Stage
from socketscope.recorder.turns import Turns
from socketscope.recorder.wire import Command, Raw

HOST = "127.0.0.1"

Running = Generator[None, Any, Any]
"""It yields wherever it waits for the stage's answer, and is sent the answer."""
Program = Callable[["Script"], Running]


@dataclass
class Side:
    """One end of a simulated connection, or a listener."""

    port: int
    peer: Side | None = None
    inbox: bytes = b""
    queue: list[Side] = field(default_factory=list)
    """A listener's connections that wait for accept()."""
    finished: bool = False
    gone: bool = False

    def finish(self) -> None:
        """Close it: who is the second to do so is forgotten at once."""
        if not self.finished:
            self.finished = True
            self.gone = self.peer is None or self.peer.finished

    @property
    def state(self) -> str:
        if self.peer is None:
            return "LISTEN"
        names = {
            (False, False): "ESTABLISHED",
            (True, False): "FIN_WAIT_2",
            (False, True): "CLOSE_WAIT",
            (True, True): "TIME_WAIT",
        }
        return names[self.finished, self.peer.finished]


class ScriptedWorld:
    """Runs programs as generators; fits `socketscope.recorder.world.World`."""

    def __init__(self, programs: Iterable[Program]) -> None:
        self.programs = list(programs)
        self.scripts: list[Script] = []
        self.mail: deque[tuple[int, Raw]] = deque()
        self.sides: list[Side] = []
        self.time = 0.0
        self.source = self.view

    def start(self, command: list[str], how: str, cwd: Any) -> None:
        index = len(self.scripts)
        script = Script(self, index, self.programs[index])
        self.scripts.append(script)
        next(script.running)

    def hear(self, seconds: float) -> tuple[int, Raw] | None:
        if self.mail:
            return self.mail.popleft()
        self.time += seconds
        return None

    def tell(
        self,
        program: int,
        what: Command,
        number: int,
        asked: int,
        value: Any,
        ports: Any,
    ) -> None:
        script = self.scripts[program]
        if what == "go":
            with contextlib.suppress(StopIteration):
                script.running.send(value)
        elif what == "ready":
            can = script.waits is not None and script.waits()
            script.say("ready", ready=(0,) if can else ())
        elif what == "where":
            script.say("where", lines={})
        elif what == "type":
            script.typed.append(value.decode().removesuffix("\n"))
        elif what == "eof":
            script.typed.append(None)

    def view(self, wanted: Collection[Ends] | None = None) -> list[Connection]:
        return [
            Connection(
                (HOST, side.port),
                side.peer and (HOST, side.peer.port),
                side.state,
                len(side.queue) if side.peer is None else len(side.inbox),
            )
            for side in self.sides
            if not side.gone
        ]

    def now(self) -> float:
        return self.time

    def pause(self, seconds: float) -> None:
        self.time += seconds

    def cpu_seconds(self, program: int) -> float:
        return self.time

    def cost(self, program: int) -> None:
        return None

    def is_asleep(self, program: int) -> bool:
        return False

    def nobody_at(self, port: int) -> int:
        return port

    def end(self, program: int, sweep: bool) -> None:
        self.scripts[program].running.close()

    def close(self) -> None:
        pass


class Script:
    """What a program of this world can do; each call tells the stage of itself."""

    def __init__(self, world: ScriptedWorld, index: int, program: Program) -> None:
        self.world = world
        self.index = index
        self.program = program(self)
        self.running = self.life()
        self.waits: Callable[[], bool] | None = None
        """What would let the call go on in which it is blocked."""
        self.typed: list[str | None] = []
        self.sides: list[Side] = []
        """The program's sockets, by its own numbers."""
        self.questions = self.called_at = 0

    @property
    def line(self) -> int:
        """The line of the program that runs now, from its first one."""
        frame, program = self.program.gi_frame, self.program.gi_code
        return frame.f_lineno - program.co_firstlineno + 1 if frame else 0

    # -- the wire ------------------------------------------------------------

    def say(self, kind: str, asked: int | None = None, **fields: Any) -> None:
        at = int(self.world.time * 1e9)
        self.world.mail.append((self.index, (0, kind, fields, at, asked)))

    def ask(self, kind: str, **fields: Any) -> Running:
        self.questions += 1
        self.say(kind, self.questions, **fields)
        return (yield)

    def life(self) -> Running:
        yield from self.ask("start")
        try:
            yield from self.program
        except ConnectionRefusedError as error:
            raised = ("ConnectionRefusedError", str(error), "ECONNREFUSED")
            self.say("crash", error=raised, line=self.called_at)
            status = 1
        else:
            status = 0
        for side in self.sides:
            side.finish()
        self.say("exit", result=str(status))
        self.say("gone", status=status)

    def call(self, name: str, socket: int | None = None, **fields: Any) -> None:
        self.called_at = self.line
        self.say("call", call=name, socket=socket, line=self.called_at, **fields)

    def back(self, name: str, socket: int | None = None, **fields: Any) -> Running:
        yield from self.ask("return", call=name, socket=socket, **fields)

    def until(
        self,
        can: Callable[[], bool],
        why: str,
        name: str,
        timeout: float | None = None,
        socket: int | None = None,
    ) -> Running:
        """Wait until it can go on: True, or False if its time was up before."""
        if can():
            return True
        self.waits = can
        answer = yield from self.ask(
            "block", call=name, told=True, waits_for=(why,), timeout=timeout,
            line=self.line, socket=socket,
        )  # fmt: skip
        self.waits = None
        return answer != "late"

    # -- calls -----------------------------------------------------------------

    def socket(self, side: Side, origin: str = "socket") -> int:
        number = len(self.sides)
        self.sides.append(side)
        self.world.sides.append(side)
        kind = {"family": "AF_INET", "type": "SOCK_STREAM"}
        self.say("socket", number=number, origin=origin, **kind)
        remote = side.peer and (HOST, side.peer.port)
        local = (HOST, side.port)
        self.say("placed", number=number, local=local, remote=remote)
        return number

    def listen(self, port: int) -> Running:
        self.say("mapped", shown=port, real=port)
        number = self.socket(Side(port))
        self.call("listen", number)
        yield from self.back("listen", number)
        return number

    def accept(self, listener: int) -> Running:
        self.call("accept", listener)
        queue = self.sides[listener].queue
        yield from self.until(lambda: bool(queue), "client", "accept", None, listener)
        new = self.socket(queue.pop(0), "accept")
        yield from self.back("accept", listener, new=new)
        return new

    def connect(self, port: int) -> Running:
        mine, theirs = Side(50000 + len(self.world.sides)), Side(port)
        self.call("connect", None, arguments=(f"({HOST!r}, {port})",))
        listening = [s for s in self.world.sides if s.port == port and not s.peer]
        if not listening or listening[0].gone:
            error = ("ConnectionRefusedError", "refused", "ECONNREFUSED")
            yield from self.back("connect", error=error)
            raise ConnectionRefusedError("refused")
        mine.peer, theirs.peer = theirs, mine
        listening[0].queue.append(theirs)
        number = self.socket(mine)
        yield from self.back("connect", number)
        return number

    def send(self, number: int, data: bytes) -> Running:
        self.call("sendall", number, data=data, size=len(data))
        peer = self.sides[number].peer
        assert peer is not None
        peer.inbox += data
        yield from self.back("sendall", number)

    def recv(self, number: int, timeout: float | None = None) -> Running:
        self.call("recv", number, arguments=("1024",))
        side = self.sides[number]
        came = yield from self.until(
            lambda: bool(side.inbox or (side.peer and side.peer.finished)),
            "bytes", "recv", timeout, number,
        )  # fmt: skip
        if not came:
            error = ("TimeoutError", "timed out", None)
            yield from self.back("recv", number, error=error, late=True, yields=True)
            return None
        data, side.inbox = side.inbox, b""
        yield from self.back("recv", number, data=data, size=len(data))
        return data

    def close(self, number: int) -> Running:
        self.call("close", number)
        self.sides[number].finish()
        yield from self.back("close", number)

    def input(self) -> Running:
        self.call("input")
        yield from self.until(lambda: bool(self.typed), "keyboard", "input")
        text = self.typed.pop(0)
        result = "EOF" if text is None else None
        yield from self.back("input", text=text, result=result)
        return text

    def sleep(self, seconds: float) -> Running:
        self.call("sleep", arguments=(str(seconds),))
        yield from self.until(lambda: False, "time", "sleep", seconds)
        yield from self.back("sleep", late=True, yields=True)


def record(
    *programs: Program,
    typed: Iterable[tuple[int, str]] = (),
    order: int = 0,
    timeout: float = 20.0,
) -> Recording:
    """The recording of these programs, the first being the server."""
    world = ScriptedWorld(programs)
    stage = Stage(world, Turns(order), typed, limits=Limits(timeout))
    for program in programs:
        stage.add(f"{program.__name__}.py", inspect.getsource(program))
    stage.play()
    stage.clear()
    return stage.recording(order)
