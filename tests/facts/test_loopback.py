"""Loopback keeps the network out, and not a web page in a browser."""

from __future__ import annotations

import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from lessons.course.catalogue import ROOT
from tests.facts.ends import LOOPBACK
from tests.running import PATIENCE, Running, copy_with_port, free_port, wait_until

# What a browser sends for fetch(..., {method: "POST", body: "exit\n"}): a
# "simple" request, for which it asks nobody beforehand (Fetch, section 2.2.2).
REQUEST = b"""\
POST / HTTP/1.1\r
Host: 127.0.0.1:5555\r
Connection: keep-alive\r
Content-Length: 5\r
Content-Type: text/plain;charset=UTF-8\r
Accept: */*\r
Origin: http://a-page.example\r
\r
exit
"""


@contextmanager
def line_server() -> Iterator[tuple[tuple[str, int], list[str]]]:
    """A server whose messages are lines; it ends after the line "exit"."""
    heard: list[str] = []

    def serve() -> None:
        while "exit" not in heard:
            connection, _ = listener.accept()
            with connection, connection.makefile("r", newline="\n") as lines:
                for line in lines:
                    heard.append(line.removesuffix("\n"))
                    if heard[-1] == "exit":
                        return

    with socket.create_server((LOOPBACK, 0)) as listener:
        listener.settimeout(PATIENCE)
        server = threading.Thread(target=serve)
        server.start()
        yield listener.getsockname(), heard
        server.join(PATIENCE)


def test_the_last_line_of_an_http_request_is_a_message_to_a_line_server() -> None:
    with (
        line_server() as (address, heard),
        socket.create_connection(address, PATIENCE) as browser,
    ):
        browser.sendall(REQUEST)
        assert browser.recv(1) == b""
    assert heard[0] == "POST / HTTP/1.1\r"
    assert heard[-1] == "exit"


def test_so_it_ends_the_server_of_lesson_06(tmp_path: Path) -> None:
    port = free_port()
    folder = copy_with_port(ROOT / "solutions" / "06_framing", tmp_path, port)
    with Running(folder / "server.py") as server:
        server.shows("Server is listening")
        with socket.create_connection((LOOPBACK, port), PATIENCE) as browser:
            browser.sendall(REQUEST)
            server.shows(r"Client: 'POST / HTTP/1.1\r'")
            server.shows("Client: exit\n")
        assert server.ends() == 0


class AnyPage(BaseHTTPRequestHandler):
    """An empty web page, of another origin than the line server."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


def test_a_web_page_can_make_a_browser_send_it(browser: Any) -> None:
    with HTTPServer((LOOPBACK, 0), AnyPage) as pages, line_server() as (where, heard):
        thread = threading.Thread(target=pages.serve_forever)
        thread.start()
        page = browser.new_page()
        page.goto(f"http://{LOOPBACK}:{pages.server_port}/")
        page.evaluate(
            """address => void fetch(address,
              {method: "POST", mode: "no-cors", body: "exit\\n"}).catch(() => {})""",
            f"http://{LOOPBACK}:{where[1]}/",
        )
        wait_until(lambda: "exit" in heard, "the page's line arrives")
        page.close()
        pages.shutdown()
        thread.join()
    assert heard[0] == "POST / HTTP/1.1\r"


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_curl_waits_for_more_than_the_answers_of_a_line_server(tmp_path: Path) -> None:
    port = free_port()
    folder = copy_with_port(ROOT / "solutions" / "06_framing", tmp_path, port)
    command = ["curl", "--silent", "--http0.9", f"http://{LOOPBACK}:{port}"]
    with Running(folder / "server.py") as server:
        server.shows("Server is listening")
        with subprocess.Popen(command, stdout=subprocess.PIPE) as curl:
            server.shows("Client: '\\r'\n")  # the request is over
            server.waits()
            assert curl.poll() is None
            curl.kill()
        server.shows("[INFO] Client disconnected.")
