"""Forget, merge and export: walks over what the tables declare of people (`row_policy`)."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    MetaData,
    Table,
    delete,
    exists,
    false,
    select,
    update,
)

from kmqa.state.identity import Identity
from kmqa.state.row_policy import (
    PEOPLE,
    Delete,
    Leave,
    Named,
    Nobody,
    Owned,
    RowPolicy,
    Through,
    is_in_states,
    is_same,
    policy_of,
    unique_with,
)
from kmqa.state.schema import Sealed


@dataclass(frozen=True, slots=True)
class Owner:
    """The person whose rows are meant.

    Attributes:
        names: User id and phone number, as they may stand inside sealed items.
    """

    person: int
    names: Sequence[str]


def forget_rows(
    connection: Connection, identity: Identity, owner: Owner, metadata: MetaData
) -> None:
    """Do in every table of `metadata` what it declares for *delete my data*."""
    for table in _tables_of_people(metadata):
        action = policy_of(table).forget
        if isinstance(action, Leave):
            continue
        rows = match_owner(connection, identity, table, owner) & is_in_states(table, action.states)
        if isinstance(action, Delete):
            connection.execute(delete(table).where(rows))
        else:
            connection.execute(update(table).where(rows).values(**action.values))


def merge_rows(connection: Connection, kept: int, gone: int, metadata: MetaData) -> None:
    """Give the rows of `gone` to `kept` as each table declares; the row of people stays."""
    for table in _tables_of_people(metadata):
        policy = policy_of(table)
        if not isinstance(policy.owner, Owned) or table.name == PEOPLE:
            continue
        person = table.c[policy.owner.column]
        if policy.merge == "drop":
            connection.execute(delete(table).where(person == gone))
            continue
        if policy.merge == "keep_newest":
            _delete_older(connection, table, policy.owner.column, kept, gone)
            _delete_older(connection, table, policy.owner.column, gone, kept)
        connection.execute(update(table).where(person == gone).values({policy.owner.column: kept}))


def export_rows(
    connection: Connection, identity: Identity, owner: Owner, metadata: MetaData
) -> Mapping[str, list[dict[str, object]]]:
    """Return what *my data* holds: for each table its rows, newest first, with texts opened."""
    held = {}
    for table in _tables_of_people(metadata):
        columns = policy_of(table).export
        if isinstance(columns, Leave):
            continue
        rows = match_owner(connection, identity, table, owner)
        key = next(iter(table.primary_key))
        query = select(*(table.c[name] for name in columns)).where(rows).order_by(key.desc())
        held[table.name] = [
            {name: _open_cell(identity, table, name, value) for name, value in row._mapping.items()}
            for row in connection.execute(query)
        ]
    return held


def match_owner(
    connection: Connection, identity: Identity, table: Table, owner: Owner
) -> ColumnElement[bool]:
    """Return the condition that a row of `table` belongs to `owner`."""
    whose = policy_of(table).owner
    if isinstance(whose, Owned):
        return table.c[whose.column] == owner.person
    if isinstance(whose, Through):
        parent = table.metadata.tables[whose.table]
        rows = match_owner(connection, identity, parent, owner)
        return table.c[whose.column].in_(select(parent.c[whose.key]).where(rows))
    if isinstance(whose, Named):
        key = next(iter(table.primary_key))
        return key.in_(list(_naming_rows(connection, identity, table.c[whose.column], owner)))
    return false()


def _naming_rows(
    connection: Connection, identity: Identity, sealed_in: Column[str], owner: Owner
) -> Iterator[object]:
    """Yield the keys of rows whose sealed content names the owner."""
    if not owner.names:
        return
    key = next(iter(sealed_in.table.primary_key))
    for row_key, sealed in connection.execute(select(key, sealed_in)):
        content = json.dumps(identity.open(sealed))
        if any(name in content for name in owner.names):
            yield row_key


def _tables_of_people(metadata: MetaData) -> list[Table]:
    """Return the tables with rows of people; what belongs through a table stands before it."""
    owned = [t for t in metadata.sorted_tables if not isinstance(policy_of(t).owner, Nobody)]
    return sorted(owned, key=lambda table: _depth(table, policy_of(table)), reverse=True)


def _depth(table: Table, policy: RowPolicy) -> int:
    if isinstance(policy.owner, Through):
        parent = table.metadata.tables[policy.owner.table]
        return 1 + _depth(parent, policy_of(parent))
    return 0


def _delete_older(connection: Connection, table: Table, column: str, one: int, two: int) -> None:
    """Delete those rows of `one` that stand only once for a person, and newer for `two`.

    Of two from the same moment that of the person with the lower id stays.
    """
    other = table.alias()
    for names in unique_with(table, column):
        is_newer = other.c.at > table.c.at if one < two else other.c.at >= table.c.at
        stands_twice = exists().where(
            other.c[column] == two, is_same(table, other, names), is_newer
        )
        connection.execute(delete(table).where(table.c[column] == one, stands_twice))


def _open_cell(identity: Identity, table: Table, name: str, value: object) -> object:
    is_sealed = isinstance(table.c[name].type, Sealed)
    return identity.open(str(value)) if is_sealed and value else value
