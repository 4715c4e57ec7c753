"""Promise 15: what the tables declare of people is complete, and forget, merge and purge obey it.

Nothing here names a table of a person: rows are made from the columns, so a new table is tested by
standing in the metadata.
"""

import itertools
import json
from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Float,
    ForeignKey,
    MetaData,
    Numeric,
    String,
    Table,
    Text,
    insert,
    select,
)

from kmqa.messages import Sender
from kmqa.state import merging, people, personal_data, personal_rows, retention, tables
from kmqa.state.database import Database
from kmqa.state.identity import Identity
from kmqa.state.people import Memory, StoredProfile
from kmqa.state.personal_rows import Owner
from kmqa.state.retention import DAY
from kmqa.state.row_policy import (
    Blank,
    Delete,
    Expiry,
    Leave,
    Nobody,
    Owned,
    RowPolicy,
    Through,
    find_problems,
    policy_of,
)
from kmqa.state.schema import Id, Sealed

NOW = 1_795_435_200.0
KEEP_DAYS = 30
ASHA = Sender("KE.1", "254700000001")
BINTI = Sender("KE.2", "254700000002")
# What a table's columns cannot tell: a row that is over.
_VALUES = {"state": "done", "outcome": "answer", "forgotten": False, "candidates": "[]"}
_COUNTER = itertools.count(1000)


def _value(column: Column[Any], identity: Identity, words: str, at: float) -> object:
    if column.name in _VALUES:
        return _VALUES[column.name]
    if isinstance(column.type, Sealed):
        return identity.seal({"said": words})
    if isinstance(column.type, Boolean):
        return True
    if isinstance(column.type, Float):
        return at
    if isinstance(column.type, String | Text):
        return f"{words[:4]}{next(_COUNTER)}"[: getattr(column.type, "length", None) or 20]
    assert isinstance(column.type, Numeric) or column.type.python_type is int
    return next(_COUNTER)


def _fill(
    connection: Connection, identity: Identity, sender: Sender, at: float, **values: object
) -> int:
    """Give the person who is `sender` a row in every table that can hold one."""
    person = people.find_or_add_person(connection, identity, sender, at)
    words = f"words of {sender.user_id}"
    made: dict[str, Mapping[str, Any]] = {}
    parents = [t for t in tables.metadata.sorted_tables if t.name != "people"]
    parents.sort(key=lambda table: isinstance(policy_of(table).owner, Through))
    profile = StoredProfile(role=words[-4:], country="KE", topic="pills", low_data=True)
    people.remember(connection, identity, person, Memory({"said": words}), profile)
    for table in parents:
        owner = policy_of(table).owner
        row = {
            column.name: _value(column, identity, words, at)
            for column in table.columns
            if not (column.primary_key and isinstance(column.type, type(Id)))
        } | {name: value for name, value in values.items() if name in table.c}
        if isinstance(owner, Nobody):
            continue
        if isinstance(owner, Owned):
            row[owner.column] = person
        elif isinstance(owner, Through):
            row[owner.column] = made[owner.table][owner.key]
        else:
            row[owner.column] = identity.seal({"from": sender.user_id, "said": words})
        key = next(iter(table.primary_key))
        found = connection.execute(insert(table).values(**row).returning(*table.primary_key)).one()
        made[table.name] = row | {key.name: found[0]}
    return person


def _dump(connection: Connection, identity: Identity) -> str:
    """Return every cell of every table, sealed ones opened."""
    cells = []
    for table in tables.metadata.sorted_tables:
        for row in connection.execute(select(table)):
            for column, value in zip(table.columns, row, strict=True):
                is_sealed = isinstance(column.type, Sealed) and value
                shown = json.dumps(identity.open(value)) if is_sealed else repr(value)
                cells.append(f"{table.name}.{column.name}={shown}")
    return "\n".join(cells)


def _owned(connection: Connection, identity: Identity, person: int) -> dict[str, int]:
    """Return how many rows of each table belong to the person."""
    owner = personal_data.find_owner(connection, identity, person)
    counts = {}
    for table in tables.metadata.sorted_tables:
        rows = personal_rows.match_owner(connection, identity, table, owner)
        counts[table.name] = len(connection.execute(select(table).where(rows)).all())
    return counts


