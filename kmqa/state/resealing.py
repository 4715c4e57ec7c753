"""Seal a whole database anew under another pepper, after the former one has leaked.

Every column that is sealed is found by its type, so a new table is covered by itself. A row that
opens under the new pepper is done already: whoever was interrupted begins again and goes on. What
people are found by is hashed anew from their address in the same transaction, so who said stop is
known before and after.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, Table, delete, func, select, update

from kmqa.errors import SettingsError
from kmqa.messages import Sender
from kmqa.state import leases, marks, tables
from kmqa.state.database import Database, erase_after
from kmqa.state.identity import Identity
from kmqa.state.schema import Sealed, metadata

BATCH = 200  # rows of one transaction


@dataclass(slots=True)
class Resealed:
    """What was done.

    Attributes:
        rows: Sealed anew, by table.
        names_lost: Former numbers and ids of people, of which nothing but the hash was kept.
        unreadable: Rows that neither pepper opens; they are left as they are.
    """

    rows: dict[str, int] = field(default_factory=dict)
    names_lost: int = 0
    unreadable: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Peppers:
    """The keys before and after."""

    former: Identity
    new: Identity

    def reseal(self, sealed: str) -> str | None:
        """Return the same under the new pepper, or None where it is that already.

        Raises:
            SettingsError: Neither pepper opens it.
        """
        try:
            self.new.open(sealed)
        except SettingsError:
            return self.new.seal(self.former.open(sealed))
        return None


def reseal(
    database: Database,
    former: str,
    new: str,
    now: float,
    on_progress: Callable[[int], object] = lambda _: None,
) -> Resealed:
    """Seal everything in `database` under the pepper `new` instead of `former`.

    Nothing else may use the database meanwhile, and none of the service's processes starts before
    it is done. It may be interrupted at any moment and run again.

    Args:
        database: Of the service.
        former: The pepper that it was written with.
        new: The pepper that holds from now on.
        now: In Unix seconds.
        on_progress: Is told how many rows were looked at.

    Raises:
        SettingsError: A pepper is too short or not the one it should be, or a worker is alive.
    """
    peppers = _begin(database, former, new, now)
    done = Resealed()
    for table in list_sealed():
        last = 0
        while rows := _read_batch(database, table, last):
            with database.writing() as connection:
                for row in rows:
                    _reseal_row(connection, table, row, peppers, done)
                erase_after(connection)
            last = rows[-1].id
            on_progress(len(rows))
    with database.writing() as connection:
        marks.write_mark(
            connection, marks.MESSAGE_KEY, peppers.former.wrap_message_key(peppers.new)
        )
        marks.write_mark(connection, marks.PEPPER, peppers.new.fingerprint)
        marks.remove_mark(connection, marks.RESEALING)
        erase_after(connection)
    return done


def list_sealed() -> list[Table]:
    """Return the tables that hold sealed texts; each has one key, named id."""
    return [
        table
        for table in metadata.sorted_tables
        if any(isinstance(column.type, Sealed) for column in table.columns)
    ]


def count_rows(database: Database) -> int:
    """Count the rows that will be looked at."""
    with database.reading() as connection:
        counts = [select(func.count()).select_from(table) for table in list_sealed()]
        return sum(connection.execute(one).scalar_one() for one in counts)


def _begin(database: Database, former: str, new: str, now: float) -> Peppers:
    """Note that the pepper is being changed, and return the keys.

    Raises:
        SettingsError: It cannot be changed now, or not so.
    """
    after = Identity(new)
    with database.writing() as connection:
        before = Identity(former, marks.read_mark(connection, marks.MESSAGE_KEY) or "")
        known = marks.read_mark(connection, marks.PEPPER)
        begun = marks.read_mark(connection, marks.RESEALING)
        if before.fingerprint == after.fingerprint:
            raise _refusal("the new pepper is the former one", "another secret")
        if known == after.fingerprint:
            raise _refusal("the database is sealed under the new pepper already", "nothing to do")
        if known is not None and known != before.fingerprint:
            raise _refusal(
                "the former pepper is not the one that the database was written with",
                "the secret of the last start",
            )
        if begun not in {None, after.fingerprint}:
            raise _refusal(
                "another change of the pepper was begun and not ended",
                "the same new pepper as then",
            )
        if leases.count_workers(connection, now):
            raise SettingsError(
                "a worker is at work, or was a moment ago",
                which="kmqa reseal",
                expected="no process of the service",
                remedy="Stop web, worker and console everywhere, wait a minute, and run it again.",
            )
        marks.write_mark(connection, marks.RESEALING, after.fingerprint)
    return Peppers(before, after)


def _refusal(what: str, expected: str) -> SettingsError:
    return SettingsError(
        what,
        which="kmqa reseal",
        expected=expected,
        remedy="KMQA_PEPPER is the new one; --former names the file with the one before.",
    )


def _read_batch(database: Database, table: Table, last: int) -> Sequence[Row[Any]]:
    sealed = [column for column in table.columns if isinstance(column.type, Sealed)]
    with database.reading() as connection:
        return connection.execute(
            select(table.c.id, *sealed).where(table.c.id > last).order_by(table.c.id).limit(BATCH)
        ).all()


def _reseal_row(
    connection: Connection, table: Table, row: Row[Any], peppers: Peppers, done: Resealed
) -> None:
    written = {name: text for name, text in row._mapping.items() if name != "id" and text}
    try:
        changed = {name: peppers.reseal(text) for name, text in written.items()}
    except SettingsError:
        done.unreadable.append(f"{table.name} {row.id}")
        return
    values = {name: text for name, text in changed.items() if text is not None}
    if not values:
        return
    if table is tables.people and "address" in values:
        address = Sender(**peppers.former.open(row.address))
        done.names_lost += _rename(connection, row.id, address, peppers)
    connection.execute(update(table).where(table.c.id == row.id).values(values))
    done.rows[table.name] = done.rows.get(table.name, 0) + 1


def _rename(connection: Connection, person: int, address: Sender, peppers: Peppers) -> int:
    """Hash anew what a person is found by; return how many names could not be, and went."""
    names = tables.names
    hashes = zip(peppers.former.hash_names(address), peppers.new.hash_names(address), strict=True)
    kept = []
    for before, after in hashes:
        connection.execute(update(names).where(names.c.hash == before).values(hash=after))
        kept.append(after)
    gone = delete(names).where(names.c.person == person, names.c.hash.not_in(kept))
    return connection.execute(gone).rowcount
