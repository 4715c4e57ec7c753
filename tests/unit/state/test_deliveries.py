"""What comes twice, late, in another order, or from two processes at once."""

import asyncio
from dataclasses import replace

import pytest
from outbound import make_outbound
from sqlalchemy import func, select

from kmqa.messages import Delivery, Incoming, Renaming, Sender, StatusUpdate, Unreadable
from kmqa.state import handovers, inbox, outbox, parked, people, personal_data, retention, tables
from kmqa.state.database import Database
from kmqa.state.identity import Identity
from kmqa.state.people import Memory, StoredProfile
from kmqa.state.writer import Writer

NOW = 1_795_435_200.0
DAY = 86_400.0
ASHA = Sender(phone="254700000001")
QUESTION = Incoming(
    number_id="1", message_id="wamid.1", sender=ASHA, kind="text", text="late", sent_at=int(NOW)
)


def _store(database: Database, identity: Identity, **brought: tuple) -> inbox.Stored:
    with database.writing() as connection:
        return inbox.store(connection, identity, Delivery(**brought), NOW)


def _status(state: str, **changes: object) -> StatusUpdate:
    return replace(
        StatusUpdate(message_id="out.1", state="sent", at=int(NOW)), state=state, **changes
    )


def _address(database: Database, identity: Identity, sender: Sender) -> Sender:
    with database.reading() as connection:
        person = people.find_person(connection, identity, sender)
        assert person is not None
        known = people.read_person(connection, identity, person)
    assert known is not None
    return known.address


def test_who_was_forgotten_is_not_made_again_by_an_old_message(
    database: Database, identity: Identity
) -> None:
    """Meta may deliver it for a week; her number would be in the database again."""
    _store(database, identity, messages=(QUESTION,))
    with database.writing() as connection:
        person = people.find_person(connection, identity, ASHA)
        assert person is not None
        inbox.finish(connection, [1])
        personal_data.forget_person(connection, identity, person)
        personal_data.remove_forgotten(connection, NOW)

    _store(database, identity, messages=(QUESTION,))

    with database.reading() as connection:
        assert people.find_person(connection, identity, ASHA) is None
        assert connection.execute(select(func.count()).select_from(tables.people)).scalar() == 0


def test_an_old_change_of_number_that_comes_again_does_not_undo_a_newer_one(
    database: Database, identity: Identity
) -> None:
    second, third = Sender(phone="254700000002"), Sender(phone="254700000003")
    first_change = Renaming(number_id="1", message_id="a", old=ASHA, new=second)
    next_change = Renaming(number_id="1", message_id="b", old=second, new=third)
    back = Renaming(number_id="1", message_id="c", old=third, new=ASHA)
    _store(database, identity, messages=(QUESTION,))

    _store(database, identity, renamings=(first_change, next_change))
    _store(database, identity, renamings=(first_change,))
    assert _address(database, identity, ASHA) == third

    _store(database, identity, renamings=(back,))
    assert _address(database, identity, third) == ASHA


def test_a_new_number_takes_the_conversation_along(database: Database, identity: Identity) -> None:
    new = Sender("KE.77", "254700000002")
    _store(database, identity, messages=(QUESTION,))
    with database.writing() as connection:
        person = people.find_person(connection, identity, ASHA)
        assert person is not None
        people.remember(
            connection, identity, person, Memory({"role": "chw"}, None), StoredProfile()
        )

    change = Renaming(number_id="1", message_id="r", old=ASHA, new=new)
    _store(database, identity, renamings=(change,))

    with database.reading() as connection:
        known = people.read_person(connection, identity, person)
        assert people.find_person(connection, identity, Sender(user_id="KE.77")) == person
    assert known is not None
    assert known.conversation == {"role": "chw"}


def test_a_merge_keeps_the_conversation_of_whichever_name_has_one(
    database: Database, identity: Identity
) -> None:
    by_id = Sender(user_id="KE.77")
    other = replace(QUESTION, message_id="wamid.2", sender=by_id)
    _store(database, identity, messages=(QUESTION, other))
    with database.writing() as connection:
        person = people.find_person(connection, identity, by_id)
        assert person is not None
        people.remember(
            connection, identity, person, Memory({"language": "sw"}, None), StoredProfile()
        )

    both = replace(QUESTION, message_id="wamid.3", sender=Sender("KE.77", "254700000001"))
    _store(database, identity, messages=(both,))

    with database.reading() as connection:
        person = people.find_person(connection, identity, ASHA)
        assert person is not None
        known = people.read_person(connection, identity, person)
    assert known is not None
    assert known.conversation == {"language": "sw"}


def test_a_message_that_comes_late_opens_no_window(database: Database, identity: Identity) -> None:
    """Meta counts from when she wrote, not from when we heard of it."""
    late = replace(QUESTION, sent_at=int(NOW - 30 * 3600))
    _store(database, identity, messages=(late,))

    with database.reading() as connection:
        person = people.find_person(connection, identity, ASHA)
        assert person is not None
        known = people.read_person(connection, identity, person)
    assert known is not None
    assert known.wrote_at == NOW - 30 * 3600


