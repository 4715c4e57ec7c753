"""Turns are decided in one thread; questions that wait for it are encoded together.

Two threads that share Python's lock take more of the processor than one, and a model takes half
the time for a question in company. So whoever's turn it is brings along those behind her.
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
from kmqa.dialogue import commands
from kmqa.dialogue.bot import Bot, Held
from kmqa.dialogue.state import State, restored
from kmqa.dialogue.step import Said
from kmqa.dialogue.turn import Turn, turn
from kmqa.matching.respond import Responder
from kmqa.runtime import metrics
from kmqa.runtime.hearing import heard
from kmqa.runtime.service import Service
from kmqa.state import handovers, turns
from kmqa.state.inbox import Waiting
from kmqa.state.people import Person

MOST_TOGETHER = 16  # turns; more are hardly cheaper, and the first would wait for the last
_NICE = 10  # of 0 to 19: how far the thread that matches steps back
_LOG = log.logger(__name__)


@dataclass(frozen=True, slots=True)
class _Due:
    """A turn that waits to be decided."""

    person: Person
    said: Sequence[Said]
    now: float
    decided: Future[Turn] = field(default_factory=Future)


@dataclass(slots=True)
class Deciding:
    """Decides what follows from messages, in a thread of its own."""

    service: Service
    _due: deque[_Due] = field(default_factory=deque)
    _thread: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(1, "kmqa-matching", initializer=_step_back)
    )

    async def turn(self, person: Person, waiting: Sequence[Waiting], now: float) -> Turn:
        """What follows from the `waiting` messages of `person`."""
        due = _Due(person, heard(waiting, now), now)
        self._due.append(due)
        self._thread.submit(self._decide)
        done = await asyncio.wrap_future(due.decided)
        for reply in done.replies:
            metrics.replies.labels(reply.outcome).inc()
        return done

    def _decide(self) -> None:
        """Decide the turns that are due, or nothing where they were brought along already."""
        due = [self._due.popleft() for _ in range(min(MOST_TOGETHER, len(self._due)))]
        if not due:
            return
        try:
            responder = self._prepared(due)
        except Exception as error:  # whom it is about must hear of it, each for herself
            for one in due:
                _fail(one, error)
            return
        for one in due:
            if one.decided.set_running_or_notify_cancel():
                try:
                    one.decided.set_result(self._turn(one, responder))
                except Exception as error:
                    one.decided.set_exception(error)

    def _prepared(self, due: Sequence[_Due]) -> Responder:
        """What answers; where several wait, it has looked at their questions already."""
        responder = self.service.live.current()
        if len(due) == 1:
            return responder
        try:
            return responder.ahead([text for one in due for text in _questions(one.said)])
        except Exception as error:  # one person's question must not stop those of the others
            _LOG.exception("not looked at together", error=type(error).__name__)
            return responder

    def _turn(self, due: _Due, responder: Responder) -> Turn:
        bot = Bot(
            respond=responder,
            contents=responder.bundle.contents,
            now=due.now,
            keep_days=self.service.settings.keep_days,
            held=lambda: self._held(due.person.id),
        )
        return turn(self._before(due.person), due.said, bot)

    def _before(self, person: Person) -> State:
        """What the bot remembers; a curator may have ended a hand-over meanwhile."""
        before = restored(person.conversation, opted_out=person.opted_out)
        if before.handed_over_at is None:
            return before
        with self.service.database.reading() as connection:
            is_open = handovers.is_open_of(connection, person.id)
        return before if is_open else replace(before, handed_over_at=None)

    def _held(self, person: int) -> Held:
        with self.service.database.reading() as connection:
            found = turns.questions_of(connection, self.service.identity, person)
        return Held(questions=tuple(found))


def _step_back() -> None:
    """Whoever takes in and sends messages goes before this thread, which can keep a core busy."""
    with contextlib.suppress(OSError):  # only on Linux does a thread have a priority of its own
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICE)


def _questions(said: Sequence[Said]) -> list[str]:
    """What was typed and is no order, so that it will be matched."""
    return [one.text for one in said if one.text and not commands.command_in(one.text)]


def _fail(due: _Due, error: Exception) -> None:
    if due.decided.set_running_or_notify_cancel():
        due.decided.set_exception(error)
