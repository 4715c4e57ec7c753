"""Numbers that pass to somebody else, as mobile operators give them out again."""

from dataclasses import replace

from kmqa.messages import Delivery, Incoming, Renaming, Sender
from kmqa.state import inbox, people
from kmqa.state.database import Database
from kmqa.state.identity import Identity
from kmqa.state.people import Memory, Person, StoredProfile

NOW = 1_795_435_200.0
NUMBER = "254700000001"
ASHA = Sender("KE.1", NUMBER)
BINTI = Sender("KE.2", NUMBER)
QUESTION = Incoming(
    number_id="1", message_id="1", sender=ASHA, kind="text", text="late", sent_at=int(NOW)
)


def _hear(database: Database, identity: Identity, sender: Sender, at: float) -> None:
    """A message that `sender` wrote `at` seconds after noon; all arrive an hour after it."""
    message = replace(
        QUESTION, message_id=f"{sender.user_id} {at}", sender=sender, sent_at=int(NOW + at)
    )
    with database.writing() as connection:
        inbox.store(connection, identity, Delivery(messages=(message,)), NOW + 3600)


def _renamed(database: Database, identity: Identity, old: Sender, new: Sender) -> None:
    renaming = Renaming(number_id="1", message_id=f"r {new.user_id}", old=old, new=new)
    with database.writing() as connection:
        inbox.store(connection, identity, Delivery(renamings=(renaming,)), NOW + 3600)


def _known(database: Database, identity: Identity, sender: Sender) -> Person:
    with database.reading() as connection:
        person = people.find_person(connection, identity, sender)
        assert person is not None
        known = people.read_person(connection, identity, person)
    assert known is not None
    return known


def test_whoever_gets_an_old_number_is_somebody_new(database: Database, identity: Identity) -> None:
    """She neither reads what the one before her asked, nor inherits her "stop"."""
    _hear(database, identity, ASHA, 0)
    asha = _known(database, identity, Sender("KE.1"))
    with database.writing() as connection:
        people.remember(connection, identity, asha.id, Memory({"role": "chw"}), StoredProfile())
        people.set_opted_out(connection, asha.id, opted_out=True)

    _hear(database, identity, BINTI, 60)

    asha, binti = (_known(database, identity, Sender(name)) for name in ("KE.1", "KE.2"))
    assert (asha.conversation, asha.opted_out) == ({"role": "chw"}, True)
    assert (binti.conversation, binti.opted_out) == (None, False)
    assert _known(database, identity, Sender(phone=NUMBER)).id == binti.id


def test_nothing_goes_to_a_number_that_has_passed_on(
    database: Database, identity: Identity
) -> None:
    """A reply that still waits would tell a stranger what was asked."""
    _hear(database, identity, ASHA, 0)

    _hear(database, identity, BINTI, 60)

    assert _known(database, identity, Sender("KE.1")).address == Sender("KE.1")
    assert _known(database, identity, Sender("KE.2")).address == BINTI


def test_a_number_passes_on_to_somebody_who_is_known_by_her_id(
    database: Database, identity: Identity
) -> None:
    _hear(database, identity, ASHA, 0)
    _hear(database, identity, Sender("KE.2"), 10)
    before = _known(database, identity, Sender("KE.2"))

    _hear(database, identity, BINTI, 60)

    after = _known(database, identity, Sender(phone=NUMBER))
    assert (after.id, after.address) == (before.id, BINTI)
    assert _known(database, identity, Sender("KE.1")).address == Sender("KE.1")


def test_a_message_that_arrives_late_does_not_take_the_number_back(
    database: Database, identity: Identity
) -> None:
    """Meta delivers for a week; the reply to it goes by her id."""
    _hear(database, identity, BINTI, 60)

    _hear(database, identity, ASHA, 0)

    assert _known(database, identity, Sender(phone=NUMBER)).address == BINTI
    assert _known(database, identity, Sender("KE.1")).address == Sender("KE.1")


def test_an_event_makes_two_ids_one_person_although_the_new_one_wrote_before_it_came(
    database: Database, identity: Identity
) -> None:
    new = Sender("KE.9", "254700000009")
    _hear(database, identity, ASHA, 0)
    asha = _known(database, identity, ASHA)
    _hear(database, identity, new, 60)

    _renamed(database, identity, ASHA, new)

    assert _known(database, identity, Sender("KE.9")).id == asha.id
    assert _known(database, identity, Sender("KE.1")).address == new


def test_the_number_that_she_left_is_not_hers_when_another_id_comes_with_it(
    database: Database, identity: Identity
) -> None:
    """Her replies would go to it again."""
    left, new = Sender(phone=NUMBER), Sender(phone="254700000009")
    _hear(database, identity, left, 0)
    _renamed(database, identity, left, new)

    _hear(database, identity, BINTI, 60)

    assert _known(database, identity, new).address == new
    assert _known(database, identity, Sender(phone=NUMBER)).address == BINTI


def test_an_event_that_comes_late_takes_no_number_from_its_next_owner(
    database: Database, identity: Identity
) -> None:
    new = Sender("KE.9", "254700000009")
    _hear(database, identity, ASHA, 0)
    _hear(database, identity, BINTI, 60)

    _renamed(database, identity, ASHA, new)

    assert _known(database, identity, Sender(phone=NUMBER)).address == BINTI
    assert _known(database, identity, Sender("KE.1")).address == new
