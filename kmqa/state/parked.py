"""What was set aside: unanswered messages, replies that Meta refused, items nobody could read.

A reply that Meta took and could not deliver is listed as well. It is not tried again: what was in
it is not held any longer, and a late "failed" may be followed by "delivered".
"""

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, exists, select, update

from kmqa.state import tables


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that waits for a person.

    Attributes:
        since: Unix seconds.
        reason: Without anything that a person wrote.
    """

    what: Literal["question", "reply", "undelivered", "unreadable"]
    row: int
    since: float
    reason: str


def items(connection: Connection) -> list[Item]:
    """Everything that is parked, the oldest first."""
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
    found += _undelivered(connection)
    for row in connection.execute(select(unreadable.id, unreadable.stored_at, unreadable.reason)):
        found.append(Item("unreadable", *row))
    return sorted(found, key=lambda item: (item.since, item.what, item.row))


def _undelivered(connection: Connection) -> list[Item]:
    """Replies that failed at Meta and of which no status says that they arrived."""
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
    """Questions and replies that are parked wait again as if they were new; their number."""
    inbox, outbox = tables.inbox, tables.outbox
    questions = connection.execute(
        update(inbox)
        .where(inbox.c.state == "parked")
        .values(state="waiting", tries=0, due_at=now, reason="")
    )
    replies = connection.execute(
        update(outbox)
        .where(outbox.c.state == "parked")
        .values(state="queued", tries=0, due_at=now, reason="")
    )
    return questions.rowcount + replies.rowcount
