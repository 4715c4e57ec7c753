"""What shall go out: written with the turn that decided it, sent at most once on purpose.

::

    queued ──take──► sending ──accepted──► sent
      ▲                 │ └──refused for good──► failed, or parked
      └──later──────────┘
    sending, and its worker died or the net broke: in the air. A status that names the row says that
    it was sent; where none comes in time, it is queued once more.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, String, cast, select, update

from kmqa.state import tables
from kmqa.state.inbox import insert_new

IN_THE_AIR = 90.0  # seconds in which a status is expected, before a second try


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A message that a turn wants to send.

    Attributes:
        answers: Row of the inbox.
        place: Among the messages of the turn, from 0.
    """

    number_id: str
    answers: int
    place: int
    payload: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A row that is being sent; its id goes along as callback.

    Attributes:
        tries: Including the one that was begun by taking it.
    """

    id: int
    number_id: str
    payload: dict[str, Any]
    tries: int
    created_at: float


def write(connection: Connection, person: int, drafts: Sequence[Draft], now: float) -> int:
    """The `drafts` are queued, each once however often a turn is taken; how many were new."""
    return sum(
        insert_new(
            connection,
            tables.outbox,
            person=person,
            number_id=draft.number_id,
            answers=draft.answers,
            place=draft.place,
            payload=json.dumps(draft.payload, ensure_ascii=False),
            state="queued",
            tries=0,
            due_at=now,
            begun_at=0.0,
            created_at=now,
            reason="",
        )
        for draft in drafts
    )


def take(connection: Connection, person: int, now: float) -> list[Letter]:
    """The person's due messages, in order, marked as being sent.

    A message that is not due yet holds back those after it, so that their order stays.
    """
    table = tables.outbox
    rows = connection.execute(
        select(table)
        .where(table.c.person == person, table.c.state.in_(("queued", "sending")))
        .order_by(table.c.answers, table.c.place)
    ).all()
    due = []
    for row in rows:
        if row.state == "sending" or row.due_at > now:
            break
        due.append(row)
    if due:
        connection.execute(
            update(table)
            .where(table.c.id.in_([row.id for row in due]))
            .values(state="sending", begun_at=now, tries=table.c.tries + 1)
        )
    return [
        Letter(
            id=row.id,
            number_id=row.number_id,
            payload=json.loads(row.payload),
            tries=row.tries + 1,
            created_at=row.created_at,
        )
        for row in due
    ]


def sent(connection: Connection, letter: int, message_id: str) -> None:
    """The channel took this message; `message_id` is the hash of what it calls it.

    What was in it is not held any longer.
    """
    _settle(connection, letter, state="sent", message_id=message_id, reason="", payload="")


def left_to_fetch(connection: Connection, letter: int) -> None:
    """This message waits for its reader to fetch it, as on a web page."""
    _settle(connection, letter, state="sent", reason="")


def failed(connection: Connection, letter: int, reason: str) -> None:
    """This message can never be sent, and nobody needs to act."""
    _settle(connection, letter, state="failed", reason=reason[:200])


def park(connection: Connection, letter: int, reason: str) -> None:
    """This message waits for a person to look at it."""
    _settle(connection, letter, state="parked", reason=reason[:200])


def later(connection: Connection, letter: int, due_at: float, reason: str) -> None:
    """This message was certainly not sent, and is tried again at `due_at`."""
    _settle(connection, letter, state="queued", due_at=due_at, reason=reason[:200])


def untried(connection: Connection, letters: Sequence[int]) -> None:
    """These messages were taken and not sent, because one before them could not be."""
    table = tables.outbox
    connection.execute(
        update(table)
        .where(table.c.id.in_(letters), table.c.state == "sending")
        .values(state="queued", tries=table.c.tries - 1)
    )


def _settle(connection: Connection, letter: int, **values: object) -> None:
    table = tables.outbox
    connection.execute(
        update(table).where(table.c.id == letter, table.c.state == "sending").values(**values)
    )


def reconcile(connection: Connection, now: float) -> tuple[int, int]:
    """Settle what was in the air; how many had been sent, and how many are queued again.

    A message counts as sent when any status carries its id as callback, whatever it says, also
    where it was queued again meanwhile. Only messages whose try is long past are queued again.
    """
    box, news = tables.outbox, tables.statuses
    told = (
        select(box.c.id, news.c.message_id)
        .join(news, news.c.callback == cast(box.c.id, String))
        .where(
            box.c.state.in_(("sending", "queued")),
            box.c.tries > 0,
        )
        .distinct()
    )
    arrived = {row.id: row.message_id for row in connection.execute(told)}
    for letter, message_id in arrived.items():
        connection.execute(
            update(box)
            .where(box.c.id == letter)
            .values(state="sent", message_id=message_id, payload="")
        )
    again = connection.execute(
        update(box)
        .where(box.c.state == "sending", box.c.begun_at < now - IN_THE_AIR)
        .values(state="queued", due_at=now, reason="was in the air")
    )
    return len(arrived), again.rowcount
