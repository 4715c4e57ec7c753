"""What came in: stored once, waiting until it is answered or parked."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

from sqlalchemy import Connection, Table, bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import ReturningInsert

from kmqa.messages import (
    Delivery,
    Incoming,
    IncomingKind,
    Media,
    Renaming,
    StatusUpdate,
    Unreadable,
    Urgency,
)
from kmqa.state import people, tables
from kmqa.state.identity import Identity

# Put together once: SQLAlchemy takes longer for that than the database for the work.
_box = tables.inbox
_STILL_WAITING = update(_box).where(
    _box.c.id.in_(bindparam("ids", expanding=True)), _box.c.state == "waiting"
)
_DONE = _STILL_WAITING.values(state="done", reason="", body="")
_PUT_BACK = _STILL_WAITING.values(due_at=bindparam("due"), tries=_box.c.tries - 1)
_PARKED = _STILL_WAITING.values(state="parked", reason=bindparam("why"))
_THERE = select(_box.c.id).where(
    _box.c.number_id == bindparam("number"), _box.c.message_id == bindparam("message")
)
_BILLED = select(tables.statuses.c.state).where(
    tables.statuses.c.message_id == bindparam("message"),
    tables.statuses.c.state != bindparam("but"),
    tables.statuses.c.is_billed,
)

_SKEW = 120.0  # seconds by which a channel's clock may run ahead before ours is believed


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A stored message that nobody has answered yet.

    Attributes:
        replaces: The channel's id of the earlier message that it changes, or deletes.
        media: The recording of a voice message.
        transcript: What was heard in it: nothing where nobody could be understood, None before.
        tries: How often a worker began to answer it.
        answers_to: The channel's id of the message that it quotes.
        urgency: What a first look said.
        stored_at: Unix seconds by our clock.
    """

    id: int
    number_id: str
    message_id: str
    kind: IncomingKind
    text: str | None
    choice: str | None
    sent_at: float
    replaces: str | None = None
    media: Media | None = None
    transcript: str | None = None
    tries: int
    answers_to: str | None = None
    urgency: Urgency = Urgency.ORDINARY
    stored_at: float = 0.0


@dataclass(frozen=True, slots=True)
class Stored:
    """What was new in a delivery.

    Attributes:
        billed: Those of the statuses that are the first to say that their message is billed.
        unreadable: Number of items.
    """

    messages: tuple[Incoming, ...]
    statuses: tuple[StatusUpdate, ...]
    billed: tuple[StatusUpdate, ...]
    unreadable: int


def store(connection: Connection, identity: Identity, delivery: Delivery, now: float) -> Stored:
    """Store everything in `delivery`; what is there already stays as it is.

    Rows are written in one order whatever the order of the delivery, so that two processes that get
    the same one cannot wait for each other; each person's messages keep theirs.
    """
    for renaming in delivery.renamings:
        _store_renaming(connection, identity, renaming, now)
    by_sender = sorted(delivery.messages, key=lambda m: identity.hash_names(m.sender))
    messages = [m for m in by_sender if _store_message(connection, identity, m, now)]
    statuses, billed = [], []
    for status in sorted(delivery.statuses, key=lambda s: (s.message_id, s.state)):
        if _store_status(connection, identity, status):
            statuses.append(status)
            if status.is_billed and _is_first_bill(connection, identity, status):
                billed.append(status)
    return Stored(
        messages=tuple(messages),
        statuses=tuple(statuses),
        billed=tuple(billed),
        unreadable=sum(_store_item(connection, identity, u, now) for u in delivery.unreadable),
    )


def read_waiting(
    connection: Connection, identity: Identity, persons: Sequence[int], now: float
) -> dict[int, list[Waiting]]:
    """Return what is due of each of `persons`, in the order in which it was sent."""
    table = tables.inbox
    rows = connection.execute(
        select(table)
        .where(table.c.person.in_(persons), table.c.state == "waiting", table.c.due_at <= now)
        .order_by(table.c.sent_at, table.c.id)
    )
    found: dict[int, list[Waiting]] = {person: [] for person in persons}
    for row in rows:
        found[row.person].append(_waiting(identity.open(row.body), row))
    return found


def _waiting(body: dict[str, Any], row: Any) -> Waiting:  # noqa: ANN401 - a row of the table
    return Waiting(
        id=row.id,
        number_id=row.number_id,
        message_id=body["message_id"],
        kind=row.kind,
        text=body["text"],
        choice=body["choice"],
        sent_at=row.sent_at,
        replaces=body.get("replaces"),
        media=Media(**body["media"]) if body.get("media") else None,
        transcript=body.get("transcript"),
        tries=row.tries,
        answers_to=body.get("answers_to"),
        urgency=Urgency(row.urgency),
        stored_at=row.stored_at,
    )


