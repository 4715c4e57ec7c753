"""What was sent this month, as one process knows it."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from kmqa.runtime.service import Service
from kmqa.state import usage

_EVERY = 60.0  # seconds between readings; what other processes send meanwhile is not known here


@dataclass(slots=True)
class MonthCount:
    """Counts by purpose: read from the database each minute, and counted on between."""

    service: Service
    _counts: Counter[str] = field(default_factory=Counter)
    _read_at: float | None = None

    async def read(self, now: float) -> Mapping[str, int]:
        """Return how many messages were sent in the calendar month of `now`, by purpose."""
        if self._read_at is None or not 0 <= now - self._read_at < _EVERY:
            self._read_at = now
            self._counts = Counter(await asyncio.to_thread(self._count, now))
        return self._counts

    def add(self, purpose: str) -> None:
        """Count one more message."""
        self._counts[purpose] += 1

    def _count(self, now: float) -> Mapping[str, int]:
        with self.service.database.reading() as connection:
            return usage.count_month(connection, now)
