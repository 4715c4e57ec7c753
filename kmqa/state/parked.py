"""What was set aside: unanswered messages, replies held or refused, items nobody could read.

A reply that Meta took and could not deliver is listed as well. It is not sent again: what was in
it is not held any longer, and a late "failed" may be followed by "delivered".
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, exists, func, select, update

from kmqa.messages import ContentRef
from kmqa.state import tables
from kmqa.state.outbox import refs_in

_SET_ASIDE = ("held", "parked")
_AS_NEW = {"state": "queued", "attempts": 0, "reason": "", "hold_reason": ""}


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that waits for a person.

    Attributes:
        since: Unix seconds.
        reason: Without anything that a person wrote.
    """

    what: Literal["question", "reply", "held", "undelivered", "unreadable"]
    row: int
    since: float
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAsideMessage:
    """A message that may not leave or was refused, for a curator to see why.

    Attributes:
        since: Unix seconds when it was queued.
        purpose: What it was to be sent for.
        hold_reason: A `kmqa.channels.may_leave.HoldReason`; empty for what a channel refused.
        reason: Why, in short, without anything that a person wrote.
        content_refs: The reviewed items that are in it.
    """

    row: int
    since: float
    purpose: str
    hold_reason: str
    reason: str
    content_refs: tuple[ContentRef, ...]


def list_items(connection: Connection) -> list[Item]:
    """Return everything that was set aside, the oldest first."""
    found: list[Item] = []
    inbox, outbox, unreadable = tables.inbox.c, tables.outbox.c, tables.unreadable.c
    for row in connection.execute(
        select(inbox.id, inbox.stored_at, inbox.reason).where(inbox.state == "parked")
    ):
        found.append(Item("question", *row))
    for row in connection.execute(
        select(outbox.id, outbox.created_at, outbox.reason).where(outbox.state == "parked")
    ):
        found.append(Item("reply", *row))
    for row in connection.execute(
        select(outbox.id, outbox.created_at, outbox.reason).where(outbox.state == "held")
    ):
        found.append(Item("held", *row))
    found += _list_undelivered(connection)
    for row in connection.execute(select(unreadable.id, unreadable.stored_at, unreadable.reason)):
        found.append(Item("unreadable", *row))
    return sorted(found, key=lambda item: (item.since, item.what, item.row))


def count_set_aside(connection: Connection) -> int:
    """Return how many messages may not leave or were refused."""
    query = select(func.count()).where(tables.outbox.c.state.in_(_SET_ASIDE))
    return connection.execute(query).scalar_one()


def count_held(connection: Connection) -> Mapping[str, int]:
    """Return how many messages may not leave, by the reason, the commonest first."""
    box = tables.outbox.c
    n = func.count()
    query = (
        select(box.hold_reason, n)
        .where(box.state == "held")
        .group_by(box.hold_reason)
        .order_by(n.desc(), box.hold_reason)
    )
    return {row[0]: row[1] for row in connection.execute(query)}


def list_set_aside(connection: Connection, most: int, skip: int = 0) -> Sequence[SetAsideMessage]:
    """Return up to `most` messages that were set aside, the newest first, after `skip` of them."""
    box = tables.outbox.c
    rows = connection.execute(
        select(tables.outbox)
        .where(box.state.in_(_SET_ASIDE))
        .order_by(box.id.desc())
        .limit(most)
        .offset(skip)
    )
    return [
        SetAsideMessage(
            row=row.id,
            since=row.created_at,
            purpose=row.purpose,
            hold_reason=row.hold_reason,
            reason=row.reason,
            content_refs=refs_in(row.content_refs),
        )
        for row in rows
    ]


def _list_undelivered(connection: Connection) -> list[Item]:
    """Return replies that failed at Meta and of which no status says that they arrived."""
    box, news, others = tables.outbox.c, tables.statuses, tables.statuses.alias()
    arrived = exists().where(
        others.c.message_id == news.c.message_id,
        others.c.state.in_(("delivered", "read", "played")),
    )
    rows = connection.execute(
        select(box.id, news.c.at, news.c.codes)
        .join(news, news.c.message_id == box.message_id)
        .where(news.c.state == "failed", box.state == "sent", ~arrived)
    )
    return [
        Item("undelivered", row.id, row.at, f"{row.codes or 'no code'}: Meta could not deliver it")
        for row in rows
    ]


def retry(connection: Connection, now: float) -> int:
    """Let parked questions and replies wait again as if they were new; return their number.

    What was held back is asked again whether it may leave; but what was to be said to a programme
    is only sent one by one (`send_again`).
    """
    inbox, outbox = tables.inbox, tables.outbox
    questions = connection.execute(
        update(inbox)
        .where(inbox.c.state == "parked")
        .values(state="waiting", tries=0, due_at=now, reason="")
    )
    replies = connection.execute(
        update(outbox)
        .where(outbox.c.state.in_(_SET_ASIDE), outbox.c.hold_reason != "loop")
        .values(due_at=now, **_AS_NEW)
    )
    return questions.rowcount + replies.rowcount


def send_again(connection: Connection, row: int, now: float) -> bool:
    """Let one message wait again as if it were new; return whether it was set aside.

    Asked twice, as by a second click, it does so once.
    """
    box = tables.outbox
    again = update(box).where(box.c.id == row, box.c.state.in_(_SET_ASIDE))
    return connection.execute(again.values(due_at=now, **_AS_NEW)).rowcount == 1
