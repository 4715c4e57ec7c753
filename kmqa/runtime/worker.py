"""Answers what waits: lease a person, decide, write, send, release.

Each step can be cut short by a crash. What was decided is written in the same transaction that
finishes the messages, so a turn happens once; what was being sent is in the air and reconciled by
its statuses (`kmqa.state.outbox`).
"""

import asyncio
import contextlib
import os
import socket
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial

from sqlalchemy import Connection, insert
from sqlalchemy.exc import SQLAlchemyError

from kmqa import log
from kmqa.channels.whatsapp import payloads, reactions
from kmqa.channels.whatsapp.client import Accepted, Refused, WhatsAppClient
from kmqa.dialogue import commands
from kmqa.dialogue.turn import Said, State, Turn, turn
from kmqa.runtime import metrics
from kmqa.runtime.limiter import NumberLimiter, PairLimiter
from kmqa.runtime.service import Service
from kmqa.state import inbox, leases, outbox, people, tables
from kmqa.state.inbox import Waiting
from kmqa.state.outbox import Letter
from kmqa.state.people import Person

POLL = 0.05  # seconds between looks at an empty queue
LATE = 15 * 60.0  # seconds after which an answer says that it comes late
WINDOW = 24 * 3600.0  # seconds after her last message in which a person may be written to
BURST = 2.0  # seconds between messages that are parts of one
MOST_TRIES = 5  # of one message; what kills its worker again and again is parked
_REST = 1.0  # seconds before a person is looked at again for whom nothing could be done
_LOG = log.logger(__name__)


def default_name() -> str:
    """A name that no other living worker has."""
    return f"{socket.gethostname()[:60]}-{os.getpid()}"


