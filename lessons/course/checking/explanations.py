"""What Python's exceptions mean to somebody who writes a first socket program.

`explain(text)` takes the last line of a traceback. The numbers are errno on
Linux and macOS (Python's `errno` module there) and, for Windows, the codes of
Microsoft's "Windows Sockets Error Codes".
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Explanation:
    """One exception, explained."""

    pattern: str
    """Found in the last line of the traceback; may be empty, given numbers."""
    says: str
    """What it says, in a sentence."""
    ask: str
    """What to think about next."""
    numbers: tuple[int, int, int | None] | None = None
    """The error's number on Linux, macOS and Windows (None: not there)."""

    @property
    def means(self) -> str:
        """What it says, with its number on each system."""
        if self.numbers is None:
            return self.says
        linux, macos, windows = self.numbers
        first = f"{linux} on Linux" + (
            " and macOS" if macos == linux else f", {macos} on macOS"
        )
        last = f", {windows} on Windows" if windows else ""
        return f"{self.says} (The number is {first}{last}.)"

    def fits(self, error: str) -> bool:
        if self.pattern and re.search(self.pattern, error):
            return True
        if self.numbers is None:
            return False
        linux, macos, windows = self.numbers
        return bool(
            re.search(rf"\[Errno ({linux}|{macos})\]|\[WinError {windows}\]", error)
        )


