"""What notebooks show."""

from __future__ import annotations

import base64
import re
import socket
import sys

import pytest

from socketscope import live
from socketscope.drawing.text import draw_text
from socketscope.live import socket_table
from socketscope.notebook import show
from tests.drawing.builder import chat

needs_linux = pytest.mark.skipif(
    live._source() is None, reason="TCP states cannot be read here"
)


@pytest.fixture(autouse=True)
def _fresh_ports(monkeypatch):
    monkeypatch.setattr(live, "_shown_ports", {})


def test_a_recording_shows_itself_as_text_and_html():
    bundle = show(chat())._repr_mimebundle_(include=None, exclude=None)
    assert sorted(bundle) == ["text/html", "text/plain"]
    assert bundle["text/plain"] == draw_text(chat()) == repr(show(chat()))


def test_without_scripts_there_is_an_image_with_its_story():
    html = show(chat())._repr_mimebundle_()["text/html"]
    image = re.search(r'<img [^>]*base64,([^"]+)">', html)
    assert base64.b64decode(image[1]).startswith(b"<svg")
    assert 'alt="What happened between server.py and client.py: server.py waits' in html
    assert re.search(r'width="\d+" height="\d+"', html)


def test_the_script_carries_the_stepper():
    html = show(chat(), step=3)._repr_mimebundle_()["text/html"]
    assert "srcdoc" in html
    assert "socketscope.height" in html
    assert (
        "<script>" not in show(chat(), stepper=False)._repr_mimebundle_()["text/html"]
    )


def test_the_same_recording_gives_the_same_output():
    assert show(chat())._repr_mimebundle_() == show(chat())._repr_mimebundle_()


def test_a_socket_that_is_new_then_bound():
    with socket.socket() as listener:
        assert socket_table(listener).rows[0][:3] == ("listener", "", "")
        listener.bind(("127.0.0.1", 0))
        assert socket_table(listener).rows[0][:3] == ("listener", "127.0.0.1:5555", "")


@needs_linux
def test_a_connection_is_followed_from_cell_to_cell():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        client = socket.create_connection(listener.getsockname())
        client.sendall(b"hello")
        assert socket_table(listener, client).rows == (
            ("listener", "127.0.0.1:5555", "", "LISTEN", "1 connection"),
            ("client", "127.0.0.1:50001", "127.0.0.1:5555", "ESTABLISHED", "0 bytes"),
        )
        connection, _ = listener.accept()
        assert socket_table(server_side=connection).rows == (
            (
                "server_side", "127.0.0.1:5555", "127.0.0.1:50001", "ESTABLISHED",
                "5 bytes",
            ),
        )  # fmt: skip
        assert connection.recv(5) == b"hello"
        client.close()
        states = [row[3] for row in socket_table(client, connection).rows]
        assert states == ["closed, kept in FIN_WAIT_2", "CLOSE_WAIT"]
        connection.close()
        states = [row[3] for row in socket_table(client, connection).rows]
        assert states == ["closed, kept in TIME_WAIT", "closed"]


CLIENT_SIDE, SERVER_SIDE = "127.0.0.1:50001", "127.0.0.1:5555"


def ends(table) -> list[tuple[str, str]]:
    return [row[1:3] for row in table.rows]


def connected(listener: socket.socket) -> tuple[socket.socket, socket.socket]:
    client = socket.create_connection(listener.getsockname(), timeout=5)
    return client, listener.accept()[0]


@pytest.mark.parametrize("view", [True, False], ids=["seen", "no view"])
def test_a_listener_that_no_table_was_given_has_a_server_s_port(view, monkeypatch):
    if not view:
        monkeypatch.setattr(live, "_source", lambda: None)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        client, connection = connected(listener)
        with client, connection:
            assert ends(socket_table(connection, client)) == [
                (SERVER_SIDE, CLIENT_SIDE),
                (CLIENT_SIDE, SERVER_SIDE),
            ]


