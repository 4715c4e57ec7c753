"""What people can be selected by stands in columns, and what they agreed to in rows."""

from dataclasses import asdict, fields

from sqlalchemy import func, select

from kmqa.channels.web import visitors
from kmqa.messages import Sender
from kmqa.records import Profile
from kmqa.state import consents, people, personal_data, tables
from kmqa.state.consents import Consent
from kmqa.state.database import Database
from kmqa.state.identity import Identity
from kmqa.state.people import Memory, StoredProfile

NOW = 1_795_435_200.0
ASHA = Sender("KE.1", "254700000001")
NURSE = StoredProfile(role="nurse", country="KE", language="sw", topic="pills", low_data=True)


def test_every_field_of_the_profile_has_a_column() -> None:
    names = {field.name for field in fields(Profile)}

    assert set(tables.PROFILE) == names
    assert names < {field.name for field in fields(StoredProfile)}


def test_the_profile_is_written_with_the_conversation_and_selects_people(
    database: Database, identity: Identity
) -> None:
    with database.writing() as connection:
        person = people.find_or_add_person(connection, identity, ASHA, NOW)
        people.find_or_add_person(connection, identity, Sender("KE.2"), NOW)
        people.remember(connection, identity, person, Memory({"said": "x"}), NURSE)

    with database.reading() as connection:
        table = tables.people.c
        nurses = select(table.id).where(table.role == "nurse", table.country == "KE")
        assert list(connection.execute(nurses).scalars()) == [person]
        known = people.read_person(connection, identity, person)
    assert known is not None
    assert known.profile == NURSE


def test_who_is_forgotten_is_selected_by_nothing_at_once(
    database: Database, identity: Identity
) -> None:
    """Before the row goes, which waits until the person has been told."""
    with database.writing() as connection:
        person = people.find_or_add_person(connection, identity, ASHA, NOW)
        people.remember(connection, identity, person, Memory({"said": "x"}), NURSE)

        personal_data.forget_person(connection, identity, person)

        known = people.read_person(connection, identity, person)
    assert known is not None
    assert asdict(known.profile) == asdict(StoredProfile())


def test_only_a_reader_of_the_web_chat_is_anonymous(database: Database, identity: Identity) -> None:
    with database.writing() as connection:
        for sender in (ASHA, visitors.sender("0" * 32), Sender("web.1", "254700000002")):
            people.find_or_add_person(connection, identity, sender, NOW)

        found = connection.execute(select(tables.people.c.is_anonymous)).scalars().all()

    assert sorted(found) == [False, False, True]


def test_the_last_consent_for_a_purpose_and_topic_counts_and_the_others_stay(
    database: Database, identity: Identity
) -> None:
    notice = Consent(wording_version="a1")
    weekly = Consent(purpose="broadcast", topic="pills", wording_id="weekly", wording_version="b1")
    no_more = Consent(
        purpose="broadcast", topic="pills", wording_id="weekly", wording_version="b1",
        is_given=False,
    )  # fmt: skip
    with database.writing() as connection:
        person = people.find_or_add_person(connection, identity, ASHA, NOW)
        for n, consent in enumerate((notice, weekly, no_more)):
            consents.record_consent(connection, person, consent, NOW + n)

        current = consents.read_current_consents(connection, person)
        n_rows = connection.execute(select(func.count()).select_from(tables.consents)).scalar()

    assert current == {("service", ""): notice, ("broadcast", "pills"): no_more}
    assert n_rows == 3
