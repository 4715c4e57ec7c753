"""What is kept for a time only, and removed when the time is over."""

from sqlalchemy import Connection, delete, update

from kmqa.state import tables

DAY = 86_400.0
QUEUE_DAYS = 8  # Meta delivers a webhook again for up to seven days
WEB_DAYS = 1  # a page that was closed yesterday fetches nothing any more


def purge(connection: Connection, now: float, keep_days: int) -> None:
    """Questions older than `keep_days` lose their text and who asked; old queue rows are gone.

    What was set aside and looked at by nobody for `keep_days` is gone too: it holds texts.
    """
    old = now - keep_days * DAY
    turns, notes, feedback = tables.turns, tables.notes, tables.feedback
    connection.execute(
        update(turns)
        .where(turns.c.at < old, turns.c.question != "")
        .values(question="", person=None)
    )
    connection.execute(
        update(feedback)
        .where(feedback.c.at < old, feedback.c.comment != "")
        .values(comment="", person=None)
    )
    connection.execute(delete(notes).where(notes.c.at < old))
    unreadable = tables.unreadable
    connection.execute(delete(unreadable).where(unreadable.c.stored_at < old))
    done = now - QUEUE_DAYS * DAY
    inbox, outbox, statuses = tables.inbox, tables.outbox, tables.statuses
    connection.execute(delete(inbox).where(inbox.c.stored_at < done, inbox.c.state == "done"))
    connection.execute(delete(outbox).where(outbox.c.created_at < done, outbox.c.state == "sent"))
    connection.execute(delete(inbox).where(inbox.c.stored_at < old, inbox.c.state == "parked"))
    connection.execute(delete(outbox).where(outbox.c.created_at < old, outbox.c.state == "parked"))
    connection.execute(delete(statuses).where(statuses.c.at < done))
    fetched = now - WEB_DAYS * DAY
    connection.execute(
        update(outbox)
        .where(outbox.c.created_at < fetched, outbox.c.state == "sent", outbox.c.payload != "")
        .values(payload="")
    )
