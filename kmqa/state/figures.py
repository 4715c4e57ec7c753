"""Counts for the console's first page and for whoever watches the service."""

from dataclasses import dataclass

from sqlalchemy import BigInteger, Connection, cast, func, select

from kmqa.state import tables

DAY = 86_400
UNREPORTED = 600.0  # seconds in which Meta usually reports on a message, many times over


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnCount:
    """How many questions of one day came out alike in one language.

    Attributes:
        day: Days since 1970-01-01, UTC.
    """

    day: int
    outcome: str
    language: str
    n: int


def count_turns(connection: Connection, since: float) -> list[TurnCount]:
    """Count the questions since then by day, outcome and language."""
    turns = tables.turns.c
    # A whole number first: made of a fraction, SQLite cuts it off and PostgreSQL rounds it.
    day = cast(turns.at, BigInteger) // DAY
    query = (
        select(day, turns.outcome, turns.language, func.count())
        .where(turns.at >= since)
        .group_by(day, turns.outcome, turns.language)
    )
    return [
        TurnCount(day=row[0], outcome=row[1], language=row[2], n=row[3])
        for row in connection.execute(query)
    ]


def count_unanswered(connection: Connection) -> int:
    """Count the questions of any day that wait for a curator."""
    query = select(func.count()).select_from(tables.turns).where(tables.UNANSWERED)
    return connection.execute(query).scalar_one()


def count_billed(connection: Connection, since: float) -> int:
    """Count the messages that were sent since then and that Meta bills."""
    status = tables.statuses.c
    query = select(func.count()).where(status.at >= since, status.is_billed, status.state == "sent")
    return connection.execute(query).scalar_one()


@dataclass(frozen=True, slots=True, kw_only=True)
class UnsentReplies:
    """Replies that their channel did not take.

    Attributes:
        n_refused: How many wait for another attempt.
        since: Unix seconds when the oldest of these was queued; None where there is none.
        n_parked: How many wait for a person to look at them.
    """

    n_refused: int
    since: float | None
    n_parked: int


def count_unsent(connection: Connection) -> UnsentReplies:
    """Count the replies that their channel refused, for now or for good."""
    box = tables.outbox.c
    is_refused = box.state.in_(("queued", "sending")) & (box.reason != "")
    refused = select(func.count(), func.min(box.created_at)).where(is_refused)
    n_refused, since = connection.execute(refused).one()
    n_parked = connection.execute(select(func.count()).where(box.state == "parked")).scalar_one()
    return UnsentReplies(n_refused=n_refused, since=since, n_parked=n_parked)


def count_unconfirmed(connection: Connection, now: float) -> int:
    """Count the replies of the last hour that Meta took ten minutes ago and never reported on.

    Usually there are none. Many mean that statuses do not reach the service, or that Meta delivers
    nothing; a few are telephones that Meta gave up on without a word.
    """
    box, status = tables.outbox.c, tables.statuses.c
    is_reported = select(status.message_id).where(status.message_id == box.message_id).exists()
    recent = box.due_at.between(now - 3600, now - UNREPORTED)
    query = select(func.count()).where(
        box.state == "sent", recent, box.message_id.is_not(None), ~is_reported
    )
    return connection.execute(query).scalar_one()


def find_oldest_unanswered(connection: Connection) -> float | None:
    """Return since when the oldest message that has no reply waits, Unix seconds; None for none.

    A reply that Meta does not take just now counts: whoever asked is still waiting for it.
    """
    inbox, outbox = tables.inbox.c, tables.outbox.c
    unanswered = select(func.min(inbox.stored_at)).where(inbox.state == "waiting")
    unsent = select(func.min(outbox.created_at)).where(outbox.state.in_(("queued", "sending")))
    times = [connection.execute(query).scalar() for query in (unanswered, unsent)]
    return min((at for at in times if at is not None), default=None)
