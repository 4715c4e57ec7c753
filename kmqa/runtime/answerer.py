"""From waiting messages to queued replies: read, decide in the dialogue, write all at once."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import partial

from sqlalchemy import Connection

from kmqa.dialogue import events
from kmqa.dialogue.state import State, restore, serialise
from kmqa.dialogue.turn import Turn, is_always_obeyed
from kmqa.messages import Origin, OutboundMessage, Outgoing, Recipient
from kmqa.runtime import bounds, event_store, metrics, pace
from kmqa.runtime.bounds import BoundedTurn
from kmqa.runtime.bursts import as_user_message
from kmqa.runtime.listening import Listener
from kmqa.runtime.service import Service
from kmqa.runtime.turn_decider import TurnDecider
from kmqa.state import inbox, leases, outbox, people
from kmqa.state.inbox import Waiting
from kmqa.state.outbox import Attempt
from kmqa.state.people import MOST_CODE, Memory, Person, StoredProfile

MOST_ATTEMPTS = 5  # at one message; what kills its worker again and again is parked
OLDEST = 24 * 3600.0  # seconds; an older question is not answered as if it had come just now


@dataclass(frozen=True, slots=True)
class _Replies:
    """What is written of a turn's replies: those to be sent, and those held for curators."""

    to: Recipient
    sent: Sequence[OutboundMessage]
    held: Sequence[OutboundMessage] = ()


