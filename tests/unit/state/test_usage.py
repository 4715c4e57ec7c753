"""What was sent in a month is counted once, also when its rows are gone."""

from datetime import UTC, datetime

from outbound import make_outbound
from sqlalchemy import delete, update

from kmqa.messages import Sender
from kmqa.state import outbox, parked, people, tables, usage
from kmqa.state.database import Database
from kmqa.state.identity import Identity

MIDNIGHT = datetime(2026, 11, 24, tzinfo=UTC).timestamp()
DAY = 86_400.0


def _send(database: Database, identity: Identity, at: float, n: int, origin: int) -> None:
    """`n` messages were sent at a time."""
    with database.writing() as connection:
        asha = Sender(phone="254700000001")
        person = people.find_or_add_person(connection, identity, asha, at)
        messages = [
            make_outbound(person, str(place), place=place, origin=("turn", origin))
            for place in range(n)
        ]
        outbox.queue(connection, identity, messages, at)
        for attempt in outbox.claim_due(connection, identity, person, at):
            outbox.record_sent(connection, attempt.id, f"{origin}.{attempt.id}")


def _count(database: Database, now: float) -> int:
    with database.reading() as connection:
        return sum(usage.count_month(connection, now).values())


def _store(database: Database, now: float) -> None:
    with database.writing() as connection:
        usage.store_days(connection, now)


def test_days_are_kept_when_the_rows_of_the_outbox_go(
    database: Database, identity: Identity
) -> None:
    _send(database, identity, MIDNIGHT + 60, 2, 1)
    _send(database, identity, MIDNIGHT + DAY - 60, 1, 2)
    _send(database, identity, MIDNIGHT + DAY + 60, 4, 3)
    now = MIDNIGHT + DAY + 120
    before = _count(database, now)
    _store(database, now)
    _store(database, now)
    with database.writing() as connection:
        connection.execute(delete(tables.outbox))

    assert before == 7
    assert _count(database, now) == 3
    assert _count(database, now + 5 * DAY) == 3


def test_a_day_is_counted_again_when_a_send_was_settled_late(
    database: Database, identity: Identity
) -> None:
    _send(database, identity, MIDNIGHT + 60, 1, 1)
    _store(database, MIDNIGHT + DAY + 1)
    _send(database, identity, MIDNIGHT + 120, 1, 2)
    _store(database, MIDNIGHT + DAY + 3_700)

    assert _count(database, MIDNIGHT + DAY + 3_700) == 2


def test_a_month_begins_anew(database: Database, identity: Identity) -> None:
    december = datetime(2026, 12, 1, tzinfo=UTC).timestamp()
    _send(database, identity, december - 60, 3, 1)
    _send(database, identity, december + 60, 1, 2)
    _store(database, december + DAY)

    assert _count(database, december - 1) == 3
    assert _count(database, december + 120) == 1
    assert _count(database, december + DAY) == 1


def test_what_was_sent_within_a_day_is_known_at_each_attempt(
    database: Database, identity: Identity
) -> None:
    _send(database, identity, MIDNIGHT - DAY - 60, 5, 1)
    _send(database, identity, MIDNIGHT - 60, 2, 2)
    with database.writing() as connection:
        person = connection.execute(tables.people.select()).one().id
        messages = [make_outbound(person, place=n, origin=("turn", 3)) for n in range(2)]
        outbox.queue(connection, identity, messages, MIDNIGHT)
        attempts = outbox.claim_due(connection, identity, person, MIDNIGHT)

    assert [one.reachability.n_sent for one in attempts] == [2, 3]


def test_what_is_held_is_counted_by_its_reason(database: Database, identity: Identity) -> None:
    _send(database, identity, MIDNIGHT, 3, 1)
    with database.writing() as connection:
        connection.execute(update(tables.outbox).values(state="held", hold_reason="capped"))
        assert parked.count_held(connection) == {"capped": 3}
