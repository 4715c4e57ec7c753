"""Turns are decided in two threads; questions that wait for one are encoded together.

Two threads that share Python's lock take more of the processor than one, and a model takes half
the time for a question in company. So one thread decides nearly everything, and whoever's turn it
is brings along those behind it. What looks like a danger sign has the other thread to itself: it
waits for no batch, however long, that is in work already, and between two turns the first thread
makes way for it.
"""

import asyncio
import contextlib
import heapq
import itertools
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace

from kmqa import log
from kmqa.dialogue.context import StoredData, TurnContext
from kmqa.dialogue.state import State, restore
from kmqa.dialogue.step import UserMessage
from kmqa.dialogue.turn import Turn, decide_turn
from kmqa.flows.registry import FLOWS
from kmqa.matching.respond import Responder
from kmqa.messages import Urgency
from kmqa.runtime import metrics
from kmqa.runtime.bursts import merge_bursts
from kmqa.runtime.calling_code import country_of
from kmqa.runtime.service import Service
from kmqa.state import handovers, personal_data
from kmqa.state.inbox import Waiting
from kmqa.state.people import Person

MAX_BATCH = 16  # turns; more are hardly cheaper, and the first would wait for the last
_MAX_CHARACTERS = 4_096  # of a batch of several turns, so that it is a short piece of work
_SHORT = 500  # characters; a longer turn waits behind shorter ones that look as urgent
_WAY = 0.25  # seconds for which the other thread makes way before each turn, at most
_NICE = 10  # of 0 to 19: how far the thread that matches steps back
_LOG = log.logger(__name__)


@dataclass(frozen=True, slots=True)
class _Due:
    """A turn that waits to be decided."""

    person: Person
    messages: Sequence[UserMessage]
    now: float
    decided: Future[Turn] = field(default_factory=Future)

    @property
    def size(self) -> int:
        """Characters to be matched."""
        return sum(len(message.text or "") for message in self.messages)


