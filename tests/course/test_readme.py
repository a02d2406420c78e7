"""What the README shows is what a run gives."""

from lessons.course.catalogue import ROOT
from socketscope import watch
from socketscope.drawing.svg import draw_svg

README = (ROOT / "README.md").read_text(encoding="utf-8")
SEED = ROOT / "tests" / "course" / "seed"


def test_the_picture_is_drawn_from_a_run() -> None:
    chat = ROOT / "solutions" / "05_exit"
    run = watch(chat / "server.py", chat / "client.py", typed=["Hello Server!", "exit"])
    stored = (ROOT / "docs" / "assets" / "chat.svg").read_text(encoding="utf-8")
    assert draw_svg(run) == stored, "remake it: CONTRIBUTING.md says how"


def test_the_two_terminals_are_the_expected_ones() -> None:
    for program in ("server", "client"):
        shown = (SEED / f"{program}.txt").read_text(encoding="utf-8")
        assert f"$ python {program}.py\n{shown}" in README


def test_the_readme_names_every_room() -> None:
    rooms = {
        path.name
        for path in ROOT.iterdir()
        if path.is_dir() and not path.name.startswith(".")
    }
    for room in rooms - {"work", "site"}:
        assert f"`{room}/`" in README
