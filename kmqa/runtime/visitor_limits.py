"""How much may be written on the chat page in a minute, by one session and from one address.

Both messages and characters are counted, because what is matched costs by its length: 120 messages
of 2,000 characters, each within the limit of messages, would take the matching thread 43 seconds.
What looks like a danger sign has limits of its own beside, so that nobody is kept from help by what
was written before.
"""

from dataclasses import dataclass, field

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter, MovingWindowRateLimiter

from kmqa.messages import Incoming, Urgency

PER_SESSION = RateLimitItemPerMinute(20)
PER_ADDRESS = RateLimitItemPerMinute(120)  # a clinic may have one address for all its phones
CHARACTERS_PER_SESSION = RateLimitItemPerMinute(6_000)
CHARACTERS_PER_ADDRESS = RateLimitItemPerMinute(30_000)  # 5 seconds of matching
DANGER_PER_SESSION = RateLimitItemPerMinute(10)
DANGER_PER_ADDRESS = RateLimitItemPerMinute(60)


@dataclass(frozen=True, slots=True)
class VisitorLimits:
    """Counts of one web process."""

    _messages: MovingWindowRateLimiter = field(
        default_factory=lambda: MovingWindowRateLimiter(MemoryStorage())
    )
    _characters: FixedWindowRateLimiter = field(
        default_factory=lambda: FixedWindowRateLimiter(MemoryStorage())
    )

    def admit(self, session: str, address: str, message: Incoming) -> bool:
        """Count a message; return whether it may be stored."""
        if self._is_within(session, address, len(message.text or "")):
            return True
        is_urgent = message.urgency == Urgency.LIKELY
        limits = ((DANGER_PER_SESSION, session), (DANGER_PER_ADDRESS, address))
        return is_urgent and all(self._messages.hit(limit, "danger", by) for limit, by in limits)

    def _is_within(self, session: str, address: str, n_characters: int) -> bool:
        by_number = ((PER_SESSION, session), (PER_ADDRESS, address))
        by_length = ((CHARACTERS_PER_SESSION, session), (CHARACTERS_PER_ADDRESS, address))
        return all(self._messages.hit(limit, "all", by) for limit, by in by_number) and all(
            self._characters.hit(limit, by, cost=n_characters) for limit, by in by_length
        )
