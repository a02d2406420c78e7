"""Whose turn it is, chosen from plain figures: no process, no socket, no clock."""

from __future__ import annotations

from dataclasses import replace

import pytest

from socketscope.recorder import turns, wire
from socketscope.recorder.cast import END, Actor, Cast, Thread
from socketscope.recorder.turns import Free, Time, Turns

NOW = Time(now=100.0, left=20.0, silence=0.0)
LATER = replace(NOW, silence=60.0)


def cast(*states: str, typed: tuple[tuple[int, str], ...] = ()) -> Cast:
    """Programs of one thread each; `new` is one that has not started."""
    made = Cast(typed)
    for index, state in enumerate(states):
        thread = Thread(index, 0, "MainThread", "paused" if state == "new" else state)
        actor = Actor(index, f"{index}.py", "", [thread], started=state != "new")
        actor.ended = state == "ended"
        made.actors.append(actor)
        if state == "paused":
            made.paused.append(thread)
    return made


def block(made: Cast, index: int, why: str, timeout: float | None = None) -> Thread:
    """Let a program's thread wait for this."""
    thread = made.actors[index].threads[0]
    thread.state = "blocked"
    thread.wait = wire.Block("recv", True, (why,), timeout=timeout)
    thread.timer.set(thread.wait, made.clock, NOW.now)
    return thread


def test_who_runs_is_listened_to() -> None:
    assert isinstance(Turns(0).next(cast("running", "paused"), NOW), turns.Listen)


def test_who_had_the_turn_keeps_it_and_else_who_waits_longest_has_it() -> None:
    made = cast("paused", "paused")
    first, second = made.paused
    assert Turns(0).next(made, NOW) == turns.Go(first)
    made.current = second
    assert Turns(0).next(made, NOW) == turns.Go(second)
    made.pause(second, yields=True)
    assert Turns(0).next(made, NOW) == turns.Go(first)


def test_an_order_is_the_same_choice_each_time() -> None:
    made = cast(*["paused"] * 4)

    def chosen(order: int) -> list[int]:
        policy = Turns(order)
        steps = [policy.next(made, NOW) for _ in range(8)]
        return [step.thread.program for step in steps if isinstance(step, turns.Go)]

    assert chosen(3) == chosen(3)
    assert len({tuple(chosen(order)) for order in range(5)}) > 1


def test_who_can_go_on_does_so_before_anybody_has_a_turn() -> None:
    made = cast("blocked", "paused")
    made.stirred = {0}
    assert Turns(0).next(made, NOW) == turns.Ask(made.actors[0])
    made.stirred, made.able = set(), [made.actors[0].threads[0]]
    assert Turns(0).next(made, NOW) == turns.Go(made.able[0], able=True)


def test_a_program_starts_then_a_line_is_typed() -> None:
    made = cast("blocked", "new", typed=((0, "hello"),))
    block(made, 0, "keyboard")
    assert Turns(0).next(made, NOW) == turns.Start(made.actors[1])
    made.actors[1].started = made.actors[1].ended = True
    assert Turns(0).next(made, NOW) == turns.Type((0, "hello"))
    made.typed = []
    assert Turns(0).next(made, NOW) == turns.Conclude("stuck")


def test_an_end_is_typed_when_the_lines_of_its_own_program_have_been() -> None:
    made = cast("blocked", "blocked", typed=((0, "hello"), (0, END), (1, END)))
    block(made, 0, "bytes")
    block(made, 1, "keyboard")
    assert Turns(0).next(made, NOW) == turns.Type((1, END))
    block(made, 0, "keyboard")
    assert Turns(0).next(made, NOW) == turns.Type((0, "hello"))


def test_lines_are_typed_in_their_order_unless_nothing_else_can_happen() -> None:
    made = cast("blocked", "blocked", typed=((0, "first"), (1, "second")))
    block(made, 0, "bytes")
    block(made, 1, "keyboard")
    assert Turns(0).next(made, NOW) == turns.Type((1, "second"))
    block(made, 0, "bytes", timeout=5)
    assert Turns(0).next(made, NOW) == turns.Listen(5)


def test_the_earliest_deadline_passes_in_its_time() -> None:
    made = cast("blocked", "blocked")
    block(made, 0, "bytes", timeout=9)
    early = block(made, 1, "time", timeout=5)
    assert Turns(0).next(made, NOW) == turns.Listen(5)
    assert Turns(0).next(made, replace(NOW, now=105.0)) == turns.Late(early)


@pytest.mark.parametrize(("left", "because"), [(3.0, "time"), (20.0, "rounds")])
def test_timers_that_lead_nowhere_end_it(left: float, because: str) -> None:
    made = cast("blocked")
    thread = block(made, 0, "bytes", timeout=5)
    if because == "rounds":
        thread.rounds.alike = turns.ALIKE - 1
    step = Turns(0).next(made, replace(NOW, left=left))
    assert step == turns.Conclude(because, frozenset({(0, 0)}))


def test_those_who_only_look_give_way_to_what_comes_from_outside() -> None:
    made = cast("paused", "new")
    made.paused[0].polls = turns.POLLS
    assert Turns(0).next(made, NOW) == turns.Start(made.actors[1])
    made.actors[1].started = made.actors[1].ended = True
    assert Turns(0).next(made, NOW) == turns.Go(made.paused[0])
    made.paused[0].polls = turns.POLLS_IN_VAIN
    assert Turns(0).next(made, NOW) == turns.Conclude("polls")
    made.actors[1].ended = False
    block(made, 1, "keyboard")
    assert Turns(0).next(made, NOW) == turns.Conclude("stuck")


def test_nothing_is_concluded_while_something_may_still_happen_unseen() -> None:
    made = cast("outside", "blocked")
    block(made, 1, "bytes")
    assert Turns(0).next(made, NOW) == turns.Listen(turns.TICK, ask=True)
    assert Turns(0).next(made, LATER) == turns.Conclude("stuck")
    made.end(made.actors[0].threads[0])
    on_its_way = replace(NOW, silence=1.0, on_its_way=True)
    assert Turns(0).next(made, on_its_way) == turns.Listen(turns.TICK, ask=True)


def test_in_a_free_run_everyone_goes_on_and_lines_are_typed_when_they_can() -> None:
    made = cast("new", "new", typed=((1, "a"), (0, "b")))
    policy = Free()
    assert policy.next(made, NOW) == turns.Start(made.actors[0])
    made.actors[0].started = True
    block(made, 0, "keyboard")
    assert policy.next(made, NOW) == turns.Type((0, "b"))
    made.typed = []
    assert isinstance(policy.next(made, NOW), turns.Listen)
    assert policy.next(made, LATER) == turns.Start(made.actors[1])
    made.actors[1].started = made.actors[1].ended = True
    assert policy.next(made, LATER) == turns.Conclude("stuck")


def test_a_server_that_is_back_where_it_waited_is_at_rest_without_its_clients() -> None:
    made = cast("blocked", "ended")
    thread = block(made, 0, "client", timeout=5)
    assert Turns(0).next(made, NOW) == turns.Listen(5)  # it may give up
    for _ in range(2):
        thread.block(wire.Block("accept", True, ("client",), timeout=5))
    assert Turns(0).next(made, NOW) == turns.Conclude("stuck")
    other = Thread(0, 1, "another")
    made.actors[0].threads.append(other)
    other.block(wire.Block("join", True, ("thread",)))  # for what the first does next
    assert Turns(0).next(made, NOW) == turns.Listen(5)
