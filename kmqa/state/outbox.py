"""What shall go out: written with the turn that decided it, sent at most once on purpose.

::

    queued ──take──► sending ──accepted──► sent
      ▲                 │ └──refused for good──► parked
      └──later──────────┘
    sending, and its worker died or the net broke: in the air. A status that names the row says that
    it was sent; where none comes in time, it is queued once more.

A worker may stand still for minutes and go on as if nothing had been. What it then says about a
letter counts only for the try that it began itself, with one exception: a message that the channel
took is sent, whoever sent it.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, String, bindparam, cast, delete, select, update

from kmqa.state import tables
from kmqa.state.inbox import insert_new

IN_THE_AIR = 90.0  # seconds in which a status is expected, before a second try
_UNSETTLED = ("queued", "sending", "parked")

# Put together once: SQLAlchemy takes longer for that than the database for the work.
_box = tables.outbox
_LEFT = (
    select(_box)
    .where(_box.c.person == bindparam("whose"), _box.c.state.in_(("queued", "sending")))
    .where(_box.c.created_at >= bindparam("since"))
    .order_by(_box.c.id)
)
_BEGUN = (
    update(_box)
    .where(_box.c.id.in_(bindparam("letters", expanding=True)))
    .values(state="sending", begun_at=bindparam("now"), tries=_box.c.tries + 1)
)
_SENT = (
    update(_box)
    .where(_box.c.id == bindparam("letter"), _box.c.state.in_(_UNSETTLED))
    .values(state="sent", message_id=bindparam("taken"), reason="", payload="")
)


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
        tries: Including the one that was begun by taking it; names this try.
        begun_at: Unix seconds of this try.
    """

    id: int
    number_id: str
    payload: dict[str, Any]
    tries: int
    begun_at: float
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


def take(connection: Connection, person: int, now: float, since: float = 0.0) -> list[Letter]:
    """The person's due messages, in order, marked as being sent.

    A message that is not due yet holds back those after it, so that their order stays; only what
    was written before `since` holds back nothing, and is not taken.
    """
    rows = connection.execute(_LEFT, {"whose": person, "since": since}).all()
    due = []
    for row in rows:
        if row.state == "sending" or row.due_at > now:
            break
        due.append(row)
    if due:
        connection.execute(_BEGUN, {"letters": [row.id for row in due], "now": now})
    return [
        Letter(
            id=row.id,
            number_id=row.number_id,
            payload=json.loads(row.payload),
            tries=row.tries + 1,
            begun_at=now,
            created_at=row.created_at,
        )
        for row in due
    ]


def sent(connection: Connection, letter: int, message_id: str) -> None:
    """The channel took this message; `message_id` is the hash of what it calls it.

    What was in it is not held any longer.
    """
    connection.execute(_SENT, {"letter": letter, "taken": message_id})


def left_to_fetch(connection: Connection, letter: Letter) -> None:
    """This message waits for its reader to fetch it, as on a web page."""
    _settle(connection, letter, state="sent", reason="")


def park(connection: Connection, letter: Letter, reason: str) -> None:
    """This message waits for a person to look at it."""
    _settle(connection, letter, state="parked", reason=reason[:200])


def later(connection: Connection, letter: Letter, due_at: float, reason: str) -> None:
    """This message was certainly not sent, and is tried again at `due_at`."""
    _settle(connection, letter, state="queued", due_at=due_at, reason=reason[:200])


def put_off(connection: Connection, letter: Letter, due_at: float, reason: str) -> None:
    """As `later`, for what is not the message's fault: it does not count as a try."""
    values = {"due_at": due_at, "reason": reason[:200], "tries": letter.tries - 1}
    _settle(connection, letter, state="queued", **values)


def untried(connection: Connection, letters: Sequence[Letter]) -> None:
    """These messages were taken and not sent, because one before them could not be."""
    for letter in letters:
        _settle(connection, letter, state="queued", tries=letter.tries - 1)


def withdraw(connection: Connection, person: int) -> None:
    """Nothing goes out that was not sent to the person yet, but what was replied to a danger sign.

    Such a reply was written in the same moment as the turn that it belongs to.
    """
    box, turns = tables.outbox, tables.turns.c
    dangers = select(turns.at).where(turns.person == person, turns.outcome == "urgent")
    is_hers = (box.c.person == person) & box.c.state.in_(_UNSETTLED)
    connection.execute(delete(box).where(is_hers, box.c.created_at.not_in(dangers)))


def _settle(connection: Connection, letter: Letter, **values: object) -> None:
    """The try that `letter` began ends, unless another one has begun."""
    table = tables.outbox
    is_its_try = (table.c.state == "sending") & (table.c.tries == letter.tries)
    connection.execute(update(table).where(table.c.id == letter.id, is_its_try).values(**values))


def reconcile(connection: Connection, now: float) -> tuple[int, int]:
    """Settle what was in the air; how many had been sent, and how many are queued again.

    A message counts as sent when any status carries its id as callback, whatever it says, also
    where it was queued again or parked meanwhile. Only messages whose try is long past are queued
    again.
    """
    box, news = tables.outbox, tables.statuses
    told = (
        select(box.c.id, news.c.message_id)
        .join(news, news.c.callback == cast(box.c.id, String))
        .where(
            box.c.state.in_(_UNSETTLED),
            box.c.tries > 0,
        )
        .distinct()
    )
    arrived = {row.id: row.message_id for row in connection.execute(told)}
    for letter, message_id in arrived.items():
        connection.execute(
            update(box)
            .where(box.c.id == letter)
            .values(state="sent", message_id=message_id, reason="", payload="")
        )
    again = connection.execute(
        update(box)
        .where(box.c.state == "sending", box.c.begun_at < now - IN_THE_AIR)
        .values(state="queued", due_at=now, reason="was in the air")
    )
    return len(arrived), again.rowcount