@pytest.mark.parametrize("table", tables.metadata.sorted_tables, ids=lambda table: table.name)
def test_every_table_declares_whose_its_rows_are_and_when_they_go(table: Table) -> None:
    assert find_problems(table) == []


def test_forget_leaves_no_row_and_no_word_of_the_person_in_any_table(
    database: Database, identity: Identity
) -> None:
    with database.writing() as connection:
        person = _fill(connection, identity, ASHA, NOW)
        other = _fill(connection, identity, BINTI, NOW)
        before = _owned(connection, identity, other)
        has_rows = _owned(connection, identity, person)

        personal_data.forget_person(connection, identity, person)
        personal_data.remove_forgotten(connection, NOW + 3600)

        left = _owned(connection, identity, person) | {"names": 0}
        cells = _dump(connection, identity)
        assert all(n > 0 for name, n in has_rows.items() if _is_personal(name))
        assert left == dict.fromkeys(left, 0)
        assert f"words of {ASHA.user_id}" not in cells
        assert not any(name in cells for name in identity.hash_names(ASHA))
        assert _owned(connection, identity, other) == before
        assert cells.count(f"words of {BINTI.user_id}") >= 5


def test_a_merge_of_two_people_loses_nothing_of_either(
    database: Database, identity: Identity
) -> None:
    with database.writing() as connection:
        first = _fill(connection, identity, ASHA, NOW)
        second = _fill(connection, identity, Sender("KE.3"), NOW + 5)
        both = [_owned(connection, identity, one) for one in (first, second)]

        people._merge(connection, identity, first, second)

        expected = {name: both[0][name] + both[1][name] for name in both[0]} | {"people": 1}
        assert _owned(connection, identity, second) == dict.fromkeys(expected, 0)
        expected["unreadable"] = (
            1  # an address holds one user id; what names the other goes by its time
        )
        assert _owned(connection, identity, first) == expected


def test_every_column_of_people_says_what_a_merge_makes_of_it() -> None:
    assert set(merging.RULES) == {column.name for column in tables.people.columns}


@pytest.mark.parametrize("state", ["done", "sent", "parked", "waiting", "queued"])
def test_purge_removes_what_is_declared_and_keeps_the_rest(
    database: Database, identity: Identity, state: str
) -> None:
    """An hour before each time is over the rows stay as they are, and an hour later they do not."""
    with database.writing() as connection:
        _fill(connection, identity, ASHA, NOW, state=state)
        before = _rows(connection)

        for days in sorted(_all_days()):
            retention.purge(connection, NOW + days * DAY - 3600, KEEP_DAYS)
            assert _rows(connection) == _expected(before, state, days, is_over=False)
            retention.purge(connection, NOW + days * DAY + 3600, KEEP_DAYS)
            assert _rows(connection) == _expected(before, state, days, is_over=True)


def _all_days() -> set[float]:
    keeps = [policy_of(table).keep for table in tables.metadata.sorted_tables]
    return {_days(one) for keep in keeps if not isinstance(keep, Leave) for one in keep}


def _days(expiry: Expiry) -> float:
    return KEEP_DAYS if expiry.days == "keep_days" else float(expiry.days)


def _expected(
    rows: Mapping[str, list[dict[str, Any]]], state: str, days: float, *, is_over: bool
) -> dict[str, list[dict[str, Any]]]:
    left = {name: [dict(row) for row in found] for name, found in rows.items()}
    for table in tables.metadata.sorted_tables:
        keep = policy_of(table).keep
        for expiry in () if isinstance(keep, Leave) else keep:
            is_due = _days(expiry) < days or (is_over and _days(expiry) == days)
            states = expiry.then.states
            if not is_due or (states and state not in states):
                continue
            if isinstance(expiry.then, Delete):
                left[table.name] = []
            for row in left[table.name]:
                row.update(expiry.then.values if isinstance(expiry.then, Blank) else {})
    return left


