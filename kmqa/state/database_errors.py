"""What is wrong with a database, said so that whoever runs the service can put it right."""

import sqlite3

from alembic.util import CommandError
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError

from kmqa.errors import UserError

_DISK_FULL = "53100"  # PostgreSQL's code
_DAMAGED = ("malformed", "not a database", "disk i/o error")


class DatabaseError(UserError):
    """The database cannot be reached or is not what this version expects."""

    exit_code = 10
    http_status = 503


def explain(error: SQLAlchemyError | CommandError, which: str) -> DatabaseError:
    """Return what an error at the start means; `which` is the database without its password."""
    got = _first_line(error)
    if isinstance(error, CommandError):
        return DatabaseError(
            "the database was made by a later version of kmqa",
            which=which,
            got=got,
            remedy="Install that version, or restore the backup that was made before it.",
        )
    if any(sign in got.lower() for sign in _DAMAGED):
        return DatabaseError(
            "the database is damaged",
            which=which,
            got=got,
            remedy="Restore the last backup; docs/service.md says how.",
        )
    if isinstance(error, OperationalError):
        return DatabaseError(
            "the database does not answer",
            which=which,
            got=got,
            remedy="Check KMQA_DATABASE_URL and that the server runs.",
        )
    return DatabaseError(
        "the database cannot be brought up to date",
        which=which,
        got=got,
        remedy="Keep a copy of it and report this line.",
    )


def is_full(error: SQLAlchemyError) -> bool:
    """Tell whether a statement failed because there is no space left on the database's disk."""
    original = error.orig if isinstance(error, DBAPIError) else None
    code = getattr(original, "sqlite_errorcode", None)
    is_sqlite_full = code is not None and code & 0xFF == sqlite3.SQLITE_FULL
    return is_sqlite_full or getattr(original, "sqlstate", None) == _DISK_FULL


def check_encoding(connection: Connection) -> None:
    """Refuse a PostgreSQL database that keeps bytes instead of UTF-8.

    Raises:
        DatabaseError: It does.
    """
    encoding = connection.execute(text("SHOW server_encoding")).scalar_one()
    if encoding != "UTF8":
        raise DatabaseError(
            "the database does not hold UTF-8",
            which=connection.engine.url.render_as_string(hide_password=True),
            got=str(encoding),
            expected="UTF8",
            remedy="Make one with: CREATE DATABASE kmqa ENCODING 'UTF8' TEMPLATE template0",
        )


def _first_line(error: Exception) -> str:
    original = error.orig if isinstance(error, DBAPIError) and error.orig else error
    return next(iter(str(original).splitlines()), type(original).__name__)
