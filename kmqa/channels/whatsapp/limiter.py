"""How fast may be sent: over one number, and to one person.

Meta allows 80 messages a second over a number, in and out together, and to one person a burst of
45 and then one in 6 seconds (limits as of 2026-11). Token buckets of one process; workers share a
number's rate by dividing it among those that live.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

PAIR_BURST = 45.0
PAIR_RATE = 1 / 6
_CALM = 60.0  # seconds for which a number that was too fast sends at half its rate


@dataclass(slots=True)
class Bucket:
    """Tokens that refill at `rate` a second up to `most`; it may be in debt."""

    rate: float
    most: float
    tokens: float
    at: float

    def take_token(self, now: float) -> float:
        """Take one token; return the seconds until it would have been there, 0 where it was."""
        self._fill(now)
        self.tokens -= 1
        return max(0.0, -self.tokens / self.rate)

    def is_empty(self, now: float) -> bool:
        """Whether nothing may be sent just now."""
        self._fill(now)
        return self.tokens < 1

    def _fill(self, now: float) -> None:
        self.tokens = min(self.most, self.tokens + max(0.0, now - self.at) * self.rate)
        self.at = now


@dataclass(slots=True)
class NumberLimiter:
    """Holds senders back so that a number stays under its rate.

    Attributes:
        per_second: Of one number over all workers.
        workers: How many share that rate.
    """

    per_second: float
    clock: Callable[[], float] = time.monotonic
    workers: int = 1
    _buckets: dict[tuple[str, bool], Bucket] = field(default_factory=dict)
    _slow_until: dict[str, float] = field(default_factory=lambda: defaultdict(float))

    async def wait(self, number_id: str, *, is_danger: bool = False) -> None:
        """Return when one more message may be sent over `number_id`.

        The text for a danger sign waits for other such texts alone: it has a bucket of its own.
        """
        now = self.clock()
        rate = self.per_second / max(1, self.workers)
        if now < self._slow_until[number_id]:
            rate /= 2
        fresh = Bucket(rate, max(1.0, rate / 4), 1.0, now)
        bucket = self._buckets.setdefault((number_id, is_danger), fresh)
        bucket.rate = rate
        delay = bucket.take_token(now)
        if delay:
            await asyncio.sleep(delay)

    def slow_down(self, number_id: str) -> None:
        """Meta said that `number_id` is too fast: half the rate for a minute."""
        self._slow_until[number_id] = self.clock() + _CALM


@dataclass(slots=True)
class PairLimiter:
    """Knows to whom so much was sent that more has to wait."""

    clock: Callable[[], float] = time.monotonic
    _buckets: dict[int, Bucket] = field(default_factory=dict)

    def may_send(self, person: int) -> bool:
        """Whether one more message may go to `person` now; if so, it is counted."""
        now = self.clock()
        bucket = self._buckets.setdefault(person, Bucket(PAIR_RATE, PAIR_BURST, PAIR_BURST, now))
        if bucket.is_empty(now):
            return False
        bucket.take_token(now)
        self._forget(now)
        return True

    def _forget(self, now: float) -> None:
        """Full buckets say nothing; keep memory small."""
        if len(self._buckets) < 10_000:
            return
        full = [p for p, b in self._buckets.items() if (now - b.at) * b.rate >= b.most]
        for person in full:
            del self._buckets[person]
