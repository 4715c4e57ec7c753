"""After *delete my data* no file of the database holds a word, a number or a sealed text of it."""

import hashlib
from dataclasses import replace
from pathlib import Path

from console_client import ask, make_context
from own_database import new_database
from sqlalchemy import delete, select, text

from kmqa.console.context import ConsoleContext
from kmqa.messages import Delivery, Incoming, Sender, Unreadable
from kmqa.state import handovers, inbox, people, personal_data, tables
from kmqa.state.database import Database
from kmqa.state.identity import Identity
from kmqa.state.people import Memory, StoredProfile
from kmqa.state.schema import Sealed
from kmqa.text import normalise

NOW = 1_795_435_200.0
NUMBER = "254700000001"
SENTENCE = "my client bled for three days and I am afraid "
ASHA = Sender("KE.1", NUMBER)
QUESTION = Incoming(
    number_id="1", message_id=f"wamid.{NUMBER}", sender=ASHA, kind="text",
    text=SENTENCE * 200, sent_at=int(NOW),
)  # fmt: skip


def _fill(database: Database, identity: Identity) -> int:
    odd = Unreadable(reason="odd", item={"from": NUMBER, "text": SENTENCE})
    delivery = Delivery(messages=(QUESTION,), unreadable=(odd,))
    with database.writing() as connection:
        inbox.store(connection, identity, delivery, NOW)
        person = people.find_or_add_person(connection, identity, ASHA, NOW)
        people.remember(
            connection, identity, person, Memory({"said": SENTENCE}, None), StoredProfile()
        )
        handovers.open_handover(connection, identity, person, "1", "asked", SENTENCE, NOW)
        inbox.finish(connection, [1])
    return person


def _sealed_texts(database: Database) -> list[bytes]:
    """Return every sealed cell as it stands in the file."""
    with database.reading() as connection:
        return [
            value.encode()
            for table in tables.metadata.sorted_tables
            for column in table.columns
            if isinstance(column.type, Sealed)
            for value in connection.execute(select(column)).scalars()
            if value
        ]


def _holds(folder: Path, wanted: bytes) -> list[str]:
    """Return the files below `folder` in which any 40 bytes of `wanted` stand."""
    pieces = [wanted[at : at + 40] for at in range(0, max(1, len(wanted) - 40), 200)]
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path.name for path in files if any(piece in path.read_bytes() for piece in pieces)]


def test_no_file_holds_what_was_deleted(tmp_path: Path, identity: Identity) -> None:
    database = new_database(tmp_path)
    person = _fill(database, identity)
    sealed = _sealed_texts(database)
    assert len(sealed) >= 3
    assert all(_holds(tmp_path, one) for one in sealed)

    with database.writing() as connection:
        personal_data.forget_person(connection, identity, person)
    with database.writing() as connection:
        assert personal_data.remove_forgotten(connection, NOW) == 1

    words = [SENTENCE.encode(), NUMBER.encode(), *(h.encode() for h in identity.hash_names(ASHA))]
    assert [one for one in [*words, *sealed] if _holds(tmp_path, one)] == []
    database.close()


def test_no_file_of_a_console_holds_what_questions_that_were_deleted_meant(
    tmp_path: Path,
) -> None:
    """Neither a vector, from which it could be guessed, nor a hash that anybody can make."""
    context = make_context(tmp_path)
    for number in range(30):
        ask(context, f"{SENTENCE}{number}")
    context.questions.read_groups(context.question_source())
    context.questions.wait()
    traces = _traces_of_questions(context)
    assert [one for one in traces if _holds(tmp_path, one)] == []
    [kept] = (context.index / ".cache" / "questions").iterdir()
    assert len(kept.read_bytes()) > 30 * 64

    with context.database.writing() as connection:
        connection.execute(delete(tables.turns))
    context.questions.read_groups(context.question_source())
    context.questions.wait()

    opened = context.identity.open_bytes(kept.read_bytes())
    assert not [one for one in traces if one in opened]
    context.database.close()


def _traces_of_questions(context: ConsoleContext) -> list[bytes]:
    """Return the words of what was asked, the hashes of these words and their vectors."""
    source = context.question_source()
    texts = [normalise(f"{SENTENCE}{number}") for number in range(30)]
    plain = source.plain(texts)
    assert source.responder is not None
    vectors = source.responder.vectors(plain)
    facts = source.responder.bundle.manifest.model
    known = facts.add_prefix(plain, "query")
    return [
        *(text.encode() for text in [*texts, *plain]),
        *(hashlib.sha256(text.encode()).digest() for text in known),
        *(context.identity.hash_text(text) for text in known),
        *(vector.tobytes() for vector in vectors),
    ]


def test_a_reader_in_the_way_delays_the_erasure_to_the_next_change(
    tmp_path: Path, identity: Identity
) -> None:
    database = new_database(tmp_path)
    person = _fill(database, identity)
    sealed = _sealed_texts(database)

    with database.reading() as reader:
        reader.exec_driver_sql("BEGIN")
        reader.execute(text("SELECT count(*) FROM people")).scalar_one()
        with database.writing() as connection:
            personal_data.forget_person(connection, identity, person)
            personal_data.remove_forgotten(connection, NOW)
        assert any(_holds(tmp_path, one) for one in sealed)
        reader.rollback()
    with database.writing() as connection:
        other = replace(QUESTION, message_id="2", sender=Sender("KE.2"), text="hello")
        inbox.store(connection, identity, Delivery(messages=(other,)), NOW)

    assert not any(_holds(tmp_path, one) for one in sealed)
    database.close()


def test_what_could_not_be_read_is_known_again_by_a_keyed_hash(
    database: Database, identity: Identity
) -> None:
    """Of a plain hash of few possible items somebody can try them all."""
    odd = Unreadable(reason="odd", item={"from": NUMBER})
    with database.writing() as connection:
        stored = [
            inbox.store(connection, identity, Delivery(unreadable=(odd,)), NOW).unreadable
            for _ in range(2)
        ]
        [hashed] = connection.execute(select(tables.unreadable.c.hash)).scalars()

    assert stored == [1, 0]
    assert hashed == identity.hash_item('{"from": "254700000001"}')
    assert hashed != Identity("f" * 32).hash_item('{"from": "254700000001"}')