@dataclass(slots=True)
class Worker:
    """One worker process: as many people at once as it has slots, each by herself in order."""

    service: Service
    client: WhatsAppClient
    name: str = field(default_factory=default_name)
    _people: dict[int, asyncio.Task[None]] = field(default_factory=dict)
    _receipts: set[asyncio.Task[bool]] = field(default_factory=set)
    _matching: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(1, thread_name_prefix="kmqa-matching")
    )
    _pairs: PairLimiter = field(default_factory=PairLimiter)
    _numbers: NumberLimiter | None = None

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set, then finish what was begun and let go of everybody."""
        keeping = asyncio.create_task(self._keep())
        slots = self.service.settings.worker_slots
        while not stop.is_set():
            found: list[int] = []
            if len(self._people) < slots:
                found = await asyncio.to_thread(self._claim, slots - len(self._people))
            for person in found:
                self._people[person] = asyncio.create_task(self._serve(person))
            if not found:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), POLL)
        await asyncio.gather(*self._people.values(), return_exceptions=True)
        keeping.cancel()
        await self.service.writer.write(lambda c: leases.leave(c, self.name))
        await self.client.close()

    def _claim(self, most: int) -> list[int]:
        return leases.claim(self.service.database, self.name, most, self.service.clock())

    async def _keep(self) -> None:
        """Renew the leases and settle what was in the air, as long as the worker lives."""
        while True:
            try:
                await self.service.writer.write(self._kept)
            except SQLAlchemyError as error:
                _LOG.exception("leases not renewed", error=type(error).__name__)
            await asyncio.sleep(leases.RENEWAL)

    def _kept(self, connection: Connection) -> None:
        now = self.service.clock()
        leases.renew(connection, self.name, list(self._people), now)
        arrived, again = outbox.reconcile(connection, now)
        if arrived or again:
            _LOG.info("reconciled", had_arrived=arrived, queued_again=again)
        self._limiter.workers = leases.living(connection, now)

    @property
    def _limiter(self) -> NumberLimiter:
        if self._numbers is None:
            self._numbers = NumberLimiter(self.service.settings.sends_per_second)
        return self._numbers

    async def _serve(self, person: int) -> None:
        rest = 0.0
        try:
            rest = await self._handled(person)
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

    async def _handled(self, person: int) -> float:
        """Answer and send; seconds to rest before the person is looked at again."""
        known, waiting = await asyncio.to_thread(self._read, person)
        if known is None:
            return 0.0
        if waiting:
            letters = await self._answered(known, waiting)
        else:
            now = self.service.clock()
            letters = await self.service.writer.write(lambda c: outbox.take(c, person, now))
        if letters:
            await self._sent(known, letters)
        return 0.0 if letters or waiting else _REST

    def _read(self, person: int) -> tuple[Person | None, list[Waiting]]:
        with self.service.database.reading() as connection:
            identity = self.service.identity
            known = people.read(connection, identity, person)
            return known, inbox.waiting_of(connection, identity, person)

    async def _answered(self, person: Person, waiting: Sequence[Waiting]) -> list[Letter]:
        now = self.service.clock()
        ids = [message.id for message in waiting]
        if max(message.tries for message in waiting) > MOST_TRIES:
            await self._park(ids, "it could not be answered again and again", "tries")
            return []
        if now - max(message.sent_at for message in waiting) > WINDOW:
            return await self._too_late(person, waiting)
        self._mark_read(waiting[-1])
        loop = asyncio.get_running_loop()
        done = await loop.run_in_executor(self._matching, self._turn, person, waiting, now)
        for reply in done.replies:
            metrics.replies.labels(reply.outcome).inc()
        drafts = _drafts(done, waiting)
        return await self.service.writer.write(lambda c: self._commit(c, person, ids, done, drafts))

    def _turn(self, person: Person, waiting: Sequence[Waiting], now: float) -> Turn:
        responder = self.service.live.current()
        state = State(opted_out=person.opted_out)
        return turn(state, said_of(waiting, now), responder, responder.bundle.contents)

    def _commit(
        self,
        connection: Connection,
        person: Person,
        ids: Sequence[int],
        done: Turn,
        drafts: Sequence[outbox.Draft],
    ) -> list[Letter]:
        """The turn happened: messages answered, replies queued and taken to be sent."""
        now = self.service.clock()
        if not leases.is_held(connection, self.name, person.id):
            return []
        if inbox.finish(connection, ids) == 0:
            return []
        if done.state.opted_out != person.opted_out:
            people.set_opted_out(connection, person.id, opted_out=done.state.opted_out)
        for verdict in done.verdicts:
            connection.execute(
                insert(tables.feedback).values(
                    person=person.id,
                    answer_id=verdict.answer_id[:100],
                    bundle_id=verdict.bundle_id[:16],
                    is_helpful=verdict.is_helpful,
                    at=now,
                )
            )
        outbox.write(connection, person.id, drafts, now)
        return outbox.take(connection, person.id, now)

    async def _too_late(self, person: Person, waiting: Sequence[Waiting]) -> list[Letter]:
        """Outside the window only a template may be sent; without one a person has to look."""
        name = self.service.settings.whatsapp_template
        ids = [message.id for message in waiting]
        if not name or person.opted_out:
            await self._park(ids, "it came more than 24 hours ago", "window")
            return []
        default = self.service.live.current().bundle.contents.settings.languages[0]
        draft = outbox.Draft(
            number_id=waiting[-1].number_id,
            answers=waiting[-1].id,
            place=0,
            payload=payloads.template(name, default),
        )
        unchanged = Turn(outgoing=(), state=State(opted_out=person.opted_out))
        return await self.service.writer.write(
            lambda c: self._commit(c, person, ids, unchanged, [draft])
        )

    async def _park(self, ids: Sequence[int], reason: str, cause: str) -> None:
        metrics.parked.labels(cause).inc(len(ids))
        await self.service.writer.write(lambda c: inbox.park(c, ids, reason))

    def _mark_read(self, message: Waiting) -> None:
        """Two grey ticks turn blue and "typing" shows; left out while there is much to do."""
        if len(self._people) > self.service.settings.worker_slots // 4:
            return
        receipt = payloads.read_receipt(message.message_id, typing=True)
        task = asyncio.create_task(self.client.mark_read(message.number_id, receipt))
        self._receipts.add(task)
        task.add_done_callback(self._receipts.discard)

    async def _sent(self, person: Person, letters: Sequence[Letter]) -> None:
        """Send in order; the first that cannot be sent now holds back the rest."""
        for place, letter in enumerate(letters):
            if not await self._sent_one(person, letter):
                rest = [later.id for later in letters[place + 1 :]]
                await self.service.writer.write(partial(outbox.untried, letters=rest))
                return

    async def _sent_one(self, person: Person, letter: Letter) -> bool:
        now = self.service.clock()
        if now - person.wrote_at > WINDOW and letter.payload.get("type") != "template":
            await self._settle_refused(
                letter, Refused(reactions.reaction_to(131047, 400), 131047), now
            )
            return True
        if not self._pairs.may_send(person.id):
            reason = "too many messages to this person"
            await self.service.writer.write(lambda c: outbox.later(c, letter.id, now + 6, reason))
            return False
        await self._limiter.wait(letter.number_id)
        payload = payloads.addressed(letter.payload, person.address, str(letter.id))
        result = await self.client.send(letter.number_id, payload)
        if isinstance(result, Accepted):
            metrics.sent.inc()
            metrics.reply_seconds.observe(max(0.0, self.service.clock() - letter.created_at))
            wamid = result.message_id
            await self.service.writer.write(lambda c: outbox.sent(c, letter.id, wamid))
            return True
        return await self._settle_refused(letter, result, self.service.clock())

    async def _settle_refused(self, letter: Letter, refused: Refused, now: float) -> bool:
        """Do what the error asks for; whether the messages after this one may go on."""
        reaction = refused.reaction
        reason = f"{refused.code or 'no code'}: {refused.detail or reaction.action}"
        metrics.not_sent.labels(reaction.action).inc()
        log_line = _LOG.error if reaction.alarm else _LOG.warning
        log_line("not sent", letter=letter.id, code=refused.code, action=reaction.action)
        if reaction.action == "slow":
            self._limiter.slow_down(letter.number_id)
        if reaction.action == "ambiguous" and letter.tries < reaction.most:
            return False  # it stays in the air until a status or time decides
        if reaction.action in {"give_up", "window", "ambiguous"} or letter.tries >= reaction.most:
            metrics.parked.labels(reaction.action).inc()
            await self.service.writer.write(lambda c: outbox.park(c, letter.id, reason))
            return True
        due = now + reaction.wait(letter.tries)
        await self.service.writer.write(lambda c: outbox.later(c, letter.id, due, reason))
        return False


def said_of(waiting: Sequence[Waiting], now: float) -> list[Said]:
    """Messages as the dialogue sees them; typed ones that came in one breath are one."""
    said: list[Said] = []
    before: Waiting | None = None
    for message in waiting:
        is_late = now - message.sent_at > LATE
        if before is not None and _belong_together(before, message):
            text = f"{said[-1].text}\n{message.text}"
            said[-1] = Said(kind="text", text=text, is_late=said[-1].is_late)
        else:
            said.append(
                Said(kind=message.kind, text=message.text, choice=message.choice, is_late=is_late)
            )
        before = message
    return said


def _belong_together(before: Waiting, message: Waiting) -> bool:
    """Whether both are parts of one question; an order such as "stop" is never a part."""
    return (
        before.kind == message.kind == "text"
        and message.sent_at - before.sent_at <= BURST
        and not any(commands.command_in(one.text or "") for one in (before, message))
    )


def _drafts(done: Turn, waiting: Sequence[Waiting]) -> list[outbox.Draft]:
    built = [payload for outgoing in done.outgoing for payload in payloads.payloads(outgoing)]
    last = waiting[-1]
    return [
        outbox.Draft(number_id=last.number_id, answers=last.id, place=place, payload=payload)
        for place, payload in enumerate(built)
    ]
