"""From a queued message to one that its channel took, or a reason why not.

Every message is asked for at the one exit (`kmqa.channels.may_leave`) right before it is sent.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

from kmqa import log
from kmqa.channels import caps, may_leave
from kmqa.channels.channel import (
    CEILING,
    DANGER_CEILING,
    GIVE_UP,
    Accepted,
    Altered,
    LeftToFetch,
    Postponed,
    Reaction,
    Refused,
    Transports,
)
from kmqa.dialogue.state import restore
from kmqa.messages import ContentRef, Origin, OutboundMessage
from kmqa.runtime import metrics
from kmqa.runtime.month_count import MonthCount
from kmqa.runtime.notices import compose_notice
from kmqa.runtime.service import Service
from kmqa.state import outbox
from kmqa.state.outbox import Attempt
from kmqa.state.people import Person

_MOST_ATTEMPTS = 20  # more than any reaction bears: what ends each without a word is parked
_LONGEST = 24 * 3600.0  # seconds for which a message is tried that no window ends, as a template
_OVER = "24 hours are over in which it could not be sent: "
_PERHAPS = "perhaps it was sent, nobody said so: "
_EXHAUSTED = Refused(GIVE_UP, detail="it could not be sent again and again")
_LOG = log.logger(__name__)


@dataclass(frozen=True, slots=True)
class Sending:
    """Sends people their messages in order, each through the channel that it is for."""

    service: Service
    transports: Transports
    months: MonthCount = field(init=False)

    def __post_init__(self) -> None:
        """Count what is sent in a month."""
        object.__setattr__(self, "months", MonthCount(self.service))

    async def send(self, person: Person, attempts: Sequence[Attempt]) -> None:
        """Send in order; the first that cannot be sent now holds back the rest."""
        for place, attempt in enumerate(attempts):
            if not await self._send_one(person, attempt):
                rest = attempts[place + 1 :]
                await self.service.writer.write(partial(outbox.release, attempts=rest))
                return

    async def _send_one(self, person: Person, attempt: Attempt) -> bool:
        """Send one message; return whether those after it may be sent."""
        decision = await self._may_leave(attempt)
        if decision.hold_reason == "window" and attempt.reason:
            return await self._park(attempt, "outage", _OVER + attempt.reason)
        if decision.hold_reason:
            return await self._hold(person, attempt, decision)
        if attempt.number > _MOST_ATTEMPTS:
            return await self._settle(attempt, _EXHAUSTED)
        channel = self.service.channels.of(attempt.message.to.number_id)
        outcome = await self.transports[channel.name].send(attempt, person.address)
        if isinstance(outcome, Altered):
            metrics.altered_files.inc()
            _LOG.error("document altered", document=outcome.document)
            ref = ContentRef("document", outcome.document)
            return await self._hold(person, attempt, may_leave.Decision("altered", ref))
        return await self._record(attempt, outcome)

    async def _record(
        self, attempt: Attempt, outcome: Accepted | LeftToFetch | Postponed | Refused
    ) -> bool:
        """Keep what became of a message; return whether those after it may be sent."""
        match outcome:
            case Accepted(message_id):
                return await self._record_sent(attempt, message_id)
            case LeftToFetch():
                self._count_sent(attempt)
                await self.service.writer.write(partial(outbox.leave_to_fetch, attempt=attempt))
                return True
            case Postponed(delay, reason):
                due = self.service.clock() + delay
                await self.service.writer.write(lambda c: outbox.postpone(c, attempt, due, reason))
                return False
            case Refused():
                return await self._settle(attempt, outcome)

    async def _may_leave(self, attempt: Attempt) -> may_leave.Decision:
        channel = self.service.channels.of(attempt.message.to.number_id)
        to = may_leave.state_of(channel, attempt.reachability)
        bundle, now = await self.service.responder(), self.service.clock()
        stated, n_sent = bundle.bundle.contents.settings.caps, attempt.reachability.n_sent
        asked = caps.make_caps(stated, n_sent, await self.months.read(now))
        return may_leave.may_leave(attempt.message.content, to, bundle, now, asked)

    async def _hold(self, person: Person, attempt: Attempt, decision: may_leave.Decision) -> bool:
        """Keep the message for a curator to see; those after it may be sent."""
        reason, text = str(decision.hold_reason), decision.text
        metrics.parked.labels(reason).inc()
        _LOG.warning("held", message=attempt.id, reason=reason)
        await self.service.writer.write(lambda c: outbox.hold(c, attempt, reason, text))
        if reason == "capped" and attempt.message.origin.kind == "turn":
            await self._say_capped(person, attempt)
        return True

    async def _say_capped(self, person: Person, attempt: Attempt) -> None:
        """Tell the person, once a day, that a cap is reached: the origin is unique."""
        contents = (await self.service.responder()).bundle.contents
        state = restore(person.conversation, opted_out=person.opted_out)
        notice = compose_notice("limit_messages", state, contents)
        if notice is None:
            return
        now, to = self.service.clock(), attempt.message.to
        said = OutboundMessage(
            content=notice, origin=Origin("cap", person.id), place=int(now // outbox.DAY), to=to
        )
        identity = self.service.identity
        await self.service.writer.write(lambda c: outbox.queue(c, identity, [said], now))

    def _count_sent(self, attempt: Attempt) -> None:
        metrics.sent.inc()
        self.months.add(attempt.message.content.purpose)

    async def _record_sent(self, attempt: Attempt, message_id: str) -> bool:
        self._count_sent(attempt)
        metrics.reply_seconds.observe(max(0.0, self.service.clock() - attempt.created_at))
        taken = self.service.identity.hash_message_id(message_id)
        await self.service.writer.write(lambda c: outbox.record_sent(c, attempt.id, taken))
        return True

    async def _settle(self, attempt: Attempt, refused: Refused) -> bool:
        """Do what the error asks for; return whether the messages after this one may go on."""
        reaction = refused.reaction
        reason = f"{refused.code or 'no code'}: {refused.detail or reaction.action}"
        reason = reason if reaction.longest is None else _PERHAPS + reason
        metrics.not_sent.labels(metrics.ACTION_LABELS.get(reaction.action, reaction.action)).inc()
        log_line = _LOG.error if reaction.alarm else _LOG.warning
        log_line("not sent", letter=attempt.id, code=refused.code, action=reaction.action)
        if reaction.action == "lease_lost":
            return False  # it stays in flight
        if reaction.action == "window" and attempt.reason:
            return await self._park(attempt, "outage", _OVER + attempt.reason)
        if reaction.is_over(_find_last_wait(attempt, reaction)):
            return await self._park(attempt, "no-answer", reason)
        is_over = reaction.action in {"give_up", "window"}
        if is_over or (reaction.most is not None and attempt.number >= reaction.most):
            return await self._park(attempt, reaction.action, reason)
        if self._is_never_over(attempt) and self.service.clock() - attempt.created_at > _LONGEST:
            return await self._park(attempt, "outage", _OVER + reason)
        await self._wait(attempt, reaction, reason)
        return False

    def _is_never_over(self, attempt: Attempt) -> bool:
        """Whether no window ends the attempts at this message."""
        channel = self.service.channels.of(attempt.message.to.number_id)
        return channel.window_s is None or bool(attempt.message.content.template)

    async def _park(self, attempt: Attempt, cause: str, reason: str) -> bool:
        """Let the message wait for a person; those after it may be sent."""
        metrics.parked.labels(cause).inc()
        await self.service.writer.write(lambda c: outbox.park(c, attempt, reason))
        return True

    async def _wait(self, attempt: Attempt, reaction: Reaction, reason: str) -> None:
        """Let the message wait for its next attempt, longer each time."""
        is_danger = attempt.message.content.purpose == "danger"
        waited = _find_last_wait(attempt, reaction)
        seconds = reaction.wait(waited, DANGER_CEILING if is_danger else CEILING)
        due = self.service.clock() + seconds
        later = outbox.schedule_retry if reaction.most is not None else outbox.postpone
        if reaction.action == "ambiguous":
            later = outbox.await_status
        await self.service.writer.write(lambda c: later(c, attempt, due, reason))


def _find_last_wait(attempt: Attempt, reaction: Reaction) -> float:
    """Return the seconds waited before this attempt, as far as they count for what to do now.

    What was perhaps sent is told by its reason: waits that others asked for are none of its own.
    """
    is_other = reaction.longest is not None and not attempt.reason.startswith(_PERHAPS)
    return 0.0 if is_other else attempt.waited