EXPLANATIONS = (
    # -- the host's name: its numbers are those of getaddrinfo(), not errno -----
    Explanation(
        r"gaierror|Name or service not known|nodename nor servname|getaddrinfo failed",
        "This host is not written as an address, and no name service knows it as a "
        "name.",
        'Which address means this computer, and is it spelled like "127.0.0.1"?',
    ),
    # -- what the operating system said -----------------------------------------
    Explanation(
        r"Address already in use",
        "The port has an owner already: another program, or what is left over of an "
        "earlier run's connection (TIME_WAIT).",
        "Does an earlier run of your server still go on in some terminal?",
        (98, 48, 10048),
    ),
    Explanation(
        r"ConnectionRefusedError",
        "Nobody listens at that address and port, or, between two computers, a "
        "firewall answered no.",
        "Is a server listening at the very port that the client names?",
        (111, 61, 10061),
    ),
    Explanation(
        r"ConnectionResetError",
        "The other side broke the connection off (it closed or ended while bytes lay "
        "unread there), or dropped it with its listener's queue.",
        "What should your program do when the other one has gone?",
        (104, 54, 10054),
    ),
    Explanation(
        r"BrokenPipeError",
        "It sent on a connection that is no more, that it has shut down, or that never "
        "was: a listener, for example, is connected with nobody.",
        "Is this the socket that talks with the other side?",
        (32, 32, None),
    ),
    Explanation(
        r"ConnectionAbortedError",
        "This computer gave the connection up, because the other side had gone.",
        "What should your program do when the other one has gone?",
        (103, 53, 10053),
    ),
    Explanation(
        r"Transport endpoint is not connected|Socket is not connected",
        "This socket is connected with nobody. A listener never is.",
        "Which socket talks with the client: the listener, or the one that accept() "
        "returned?",
        (107, 57, 10057),
    ),
    Explanation(
        r"Transport endpoint is already connected|Socket is already connected",
        "This socket has a connection, and it cannot have two.",
        "How often does your program call connect() on the same socket?",
        (106, 56, 10056),
    ),
    Explanation(
        r"Bad file descriptor",
        "This socket is closed already.",
        "Which line closes it, or which `with` block has ended by then?",
        (9, 9, 10038),
    ),
    Explanation(
        r"Permission denied",
        "The operating system does not give you this port. Those below 1024 are "
        "for an administrator; Windows sets some others aside too.",
        "Which port does the lesson ask for?",
        (13, 13, 10013),
    ),
    Explanation(
        r"Can(not|'t) assign requested address",
        "bind() can take only an address that this computer has, and it does not "
        "have this one; or, in connect(), no port is free for the client.",
        "Which address means this computer alone?",
        (99, 49, 10049),
    ),
    Explanation(
        r"Network is unreachable",
        "This computer knows no way to the network of that address.",
        "Which address means this computer itself?",
        (101, 51, 10051),
    ),
    Explanation(
        r"No route to host",
        "No computer answers at that address, or something on the way turns clients "
        "back.",
        "Is the computer that has this address on?",
        (113, 65, 10065),
    ),
    Explanation(
        r"Connection timed out",
        "Nothing at all came back from that address, not even a refusal: no computer "
        "has it, or a firewall keeps silent.",
        "May clients come through the firewall of the computer with that address?",
        (110, 60, 10060),
    ),
    Explanation(
        r"TimeoutError|socket\.timeout|\btimed out",
        "It waited as long as its timeout allows, and nothing came.",
        "In which call did the other program stand meanwhile?",
    ),
    Explanation(
        r"BlockingIOError|Resource temporarily unavailable",
        "This socket was told not to wait, and there was nothing to take yet.",
        "Does this program need setblocking(False), or a timeout of 0?",
        (11, 35, 10035),
    ),
    Explanation(
        r"Operation not supported",
        "A socket of this type cannot do that: SOCK_DGRAM (UDP) knows no listen() "
        "and no accept().",
        "Which type of socket did your program ask for?",
        (95, 102, 10045),
    ),
    Explanation(
        r"Invalid argument",
        "The operating system does not accept this call in the state that the socket "
        "is in: accept() before listen(), for example, or bind() twice.",
        "In which order do bind(), listen() and accept() belong?",
        (22, 22, 10022),
    ),
    # -- text and bytes ---------------------------------------------------------
    Explanation(
        r"a bytes-like object is required, not 'str'|expected a bytes-like object, str"
        r"|first arg must be bytes",
        "It hands text to something that takes bytes.",
        "Which method turns text into bytes?",
    ),
    Explanation(
        r"can only concatenate str \(not \"bytes\"\)|can't concat str to bytes",
        "It joins text and bytes, which Python keeps apart.",
        "How does what came from recv() become text?",
    ),
    Explanation(
        r"string argument without an encoding",
        "bytes() cannot know how to write this text as bytes.",
        "Which method of a text gives its bytes in UTF-8?",
    ),
    Explanation(
        r"UnicodeDecodeError",
        "These bytes are not text in that encoding: another program may send "
        "anything, and recv() may cut a character in two.",
        "What should your program do with bytes that are no text?",
    ),
    Explanation(
        r"UnicodeEncodeError",
        "This text has a character that the chosen encoding cannot write.",
        "Which encoding does encode() use if you name none?",
    ),
    Explanation(
        r"'bytes' object has no attribute 'encode'",
        "It encodes what is bytes already.",
        "Is this text that will be sent, or bytes that have arrived?",
    ),
    Explanation(
        r"'str' object has no attribute 'decode'",
        "It decodes what is text already.",
        "Is this text that was typed, or bytes that have arrived?",
    ),
    # -- how a call is written --------------------------------------------------
    Explanation(
        # Seen through a recorder, the same call complains of `_bind()`.
        r"_?(bind|connect)\(\) takes (exactly one argument|2 positional arguments)",
        "bind() and connect() take one argument, the pair (host, port), and this "
        "call has two.",
        "Where does one more pair of brackets belong?",
    ),
    Explanation(
        r"AF_INET address must be",
        "An address is a pair of a host and a port, (host, port).",
        "Which two things belong in the pair?",
    ),
    Explanation(
        r"port must be 0-65535",
        "A port is a number from 0 to 65535.",
        "Which port does the lesson ask for?",
    ),
    Explanation(
        r"'str' object cannot be interpreted as an integer",
        "This call needs a number, a port for example, and was given text.",
        'What is the difference between 5555 and "5555"?',
    ),
    Explanation(
        r"invalid literal for int\(\)",
        "This text cannot be read as a whole number.",
        "What was in the text at that moment? print(repr(...)) shows it.",
    ),
    Explanation(
        r"\b(recv|send|sendall|listen|accept|setsockopt|settimeout)\(\) "
        r"(takes|missing)",
        "This call has more or fewer values between its brackets than it takes.",
        "What does Python's documentation of the module socket list for this call?",
    ),
    Explanation(
        r"'tuple' object (has no attribute|does not support the context manager)",
        "accept() gives two things in one pair, a new socket and the client's "
        "address, and this line uses the pair as if it were the socket.",
        "How does Python take a pair apart into two names?",
    ),
    Explanation(
        r"(not enough|too many) values to unpack",
        "Left of the equals sign stand more or fewer names than there are values on "
        "its right. accept() gives two: a socket and an address, which is a pair "
        "itself.",
        "In how many parts does the call on the right give its values back?",
    ),
    Explanation(
        r"'NoneType' object (has no attribute|does not support|is not)",
        "This name holds None. bind(), listen() and connect() give None back, and so "
        "does a function without a `return`.",
        "What did the call give back that gave this name its value?",
    ),
    Explanation(
        r"'module' object is not callable",
        "It calls a module. The class socket is inside the module of the same name, "
        "and a file named socket.py beside the program hides both.",
        "What stands before the dot in socket.socket()?",
    ),
    Explanation(
        r"module 'socket' has no attribute "
        r"'(bind|listen|accept|connect|recv|send|sendall|close)'",
        "This is a method of a socket, and it was asked of the module.",
        "Which name does your program give to the socket that it has made?",
    ),
    Explanation(
        r"module 'socket' has no attribute 'socket'"
        r"|partially initialized module 'socket'",
        "Python found another file where it looked for its socket module.",
        "Is there a file named socket.py beside your program?",
    ),
    Explanation(
        r"'socket' object has no attribute",
        "A socket has no method of that name.",
        "How is the method spelled in Python's documentation?",
    ),
    # -- Python itself ----------------------------------------------------------
    Explanation(
        r"EOFError",
        "The keyboard's input came to its end while input() waited (Ctrl-D does "
        "that, on Windows Ctrl-Z and Enter).",
        "How should your program end when nobody types any more?",
    ),
    Explanation(
        r"NameError|UnboundLocalError",
        "It uses a name that has no value there.",
        "Which line gives this name its value, or imports it?",
    ),
    Explanation(
        r"ModuleNotFoundError|ImportError",
        "It imports something that is not there.",
        "Is the name spelled as in Python's documentation? All that the lessons need "
        "comes with Python.",
    ),
)


def explain(error: str) -> Explanation | None:
    """The explanation of an exception, by the last line of its traceback."""
    return next((each for each in EXPLANATIONS if each.fits(error)), None)
