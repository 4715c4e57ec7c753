"""Numbers go after long silence, and nothing goes by a clock that nobody confirms."""

import time

from sqlalchemy import select

from kmqa.channels.web import visitors
from kmqa.messages import Sender
from kmqa.state import clock, people, personal_data, tables
from kmqa.state.clock import DAY
from kmqa.state.database import Database
from kmqa.state.identity import Identity
from kmqa.state.personal_data import SilentDays

NOW = 1_795_435_200.0
SILENT = SilentDays(known=365, anonymous=30)


def _people(database: Database) -> set[int]:
    with database.reading() as connection:
        return set(connection.execute(select(tables.people.c.id)).scalars())


def test_people_are_removed_when_they_were_silent_for_the_time_of_their_kind(
    database: Database, identity: Identity
) -> None:
    silence = {"known": 364, "long": 366, "page": 29, "old page": 31}
    made: dict[str, int] = {}
    with database.writing() as connection:
        for name, days in silence.items():
            session = f"{len(made):032x}"
            sender = (
                visitors.sender(session) if "page" in name else Sender(phone=f"25470000000{days}")
            )
            at = NOW - days * DAY
            made[name] = people.find_or_add_person(connection, identity, sender, at)
            people.open_window(connection, made[name], at)

        removed = personal_data.remove_silent(connection, identity, NOW, SILENT)

        names = set(connection.execute(select(tables.names.c.person)).scalars())
    assert removed == 2
    assert _people(database) == names == {made["known"], made["page"]}


def test_a_person_who_wrote_again_is_not_silent(database: Database, identity: Identity) -> None:
    with database.writing() as connection:
        old = NOW - 400 * DAY
        person = people.find_or_add_person(connection, identity, Sender("KE.1"), old)
        people.open_window(connection, person, NOW - DAY)

        assert personal_data.remove_silent(connection, identity, NOW, SILENT) == 0


def _is_confirmed(database: Database, now: float) -> bool:
    with database.writing() as connection:
        return clock.is_confirmed(connection, now)


def test_a_clock_that_jumps_by_a_year_is_confirmed_by_nothing_but_another_reading_or_machine(
    database: Database,
) -> None:
    start = time.time()
    jumped = start + 365 * DAY
    if database.is_postgresql:
        assert _is_confirmed(database, start)
        assert not _is_confirmed(database, jumped)
        assert not _is_confirmed(database, jumped + 2 * clock.SECOND_READING)
        assert _is_confirmed(database, start + 60)
        return
    assert not _is_confirmed(database, start)
    assert _is_confirmed(database, start + clock.SECOND_READING)
    assert not _is_confirmed(database, jumped)
    assert not _is_confirmed(database, jumped + 60)  # by the next worker, or after a restart
    assert _is_confirmed(database, start + 2 * clock.SECOND_READING)  # the clock was put right


def test_a_second_reading_an_hour_later_confirms_what_sqlite_cannot_ask_anybody(
    database: Database,
) -> None:
    """A service that stood still for a month purges an hour after its start."""
    if database.is_postgresql:
        return
    assert not _is_confirmed(database, NOW)
    assert _is_confirmed(database, NOW + clock.SECOND_READING)
    assert not _is_confirmed(database, NOW + 30 * DAY)
    assert _is_confirmed(database, NOW + 30 * DAY + clock.SECOND_READING)
    assert _is_confirmed(database, NOW + 31 * DAY)
