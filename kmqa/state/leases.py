"""Who works for whom: a person's messages are handled by one worker at a time.

A lease ends by itself when its worker no longer renews it, so the work of a dead worker is taken
over by the others. What was decided under a lease that was lost is refused by the tables' unique
columns, not by the lease.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, bindparam, case, delete, func, select, update

from kmqa.messages import Urgency
from kmqa.state import inbox, tables
from kmqa.state.database import Database
from kmqa.state.inbox import insert_new

TERM = 15.0  # seconds after which a lease that nobody renews is over
RENEWAL = 5.0  # seconds between renewals
_LAST = int(Urgency.ORDINARY)

# Put together once: SQLAlchemy takes longer for that than the database for the work.
_people = tables.people
_RELEASED = (
    update(_people)
    .where(_people.c.id == bindparam("whose"), _people.c.leased_by == bindparam("worker"))
    .values(leased_by=None, leased_until=bindparam("until"))
)
_HOLDER = select(_people.c.leased_by).where(_people.c.id == bindparam("whose")).with_for_update()


def claim(
    database: Database,
    worker: str,
    most: int,
    now: float,
    least_urgent: Urgency = Urgency.ORDINARY,
) -> list[int]:
    """Lease up to `most` people who have something to be done and whom nobody works for.

    Args:
        database: Of the people.
        worker: Who leases.
        most: People, at least 1.
        now: Unix seconds.
        least_urgent: Whom nothing so urgent waits for is left to others.

    Returns:
        Ids, the most urgent first and then the longest waiting.
    """
    with database.reading() as connection:
        wanted = _find_due(connection, most, now, least_urgent)
    if not wanted:
        return []
    table = tables.people
    with database.writing() as connection:
        free = select(table.c.id).where(table.c.id.in_(wanted), table.c.leased_until < now)
        if database.is_postgresql:
            free = free.with_for_update(skip_locked=True)
        ids = list(connection.execute(free).scalars())
        if ids:
            connection.execute(
                update(table)
                .where(table.c.id.in_(ids))
                .values(leased_by=worker, leased_until=now + TERM)
            )
            inbox.count_attempt(connection, ids, now)
    order = {person: place for place, person in enumerate(wanted)}
    return sorted(ids, key=order.__getitem__)


def _find_due(connection: Connection, most: int, now: float, least_urgent: Urgency) -> list[int]:
    """Return people with a due message in or out, the most urgent and then the longest waiting.

    A person counts once, however much of them waits: by their oldest message that is due.
    """
    found: dict[int, tuple[int, float]] = {}
    for row in _read_due(connection, most, now, least_urgent):
        place = (row.urgency, row.since)
        found[row.person] = min(place, found.get(row.person, place))
    return sorted(found, key=lambda person: (*found[person], person))[:most]


def _read_due(
    connection: Connection, most: int, now: float, least_urgent: Urgency
) -> list[Row[Any]]:
    """Return person, urgency and time of what is due, up to `most` people of each table."""
    people, inbox, outbox = tables.people, tables.inbox.c, tables.outbox.c
    as_danger = case((outbox.purpose == "danger", int(Urgency.LIKELY)), else_=_LAST)
    rows: list[Row[Any]] = []
    for box, state, urgency in (
        (tables.inbox, "waiting", inbox.urgency),
        (tables.outbox, "queued", as_danger),
    ):
        first, since = func.min(urgency), func.min(box.c.due_at)
        due = (
            select(box.c.person, first.label("urgency"), since.label("since"))
            .join(people, people.c.id == box.c.person)
            .where(box.c.state == state, box.c.due_at <= now, people.c.leased_until < now)
            .group_by(box.c.person)
            .order_by(first, since)
            .limit(most)
        )
        if least_urgent < _LAST:
            due = due.where(urgency <= int(least_urgent))
        rows.extend(connection.execute(due))
    return rows


def find_urgent(connection: Connection, worker: str) -> list[int]:
    """Return the people of whom `worker` holds the lease and a message waits that looks urgent."""
    people, inbox = tables.people, tables.inbox
    urgent = (
        select(inbox.c.person)
        .join(people, people.c.id == inbox.c.person)
        .where(inbox.c.state == "waiting", inbox.c.urgency == int(Urgency.LIKELY))
        .where(people.c.leased_by == worker)
        .distinct()
    )
    return list(connection.execute(urgent).scalars())


def release(connection: Connection, worker: str, person: int, until: float = 0.0) -> None:
    """End the worker's lease for the person; nobody takes another before `until`."""
    connection.execute(_RELEASED, {"whose": person, "worker": worker, "until": until})


def renew(connection: Connection, worker: str, people: Sequence[int], now: float) -> None:
    """Store that the worker is alive, and renew its leases for `people`."""
    table = tables.people
    connection.execute(
        update(table)
        .where(table.c.id.in_(people), table.c.leased_by == worker)
        .values(leased_until=now + TERM)
    )
    if not insert_new(connection, tables.workers, name=worker, seen_at=now):
        connection.execute(
            update(tables.workers).where(tables.workers.c.name == worker).values(seen_at=now)
        )


def is_held(connection: Connection, worker: str, person: int) -> bool:
    """Tell whether the person is still the worker's to work for, until the transaction ends.

    The person's row is locked: nobody else may lease them between this look and what is written
    after it. SQLite has one writer and needs no lock.
    """
    return connection.execute(_HOLDER, {"whose": person}).scalar() == worker


def count_workers(connection: Connection, now: float) -> int:
    """Count the workers that have been seen within a lease's term."""
    table = tables.workers
    return connection.execute(
        select(func.count()).select_from(table).where(table.c.seen_at > now - TERM)
    ).scalar_one()


def release_all(connection: Connection, worker: str) -> None:
    """End every lease of a worker that stops."""
    people = tables.people
    connection.execute(
        update(people).where(people.c.leased_by == worker).values(leased_by=None, leased_until=0.0)
    )
    connection.execute(delete(tables.workers).where(tables.workers.c.name == worker))
