"""What the service knows of itself between starts: which pepper it was written with, last purge."""

from sqlalchemy import Connection, delete, insert, select, update

from kmqa.errors import SettingsError
from kmqa.state import tables
from kmqa.state.database import Database
from kmqa.state.identity import Identity

PEPPER = "pepper"
MESSAGE_KEY = "message-key"
"""The key of message ids from a former pepper, wrapped by the one in force."""
RESEALING = "resealing"
"""The pepper under which everything is being sealed anew, while that lasts."""


def read_mark(connection: Connection, name: str) -> str | None:
    """Return the value under this name, or None."""
    marks = tables.marks.c
    value: str | None = connection.execute(
        select(marks.value).where(marks.name == name)
    ).scalar_one_or_none()
    return value


def write_mark(connection: Connection, name: str, value: str) -> None:
    """Store the value under this name instead of any other."""
    marks = tables.marks
    if read_mark(connection, name) is None:
        connection.execute(insert(marks).values(name=name, value=value))
    else:
        connection.execute(update(marks).where(marks.c.name == name).values(value=value))


def remove_mark(connection: Connection, name: str) -> None:
    """Remove the value under this name, if there is one."""
    connection.execute(delete(tables.marks).where(tables.marks.c.name == name))


def open_identity(database: Database, pepper: str) -> Identity:
    """Return the keys of the pepper, which must be the one that the database was written with.

    Under another one nobody is recognised: whoever said stop would be written to again, and no
    stored text could be read. A database without a mark, from before version 0009, is asked by
    opening one of its sealed addresses.

    Raises:
        SettingsError: The pepper is too short, or another one, or is being changed.
    """
    with database.reading() as connection:
        known = read_mark(connection, PEPPER)
        wrapped = read_mark(connection, MESSAGE_KEY)
        is_changing = read_mark(connection, RESEALING) is not None
    identity = Identity(pepper, wrapped or "")
    if is_changing:
        raise SettingsError(
            "the pepper is being changed, and part of the database is sealed under another one",
            which="KMQA_PEPPER",
            remedy='Run "kmqa reseal" again, with the same two peppers, until it says that it is '
            "done.",
        )
    if known is None:
        with database.writing() as connection:
            known = read_mark(connection, PEPPER)  # a process beside this one may have been first
            if known is None and _opens_what_is_there(connection, identity):
                write_mark(connection, PEPPER, identity.fingerprint)
                return identity
    if known != identity.fingerprint:
        raise SettingsError(
            "the pepper is not the one that the database was written with",
            which="KMQA_PEPPER",
            expected="the same secret as at the last start",
            remedy="Set the former one, from the copy that was kept. Without it, begin with an"
            " empty database: nobody in this one can be recognised, not even who said stop. To"
            ' change it for good, run "kmqa reseal".',
        )
    return identity


def _opens_what_is_there(connection: Connection, identity: Identity) -> bool:
    sealed = connection.execute(select(tables.people.c.address).limit(1)).scalar_one_or_none()
    try:
        if sealed:
            identity.open(sealed)
    except SettingsError:
        return False
    return True
