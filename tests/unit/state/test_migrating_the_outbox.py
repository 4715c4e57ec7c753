"""What an earlier version queued is converted and goes out sealed, messages in flight included."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import (
    Connection,
    MetaData,
    Table,
    create_engine,
    inspect,
    make_url,
    select,
    text,
)

from kmqa.messages import ContentRef, Option, Outgoing
from kmqa.state import database as database_module
from kmqa.state import inbox, legacy_outbox, outbox, tables
from kmqa.state.database import Database
from kmqa.state.identity import Identity

pytestmark = pytest.mark.slow

NOW = 1_795_435_200.0
VERSIONS = ["0001", "0002", "0003", "0004", "0005", "0006", "0007"]
_HAS_FOREIGN_KEYS = {"sqlite": "PRAGMA foreign_keys", "postgresql": "SELECT 1"}
WORDS = "my own words"
BUTTONS = [
    {"type": "reply", "reply": {"id": "yes:depo-late:b", "title": "Helped"}},
    {"type": "reply", "reply": {"id": "more:depo-late", "title": "More"}},
]
ROWS = [{"id": "topic:pills:0", "title": "Pills", "description": "12"}]
# What the last version before wrote: the payload, and what it must become.
PAYLOADS: dict[str, tuple[dict[str, Any], Outgoing]] = {
    "text": (
        {"type": "text", "text": {"body": WORDS, "preview_url": False}},
        Outgoing(text=WORDS),
    ),
    "buttons": (
        {
            "type": "interactive",
            "interactive": {
                "type": "button", "body": {"text": WORDS}, "action": {"buttons": BUTTONS},
            },
        },
        Outgoing(
            text=WORDS,
            options=(Option("yes:depo-late:b", "Helped"), Option("more:depo-late", "More")),
            purpose="answer",
            content_refs=(ContentRef("answer", "depo-late"),),
        ),
    ),
    "list": (
        {
            "type": "interactive",
            "interactive": {
                "type": "list",
                "body": {"text": WORDS},
                "action": {"button": "Choose", "sections": [{"rows": ROWS}]},
            },
        },
        Outgoing(
            text=WORDS, options=(Option("topic:pills:0", "Pills", "12"),), list_label="Choose"
        ),
    ),
    "document": (
        {
            "type": "document",
            "document": {
                "kmqa_document": "handbook", "filename": "handbook.pdf", "caption": WORDS,
            },
        },
        Outgoing(
            text=WORDS, document="handbook", content_refs=(ContentRef("document", "handbook"),)
        ),
    ),
    "template": (
        {"type": "template", "template": {"name": "ask_again", "language": {"code": "en"}}},
        Outgoing(text="", template="ask_again", language="en"),
    ),
}  # fmt: skip


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Of an empty database without tables."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'old.db'}"
    else:
        yield request.getfixturevalue("postgresql_server").bare_database_url()


def _migrate_to(url: str, version: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(database_module._MIGRATIONS))
    engine = database_module._engine(url)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, version)
    engine.dispose()


def _write_as_before(
    url: str, *rows: dict[str, Any], urgent: bool = False, names: Sequence[str] = ()
) -> None:
    """One person, whose outbox holds `rows`; a turn of the same moment, where there were turns."""
    engine = create_engine(make_url(url).set(drivername=_driver(url)))
    with engine.begin() as connection:
        columns = {one["name"] for one in inspect(connection).get_columns("people")}
        person = {
            "id": 1, "address": "x", "opted_out": False, "wrote_at": NOW, "created_at": NOW,
            "leased_until": 0.0, "conversation": "", "forgotten": False,
        }  # fmt: skip
        _insert(connection, "people", {k: v for k, v in person.items() if k in columns})
        for place, row in enumerate(rows):
            _insert(connection, "outbox", _old_row(place) | row)
        for name in names:
            _insert(connection, "names", {"hash": name, "person": 1})
        if urgent and "turns" in inspect(connection).get_table_names():
            _insert(connection, "turns", _old_turn())
    engine.dispose()


def _driver(url: str) -> str:
    return "postgresql+psycopg" if url.startswith("postgresql") else "sqlite"


def _old_row(place: int) -> dict[str, Any]:
    return {
        "person": 1, "number_id": "1", "answers": 7, "place": place, "state": "queued", "tries": 0,
        "due_at": NOW, "begun_at": 0.0, "created_at": NOW, "reason": "",
        "payload": json.dumps(PAYLOADS["text"][0]),
    }  # fmt: skip


def _old_turn() -> dict[str, Any]:
    return {
        "person": 1, "at": NOW, "channel": "whatsapp", "language": "en", "question": "",
        "outcome": "urgent", "reason": "danger-sign", "answer_id": "urgent-bleeding", "score": 1.0,
        "candidates": "[]", "bundle_id": "b", "took_ms": 1.0, "picked": "", "wish": "",
        "handled": "",
    }  # fmt: skip


def _insert(connection: Connection, table: str, values: dict[str, Any]) -> None:
    old = Table(table, MetaData(), autoload_with=connection)  # as that version had it
    connection.execute(old.insert().values(**values))


def _open(url: str, identity: Identity) -> Database:
    """The database as the first process of this version leaves it when it starts."""
    opened = Database(url)
    legacy_outbox.seal_legacy(opened, identity)
    return opened


@pytest.mark.parametrize("version", VERSIONS)
def test_what_any_version_queued_goes_out_and_lies_in_clear_no_longer(
    url: str, identity: Identity, version: str
) -> None:
    _migrate_to(url, version)
    payloads = [{"payload": json.dumps(payload)} for payload, _ in PAYLOADS.values()]
    _write_as_before(url, *payloads)

    opened = _open(url, identity)
    with opened.writing() as connection:
        attempts = outbox.claim_due(connection, identity, 1, NOW)
        rows = [str(row) for row in connection.execute(select(tables.outbox))]
    opened.close()

    assert [one.message.content for one in attempts] == [said for _, said in PAYLOADS.values()]
    assert {(one.message.origin.kind, one.message.origin.id) for one in attempts} == {("turn", 7)}
    assert not [row for row in rows if WORDS in row]


@pytest.mark.parametrize("version", VERSIONS)
def test_nobody_is_lost_by_an_upgrade(url: str, identity: Identity, version: str) -> None:
    """SQLite changes a table by dropping the old one, which once took what refers to it along."""
    _migrate_to(url, version)
    _write_as_before(url, {}, names=["hash"])

    opened = _open(url, identity)
    with opened.reading() as connection:
        names = list(connection.execute(select(tables.names.c.hash, tables.names.c.person)))
        has_keys = connection.execute(text(_HAS_FOREIGN_KEYS[opened.engine.dialect.name])).scalar()
    opened.close()

    assert names == [("hash", 1)]
    assert has_keys, "deleting a person must go on deleting what is theirs"


@pytest.mark.parametrize("version", VERSIONS)
def test_what_was_in_flight_is_settled_by_the_status_that_names_it(
    url: str, identity: Identity, version: str
) -> None:
    """Else it would be sent a second time after the upgrade."""
    _migrate_to(url, version)
    _write_as_before(
        url,
        {"state": "sending", "tries": 1, "begun_at": NOW},
        {"state": "sending", "tries": 1, "begun_at": NOW},
        {"state": "parked", "tries": 6, "reason": "2: why"},
    )

    opened = _open(url, identity)
    with opened.writing() as connection:
        row = {"message_id": "hash", "state": "sent", "at": NOW, "callback": "1", "codes": ""}
        connection.execute(tables.statuses.insert().values(**row))
        assert outbox.reconcile(connection, NOW + outbox.IN_FLIGHT + 1) == (1, 1)
        [again] = outbox.claim_due(connection, identity, 1, NOW + outbox.IN_FLIGHT + 1)
        states = list(connection.execute(select(tables.outbox.c.state).order_by("id")).scalars())
    opened.close()

    assert (again.id, again.number, again.message.content.text) == (2, 2, WORDS)
    assert states == ["sent", "sending", "parked"]


def test_what_was_said_to_a_danger_sign_is_still_known_as_such(
    url: str, identity: Identity
) -> None:
    """Stop must not delete it, and it goes before what waits."""
    _migrate_to(url, "0007")
    _write_as_before(url, {}, {"answers": -3, "place": 0, "created_at": NOW - 9}, urgent=True)

    opened = _open(url, identity)
    with opened.writing() as connection:
        outbox.cancel_unsent(connection, 1)
        [left] = outbox.claim_due(connection, identity, 1, NOW)
    opened.close()

    assert left.message.content.purpose == "danger"
    assert left.message.content.content_refs == (ContentRef("danger_sign", "urgent-bleeding"),)


def test_a_reply_of_a_curator_is_still_one(url: str, identity: Identity) -> None:
    _migrate_to(url, "0007")
    _write_as_before(url, {"answers": -3})

    opened = _open(url, identity)
    with opened.writing() as connection:
        [attempt] = outbox.claim_due(connection, identity, 1, NOW)
    opened.close()

    origin = attempt.message.origin
    assert (origin.kind, origin.id, attempt.message.content.purpose) == ("curator", 3, "handover")


def test_no_id_that_was_given_before_is_given_again(url: str, identity: Identity) -> None:
    """A late status of a message that was deleted would settle another."""
    _migrate_to(url, "0007")
    _write_as_before(url, {}, {}, {})
    engine = create_engine(make_url(url).set(drivername=_driver(url)))
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM outbox WHERE id > 1"))
    engine.dispose()

    opened = _open(url, identity)
    with opened.writing() as connection:
        values = {name: _old_row(9)[name] for name in ("person", "number_id", "state", "reason")}
        new = inbox.insert_new(
            connection, tables.outbox, origin_kind="turn", origin_id=8, place=0, purpose="answer",
            attempts=0, due_at=NOW, attempted_at=0.0, created_at=NOW, **values,
        )  # fmt: skip
        ids = list(connection.execute(select(tables.outbox.c.id).order_by("id")).scalars())
    opened.close()

    assert new
    assert ids == [1, 4]


def test_what_nobody_can_read_is_kept_and_never_sent(url: str, identity: Identity) -> None:
    _migrate_to(url, "0007")
    _write_as_before(url, {"payload": '{"type": "dance"}'})

    opened = _open(url, identity)
    with opened.writing() as connection:
        [attempt] = outbox.claim_due(connection, identity, 1, NOW)
    opened.close()

    assert [ref.kind for ref in attempt.message.content.content_refs] == ["unreadable"]


def test_an_upgrade_is_sealed_once_and_by_whoever_has_the_key(url: str, identity: Identity) -> None:
    _migrate_to(url, "0007")
    _write_as_before(url, {}, {})

    opened = Database(url)
    n_sealed = [legacy_outbox.seal_legacy(opened, identity) for _ in range(2)]
    opened.close()

    assert n_sealed == [2, 0]
