"""Answers what waits: lease a person, decide, write, send, release.

Each step can be cut short by a crash. What was decided is written in the same transaction that
finishes the messages, so a turn happens once; what was being sent is in flight and reconciled by
its statuses (`kmqa.state.outbox`).
"""

import asyncio
import contextlib
import os
import socket
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from kmqa import log
from kmqa.channels.channel import Transports
from kmqa.dialogue import state
from kmqa.messages import Urgency
from kmqa.runtime.answerer import Answerer
from kmqa.runtime.listening import Listener
from kmqa.runtime.sending import Sending
from kmqa.runtime.service import Service
from kmqa.state import clock, leases, outbox, people, personal_data, retention, usage
from kmqa.state.inbox import Waiting
from kmqa.state.people import Person
from kmqa.state.personal_data import SilentDays
from kmqa.transcribing.transcriber import Transcriber

POLL = 0.05  # seconds between looks at a queue in which few wait
PURGE = 3600.0  # seconds between removals of what was kept long enough
RESERVED = 8  # slots beside all others, for people whose message looks like a danger sign
_MANY = 0.25  # of the slots; where so many wait the next look comes at once
_REST = 1.0  # seconds before a person is looked at again for whom nothing could be done
_LOG = log.logger(__name__)

# Whom to answer, and what waits of them; None where they were deleted or cannot be read.
_Case = tuple[Person, list[Waiting]] | None


def default_name() -> str:
    """Return a name that no other living worker has."""
    return f"{socket.gethostname()[:60]}-{os.getpid()}"


