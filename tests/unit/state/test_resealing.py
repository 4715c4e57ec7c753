"""Another pepper, after the former one leaked: everybody is known, and nothing is lost."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection, insert, select

from kmqa.errors import SettingsError
from kmqa.messages import Sender
from kmqa.state import leases, marks, people, resealing, tables
from kmqa.state.database import Database
from kmqa.state.identity import Identity
from kmqa.state.marks import open_identity

FORMER = "0123456789abcdef0123456789abcdef"
NEW = FORMER[::-1]
NOW = 1_790_000_000.0
STOPPED = Sender(phone="254700000001")


def _fill(database: Database, n: int = 3) -> None:
    identity = open_identity(database, FORMER)
    with database.writing() as connection:
        for number in range(1, n + 1):
            sender = Sender(phone=f"25470000{number:04d}", user_id=f"user{number}")
            person = people.find_or_add_person(connection, identity, sender, NOW)
            connection.execute(
                insert(tables.outbox).values(
                    person=person, number_id="1", origin_kind="turn", origin_id=number, place=0,
                    purpose="answer", content=identity.seal({"text": f"hello {number}"}),
                    state="queued", due_at=NOW, created_at=NOW,
                    message_id=identity.hash_message_id(f"wamid.{number}"),
                )
            )  # fmt: skip


def _find(connection: Connection, identity: Identity, sender: Sender) -> int | None:
    found = select(tables.names.c.person).where(
        tables.names.c.hash.in_(identity.hash_names(sender))
    )
    person: int | None = connection.execute(found).scalars().first()
    return person


def _contents(database: Database, identity: Identity) -> list[str]:
    with database.reading() as connection:
        rows = connection.execute(select(tables.outbox.c.content).order_by(tables.outbox.c.id))
        return [identity.open(row.content)["text"] for row in rows]


def test_people_messages_and_their_ids_are_known_under_the_new_pepper(database: Database) -> None:
    _fill(database)

    done = resealing.reseal(database, FORMER, NEW, NOW)

    identity = open_identity(database, NEW)
    assert done.rows == {"people": 3, "outbox": 3}
    assert _contents(database, identity) == ["hello 1", "hello 2", "hello 3"]
    with database.reading() as connection:
        assert _find(connection, identity, Sender(phone="254700000002")) is not None
        assert _find(connection, identity, Sender(user_id="user2")) is not None
        kept = connection.execute(select(tables.outbox.c.message_id)).scalars().all()
    assert identity.hash_message_id("wamid.2") in kept


def test_the_former_pepper_opens_and_finds_nothing_any_more(database: Database) -> None:
    _fill(database)
    resealing.reseal(database, FORMER, NEW, NOW)
    former = Identity(FORMER)

    with pytest.raises(SettingsError, match="not the one"):
        open_identity(database, FORMER)
    with pytest.raises(SettingsError):
        _contents(database, former)
    with database.reading() as connection:
        assert _find(connection, former, Sender(phone="254700000002")) is None


def test_who_said_stop_is_still_known_to_have(database: Database) -> None:
    identity = open_identity(database, FORMER)
    with database.writing() as connection:
        person = people.find_or_add_person(connection, identity, STOPPED, NOW)
        connection.execute(tables.people.update().values(opted_out=True))

    resealing.reseal(database, FORMER, NEW, NOW)

    with database.reading() as connection:
        found = people.read_person(connection, open_identity(database, NEW), person)
        assert found is not None
        assert found.address == STOPPED
        opted_out = connection.execute(select(tables.people.c.opted_out)).scalar_one()
    assert opted_out


def test_what_is_interrupted_goes_on_and_nothing_starts_in_between(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    _fill(database, n=7)
    monkeypatch.setattr(resealing, "BATCH", 2)
    with _killed_after(monkeypatch, n_whole=5), pytest.raises(KeyboardInterrupt):
        resealing.reseal(database, FORMER, NEW, NOW)

    for pepper in (FORMER, NEW):
        with pytest.raises(SettingsError, match="kmqa reseal"):
            open_identity(database, pepper)
    with pytest.raises(SettingsError, match="begun and not ended"):
        resealing.reseal(database, FORMER, "another pepper that was never here", NOW)

    again = resealing.reseal(database, FORMER, NEW, NOW)

    assert 0 < again.rows["people"] < 7
    assert len(_contents(database, open_identity(database, NEW))) == 7


@contextmanager
def _killed_after(monkeypatch: pytest.MonkeyPatch, n_whole: int) -> Iterator[None]:
    """Let the process end in the middle of a transaction, after some were committed."""
    n_rows = 0
    reseal_row = resealing._reseal_row

    def die(*given: object) -> None:
        nonlocal n_rows
        n_rows += 1
        if n_rows > n_whole:
            raise KeyboardInterrupt
        reseal_row(*given)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(resealing, "_reseal_row", die)
        yield


@pytest.mark.parametrize(
    ("former", "new", "why"),
    [
        (NEW, FORMER, "already"),
        ("a secret that the database never saw", NEW, "not the one"),
        (FORMER, FORMER, "is the former one"),
        (FORMER, "short", "too short"),
    ],
)
def test_peppers_that_cannot_be_right_change_nothing(
    database: Database, former: str, new: str, why: str
) -> None:
    _fill(database)

    with pytest.raises(SettingsError, match=why):
        resealing.reseal(database, former, new, NOW)

    assert len(_contents(database, open_identity(database, FORMER))) == 3


def test_it_is_refused_while_a_worker_lives_and_when_it_is_done(database: Database) -> None:
    _fill(database)
    with database.writing() as connection:
        leases.renew(connection, "w1", [], NOW)

    with pytest.raises(SettingsError, match="worker"):
        resealing.reseal(database, FORMER, NEW, NOW + 1)
    resealing.reseal(database, FORMER, NEW, NOW + leases.TERM + 1)
    with pytest.raises(SettingsError, match="already"):
        resealing.reseal(database, FORMER, NEW, NOW + leases.TERM + 1)


def test_a_second_change_still_knows_the_ids_of_messages(database: Database) -> None:
    _fill(database)
    third = "a third pepper, longer than the least"
    resealing.reseal(database, FORMER, NEW, NOW)
    resealing.reseal(database, NEW, third, NOW)

    with database.reading() as connection:
        kept = connection.execute(select(tables.outbox.c.message_id)).scalars().all()
    assert open_identity(database, third).hash_message_id("wamid.1") in kept


def test_a_row_that_nobody_can_open_stays_and_is_named(database: Database) -> None:
    _fill(database, n=1)
    with database.writing() as connection:
        connection.execute(tables.outbox.update().values(content="damaged"))

    done = resealing.reseal(database, FORMER, NEW, NOW)

    assert done.unreadable == ["outbox 1"]
    with database.reading() as connection:
        assert connection.execute(select(tables.outbox.c.content)).scalar_one() == "damaged"


def test_a_name_of_which_only_the_hash_was_kept_goes(database: Database) -> None:
    _fill(database, n=1)
    with database.writing() as connection:
        connection.execute(insert(tables.names).values(hash="f" * 64, person=1))

    assert resealing.reseal(database, FORMER, NEW, NOW).names_lost == 1


def test_every_sealed_table_can_be_walked_by_its_id() -> None:
    for table in resealing.list_sealed():
        assert [column.name for column in table.primary_key] == ["id"], table.name


def test_the_mark_of_the_message_key_holds_neither_key(database: Database) -> None:
    _fill(database)
    resealing.reseal(database, FORMER, NEW, NOW)

    with database.reading() as connection:
        wrapped = marks.read_mark(connection, marks.MESSAGE_KEY)

    assert wrapped is not None
    assert wrapped not in {Identity(FORMER)._message_key.hex(), Identity(NEW)._message_key.hex()}
    assert len(wrapped) <= 100