@dataclass(slots=True)
class _Lane:
    """Turns that wait for one thread, the most urgent first; of what looks urgent the short ones.

    Attributes:
        nice: Of 0 to 19: how far the thread steps back for others.
    """

    name: str
    nice: int
    _due: list[tuple[Urgency, bool, int, _Due]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _numbers: Iterator[int] = field(default_factory=itertools.count)
    _is_idle: threading.Event = field(default_factory=threading.Event)
    _thread: ThreadPoolExecutor = field(init=False)

    def __post_init__(self) -> None:
        """Make the thread, which begins with the first turn."""
        self._is_idle.set()
        self._thread = ThreadPoolExecutor(1, self.name, _lower_priority, (self.nice,))

    def add(self, due: _Due, urgency: Urgency, decide: Callable[["_Lane"], None]) -> None:
        """Let a turn wait; the thread calls `decide` as often as turns were added."""
        with self._lock:
            is_long = urgency == Urgency.LIKELY and due.size > _SHORT
            heapq.heappush(self._due, (urgency, is_long, next(self._numbers), due))
            self._is_idle.clear()
        self._thread.submit(decide, self)

    def take_batch(self) -> list[_Due]:
        """Return the turns to be decided next, none where they were brought along already."""
        batch: list[_Due] = []
        size = 0
        with self._lock:
            while self._due and len(batch) < MAX_BATCH:
                size += self._due[0][-1].size
                if batch and size > _MAX_CHARACTERS:
                    break
                batch.append(heapq.heappop(self._due)[-1])
        return batch

    def rest(self) -> None:
        """Say that the batch that was taken is decided."""
        with self._lock:
            if not self._due:
                self._is_idle.set()

    def make_way(self) -> None:
        """Wait until this lane's turns are decided, but not for long: others wait, too."""
        self._is_idle.wait(_WAY)

    def take_back(self, person: int) -> _Due | None:
        """Take back the turn of a person that waits still, if there is one."""
        with self._lock:
            for place, (*_, due) in enumerate(self._due):
                if due.person.id == person:
                    del self._due[place]
                    heapq.heapify(self._due)
                    return due
        return None


@dataclass(slots=True)
class TurnDecider:
    """Decides what follows from messages, in threads of its own."""

    service: Service
    _ordinary: _Lane = field(default_factory=lambda: _Lane("kmqa-matching", _NICE))
    _urgent: _Lane = field(default_factory=lambda: _Lane("kmqa-danger", 0))

    async def decide_turn(
        self,
        person: Person,
        waiting: Sequence[Waiting],
        now: float,
        urgency: Urgency = Urgency.ORDINARY,
    ) -> Turn:
        """Decide what follows from the `waiting` messages of `person`."""
        due = _Due(person, merge_bursts(waiting, now), now)
        lane = self._urgent if urgency == Urgency.LIKELY else self._ordinary
        lane.add(due, urgency, self._decide_due)
        done = await asyncio.wrap_future(due.decided)
        for reply in done.replies:
            metrics.replies.labels(reply.outcome).inc()
        return done

    def hasten(self, person: int) -> None:
        """Let the turn of a person go before all others: behind it waits what looks urgent."""
        due = self._ordinary.take_back(person)
        if due is not None:
            self._urgent.add(due, Urgency.LIKELY, self._decide_due)

    def _decide_due(self, lane: _Lane) -> None:
        """Decide the turns that are due, or nothing where they were brought along already."""
        self._make_way(lane)
        due = lane.take_batch()
        if due:
            self._decide_batch(due, lane)
        lane.rest()

    def _make_way(self, lane: _Lane) -> None:
        if lane is not self._urgent:
            self._urgent.make_way()

    def _decide_batch(self, due: Sequence[_Due], lane: _Lane) -> None:
        try:
            responder = self._prepare(due)
        except Exception as error:  # whom it is about must hear of it, each on its own
            for one in due:
                _fail(one, error)
            return
        for one in due:
            self._make_way(lane)
            if one.decided.set_running_or_notify_cancel():
                try:
                    one.decided.set_result(self._decide_one(one, responder))
                except Exception as error:
                    one.decided.set_exception(error)

    def _prepare(self, due: Sequence[_Due]) -> Responder:
        """Return what answers; where several wait, prefetch their questions in one batch."""
        responder = self.service.live.current()
        if len(due) == 1:
            return responder
        try:
            return responder.prefetch([text for one in due for text in _questions_in(one.messages)])
        except Exception as error:  # one person's question must not stop those of the others
            _LOG.exception("prefetch failed", error=type(error).__name__)
            return responder

    def _decide_one(self, due: _Due, responder: Responder) -> Turn:
        context = TurnContext(
            respond=responder,
            contents=responder.bundle.contents,
            now=due.now,
            flows=FLOWS,
            country=country_of(due.person.address),
            keep_days=self.service.settings.keep_days,
            read_stored_data=lambda: self._read_stored_data(due.person.id),
        )
        return decide_turn(self._read_state(due.person), due.messages, context)

    def _read_state(self, person: Person) -> State:
        """Read what the bot remembers; a curator may have ended a hand-over meanwhile."""
        before = restore(person.conversation, opted_out=person.opted_out)
        if before.handed_over_at is None:
            return before
        with self.service.database.reading() as connection:
            is_open = handovers.has_open(connection, person.id)
        return before if is_open else replace(before, handed_over_at=None)

    def _read_stored_data(self, person: int) -> StoredData:
        with self.service.database.reading() as connection:
            exported = personal_data.export_person(connection, self.service.identity, person)
        questions = (str(row["question"]) for row in exported["turns"] if row["question"])
        return StoredData(questions=tuple(questions))


def _lower_priority(nice: int) -> None:
    """Whoever takes in and sends messages goes before this thread, which can keep a core busy."""
    if not nice:
        return
    with contextlib.suppress(OSError):  # only on Linux does a thread have a priority of its own
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), nice)


def _questions_in(messages: Sequence[UserMessage]) -> list[str]:
    """Return what was typed and is no command, so that it will be matched."""
    return [one.text for one in messages if one.text and not one.command]


def _fail(due: _Due, error: Exception) -> None:
    if due.decided.set_running_or_notify_cancel():
        due.decided.set_exception(error)