@needs_linux
def test_a_listener_in_no_variable_is_found_in_the_operating_system():
    held = [socket.create_server(("0.0.0.0", 0))]
    client = socket.create_connection(("127.0.0.1", held[0].getsockname()[1]))
    connection = held[0].accept()[0]
    with client, connection, held[0]:
        assert ends(socket_table(connection)) == [(SERVER_SIDE, CLIENT_SIDE)]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells who connected")
@pytest.mark.parametrize("shown", ["both", "the accepted end", "the client's"])
def test_a_listener_that_is_closed_already_had_a_server_s_port(shown):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        client, connection = connected(listener)
    with client, connection:
        one = (SERVER_SIDE, CLIENT_SIDE)
        if shown == "both":
            assert ends(socket_table(connection, client)) == [one, one[::-1]]
        elif shown == "the accepted end":
            assert ends(socket_table(connection)) == [one]
        else:
            assert ends(socket_table(client)) == [one[::-1]]


def test_where_nothing_tells_the_first_end_of_a_pair_is_the_client_s(monkeypatch):
    monkeypatch.setattr(live, "_source", lambda: None)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        client, connection = connected(listener)
    with client, connection:
        assert ends(socket_table(client, connection)) == [
            (CLIENT_SIDE, SERVER_SIDE),
            (SERVER_SIDE, CLIENT_SIDE),
        ]


def test_two_servers_have_a_port_each_whoever_is_shown_first():
    with (
        socket.create_server(("127.0.0.1", 0)) as one,
        socket.create_server(("127.0.0.1", 0)) as other,
    ):
        client, connection = connected(one)
        next_client, next_connection = connected(other)
        with client, connection, next_client, next_connection:
            assert ends(socket_table(connection)) == [(SERVER_SIDE, CLIENT_SIDE)]
            assert ends(socket_table(next_client, next_connection)) == [
                ("127.0.0.1:50002", "127.0.0.1:5556"),
                ("127.0.0.1:5556", "127.0.0.1:50002"),
            ]


def test_a_port_that_somebody_chose_is_shown_as_it_is(monkeypatch):
    monkeypatch.setattr(live, "CHOSEN", 65536)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        table = socket_table(listener)
    assert table.rows[0][1] == f"127.0.0.1:{port}"
    assert table.note == ""


def test_where_the_system_cannot_be_asked_the_table_says_so(monkeypatch):
    monkeypatch.setattr(live, "_source", lambda: None)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        assert socket_table(listener).rows[0][3:] == ("cannot be read here", "")


def test_the_table_as_text_and_as_html():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        table = socket_table(**{"<b>": listener})
    assert repr(table).splitlines()[0].split("  ")[0] == "socket"
    assert repr(table).endswith(
        "Port 5555 stands for one that the operating system chose."
    )
    page = table._repr_html_()
    assert '<th scope="row">&lt;b&gt;</th>' in page
    assert "<caption>" in page


def test_ports_of_several_are_explained_together():
    with (
        socket.create_server(("127.0.0.1", 0)) as one,
        socket.create_server(("127.0.0.1", 0)) as two,
    ):
        table = socket_table(one, two)
    assert table.note == (
        "Ports 5555 and 5556 stand for those that the operating system chose."
    )


def test_a_socket_without_a_variable_has_a_number():
    sockets = [socket.socket()]
    assert socket_table(sockets[0]).rows[0][0] == "socket 1"
    sockets[0].close()
    assert socket_table(sockets[0]).rows[0][3] == "closed"


@pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="only Linux leaves a client unanswered"
)
def test_a_client_that_gets_no_answer_is_shown_with_where_it_connects_to() -> None:
    with socket.socket() as listener, socket.socket() as first, socket.socket() as next:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        first.connect(listener.getsockname())
        next.settimeout(0.2)
        with pytest.raises(TimeoutError):
            next.connect(listener.getsockname())
        row = socket_table(listener, first, next).rows[2]
        assert row[1] == "127.0.0.1:50002"
        assert row[2] == "127.0.0.1:5555"
        assert row[3] == "SYN_SENT"
