"""From a queued message to one that its channel took, or a reason why not.

Every message is asked for at the one exit (`kmqa.channels.may_leave`) right before it is sent.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from kmqa import log
from kmqa.channels import may_leave
from kmqa.channels.channel import (
    GIVE_UP,
    Accepted,
    LeftToFetch,
    Postponed,
    Refused,
    Transports,
)
from kmqa.runtime import metrics
from kmqa.runtime.service import Service
from kmqa.state import outbox
from kmqa.state.outbox import Attempt
from kmqa.state.people import Person

_MOST_ATTEMPTS = 20  # more than any reaction asks for: what ends each without a word is parked
_EXHAUSTED = Refused(GIVE_UP, detail="it could not be sent again and again")
_LOG = log.logger(__name__)


@dataclass(frozen=True, slots=True)
class Sending:
    """Sends people their messages in order, each through the channel that it is for."""

    service: Service
    transports: Transports

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
        if decision.hold_reason:
            return await self._hold(attempt, decision)
        if attempt.number > _MOST_ATTEMPTS:
            return await self._settle(attempt, _EXHAUSTED)
        channel = self.service.channels.of(attempt.message.to.number_id)
        outcome = await self.transports[channel.name].send(attempt, person.address)
        match outcome:
            case Accepted(message_id):
                return await self._record_sent(attempt, message_id)
            case LeftToFetch():
                metrics.sent.inc()
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
        bundle = await self.service.responder()
        return may_leave.may_leave(attempt.message.content, to, bundle, self.service.clock())

    async def _hold(self, attempt: Attempt, decision: may_leave.Decision) -> bool:
        """Keep the message for a curator to see; those after it may be sent."""
        reason, text = str(decision.hold_reason), decision.text
        metrics.parked.labels(reason).inc()
        _LOG.warning("held", message=attempt.id, reason=reason)
        await self.service.writer.write(lambda c: outbox.hold(c, attempt, reason, text))
        return True

    async def _record_sent(self, attempt: Attempt, message_id: str) -> bool:
        metrics.sent.inc()
        metrics.reply_seconds.observe(max(0.0, self.service.clock() - attempt.created_at))
        taken = self.service.identity.hash_message_id(message_id)
        await self.service.writer.write(lambda c: outbox.record_sent(c, attempt.id, taken))
        return True

    async def _settle(self, attempt: Attempt, refused: Refused) -> bool:
        """Do what the error asks for; return whether the messages after this one may go on."""
        reaction = refused.reaction
        reason = f"{refused.code or 'no code'}: {refused.detail or reaction.action}"
        metrics.not_sent.labels(metrics.ACTION_LABELS.get(reaction.action, reaction.action)).inc()
        log_line = _LOG.error if reaction.alarm else _LOG.warning
        log_line("not sent", letter=attempt.id, code=refused.code, action=reaction.action)
        if reaction.action == "lease_lost":
            return False  # it stays in flight
        if reaction.action == "ambiguous" and attempt.number < reaction.most:
            return False  # it stays in flight until a status or time decides
        is_over = reaction.action in {"give_up", "window", "ambiguous"}
        if is_over or attempt.number >= reaction.most:
            metrics.parked.labels(reaction.action).inc()
            await self.service.writer.write(lambda c: outbox.park(c, attempt, reason))
            return True
        due = self.service.clock() + reaction.wait(attempt.number)
        wait = outbox.postpone if reaction.action == "pause" else outbox.schedule_retry
        await self.service.writer.write(lambda c: wait(c, attempt, due, reason))
        return False
