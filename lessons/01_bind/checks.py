"""What lesson 01 asks for: the server owns port 5555, or says that it cannot."""

from lessons.course.checking import Scenario, Specification
from lessons.course.run import NotYet, Run, port_of

lesson = Specification("server.py")

ALONE = Scenario(("server.py",), typed={"server.py": [""]})
TAKEN = Scenario(("owner.py", "server.py"))


@lesson.check(
    "your server owns 127.0.0.1:5555",
    ALONE,
    "A program is found by its address and port. Which of its lines asks the "
    "operating system for them?",
    "Look at the line below the TODO: the socket is made, and then nothing "
    "happens to it.",
    "The call is bind(). It takes the address and the port as one pair.",
    "A phone is of no use to callers before it has a number. In another program: "
    'office.bind(("127.0.0.1", 8000)) gives a socket named office port 8000.',
)
def owns_its_port(run: Run) -> NotYet | None:
    for call in run.server.calls("bind"):
        if call.worked and port_of(call) == 5555 and "127.0.0.1" in str(call.arguments):
            return None
    return NotYet(
        "Your server made a socket, and the socket has no address: no client "
        "could find it.",
        "Which call gives a socket its address and port?",
    )


@lesson.check(
    "it says so, and stays until Enter is pressed",
    ALONE,
    "How does somebody who looks at the terminal learn that the port is owned?",
    "Look at what comes after bind(), and at what keeps the program alive.",
    "print() says it. input() waits for Enter.",
    'A shop puts up a sign when it opens: print("Open until Enter is pressed"), '
    "then input().",
)
def says_so_and_stays(run: Run) -> NotYet | None:
    bound = [call for call in run.server.calls("bind") if call.worked]
    waited = run.server.calls("input", "readline")
    if not bound or not waited:
        return NotYet(
            "Your server ended at once, and gave its port back with that.",
            "What could it wait for, so that the port stays its own?",
        )
    if "5555" not in run.server.printed:
        return NotYet(
            "Your server owns the port and does not say so.",
            "What should its terminal show, with the address and the port in it?",
            waited[0].start,
        )
    return None
