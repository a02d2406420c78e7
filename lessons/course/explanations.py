"""What Python's exceptions mean to somebody who writes a first socket program.

`explain(text)` takes the last line of a traceback. The numbers are errno on
Linux, macOS and Windows (Python's `errno` module; for Windows the Winsock
codes of Microsoft's "Windows Sockets Error Codes").
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Explanation:
    """One exception, explained."""

    pattern: str
    """Found in the last line of the traceback."""
    means: str
    """What it says, in a sentence."""
    ask: str
    """What to think about next."""


EXPLANATIONS = (
    Explanation(
        r"Address already in use|Errno (98|48)\b|WinError 10048",
        "The port already has an owner: another program, or a connection of an "
        "earlier run that is still in TIME_WAIT.",
        "Does an earlier run of your server still go on somewhere?",
    ),
    Explanation(
        r"ConnectionRefusedError",
        "Nobody listens at that address and port (111 on Linux, 61 on macOS, "
        "10061 on Windows).",
        "Does the server run, does it call listen(), and do both programs name "
        "the same port?",
    ),
    Explanation(
        r"ConnectionResetError|Errno (104|54)\b|WinError 10054",
        "The other side broke the connection off while bytes were still under "
        "way (104 on Linux, 54 on macOS, 10054 on Windows).",
        "What should your program do when the other one has gone?",
    ),
    Explanation(
        r"BrokenPipeError|Errno 32\b",
        "It sent to a connection that the other side had already closed.",
        "Which answer of recv() told it before that the other side had gone?",
    ),
    Explanation(
        r"ConnectionAbortedError|WinError 10053",
        "The connection was given up on this computer, after the other side "
        "went away (103 on Linux, 53 on macOS, 10053 on Windows).",
        "What should your program do when the other one has gone?",
    ),
    Explanation(
        r"Transport endpoint is not connected|Socket is not connected"
        r"|Errno (107|57)\b|WinError 10057",
        "This socket is not connected to anybody (107 on Linux, 57 on macOS, "
        "10057 on Windows). A listener never is.",
        "Which socket talks with the client: the listener, or the one that "
        "accept() returned?",
    ),
    Explanation(
        r"Bad file descriptor|Errno 9\b|WinError 10038",
        "It used a socket that is closed already (10038 on Windows).",
        "Which line closes it, or which `with` block has ended by then?",
    ),
    Explanation(
        r"Permission denied|Errno 13\b|WinError 10013",
        "The operating system does not give this port to you: those below 1024 "
        "are for administrators (10013 on Windows).",
        "Which port does the lesson ask for?",
    ),
    Explanation(
        r"Cannot assign requested address|Can't assign requested address"
        r"|Errno (99|49)\b|WinError 10049",
        "This computer has no such address of its own, so it cannot be bound "
        "(99 on Linux, 49 on macOS, 10049 on Windows).",
        "Which address means this computer alone?",
    ),
    Explanation(
        r"Name or service not known|nodename nor servname|getaddrinfo failed"
        r"|Temporary failure in name resolution",
        "The host is not an address, and no name service knows it as a name.",
        "Is the address written as text, like \"127.0.0.1\"?",
    ),
    Explanation(
        r"Transport endpoint is already connected|Socket is already connected"
        r"|Errno (106|56)\b|WinError 10056",
        "This socket is connected already, and one socket makes one connection "
        "(106 on Linux, 56 on macOS, 10056 on Windows).",
        "How often does your program call connect() on the same socket?",
    ),
    Explanation(
        r"Network is unreachable|No route to host|WinError 1005[1]|WinError 10065",
        "There is no way from here to that address.",
        "Which address means this computer?",
    ),
    Explanation(
        r"Destination address required|Errno (89|39)\b",
        "It sent on a socket that has no other end.",
        "Which call connects a client with its server?",
    ),
    Explanation(
        r"Resource temporarily unavailable|BlockingIOError|WinError 10035",
        "The socket was told not to wait, and there was nothing to take yet "
        "(11 on Linux, 35 on macOS, 10035 on Windows).",
        "Does this program need setblocking(False)?",
    ),
    Explanation(
        r"TimeoutError|timed out",
        "It waited as long as its timeout allows, and nothing came.",
        "Who should have sent something, and in which call did that one stand?",
    ),
    Explanation(
        r"Invalid argument|WinError 10022",
        "The operating system refused this call in the state that the socket "
        "is in, for example accept() before listen(), or bind() twice.",
        "In which order do socket, bind, listen and accept belong?",
    ),
    Explanation(
        r"a bytes-like object is required, not 'str'",
        "It handed text to a call that carries bytes.",
        "Which method turns text into bytes?",
    ),
    Explanation(
        r"can only concatenate str \(not \"bytes\"\)|can't concat str to bytes",
        "It joined text and bytes, which Python keeps apart.",
        "Which of the two came from recv(), and how does it become text?",
    ),
    Explanation(
        r"UnicodeDecodeError",
        "The bytes that arrived are not UTF-8 text: another program may send "
        "anything, and recv() may cut a character in two.",
        "What should your program do with bytes that are not text?",
    ),
    Explanation(
        r"UnicodeEncodeError",
        "This text has a character that the chosen encoding does not know.",
        "Which encoding does encode() use when it is given none?",
    ),
    Explanation(
        r"AF_INET address must be tuple",
        "bind() and connect() take the address as one pair, (host, port).",
        "How many arguments does your call have, and how many parentheses?",
    ),
    Explanation(
        r"(bind|connect)\(\) takes exactly one argument",
        "bind() and connect() take the address as one pair, (host, port), not as "
        "two arguments.",
        "Where does one more pair of parentheses belong?",
    ),
    Explanation(
        r"'str' object cannot be interpreted as an integer"
        r"|an integer is required.*str",
        "This call needs a number, a port for example, and was given text.",
        "What is the difference between 5555 and \"5555\"?",
    ),
    Explanation(
        r"port must be 0-65535",
        "Ports go from 0 to 65535.",
        "Which port does the lesson ask for?",
    ),
    Explanation(
        r"AttributeError: 'tuple' object has no attribute",
        "accept() returns two things at once: a new socket, and the caller's "
        "address.",
        "How do you give each of the two a name of its own?",
    ),
    Explanation(
        r"AttributeError: module 'socket' has no attribute"
        r"|AttributeError: partially initialized module 'socket'",
        "Python found another file where it looked for its socket module.",
        "Is there a file named socket.py beside your program?",
    ),
    Explanation(
        r"AttributeError: 'bytes' object has no attribute 'encode'",
        "It encodes what is bytes already.",
        "Is this text that will be sent, or bytes that have arrived?",
    ),
    Explanation(
        r"AttributeError: 'str' object has no attribute 'decode'",
        "It decodes what is text already.",
        "Is this text that was typed, or bytes that have arrived?",
    ),
    Explanation(
        r"EOFError",
        "input() met the keyboard's end of file (Ctrl-D, or Ctrl-Z and Enter on "
        "Windows).",
        "How should your program end when nobody types any more?",
    ),
    Explanation(
        r"NameError",
        "It uses a name that has no value at that point.",
        "Is the name spelled the same in both places, and set before?",
    ),
    Explanation(
        r"UnboundLocalError",
        "This function uses a name before giving it a value there.",
        "Is the name set on every way through the function?",
    ),
    Explanation(
        r"(ModuleNotFoundError|ImportError)",
        "It imports a module that is not there.",
        "Is the name spelled as in Python's documentation? Everything that the "
        "lessons need is in the standard library.",
    ),
)  # fmt: skip


def explain(error: str) -> Explanation | None:
    """The explanation of an exception, by the last line of its traceback."""
    for explanation in EXPLANATIONS:
        if re.search(explanation.pattern, error):
            return explanation
    return None
