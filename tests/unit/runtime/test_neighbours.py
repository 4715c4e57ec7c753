"""Nobody blocks anybody: a danger sign is answered beside whatever others wrote."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from threading import Event

import pytest
from bundle_builder import HashEncoder, make_bundle
from corpus_builder import TODAY, make_answer, make_corpus, make_urgent
from own_service import NOON, OwnService, message, own_service

from kmqa.matching.respond import Responder
from kmqa.messages import Sender, Urgency
from kmqa.records import Profile, Reply
from kmqa.runtime import pace
from kmqa.runtime.worker import Worker
from kmqa.state import leases

LATE = "depo client three weeks late"
DANGER = "she bleeds so much that pads are soaked"
CORPUS = make_corpus(
    Path("nowhere"),
    answers=(make_answer("depo-late", questions={"en": [LATE]}),),
    urgent=(make_urgent(),),
)
_PATIENCE = 20.0  # seconds


class Stuck(Responder):
    """A real one that stands still with every ordinary question until it may go on."""

    def __init__(self) -> None:
        super().__init__(make_bundle(CORPUS), HashEncoder(), lambda: TODAY)
        self.go = Event()
        self.began = Event()
        self.matched: list[str] = []

    def __call__(self, message: str, profile: Profile | None = None) -> Reply:
        """See `Responder`."""
        self.matched.append(message)
        if "bleeds" not in message:
            self.began.set()
            self.go.wait(_PATIENCE)
        return super().__call__(message, profile)

    def prefetch(self, messages: list[str]) -> Responder:  # type: ignore[override]  # noqa: ARG002 - see below
        """See `Responder`; one by one, so that each is seen."""
        return self


@pytest.fixture
def stuck() -> Iterator[Stuck]:
    made = Stuck()
    yield made
    made.go.set()


@pytest.fixture
def own(tmp_path: Path, stuck: Stuck) -> Iterator[OwnService]:
    with own_service(tmp_path, stuck, worker_slots=2) as running:
        yield running


def _person(number: int) -> Sender:
    return Sender(phone=f"25470000{number:04}")


def _texts(own: OwnService) -> list[str]:
    return [str(one) for one in own.channel.sent]


async def _wait_for_danger(own: OwnService) -> None:
    while not any("Go to the hospital now." in text for text in _texts(own)):
        await asyncio.sleep(0.02)


async def _run_worker(own: OwnService, stop: asyncio.Event) -> None:
    transports = {**own.service.channels.connect(own.service), "whatsapp": own.whatsapp}
    worker = Worker(own.service, transports, "worker")
    await worker.run(stop)


@asynccontextmanager
async def _stuck_worker(own: OwnService, stuck: Stuck, *persons: int) -> AsyncIterator[None]:
    """A worker that stands still over a message of each of `persons`, until the end."""
    stop = asyncio.Event()
    await own.hear(*(message(one, LATE, sender=_person(one)) for one in persons))
    working = asyncio.create_task(_run_worker(own, stop))
    try:
        await asyncio.to_thread(stuck.began.wait, _PATIENCE)
        yield
    finally:
        stuck.go.set()
        stop.set()
        await working


def _run_beside(own: OwnService, stuck: Stuck, *others: int, danger: int) -> None:
    """The danger sign of one person comes when the messages of `others` are in work."""

    async def run() -> None:
        async with _stuck_worker(own, stuck, *others):
            await own.hear(message(90, DANGER, sender=_person(danger)))
            own.clock.now += 0.1
            await asyncio.wait_for(_wait_for_danger(own), _PATIENCE / 2)

    asyncio.run(run())


def test_a_danger_sign_is_answered_while_others_messages_are_in_work(
    own: OwnService, stuck: Stuck
) -> None:
    """Both slots are taken, and the thread that matches stands still."""
    _run_beside(own, stuck, 1, 2, 3, 4, danger=9)


def test_a_danger_sign_hastens_what_its_person_asked_before(own: OwnService, stuck: Stuck) -> None:
    """The second in work waits behind the first; then they write what cannot wait."""

    async def run() -> None:
        async with _stuck_worker(own, stuck, 1):
            await own.hear(message(2, "and bleeds a little", sender=_person(2)))
            own.clock.now += 0.1
            await asyncio.sleep(0.3)
            await own.hear(message(3, DANGER, sender=_person(2)))
            own.clock.now += 0.1
            await asyncio.wait_for(_wait_for_danger(own), _PATIENCE / 2)

    asyncio.run(run())


def test_one_long_story_is_read_in_turns_with_the_others(own: OwnService, stuck: Stuck) -> None:
    """Every message is read in the end, none counts as an attempt that failed."""
    stuck.go.set()
    long = [message(one, f"{one} " + LATE * 140, at=NOON + 9 * one) for one in range(1, 6)]

    async def run() -> list[int]:
        await own.hear(*long)
        served: list[int] = []
        for number in range(20):
            await own.hear(message(number + 50, LATE, sender=_person(number + 100)))
            own.clock.now += 30
            found = leases.claim(own.service.database, own.name, 1, own.clock())
            served += found
            for person in found:
                await own._serve(person)
        return served

    served = asyncio.run(run())

    talker = served[0]
    assert served[:4] == [talker, 2, talker, 3]
    states = [(row.state, row.tries) for row in own.rows("inbox")[:5]]
    assert states == [("done", 1)] * 5


def test_a_turn_holds_no_more_than_its_slice(own: OwnService, stuck: Stuck) -> None:
    stuck.go.set()
    asyncio.run(own.hear(*(message(one, "x" * 3_000) for one in range(20))))

    asyncio.run(own.work())

    assert [row.state for row in own.rows("inbox")].count("done") == 1
    assert sum(len(text) for text in stuck.matched) <= 2 * pace.SLICE


def test_who_writes_too_much_waits_but_their_danger_sign_does_not(
    own: OwnService, stuck: Stuck
) -> None:
    stuck.go.set()

    async def run() -> None:
        await own.hear(*(message(one, f"{one}" + "x" * 4_000) for one in range(9)))
        for _ in range(5):
            await own.work()
        waiting = [row for row in own.rows("inbox") if row.state == "waiting"]
        assert len(waiting) > 4
        assert all(row.due_at > own.clock() for row in waiting)
        await own.hear(message(50, DANGER))
        await own.work()

    asyncio.run(run())

    assert "Go to the hospital now." in _texts(own)[-1]
    own.clock.now += 3_600
    for _ in range(9):
        own.clock.now += 60
        asyncio.run(own.work())
    assert {row.state for row in own.rows("inbox")} == {"done"}


@pytest.mark.parametrize(("text", "urgency"), [(DANGER, Urgency.LIKELY), (LATE, Urgency.ORDINARY)])
def test_a_message_is_looked_at_before_it_is_stored(
    own: OwnService, text: str, urgency: Urgency
) -> None:
    asyncio.run(own.hear(message(1, text)))

    assert [row.urgency for row in own.rows("inbox")] == [urgency]


def test_without_a_bundle_a_message_is_stored_all_the_same(own: OwnService) -> None:
    def broken() -> Responder:
        raise OSError("no bundle")

    own.service.live.current = broken  # type: ignore[method-assign]  # a namespace of the tests
    asyncio.run(own.hear(message(1, DANGER)))

    assert [row.state for row in own.rows("inbox")] == ["waiting"]