def test_a_bill_is_counted_once_whichever_status_brings_it_and_however_often(
    database: Database, identity: Identity
) -> None:
    delivered = _status("delivered", is_billed=True, category="service")
    sent = _status("sent", is_billed=True, category="service")
    free = _status("sent", message_id="out.2", is_billed=False)

    stored = [
        _store(database, identity, statuses=one)
        for one in [(delivered, free), (sent,), (delivered,)]
    ]

    assert [len(one.billed) for one in stored] == [1, 0, 0]
    assert [len(one.statuses) for one in stored] == [2, 1, 0]


@pytest.mark.parametrize("order", [("failed",), ("sent", "failed"), ("failed", "sent")])
def test_what_meta_took_and_did_not_deliver_is_listed(
    database: Database, identity: Identity, order: tuple[str, ...]
) -> None:
    letter = _sent(database, identity)
    for state in order:
        told = _status(state, callback=str(letter), codes=(131026,) if state == "failed" else ())
        _store(database, identity, statuses=(told,))

    with database.reading() as connection:
        [item] = parked.list_items(connection)
    assert (item.what, item.row) == ("undelivered", letter)
    assert item.reason.startswith("131026")


@pytest.mark.parametrize("order", [("failed", "delivered"), ("read", "failed")])
def test_what_failed_on_one_device_and_arrived_on_another_is_not(
    database: Database, identity: Identity, order: tuple[str, ...]
) -> None:
    _sent(database, identity)
    for state in order:
        _store(database, identity, statuses=(_status(state),))

    with database.reading() as connection:
        assert parked.list_items(connection) == []


def _sent(database: Database, identity: Identity) -> int:
    """A reply that Meta took as ``out.1``; its row."""
    _store(database, identity, messages=(QUESTION,))
    with database.writing() as connection:
        person = people.find_person(connection, identity, ASHA)
        assert person is not None
        outbox.queue(connection, identity, [make_outbound(person)], NOW)
        [attempt] = outbox.claim_due(connection, identity, person, NOW)
        outbox.record_sent(connection, attempt.id, identity.hash_message_id("out.1"))
    return attempt.id


def test_what_was_set_aside_is_kept_as_long_as_questions_are(
    database: Database, identity: Identity
) -> None:
    """It holds texts and numbers of people, and nobody else removes it."""
    odd = Unreadable(reason="odd", item={"from": "254700000001"})
    _store(database, identity, messages=(QUESTION,), unreadable=(odd,))
    with database.writing() as connection:
        inbox.park(connection, [1], "why")
        retention.purge(connection, NOW + 29 * DAY, keep_days=30)
        assert len(parked.list_items(connection)) == 2
        retention.purge(connection, NOW + 31 * DAY, keep_days=30)
        assert parked.list_items(connection) == []


def test_two_processes_that_get_the_same_delivery_store_it_once(
    database: Database, identity: Identity
) -> None:
    """Also from people whom nobody knew; and neither call fails, so Meta comes no third time."""
    url = database.engine.url.render_as_string(hide_password=False)
    other = Database(url.replace("postgresql+psycopg", "postgresql"))
    writers = [Writer(database), Writer(other)]
    deliveries = [
        Delivery(
            messages=tuple(
                replace(QUESTION, message_id=f"wamid.{n}", sender=Sender(phone=f"2547{n:08}"))
                for n in numbers
            )
        )
        for numbers in (range(20), reversed(range(20)))
    ]

    async def both() -> list[inbox.Stored]:
        calls = [
            writer.write(lambda c, d=delivery: inbox.store(c, identity, d, NOW))
            for writer, delivery in zip(writers, deliveries, strict=True)
        ]
        return await asyncio.gather(*calls)

    stored = asyncio.run(both())

    for writer in writers:
        writer.close()
    other.close()
    assert sum(len(one.messages) for one in stored) == 20
    with database.reading() as connection:
        assert connection.execute(select(func.count()).select_from(tables.people)).scalar() == 20


@pytest.mark.parametrize(("causes", "waits"), [(("asked",), False), (("asked", "urgent"), True)])
def test_a_conversation_about_a_danger_waits_until_somebody_has_looked(
    database: Database, identity: Identity, causes: tuple[str, ...], waits: bool
) -> None:
    """Hours later, or at a tap on the menu, the bot has it back and no curator would see it."""
    _store(database, identity, messages=(QUESTION,))
    with database.writing() as connection:
        for cause in causes:
            handovers.open_handover(connection, identity, 1, "1", cause, "she bleeds", NOW)
        handovers.close_asked(connection, 1, "", NOW + 1)

        assert bool(handovers.count(connection, is_open=True)) is waits