def _rows(connection: Connection) -> dict[str, list[dict[str, Any]]]:
    return {
        table.name: [dict(row._mapping) for row in connection.execute(select(table))]
        for table in tables.metadata.sorted_tables
    }


def test_my_data_holds_what_the_tables_export_with_texts_opened(
    database: Database, identity: Identity
) -> None:
    with database.writing() as connection:
        person = _fill(connection, identity, ASHA, NOW)
        _fill(connection, identity, BINTI, NOW)

        held = personal_data.export_person(connection, identity, person)

    assert set(held) == {
        table.name
        for table in tables.metadata.sorted_tables
        if not isinstance(policy_of(table).export, Leave)
    }
    assert [row["question"] for row in held["turns"]] == [{"said": "words of KE.1"}]
    assert "KE.2" not in json.dumps(held)


def _is_personal(name: str) -> bool:
    return not isinstance(policy_of(tables.metadata.tables[name]).owner, Nobody)


def _toy(policy: RowPolicy | None, *columns: Column[Any]) -> Table:
    """Return a new table in a metadata of its own, with its person."""
    metadata = MetaData()
    Table("people", metadata, Column("id", Id, primary_key=True), info=_PEOPLE.as_info())
    key = Column("id", Id, primary_key=True)
    return Table("toys", metadata, key, *columns, info=policy.as_info() if policy else {})


_PEOPLE = RowPolicy(
    owner=Owned("id"), forget=Leave("x"), keep=Leave("x"), export=Leave("x"), merge="follow"
)
_OURS = RowPolicy(owner=Nobody("a toy"), keep=Leave("a toy"))


def _person() -> Column[Any]:
    return Column("person", Id, ForeignKey("people.id"))


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        (_toy(None), "declares no RowPolicy"),
        (_toy(_OURS, _person()), "the owner must be Owned('person')"),
        (_toy(_OURS, Column("said", Sealed)), "said is sealed, so its rows belong to somebody"),
        (_toy(_OURS, Column("said", Text)), "said holds texts that are not sealed"),
        (_toy(RowPolicy(owner=Owned(), keep=Leave("x")), _person()), "what forget does"),
        (
            _toy(
                RowPolicy(owner=Owned(), keep=Leave("x"), forget=Blank({"person": None})),
                _person(),
                Column("said", Sealed),
            ),
            "forget leaves said",
        ),
        (
            _toy(
                RowPolicy(owner=Owned(), keep=Leave("x"), forget=Delete(), merge="move"),
                Column("person", Id, ForeignKey("people.id"), unique=True),
            ),
            "a merge cannot move every row",
        ),
    ],
)
def test_a_new_table_of_a_person_that_declares_too_little_is_found(
    table: Table, problem: str
) -> None:
    assert any(problem in found for found in find_problems(table)), find_problems(table)


def test_of_rows_that_stand_once_for_a_person_a_merge_keeps_the_newest(
    database: Database, identity: Identity
) -> None:
    policy = RowPolicy(
        owner=Owned(), forget=Delete(), merge="keep_newest", keep=Leave("x"), export=("topic",)
    )
    metadata = MetaData()
    toys = Table(
        "toys",
        metadata,
        Column("person", Id, primary_key=True, autoincrement=False),
        Column("topic", String(20), primary_key=True),
        Column("at", Float),
        info=policy.as_info(),
    )
    rows = [
        (1, "pills", 5.0),
        (1, "iud", 9.0),
        (2, "pills", 7.0),
        (2, "iud", 8.0),
        (2, "depo", 1.0),
    ]
    with database.writing() as connection:
        metadata.create_all(connection)
        connection.execute(insert(toys), [{"person": p, "topic": t, "at": at} for p, t, at in rows])

        personal_rows.merge_rows(connection, 1, 2, metadata)

        left = {tuple(row) for row in connection.execute(select(toys))}
        personal_rows.forget_rows(connection, identity, Owner(1, ()), metadata)
        assert left == {(1, "pills", 7.0), (1, "iud", 9.0), (1, "depo", 1.0)}
        assert connection.execute(select(toys)).all() == []