def count_attempt(connection: Connection, persons: Sequence[int], now: float) -> None:
    """Count one more attempt for everything that is due of these people."""
    table = tables.inbox
    connection.execute(
        update(table)
        .where(table.c.person.in_(persons), table.c.state == "waiting", table.c.due_at <= now)
        .values(tries=table.c.tries + 1)
    )


def put_back(connection: Connection, ids: Sequence[int], due_at: float) -> None:
    """Let messages wait until `due_at`, behind all that are due before; it was no attempt."""
    if ids:
        connection.execute(_PUT_BACK, {"ids": list(ids), "due": due_at})


def finish(connection: Connection, ids: Sequence[int]) -> int:
    """Mark messages as answered and hold them no longer; return how many still waited."""
    return connection.execute(_DONE, {"ids": list(ids)}).rowcount


def park(connection: Connection, ids: Sequence[int], reason: str) -> int:
    """Set messages aside for a person to look at; return how many still waited."""
    return connection.execute(_PARKED, {"ids": list(ids), "why": reason[:200]}).rowcount


def _store_renaming(
    connection: Connection, identity: Identity, renaming: Renaming, now: float
) -> None:
    """Store a change of name once: delivered again later, it would undo the one after it."""
    is_new = insert_new(
        connection,
        tables.inbox,
        number_id=renaming.number_id,
        message_id=identity.hash_message_id(renaming.message_id),
        kind="system",
        body="",
        sent_at=now,
        stored_at=now,
        state="done",
        due_at=now,
    )
    if is_new:
        people.rename_person(connection, identity, renaming, now)


def _store_message(
    connection: Connection, identity: Identity, message: Incoming, now: float
) -> bool:
    if _is_there(connection, identity, message):
        return False  # before anybody is made of a sender who was forgotten since
    sent_at = min(float(message.sent_at), now + _SKEW)
    person = people.find_or_add_person(connection, identity, message.sender, now, said_at=sent_at)
    body = {
        "message_id": message.message_id,
        "text": message.text,
        "choice": message.choice,
        "replaces": message.replaces,
        "media": asdict(message.media) if message.media else None,
        "answers_to": message.answers_to,
    }
    is_new = insert_new(
        connection,
        tables.inbox,
        number_id=message.number_id,
        message_id=identity.hash_message_id(message.message_id),
        person=person,
        kind=message.kind,
        body=identity.seal(body),
        sent_at=sent_at,
        stored_at=now,
        state="waiting",
        tries=0,
        due_at=now,
        urgency=int(message.urgency),
        reason="",
    )
    if is_new:
        people.open_window(connection, person, sent_at)
    return is_new


def _is_there(connection: Connection, identity: Identity, message: Incoming) -> bool:
    its_id = identity.hash_message_id(message.message_id)
    same = {"number": message.number_id, "message": its_id}
    return connection.execute(_THERE, same).first() is not None


def _is_first_bill(connection: Connection, identity: Identity, status: StatusUpdate) -> bool:
    """Tell whether no other status of the message, stored before, says that it is billed."""
    others = {"message": identity.hash_message_id(status.message_id), "but": status.state}
    return connection.execute(_BILLED, others).first() is None


def _store_status(connection: Connection, identity: Identity, status: StatusUpdate) -> bool:
    return insert_new(
        connection,
        tables.statuses,
        message_id=identity.hash_message_id(status.message_id),
        state=status.state,
        at=float(status.at),
        callback=status.callback,
        codes=",".join(str(code) for code in status.codes)[:100],
        category=status.category,
        is_billed=status.is_billed,
    )


def _store_item(connection: Connection, identity: Identity, item: Unreadable, now: float) -> bool:
    content = json.dumps(item.item, sort_keys=True, ensure_ascii=True)
    return insert_new(
        connection,
        tables.unreadable,
        hash=identity.hash_item(content),
        reason=item.reason[:200],
        body=identity.seal(item.item),
        stored_at=now,
    )


def insert_new(connection: Connection, table: Table, **values: object) -> bool:
    """Insert a row unless one with the same unique columns is there; whether it was new."""
    statement = _insert(table, connection.dialect.name)
    return connection.execute(statement, values).first() is not None


@cache
def _insert(table: Table, dialect_name: str) -> ReturningInsert[Any]:
    """Return the statement of `insert_new`; putting it together takes as long as running it."""
    dialect = postgresql if dialect_name == "postgresql" else sqlite
    # A returned row says it on both; the count of rows of an insert is -1 with psycopg.
    statement: ReturningInsert[Any] = (
        dialect.insert(table).on_conflict_do_nothing().returning(*table.primary_key)
    )
    return statement