@dataclass(slots=True)
class Answerer:
    """Decides turns for the worker called `worker`, one at a time in a thread of its own."""

    service: Service
    worker: str
    listener: Listener | None = None
    _decider: TurnDecider = field(init=False)
    _paces: pace.Paces = field(default_factory=pace.Paces)

    def __post_init__(self) -> None:
        """Let one thread decide for everybody."""
        self._decider = TurnDecider(self.service)

    def read(self, persons: Sequence[int]) -> dict[int, tuple[Person, list[Waiting]]]:
        """Return each of `persons` by id with what waits of them, without those deleted."""
        with self.service.database.reading() as connection:
            identity = self.service.identity
            known = people.read_people(connection, identity, persons)
            waiting = inbox.read_waiting(connection, identity, persons, self.service.clock())
        return {person.id: (person, waiting[person.id]) for person in known}

    async def decide_and_queue(self, person: Person, waiting: Sequence[Waiting]) -> list[Attempt]:
        """Answer the `waiting` messages, and return what is to be sent now.

        Those that came to another number than the first wait for the next turn, and so does what
        is more than a turn may hold (`kmqa.runtime.pace`).
        """
        now = self.service.clock()
        waiting = await self._leave_voices(person, waiting)
        spent = [message.id for message in waiting if message.tries > MOST_ATTEMPTS]
        if spent:
            await self._park(spent, "it could not be answered again and again", "tries")
        waiting = [message for message in waiting if message.tries <= MOST_ATTEMPTS]
        waiting = [message for message in waiting if message.number_id == waiting[0].number_id]
        if not waiting:
            return []
        if now - max(message.sent_at for message in waiting) > OLDEST:
            return await self._answer_late(person, waiting, now)
        part = self._take_slice(person, waiting, now)
        if part.rest:
            due_at = now + self._paces.find_delay(person.id, now)
            ids = [message.id for message in part.rest]
            await self.service.writer.write(lambda c: inbox.put_back(c, ids, due_at))
        if not part.taken:
            return []
        urgency = min(message.urgency for message in part.taken)
        done = await self._decider.decide_turn(person, part.taken, now, urgency)
        contents = (await self.service.responder()).bundle.contents
        has_too_much = bool(part.rest) and self._paces.find_delay(person.id, now) > 0
        bound = bounds.Bound(person, part.taken, now, has_too_much=has_too_much)
        return await self._commit(person, part.taken, bounds.apply_bounds(done, bound, contents))

    def hasten(self, person: int) -> None:
        """Decide next what is being decided for the person: something urgent waits behind it."""
        self._decider.hasten(person)

    def _take_slice(self, person: Person, waiting: Sequence[Waiting], now: float) -> pace.Slice:
        """Return what is read now, and count it; of who wrote too much what cannot wait."""
        is_too_fast = self._paces.find_delay(person.id, now) > 0
        part = pace.take_pressing(waiting) if is_too_fast else pace.take_slice(waiting)
        self._paces.count(person.id, pace.weigh(part.taken), now)
        return part

    async def _leave_voices(self, person: Person, waiting: Sequence[Waiting]) -> list[Waiting]:
        """Let somebody listen to the voice messages, which are due again then; return the rest."""
        listener = self.listener
        if listener is None:
            return list(waiting)
        voices = [one for one in waiting if listener.is_for(one) and one.tries <= MOST_ATTEMPTS]
        await listener.begin(voices, person.profile.language or "")
        return [one for one in waiting if one not in voices]

    async def _commit(
        self, person: Person, waiting: Sequence[Waiting], done: BoundedTurn
    ) -> list[Attempt]:
        last = waiting[-1]
        to = Recipient(person.id, last.number_id)
        address = partial(self.service.channels.address, origin=Origin("turn", last.id), to=to)
        sent = address(done.outgoing)
        held = [replace(one, place=one.place + len(sent)) for one in address(done.held)]
        ids = [message.id for message in waiting]
        return await self.service.writer.write(
            lambda c: self._write(c, person, ids, done, _Replies(to, sent, held))
        )

    def _write(
        self,
        connection: Connection,
        person: Person,
        ids: Sequence[int],
        done: BoundedTurn,
        replies: _Replies,
    ) -> list[Attempt]:
        """Let the turn happen: messages answered, replies queued and claimed to be sent."""
        now, identity = self.service.clock(), self.service.identity
        if not leases.is_held(connection, self.worker, person.id):
            return []
        if inbox.finish(connection, ids) == 0:
            return []
        origin = event_store.TurnOrigin(
            person=person.id,
            number_id=replies.to.number_id,
            channel=self.service.channels.of(replies.to.number_id).name,
            now=now,
        )
        event_store.store_events(connection, identity, origin, done.turn.events)
        outbox.queue(connection, identity, replies.sent, now)
        outbox.queue(connection, identity, replies.held, now, hold_reason=done.hold_reason)
        self._remember(connection, person, done)
        return outbox.claim_due(connection, identity, person.id, now)

    def _remember(self, connection: Connection, person: Person, bounded: BoundedTurn) -> None:
        done, traffic = bounded.turn, bounded.traffic
        was_out, before = person.opted_out, person.conversation
        if _is_forgotten(done):
            if done.state == State(opted_out=was_out):
                return
            was_out, before, traffic = False, None, None  # they went on in the same turn
        if done.state.opted_out != was_out:
            people.set_opted_out(connection, person.id, opted_out=done.state.opted_out)
            if done.state.opted_out:
                outbox.cancel_unsent(connection, person.id)
        memory, profile = Memory(serialise(done.state), traffic), _columns_of_profile(done.state)
        if memory != Memory(before, person.traffic) or profile != person.profile:
            people.remember(connection, self.service.identity, person.id, memory, profile)

    async def _answer_late(
        self, person: Person, waiting: Sequence[Waiting], now: float
    ) -> list[Attempt]:
        """Send the template to questions of yesterday; without one a person has to look.

        An order to stop or to forget is obeyed all the same, without a word.
        """
        state = restore(person.conversation, opted_out=person.opted_out)
        orders = [
            one for one in waiting if is_always_obeyed(state, as_user_message(one, is_late=True))
        ]
        unsaid = Turn(outgoing=(), state=state)
        done = await self._decider.decide_turn(person, orders, now) if orders else unsaid
        is_forgotten = _is_forgotten(done)
        questions = [] if is_forgotten else [one for one in waiting if one not in orders]
        is_wanted = questions and not done.state.opted_out
        contents = await self._template(questions[-1].number_id) if is_wanted else []
        if questions and not contents:
            ids = [message.id for message in questions]
            await self._park(ids, "it came more than 24 hours ago", "window")
        answered = waiting if contents or is_forgotten else orders
        if not answered:
            return []
        late = BoundedTurn(done, outgoing=tuple(contents), traffic=person.traffic)
        return await self._commit(person, answered, late)

    async def _template(self, number_id: str) -> list[Outgoing]:
        """Return the approved template, where there is one for the channel."""
        name = self.service.settings.whatsapp_template
        if not name or not self.service.channels.of(number_id).has_templates:
            return []
        responder = await self.service.responder()
        language = responder.bundle.contents.settings.languages[0]
        return [Outgoing(text="", template=name, language=language)]

    async def _park(self, ids: Sequence[int], reason: str, cause: str) -> None:
        metrics.parked.labels(cause).inc(len(ids))
        await self.service.writer.write(lambda c: inbox.park(c, ids, reason))


def _is_forgotten(done: Turn) -> bool:
    return any(isinstance(event, events.Forgotten) for event in done.events)


def _columns_of_profile(state: State) -> StoredProfile:
    """Return the columns by which the person can be selected; they hold codes of the corpus."""
    said = asdict(state.profile)
    codes = {name: code[:MOST_CODE] if code else None for name, code in said.items()}
    return StoredProfile(**codes, low_data=state.low_data)
