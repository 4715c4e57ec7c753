"""Turns are decided in one thread; questions that wait for it are encoded together.

Two threads that share Python's lock take more of the processor than one, and a model takes half
the time for a question in company. So whoever's turn it is brings along those behind it.
"""

import asyncio
import contextlib
import os
import threading
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace

from kmqa import log
from kmqa.dialogue.context import StoredData, TurnContext
from kmqa.dialogue.state import State, restore
from kmqa.dialogue.step import UserMessage
from kmqa.dialogue.turn import Turn, decide_turn
from kmqa.flows.registry import FLOWS
from kmqa.matching.respond import Responder
from kmqa.runtime import metrics
from kmqa.runtime.bursts import merge_bursts
from kmqa.runtime.service import Service
from kmqa.state import handovers, personal_data
from kmqa.state.inbox import Waiting
from kmqa.state.people import Person

MAX_BATCH = 16  # turns; more are hardly cheaper, and the first would wait for the last
_NICE = 10  # of 0 to 19: how far the thread that matches steps back
_LOG = log.logger(__name__)


@dataclass(frozen=True, slots=True)
class _Due:
    """A turn that waits to be decided."""

    person: Person
    messages: Sequence[UserMessage]
    now: float
    decided: Future[Turn] = field(default_factory=Future)


@dataclass(slots=True)
class TurnDecider:
    """Decides what follows from messages, in a thread of its own."""

    service: Service
    _due: deque[_Due] = field(default_factory=deque)
    _thread: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(1, "kmqa-matching", initializer=_lower_priority)
    )

    async def decide_turn(self, person: Person, waiting: Sequence[Waiting], now: float) -> Turn:
        """Decide what follows from the `waiting` messages of `person`."""
        due = _Due(person, merge_bursts(waiting, now), now)
        self._due.append(due)
        self._thread.submit(self._decide_due)
        done = await asyncio.wrap_future(due.decided)
        for reply in done.replies:
            metrics.replies.labels(reply.outcome).inc()
        return done

    def _decide_due(self) -> None:
        """Decide the turns that are due, or nothing where they were brought along already."""
        due = [self._due.popleft() for _ in range(min(MAX_BATCH, len(self._due)))]
        if not due:
            return
        try:
            responder = self._prepare(due)
        except Exception as error:  # whom it is about must hear of it, each on its own
            for one in due:
                _fail(one, error)
            return
        for one in due:
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


def _lower_priority() -> None:
    """Whoever takes in and sends messages goes before this thread, which can keep a core busy."""
    with contextlib.suppress(OSError):  # only on Linux does a thread have a priority of its own
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICE)


def _questions_in(messages: Sequence[UserMessage]) -> list[str]:
    """Return what was typed and is no command, so that it will be matched."""
    return [one.text for one in messages if one.text and not one.command]


def _fail(due: _Due, error: Exception) -> None:
    if due.decided.set_running_or_notify_cancel():
        due.decided.set_exception(error)
