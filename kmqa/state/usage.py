"""How many messages were sent in each month, by purpose: what caps and the console count.

Rows of the outbox go after some days and with people who are forgotten. So each day is counted from
the outbox while its rows are there, and the count is kept; of two counts of a day the greater is
right. The day that is going on is always counted anew.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy import BigInteger, Connection, cast, func, select, update

from kmqa.state import tables
from kmqa.state.inbox import insert_new

DAY = 86_400
_COUNTED_AGAIN = 3  # days before today: a send can be settled late


def store_days(connection: Connection, now: float) -> None:
    """Store the counts of the last days that are over."""
    today = int(now) // DAY
    for (day, purpose), n in _count_days(connection, today - _COUNTED_AGAIN, today).items():
        usage = tables.usage
        if not insert_new(connection, usage, day=day, purpose=purpose, n=n):
            is_it = (usage.c.day == day) & (usage.c.purpose == purpose) & (usage.c.n < n)
            connection.execute(update(usage).where(is_it).values(n=n))


def count_month(connection: Connection, now: float) -> Mapping[str, int]:
    """Return how many messages were sent since the month began (UTC), by purpose."""
    today = int(now) // DAY
    first = today - datetime.fromtimestamp(now, UTC).day + 1
    usage = tables.usage.c
    stored = select(usage.day, usage.purpose, usage.n).where(usage.day >= first, usage.day < today)
    counts = {(day, purpose): n for day, purpose, n in connection.execute(stored)}
    fresh = _count_days(connection, max(first, today - _COUNTED_AGAIN), today + 1)
    by_purpose: Counter[str] = Counter()
    for day, purpose in counts.keys() | fresh.keys():
        by_purpose[purpose] += max(counts.get((day, purpose), 0), fresh.get((day, purpose), 0))
    return by_purpose


def _count_days(connection: Connection, first: int, end: int) -> Mapping[tuple[int, str], int]:
    """Return how many messages were sent by day and purpose, from day `first` to before `end`."""
    box = tables.outbox.c
    # A whole number first: made of a fraction, SQLite cuts it off and PostgreSQL rounds it.
    day = cast(box.attempted_at, BigInteger) // DAY
    # What is sent was due at most a day before; the index is by that.
    is_recent = (box.due_at >= (first - 1) * DAY) & (box.attempted_at >= first * DAY)
    rows = connection.execute(
        select(day, box.purpose, func.count())
        .where(box.state == "sent", is_recent, box.attempted_at < end * DAY)
        .group_by(day, box.purpose)
    )
    return {(int(row[0]), row[1]): row[2] for row in rows}
