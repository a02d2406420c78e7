"""The chat prints, in real terminals, what it was meant to print.

`seed/server.txt` and `seed/client.txt` are the two expected outputs, to the
letter; only the two port numbers differ from run to run.
"""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from lessons.course.catalogue import all_lessons
from tests.running import Running

EXPECTED = Path(__file__).parent / "seed"
CHATS = [lesson.stem for lesson in all_lessons() if lesson.stem >= "05"]
EACH_CHAT = pytest.mark.parametrize("stem", CHATS)
PROMPT = "Enter message (type 'exit' to disconnect): "


def expected(program: str, port: int, client_port: str) -> str:
    text = (EXPECTED / f"{program}.txt").read_text(encoding="utf-8")
    return text.replace("5555", str(port)).replace("54302", client_port)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no pseudo-terminals to open")
@EACH_CHAT
def test_the_chat_prints_the_two_expected_outputs(
    run: Callable[..., Running], port: int, stem: str
) -> None:
    server = run(f"{stem}/server", terminal=True)
    server.shows("Server is listening")
    client = run(f"{stem}/client", terminal=True)
    for count, message in enumerate(["Hello Server!", "exit"], start=1):
        client.shows_often(PROMPT, count)
        client.type(f"{message}\n")
    assert client.ends() == 0
    assert server.ends() == 0
    client_port = server.text.partition("127.0.0.1:")[2].partition("\n")[0]
    assert client.text == expected("client", port, client_port)
    assert server.text == expected("server", port, client_port)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no pseudo-terminals to open")
@EACH_CHAT
def test_ctrl_c_and_ctrl_d_work_in_a_real_terminal(
    run: Callable[..., Running], stem: str
) -> None:
    server = run(f"{stem}/server", terminal=True)
    server.shows("Server is listening")
    client = run(f"{stem}/client", terminal=True)
    client.shows(PROMPT)
    client.type("\x04")
    assert client.ends() == 0
    assert client.text == f"{PROMPT}\nConnection closed.\n"
    server.shows("[INFO] Client disconnected.")
    server.waits()
    server.type("\x03")
    assert server.ends() == 0
    assert server.text.endswith("^C\n[INFO] Server shutting down.\n")
