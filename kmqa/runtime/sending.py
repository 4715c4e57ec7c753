"""From a queued message to one that Meta took, or a reason why not."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from kmqa import log
from kmqa.channels import web
from kmqa.channels.whatsapp import payloads, reactions
from kmqa.channels.whatsapp.client import Accepted, Refused, WhatsAppClient
from kmqa.matching import audience
from kmqa.runtime import metrics
from kmqa.runtime.documents import Documents
from kmqa.runtime.limiter import NumberLimiter, PairLimiter
from kmqa.runtime.service import Service
from kmqa.state import outbox
from kmqa.state.outbox import Letter
from kmqa.state.people import Person

WINDOW = 24 * 3600.0  # seconds after her last message in which a person may be written to
STALE = outbox.IN_THE_AIR / 2  # seconds; a try that stood still for longer may be taken over
_PAUSE = 6.0  # seconds after which Meta lets one more message through to the same person
_MOST_UPLOADS = 3  # of a document for one message
_MOST_TRIES = 20  # more than any reaction asks for: what ends each of them without a word is parked
_TIRED = Refused(reactions.GIVE_UP, detail="it could not be sent again and again")
_STOPPED = Refused(reactions.GIVE_UP, detail="its answer was stopped meanwhile")
_HELD_UP = Refused(reactions.HELD_UP)
_AT_ONCE = reactions.Reaction("retry", delay=0, most=_MOST_UPLOADS)
_LOG = log.logger(__name__)


@dataclass(slots=True)
class Sending:
    """Sends people their messages in order, within the limits of numbers and of people."""

    service: Service
    client: WhatsAppClient
    numbers: NumberLimiter
    _pairs: PairLimiter = field(default_factory=PairLimiter)
    _documents: Documents = field(init=False)

    def __post_init__(self) -> None:
        """One keeper of uploads for all messages."""
        self._documents = Documents(self.service, self.client)

    async def send(self, person: Person, letters: Sequence[Letter]) -> None:
        """Send in order; the first that cannot be sent now holds back the rest."""
        for place, letter in enumerate(letters):
            if not await self._may_go_on(person, letter):
                rest = letters[place + 1 :]
                await self.service.writer.write(partial(outbox.untried, letters=rest))
                return

    async def _may_go_on(self, person: Person, letter: Letter) -> bool:
        """Send one message; whether those after it may be sent."""
        if await self._is_stopped(letter):
            return await self._settle(letter, _STOPPED)
        if letter.number_id == web.NUMBER:
            metrics.sent.inc()
            await self.service.writer.write(lambda c: outbox.left_to_fetch(c, letter))
            return True
        now = self.service.clock()
        if now - person.wrote_at > WINDOW and letter.payload.get("type") != "template":
            return await self._settle(letter, Refused(reactions.reaction_to(131047, 400), 131047))
        if letter.tries > _MOST_TRIES:
            return await self._settle(letter, _TIRED)
        if not self._pairs.may_send(person.id):
            due, reason = now + _PAUSE, "too many messages to this person"
            await self.service.writer.write(lambda c: outbox.put_off(c, letter, due, reason))
            return False
        result = await self._posted(person, letter)
        if isinstance(result, Refused):
            return await self._settle(letter, result)
        metrics.sent.inc()
        metrics.reply_seconds.observe(max(0.0, self.service.clock() - letter.created_at))
        taken = self.service.identity.hashed(result.message_id)
        await self.service.writer.write(lambda c: outbox.sent(c, letter.id, taken))
        return True

    async def _is_stopped(self, letter: Letter) -> bool:
        """Whether it carries an answer that somebody stopped after it was decided."""
        live = await self.service.responder()
        known = live.bundle.contents.answer_by_id
        answers = [known[name] for name in live.withheld if name in known]
        texts = [text for answer in answers for text in audience.every_text(answer)]
        return any(text in payloads.body_of(letter.payload) for text in texts)

    async def _posted(self, person: Person, letter: Letter) -> Accepted | Refused:
        filled = await self._documents.filled(letter.number_id, letter.payload)
        if isinstance(filled, Refused):
            return filled
        await self.numbers.wait(letter.number_id)
        if self.service.clock() - letter.begun_at > STALE:
            return _HELD_UP
        payload = payloads.addressed(filled, person.address, str(letter.id))
        result = await self.client.send(letter.number_id, payload)
        if (
            isinstance(result, Refused)
            and letter.tries < _MOST_UPLOADS
            and await self._documents.is_stale(letter.number_id, filled, result)
        ):
            return replace(result, reaction=_AT_ONCE)
        return result

    async def _settle(self, letter: Letter, refused: Refused) -> bool:
        """Do what the error asks for; whether the messages after this one may go on."""
        reaction = refused.reaction
        reason = f"{refused.code or 'no code'}: {refused.detail or reaction.action}"
        metrics.not_sent.labels(reaction.action).inc()
        log_line = _LOG.error if reaction.alarm else _LOG.warning
        log_line("not sent", letter=letter.id, code=refused.code, action=reaction.action)
        if reaction.action == "held_up":
            return False  # it stays in the air
        if reaction.action == "slow":
            self.numbers.slow_down(letter.number_id)
        if reaction.action == "ambiguous" and letter.tries < reaction.most:
            return False  # it stays in the air until a status or time decides
        if reaction.action in {"give_up", "window", "ambiguous"} or letter.tries >= reaction.most:
            metrics.parked.labels(reaction.action).inc()
            await self.service.writer.write(lambda c: outbox.park(c, letter, reason))
            return True
        due = self.service.clock() + reaction.wait(letter.tries)
        wait = outbox.put_off if reaction.action == "pause" else outbox.later
        await self.service.writer.write(lambda c: wait(c, letter, due, reason))
        return False
