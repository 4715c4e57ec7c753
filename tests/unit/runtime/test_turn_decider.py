"""Turns that wait are decided in one thread, and their questions are prefetched in one batch."""

import asyncio
import os
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from threading import Event
from types import SimpleNamespace

import pytest
from bundle_builder import HashEncoder, make_bundle
from corpus_builder import TODAY, make_answer, make_corpus
from own_service import ASHA, NOON, OwnService, own_service
from waiting import make_waiting

from kmqa.dialogue.turn import Turn
from kmqa.matching.respond import Responder
from kmqa.messages import Urgency
from kmqa.records import Profile, Reply
from kmqa.runtime.turn_decider import TurnDecider
from kmqa.state.people import Person, StoredProfile

CORPUS = make_corpus(
    Path("nowhere"),
    answers=(
        make_answer("depo-late", questions={"en": ["depo client three weeks late"]}),
        make_answer("pill-missed", questions={"en": ["client missed two pills"]}),
    ),
)
ASKED = ["depo client three weeks late", "client missed two pills"]


class Slow(Responder):
    """A real one that waits with its first reply until it is told to go on, and keeps a list."""

    def __init__(self) -> None:
        super().__init__(make_bundle(CORPUS), HashEncoder(), lambda: TODAY)
        self.go = Event()
        self.looked: list[list[str]] = []
        self.fault: Exception | None = None
        self.heard: Callable[[], object] = lambda: None

    def __call__(self, message: str, profile: Profile | None = None) -> Reply:
        """See `Responder`."""
        self.go.wait(10)
        self.heard()
        if message == "broken":
            raise ValueError(message)
        return super().__call__(message, profile)

    def prefetch(self, messages: Sequence[str]) -> Responder:
        """See `Responder`."""
        self.looked.append(list(messages))
        if self.fault:
            raise self.fault
        return super().prefetch(messages)


@pytest.fixture
def slow() -> Slow:
    return Slow()


@pytest.fixture
def own(tmp_path: Path, slow: Slow) -> Iterator[OwnService]:
    with own_service(tmp_path, slow) as running:
        yield running


async def _decided(own: OwnService, slow: Slow, texts: Sequence[str]) -> list[Turn | BaseException]:
    """The turns of as many people; the first is being decided when the others come."""
    decider = TurnDecider(own.service)
    first, *others = (asyncio.create_task(_turn(decider, *one)) for one in enumerate(texts, 1))
    await asyncio.sleep(0.05)
    gathered = asyncio.gather(first, *others, return_exceptions=True)
    slow.go.set()
    return await gathered


async def _turn(
    decider: TurnDecider, number: int, text: str, urgency: Urgency = Urgency.ORDINARY
) -> Turn:
    if number > 1:
        await asyncio.sleep(0.02)  # the thread has begun with the first by then
    person = Person(
        id=number,
        address=ASHA,
        conversation=None,
        opted_out=False,
        wrote_at=NOON,
        profile=StoredProfile(),
    )
    return await decider.decide_turn(person, [make_waiting(number, text)], NOON, urgency)


def _answers(decided: Sequence[Turn | BaseException]) -> list[str | None]:
    turns = [one for one in decided if isinstance(one, Turn)]
    return [turn.replies[0].answer_id for turn in turns]


def test_questions_that_wait_are_prefetched_in_one_batch(own: OwnService, slow: Slow) -> None:
    """An order among them is not matched, so it is not prefetched."""
    decided = asyncio.run(_decided(own, slow, [ASKED[0], ASKED[1], "stop", ASKED[0]]))

    assert slow.looked == [[ASKED[1], ASKED[0]]]
    assert decided[2].state.opted_out  # type: ignore[union-attr]  # a turn
    assert _answers([decided[0], decided[1], decided[3]]) == [
        "depo-late",
        "pill-missed",
        "depo-late",
    ]


def test_one_question_by_itself_is_not_prefetched(own: OwnService, slow: Slow) -> None:
    asyncio.run(_decided(own, slow, [ASKED[0]]))

    assert slow.looked == []


def test_a_fault_in_one_turn_does_not_reach_the_others(own: OwnService, slow: Slow) -> None:
    decided = asyncio.run(_decided(own, slow, [ASKED[0], "broken", ASKED[1]]))

    assert isinstance(decided[1], ValueError)
    assert _answers([decided[0], decided[2]]) == ["depo-late", "pill-missed"]


def test_where_prefetching_fails_each_is_answered_alone(own: OwnService, slow: Slow) -> None:
    slow.fault = ValueError("a text that no encoder takes")

    decided = asyncio.run(_decided(own, slow, [ASKED[0], ASKED[1], ASKED[0]]))

    assert _answers(decided) == ["depo-late", "pill-missed", "depo-late"]


def test_without_a_bundle_each_waiting_turn_hears_of_it(own: OwnService, slow: Slow) -> None:
    def broken() -> Responder:
        raise OSError("no bundle")

    object.__setattr__(own.service, "live", SimpleNamespace(problem="", current=broken))

    decided = asyncio.run(_decided(own, slow, [ASKED[0], ASKED[1]]))

    assert [str(one) for one in decided] == ["no bundle", "no bundle"]


@pytest.mark.skipif(sys.platform != "linux", reason="threads have no priority of their own")
def test_who_matches_steps_back_for_who_takes_in(own: OwnService, slow: Slow) -> None:
    seen: list[int] = []
    slow.go.set()
    slow.heard = lambda: seen.append(os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))

    asyncio.run(_decided(own, slow, [ASKED[0]]))

    assert seen[0] > os.getpriority(os.PRIO_PROCESS, threading.get_native_id())


def test_between_two_turns_others_make_way_for_what_looks_urgent(
    own: OwnService, slow: Slow
) -> None:
    """It is decided before the rest of the batch, not beside it; and never waited for long."""
    order: list[str] = []

    async def run() -> None:
        decider = TurnDecider(own.service)
        slow.heard = lambda: order.append(threading.current_thread().name.rpartition("_")[0])
        tasks = [asyncio.create_task(_turn(decider, n, ASKED[0])) for n in range(1, 6)]
        await asyncio.sleep(0.05)
        urgent = _turn(decider, 9, ASKED[1], Urgency.LIKELY)
        tasks.append(asyncio.create_task(urgent))
        await asyncio.sleep(0.1)
        slow.go.set()
        await asyncio.gather(*tasks)

    asyncio.run(run())

    assert "kmqa-danger" in order[:3]
    assert len(order) == 6
