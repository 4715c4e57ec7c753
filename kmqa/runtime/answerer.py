"""From waiting messages to decided ones: read, decide in the dialogue, write all of it at once."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

from sqlalchemy import Connection

from kmqa.channels import web
from kmqa.channels.whatsapp import payloads
from kmqa.dialogue import events
from kmqa.dialogue.state import State, restore, serialise
from kmqa.dialogue.turn import Turn, is_always_obeyed
from kmqa.runtime import metrics, records
from kmqa.runtime.bursts import as_user_message
from kmqa.runtime.sending import WINDOW
from kmqa.runtime.service import Service
from kmqa.runtime.turn_decider import TurnDecider
from kmqa.state import inbox, leases, outbox, people
from kmqa.state.inbox import Waiting
from kmqa.state.outbox import Letter
from kmqa.state.people import MOST_CODE, Person, StoredProfile

MOST_TRIES = 5  # of one message; what kills its worker again and again is parked


@dataclass(slots=True)
class Answerer:
    """Decides turns for the worker called `worker`, one at a time in a thread of its own."""

    service: Service
    worker: str
    _decider: TurnDecider = field(init=False)

    def __post_init__(self) -> None:
        """One thread decides for everybody."""
        self._decider = TurnDecider(self.service)

    def read(self, persons: Sequence[int]) -> dict[int, tuple[Person, list[Waiting]]]:
        """Each of `persons` by her id with what waits of her, without those who were deleted."""
        with self.service.database.reading() as connection:
            identity = self.service.identity
            known = people.read_all(connection, identity, persons)
            waiting = inbox.waiting_of(connection, identity, persons)
        return {person.id: (person, waiting[person.id]) for person in known}

    async def letters(self, person: Person, waiting: Sequence[Waiting]) -> list[Letter]:
        """What is to be sent for the `waiting` messages, which are answered by it.

        Those that came to another number than the first wait for the next turn.
        """
        now = self.service.clock()
        spent = [message.id for message in waiting if message.tries > MOST_TRIES]
        if spent:
            await self._park(spent, "it could not be answered again and again", "tries")
        waiting = [message for message in waiting if message.tries <= MOST_TRIES]
        waiting = [message for message in waiting if message.number_id == waiting[0].number_id]
        if not waiting:
            return []
        if now - max(message.sent_at for message in waiting) > WINDOW:
            return await self._too_late(person, waiting, now)
        done = await self._decider.decide_turn(person, waiting, now)
        return await self._written(person, waiting, done, _drafts(done, waiting))

    async def _written(
        self,
        person: Person,
        waiting: Sequence[Waiting],
        done: Turn,
        drafts: Sequence[outbox.Draft],
    ) -> list[Letter]:
        ids = [message.id for message in waiting]
        number_id = waiting[-1].number_id
        return await self.service.writer.write(
            lambda c: self._commit(c, person, ids, done, drafts, number_id)
        )

    def _commit(  # noqa: PLR0913 - all that one transaction writes
        self,
        connection: Connection,
        person: Person,
        ids: Sequence[int],
        done: Turn,
        drafts: Sequence[outbox.Draft],
        number_id: str,
    ) -> list[Letter]:
        """The turn happened: messages answered, replies queued and taken to be sent."""
        now = self.service.clock()
        if not leases.is_held(connection, self.worker, person.id):
            return []
        if inbox.finish(connection, ids) == 0:
            return []
        of = records.Whose(
            person=person.id, number_id=number_id, channel=_channel(number_id), now=now
        )
        records.write(connection, self.service.identity, of, done.events)
        self._remember(connection, person, done)
        outbox.write(connection, person.id, drafts, now)
        # What to do in danger waits for no older reply that cannot be sent just now.
        is_danger = any(reply.outcome == "urgent" for reply in done.replies)
        return outbox.take(connection, person.id, now, since=now if is_danger else 0.0)

    def _remember(self, connection: Connection, person: Person, done: Turn) -> None:
        was_out, before = person.opted_out, person.conversation
        if _is_forgotten(done):
            if done.state == State(opted_out=was_out):
                return
            was_out, before = False, None  # she went on in the same turn
        if done.state.opted_out != was_out:
            people.set_opted_out(connection, person.id, opted_out=done.state.opted_out)
            if done.state.opted_out:
                outbox.withdraw(connection, person.id)
        content, profile = serialise(done.state), _columns_of_profile(done.state)
        if content != before or profile != person.profile:
            people.remember(connection, self.service.identity, person.id, content, profile)

    async def _too_late(
        self, person: Person, waiting: Sequence[Waiting], now: float
    ) -> list[Letter]:
        """Outside the window only a template may be sent; without one a person has to look.

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
        drafts = await self._template(questions) if is_wanted else []
        if questions and not drafts:
            ids = [message.id for message in questions]
            await self._park(ids, "it came more than 24 hours ago", "window")
        answered = waiting if drafts or is_forgotten else orders
        return await self._written(person, answered, done, drafts) if answered else []

    async def _template(self, waiting: Sequence[Waiting]) -> list[outbox.Draft]:
        """The approved template, where there is one for the channel of these messages."""
        name = self.service.settings.whatsapp_template
        last = waiting[-1]
        if not name or last.number_id == web.NUMBER:
            return []
        responder = await self.service.responder()
        language = responder.bundle.contents.settings.languages[0]
        payload = payloads.template(name, language)
        return [outbox.Draft(number_id=last.number_id, answers=last.id, place=0, payload=payload)]

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


def _channel(number_id: str) -> str:
    return "web" if number_id == web.NUMBER else "whatsapp"


def _drafts(done: Turn, waiting: Sequence[Waiting]) -> list[outbox.Draft]:
    built = [payload for outgoing in done.outgoing for payload in payloads.payloads(outgoing)]
    last = waiting[-1]
    return [
        outbox.Draft(number_id=last.number_id, answers=last.id, place=place, payload=payload)
        for place, payload in enumerate(built)
    ]
