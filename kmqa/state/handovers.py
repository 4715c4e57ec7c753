"""Conversations that a person has taken over from the bot, or shall."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, case, func, insert, select, update

from kmqa.state import tables
from kmqa.state.identity import Identity


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Something that was said while a person has the conversation.

    Attributes:
        by: Name of the curator; empty for the health worker.
    """

    by: str
    text: str
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """An open or closed conversation.

    Attributes:
        opened_at: Unix seconds.
        closed_at: None while it is open.
        wrote_at: Unix seconds of their last message; after 24 hours nobody may write to them.
    """

    id: int
    person: int
    number_id: str
    cause: str
    opened_at: float
    closed_at: float | None
    closed_by: str
    wrote_at: float


def open_handover(  # noqa: PLR0913 - one argument for each part of the row
    connection: Connection,
    identity: Identity,
    person: int,
    number_id: str,
    cause: str,
    message: str,
    now: float,
) -> int:
    """Let the person's conversation wait for somebody; return its id, also of one that waits."""
    table = tables.handovers
    handover = _find_open_id(connection, person)
    if handover is None:
        handover = connection.execute(
            insert(table)
            .values(person=person, number_id=number_id, cause=cause, opened_at=now)
            .returning(table.c.id)
        ).scalar_one()
    elif cause == "urgent":
        connection.execute(update(table).where(table.c.id == handover).values(cause=cause))
    if message:
        _add_note(connection, identity, handover, "", message, now)
    return handover


def add_person_note(
    connection: Connection, identity: Identity, person: int, message: str, now: float
) -> None:
    """Store what the person wrote while somebody has their conversation."""
    handover = _find_open_id(connection, person)
    if handover is not None and message:
        _add_note(connection, identity, handover, "", message, now)


def add_curator_note(  # noqa: PLR0913 - one argument for each part of the row
    connection: Connection, identity: Identity, handover: int, by: str, message: str, now: float
) -> int:
    """Store what a curator wrote to the person; return the id of the note."""
    return _add_note(connection, identity, handover, by, message, now)


def close_handover(connection: Connection, handover: int, by: str, now: float) -> None:
    """Give the conversation back to the bot."""
    table = tables.handovers
    connection.execute(
        update(table)
        .where(table.c.id == handover, table.c.closed_at.is_(None))
        .values(closed_at=now, closed_by=by[:100])
    )


def close_asked(connection: Connection, person: int, by: str, now: float) -> None:
    """Give the person's conversation back to the bot, but for one about a danger."""
    table = tables.handovers
    is_asked = (table.c.person == person) & (table.c.cause != "urgent")
    connection.execute(
        update(table)
        .where(is_asked, table.c.closed_at.is_(None))
        .values(closed_at=now, closed_by=by[:100])
    )


def has_open(connection: Connection, person: int) -> bool:
    """Tell whether somebody has, or shall take over, the person's conversation."""
    return _find_open_id(connection, person) is not None


def list_open(connection: Connection, *, most: int, skip: int = 0) -> list[Handover]:
    """Return conversations that wait for somebody.

    Danger signs come first, and of those whoever wrote last: they can still be answered. Then
    whoever waits longest.

    Args:
        connection: Where to read.
        most: Conversations that are returned at most.
        skip: Conversations before them, in the same order.
    """
    table, people = tables.handovers, tables.people
    is_other = table.c.cause != "urgent"
    order = (is_other, case((is_other, table.c.opened_at), else_=-people.c.wrote_at), table.c.id)
    query = _with_people().where(table.c.closed_at.is_(None)).order_by(*order)
    return _read_rows(connection, query.limit(most).offset(skip))


def list_closed(connection: Connection, *, most: int, skip: int = 0) -> list[Handover]:
    """Return conversations that are over, last closed first; `most` and `skip` as `list_open`."""
    table = tables.handovers
    query = _with_people().where(table.c.closed_at.is_not(None))
    query = query.order_by(table.c.closed_at.desc(), table.c.id.desc())
    return _read_rows(connection, query.limit(most).offset(skip))


def find_open(connection: Connection, handover: int) -> Handover | None:
    """Return the conversation with this id while it waits for somebody, else None."""
    table = tables.handovers
    query = _with_people().where(table.c.id == handover, table.c.closed_at.is_(None))
    return next(iter(_read_rows(connection, query)), None)


def count(connection: Connection, *, is_open: bool) -> int:
    """Return how many conversations wait for somebody, or how many are over."""
    closed_at = tables.handovers.c.closed_at
    state = closed_at.is_(None) if is_open else closed_at.is_not(None)
    return connection.execute(select(func.count()).where(state)).scalar_one()


def list_notes(connection: Connection, identity: Identity, handover: int) -> Sequence[Note]:
    """Return what was said, first to last."""
    table = tables.notes
    rows = connection.execute(
        select(table).where(table.c.handover == handover).order_by(table.c.id)
    )
    return [Note(by=row.by, text=identity.open(row.body), at=row.at) for row in rows]


def _with_people() -> Select[tuple[Any, ...]]:
    table, people = tables.handovers, tables.people
    return select(table, people.c.wrote_at).join(people, people.c.id == table.c.person)


def _read_rows(connection: Connection, query: Select[tuple[Any, ...]]) -> list[Handover]:
    return [Handover(**row._mapping) for row in connection.execute(query)]


def _find_open_id(connection: Connection, person: int) -> int | None:
    table = tables.handovers
    found: int | None = connection.execute(
        select(table.c.id)
        .where(table.c.person == person, table.c.closed_at.is_(None))
        .order_by(table.c.id.desc())
        .limit(1)
    ).scalar()
    return found


def _add_note(  # noqa: PLR0913 - one argument for each part of the row
    connection: Connection, identity: Identity, handover: int, by: str, message: str, now: float
) -> int:
    note: int = connection.execute(
        insert(tables.notes)
        .values(handover=handover, by=by[:100], body=identity.seal(message), at=now)
        .returning(tables.notes.c.id)
    ).scalar_one()
    return note