@dataclass(slots=True)
class Worker:
    """One worker process: as many people at once as it has slots, each in order."""

    service: Service
    transports: Transports
    name: str = field(default_factory=default_name)
    transcriber: Transcriber | None = None
    _people: dict[int, asyncio.Task[None]] = field(default_factory=dict)
    _receipts: set[asyncio.Task[None]] = field(default_factory=set)
    _answerer: Answerer = field(init=False)
    _sending: Sending = field(init=False)
    _listener: Listener = field(init=False)
    _looked_at: float = 0.0
    _purged_at: float = 0.0

    def __post_init__(self) -> None:
        """Put together what decides and what sends."""
        self._listener = Listener(self.service, self.transports, self.transcriber)
        self._answerer = Answerer(self.service, self.name, self._listener)
        self._sending = Sending(self.service, self.transports)

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set, then finish what was begun and let go of everybody."""
        chores = asyncio.create_task(self._do_chores())
        slots = self.service.settings.worker_slots
        while not stop.is_set():
            found = await self._claim_safely(slots - len(self._people))
            # After a standstill the worker may lease somebody again for whom it works still.
            for person, case in found.items():
                if person not in self._people:
                    self._people[person] = asyncio.create_task(self._serve(person, case))
            # A look costs as much for one person as for many, so after a few more may gather.
            if len(found) < slots * _MANY:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(POLL):
                        await stop.wait()
        await asyncio.gather(*self._people.values(), return_exceptions=True)
        chores.cancel()
        await self._listener.close()
        await self.service.writer.write(lambda c: leases.release_all(c, self.name))
        for transport in self.transports.values():
            await transport.close()

    async def _claim_safely(self, free: int) -> dict[int, _Case]:
        """Return people to work for; none while the database does not answer, which passes."""
        try:
            found, pressed = await asyncio.to_thread(self._claim, free)
            for person in pressed:
                self._answerer.hasten(person)
            return found
        except SQLAlchemyError as error:
            _LOG.exception("nobody claimed", error=type(error).__name__)
            await asyncio.sleep(_REST)
            return {}

    def _claim(self, free: int) -> tuple[dict[int, _Case], list[int]]:
        """Lease people, and return what waits of each, the most urgent and longest waiting first.

        Where no slot is free, only people are leased whose message looks like a danger sign. Of
        those who are worked for already, the second value says of whom such a message came since.
        """
        database, now = self.service.database, self.service.clock()
        least = Urgency.ORDINARY if free > 0 else Urgency.LIKELY
        most = free if free > 0 else free + RESERVED
        ids = leases.claim(database, self.name, most, now, least) if most > 0 else []
        read = self._read(ids)
        return {person: read.get(person) for person in ids}, self._find_pressed(ids)

    def _find_pressed(self, new: Sequence[int]) -> list[int]:
        """Return the people in work, but for those just leased, of whom something urgent waits."""
        if not self._people:
            return []
        with self.service.database.reading() as connection:
            urgent = leases.find_urgent(connection, self.name)
        return [person for person in urgent if person not in new]

    def _read(self, persons: Sequence[int]) -> dict[int, tuple[Person, list[Waiting]]]:
        """Return what waits of each, read at once; apart where that fails, so that one fails."""
        try:
            return self._answerer.read(persons) if persons else {}
        except SQLAlchemyError:
            raise
        except Exception as error:  # such as a row that another version wrote
            if len(persons) == 1:
                _LOG.exception("not read", person=persons[0], error=type(error).__name__)
                return {}
        return {key: one for person in persons for key, one in self._read([person]).items()}

    async def _do_chores(self) -> None:
        """Renew the leases and settle what was in flight, as long as the worker lives.

        Each for itself: a fault of one must not cost the leases, nor end this task unnoticed.
        """
        while True:
            for chore in (self._renew, self._settle, self._purge):
                try:
                    await self.service.writer.write(chore)
                except Exception as error:
                    _LOG.exception("not kept up", what=chore.__name__, error=type(error).__name__)
            await asyncio.sleep(leases.RENEWAL)

    def _renew(self, connection: Connection) -> None:
        now = self.service.clock()
        leases.renew(connection, self.name, list(self._people), now)
        n_workers = leases.count_workers(connection, now)
        for transport in self.transports.values():
            transport.share_rate(n_workers)

    def _settle(self, connection: Connection) -> None:
        now = self.service.clock()
        arrived, again = outbox.reconcile(connection, now)
        if arrived or again:
            _LOG.info("reconciled", had_arrived=arrived, queued_again=again)
        personal_data.remove_forgotten(connection, now)

    def _purge(self, connection: Connection) -> None:
        now, settings = self.service.clock(), self.service.settings
        if now - self._looked_at <= PURGE:
            return
        self._looked_at = now
        usage.store_days(connection, now)
        if not clock.is_confirmed(connection, now):
            _LOG.warning("the clock went on by days; nothing is removed before it is confirmed")
            return
        since, self._purged_at = self._purged_at, now
        retention.purge(connection, now, settings.keep_days)
        days = SilentDays(known=settings.keep_people_days, anonymous=settings.keep_days)
        personal_data.remove_silent(connection, self.service.identity, now, days)
        kept = settings.keep_days * retention.DAY
        span = (since - kept, now - kept)
        people.revise(connection, self.service.identity, span, state.without_topic)

    async def _serve(self, person: int, case: _Case) -> None:
        rest = 0.0
        try:
            rest = await self._handle(*case) if case else _REST
        except Exception as error:  # one person's trouble must not stop the others
            _LOG.exception("turn failed", person=person, error=type(error).__name__)
            rest = _REST
        finally:
            until = self.service.clock() + rest if rest else 0.0
            with contextlib.suppress(Exception):
                await self.service.writer.write(
                    lambda c: leases.release(c, self.name, person, until)
                )
            self._people.pop(person, None)

    async def _handle(self, known: Person, waiting: Sequence[Waiting]) -> float:
        """Answer and send; return the seconds to rest before the person is looked at again."""
        if waiting:
            self._mark_read(waiting[-1])
            attempts = await self._answerer.decide_and_queue(known, waiting)
        else:
            now, identity = self.service.clock(), self.service.identity
            attempts = await self.service.writer.write(
                lambda c: outbox.claim_due(c, identity, known.id, now)
            )
        if attempts:
            await self._sending.send(known, attempts)
        return 0.0 if attempts or waiting else _REST

    def _mark_read(self, message: Waiting) -> None:
        """Show the person that their message was read; left out while there is much to do."""
        is_busy = len(self._people) > self.service.settings.worker_slots // 4
        if is_busy:
            return
        transport = self.transports[self.service.channels.of(message.number_id).name]
        task = asyncio.create_task(transport.mark_read(message.number_id, message.message_id))
        self._receipts.add(task)
        task.add_done_callback(self._receipts.discard)
