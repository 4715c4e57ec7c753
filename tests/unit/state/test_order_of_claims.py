"""Whom workers take first: who may be in danger, then whoever has waited longest."""

from collections.abc import Iterable

from kmqa.messages import Delivery, Incoming, Sender, Urgency
from kmqa.state import inbox, leases, people
from kmqa.state.database import Database
from kmqa.state.identity import Identity

NOW = 1_795_435_200.0


def _hear(
    database: Database,
    identity: Identity,
    person: int,
    at: float,
    urgency: Urgency = Urgency.ORDINARY,
    n: int = 1,
) -> int:
    """A person's `n` messages are stored at a time; their id."""
    sender = Sender(phone=f"2547000000{person:02}")
    messages = tuple(
        Incoming(
            number_id="1",
            message_id=f"wamid.{person}.{at}.{number}",
            sender=sender,
            kind="text",
            text="a message",
            sent_at=int(at),
            urgency=urgency,
        )
        for number in range(n)
    )
    with database.writing() as connection:
        inbox.store(connection, identity, Delivery(messages=messages), at)
        found = people.find_person(connection, identity, sender)
    assert found is not None
    return found


def _claim(database: Database, most: int = 10, least: Urgency = Urgency.ORDINARY) -> list[int]:
    return leases.claim(database, "a", most, NOW, least)


def test_what_looks_like_danger_goes_before_all_who_waited_longer(
    database: Database, identity: Identity
) -> None:
    early = _hear(database, identity, 1, NOW - 60)
    possible = _hear(database, identity, 2, NOW - 20, Urgency.POSSIBLE)
    likely = _hear(database, identity, 3, NOW - 1, Urgency.LIKELY)

    assert _claim(database) == [likely, possible, early]


def test_one_place_is_for_who_is_in_danger(database: Database, identity: Identity) -> None:
    for person in range(1, 6):
        _hear(database, identity, person, NOW - 60)
    likely = _hear(database, identity, 9, NOW - 1, Urgency.LIKELY)

    assert _claim(database, most=1) == [likely]


def test_where_no_slot_is_free_only_who_may_be_in_danger_is_taken(
    database: Database, identity: Identity
) -> None:
    _hear(database, identity, 1, NOW - 60)
    _hear(database, identity, 2, NOW - 60, Urgency.POSSIBLE)
    likely = _hear(database, identity, 3, NOW - 1, Urgency.LIKELY)

    assert _claim(database, least=Urgency.LIKELY) == [likely]


def test_a_danger_sign_after_an_ordinary_message_makes_the_person_urgent(
    database: Database, identity: Identity
) -> None:
    _hear(database, identity, 1, NOW - 60)
    both = _hear(database, identity, 2, NOW - 30)
    _hear(database, identity, 2, NOW - 1, Urgency.LIKELY)

    assert _claim(database)[0] == both


def test_people_take_turns_however_much_each_wrote(database: Database, identity: Identity) -> None:
    """The rest of a long story goes behind whoever was waiting already."""
    talker = _hear(database, identity, 1, NOW - 60, n=3)
    other = _hear(database, identity, 2, NOW - 50)

    order = []
    for _ in range(4):
        [person] = _claim(database, most=1)
        order.append(person)
        _finish_first(database, identity, person)

    assert order == [talker, other, talker, talker]


def test_what_was_put_back_counts_no_attempt_and_is_not_due_before_its_time(
    database: Database, identity: Identity
) -> None:
    """Otherwise a long story would be parked as one that kills its worker."""
    talker = _hear(database, identity, 1, NOW - 60, n=2)
    _claim(database)
    first, second = _waiting(database, identity, talker)
    with database.writing() as connection:
        inbox.put_back(connection, [second.id], NOW + 40)
        leases.release(connection, "a", talker)

    assert [one.id for one in _waiting(database, identity, talker)] == [first.id]
    [late] = [one for one in _waiting(database, identity, talker, NOW + 40) if one.id == second.id]
    assert late.tries == 0


def test_a_worker_finds_those_in_its_work_who_may_be_in_danger_since(
    database: Database, identity: Identity
) -> None:
    leased, other = (_hear(database, identity, person, NOW - 60) for person in (1, 2))
    _claim(database)
    _hear(database, identity, 1, NOW, Urgency.LIKELY)
    _hear(database, identity, 3, NOW, Urgency.LIKELY)

    with database.reading() as connection:
        assert leases.find_urgent(connection, "a") == [leased]
        assert leases.find_urgent(connection, "b") == []
    assert other != leased


def _waiting(
    database: Database, identity: Identity, person: int, now: float = NOW
) -> Iterable[inbox.Waiting]:
    with database.reading() as connection:
        return inbox.read_waiting(connection, identity, [person], now)[person]


def _finish_first(database: Database, identity: Identity, person: int) -> None:
    """One message of the person is answered, and the rest put back."""
    first, *rest = _waiting(database, identity, person)
    with database.writing() as connection:
        inbox.finish(connection, [first.id])
        inbox.put_back(connection, [one.id for one in rest], NOW)
        leases.release(connection, "a", person)
