"""A mistake that nobody has catalogued gets a true account of what happened."""

import shutil
from pathlib import Path

import pytest

from lessons.course.catalogue import find_lesson
from lessons.course.checking import judge, specification

OWNS = """\
import socket, sys
listener = socket.socket()
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
"""
BINDS = OWNS + 'listener.bind(("127.0.0.1", 5555))\n'
GIVES_WAY = (
    OWNS + 'try:\n    listener.bind(("127.0.0.1", 5555))\n'
    "except OSError as error:\n    "
)
LISTENS = BINDS + "listener.listen()\nprint('listening')\n"
STAYS_CALM = """\
import socket, sys
client = socket.socket()
try:
    client.connect(("127.0.0.1", 5555))
except OSError as error:
    sys.exit(f"Nobody listens: {error}")
"""

ACCOUNTS = {
    # lesson 01
    "another family": (
        1,
        "server.py",
        "import socket\ns = socket.socket(socket.AF_INET6)\ns.bind(('::1', 5555))\n"
        "input()\n",
        "does not have 127.0.0.1:5555. It asked for ('::1', 5555) on line 3",
    ),
    "says nothing": (
        1,
        "server.py",
        BINDS + "input()\n",
        "has the port since line 4, and its terminal does not show it",
    ),
    "waits for something else": (
        1,
        "server.py",
        BINDS + "print('owns 5555')\nimport threading\nthreading.Event().wait()\n",
        "did not wait for Enter: it stood in wait() on line 7",
    ),
    "closes between two waits": (
        1,
        "server.py",
        BINDS + "print('owns 5555')\ninput()\nsys.exit(4)\n",
        "did not end calmly: it ended with exit status 4",
    ),
    "gives way without a word": (
        1,
        "server.py",
        GIVES_WAY + "sys.exit(1)\nprint('owns 5555')\ninput()\n",
        "ended with exit status 1, without a word",
    ),
    "gives way with another status": (
        1,
        "server.py",
        GIVES_WAY + "print(error); sys.exit(2)\nprint('owns 5555')\ninput()\n",
        "Then your server ended with exit status 2.",
    ),
    "shows a traceback itself": (
        1,
        "server.py",
        GIVES_WAY + "import traceback; traceback.print_exc(); sys.exit(1)\n"
        "print('owns 5555')\ninput()\n",
        "and its terminal shows a traceback",
    ),
    # lesson 02
    "another port": (
        2,
        "server.py",
        OWNS + "listener.bind(('127.0.0.1', 5000))\nlistener.listen()\ninput()\n",
        "Your server owns port 5000, since line 4",
    ),
    "listens silently": (
        2,
        "server.py",
        BINDS + "listener.listen()\ninput('Press Enter to stop. ')\n",
        "has listened since line 5. After that its terminal shows nothing",
    ),
    "waits for an event": (
        2,
        "server.py",
        LISTENS + "import threading\nthreading.Event().wait()\n",
        "did not wait for Enter after listen(): it stood in wait() on line 8",
    ),
    "ends with a status": (
        2,
        "server.py",
        LISTENS + "input()\nprint('bye')\nsys.exit(7)\n",
        "did not end calmly: it ended with exit status 7",
    ),
    "ends without a word": (
        2,
        "server.py",
        LISTENS + "input()\n",
        "your server ended without a word",
    ),
    "minds the end of the input": (
        2,
        "server.py",
        LISTENS + "try:\n    input()\nexcept EOFError:\n    sys.exit('no input')\n"
        "print('bye')\n",
        "Then it ended with exit status 1",
    ),
    # lesson 03
    "makes no socket": (
        3,
        "client.py",
        "def main():\n    pass\n\nmain()\n",
        "made no socket",
    ),
    "connects to another address": (
        3,
        "client.py",
        STAYS_CALM.replace("127.0.0.1", "127.0.0.9"),
        "asked for ('127.0.0.9', 5555) on line 4, and was not connected",
    ),
    "stays by an event": (
        3,
        "client.py",
        STAYS_CALM + "import threading\nthreading.Event().wait()\n",
        "connected on line 4, and did not wait for Enter: it stood in wait() on line 8",
    ),
    "hangs up with a status": (
        3,
        "client.py",
        STAYS_CALM + "input()\nsys.exit(9)\n",
        "did not end calmly: it ended with exit status 9",
    ),
    "minds the end of the client's input": (
        3,
        "client.py",
        STAYS_CALM + "try:\n    input()\nexcept EOFError:\n    sys.exit('no input')\n",
        "while your client waited for Enter. Then it ended with exit status 1",
    ),
    "is refused without a word": (
        3,
        "client.py",
        STAYS_CALM.replace('f"Nobody listens: {error}"', "1")
        + "try:\n    input()\nexcept EOFError:\n    pass\n",
        "connect() on line 4 was refused. Then your client ended with exit status 1, "
        "without a word",
    ),
    "takes no client": (
        3,
        "server.py",
        LISTENS + "import threading\nthreading.Event().wait()\n",
        "your server did not take it out. It stood in wait() on line 8",
    ),
    "names nobody": (
        3,
        "server.py",
        LISTENS + "taken, client = listener.accept()\nprint('hello')\ntaken.close()\n",
        "and its terminal does not show that. The last it shows is “hello”",
    ),
    "ends with another status": (
        3,
        "server.py",
        LISTENS + "taken, client = listener.accept()\nprint(client)\nsys.exit(5)\n",
        "did not end calmly after that: it ended with exit status 5",
    ),
    "shows a traceback when it is started twice": (
        3,
        "server.py",
        LISTENS + "taken, client = listener.accept()\nprint(client)\n",
        "The port has an owner already",
    ),
}


@pytest.mark.parametrize("name", ACCOUNTS)
def test_what_a_program_did_is_told(name: str, tmp_path: Path) -> None:
    number, changed, source, account = ACCOUNTS[name]
    lesson = find_lesson(str(number))
    for program in lesson.solution.glob("*.py"):
        shutil.copyfile(program, tmp_path / program.name)
    (tmp_path / changed).write_text(source, encoding="utf-8")
    asked = specification(lesson)
    assert asked is not None
    found = [result.not_yet for result in judge(asked, tmp_path) if result.not_yet]
    assert account in found[0].did
    assert found[0].ask.endswith("?")
