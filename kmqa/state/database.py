"""One database for all processes: SQLite in a file, or PostgreSQL by another URL."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, OperationalError

from kmqa.errors import SettingsError, UserError

_MIGRATIONS = Path(__file__).parent / "migrations"
_PATIENCE = 30  # seconds to wait for SQLite's one writer
_LOOK = 0.001  # seconds between two tries to become it
_MIGRATION_LOCK = 72_661_001  # any number that no other program takes as an advisory lock


class DatabaseError(UserError):
    """The database cannot be reached or is not what this version expects."""

    exit_code = 10
    http_status = 503


class Database:
    """Connections to one database, with its tables brought up to date."""

    def __init__(self, url: str) -> None:
        """Connect to `url` and run the migrations that are missing.

        Raises:
            SettingsError: The URL cannot be understood.
            DatabaseError: The database does not answer.
        """
        self.engine = _engine(url)
        try:
            _migrate(self.engine)
        except OperationalError as error:
            raise DatabaseError(
                "the database does not answer",
                which=self.engine.url.render_as_string(hide_password=True),
                got=str(error.orig).splitlines()[0] if error.orig else type(error).__name__,
                remedy="Check KMQA_DATABASE_URL and that the server runs.",
            ) from error

    @property
    def is_postgresql(self) -> bool:
        """Whether rows can be locked one by one; SQLite locks the whole file."""
        return self.engine.dialect.name == "postgresql"

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that is committed at the end, or undone where an error leaves it."""
        with self.engine.begin() as connection:
            if not self.is_postgresql:
                _begin_writing(connection)
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that writes nothing."""
        with self.engine.connect() as connection:
            yield connection

    def close(self) -> None:
        """All connections are closed."""
        self.engine.dispose()


def _engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise _unknown_url() from error
    if parsed.get_backend_name() == "sqlite":
        if parsed.database and parsed.database != ":memory:":
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(
            parsed, connect_args={"timeout": _PATIENCE}, pool_size=16, hide_parameters=True
        )
        event.listen(engine, "connect", _prepare_sqlite)
        return engine
    if parsed.get_backend_name() == "postgresql":
        return create_engine(
            parsed.set(drivername="postgresql+psycopg"),
            pool_size=16,
            pool_pre_ping=True,
            hide_parameters=True,  # errors reach the log, and values are no business of logs
        )
    raise _unknown_url()


def _unknown_url() -> SettingsError:
    return SettingsError(
        "the database is of no known kind",
        which="KMQA_DATABASE_URL",
        expected="sqlite:///var/kmqa.db or postgresql://user:password@host/name",
    )


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # The driver must not begin transactions by itself: `writing` takes the write lock at once,
    # because a read that turns into a write fails when somebody wrote in between.
    connection.isolation_level = None
    # What is deleted is overwritten, so that nobody finds it in the file.
    pragmas = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON")
    for pragma in pragmas:
        connection.execute(f"PRAGMA {pragma}")


def _begin_writing(connection: Connection) -> None:
    """Become SQLite's one writer.

    SQLite's own wait sleeps up to 100 ms between tries, so that whoever writes seldom starves
    beside whoever writes all the time: a median of 79 ms and a 99th percentile of 1.3 s, where
    looking every millisecond gave 9 and 25 ms (two processes with transactions of 2 and 8 ms,
    2026-11-27).
    """
    driver = connection.connection.driver_connection
    if driver is None:
        message = "the connection is closed"
        raise RuntimeError(message)
    deadline = time.monotonic() + _PATIENCE
    driver.execute("PRAGMA busy_timeout = 0")
    try:
        while _is_busy(driver) and time.monotonic() < deadline:
            time.sleep(_LOOK)
        if not driver.in_transaction:
            connection.exec_driver_sql("BEGIN IMMEDIATE")  # raises what callers know
    finally:
        driver.execute(f"PRAGMA busy_timeout = {_PATIENCE * 1000}")


def _is_busy(driver: sqlite3.Connection) -> bool:
    """Whether somebody else writes; where nobody does, the transaction has begun."""
    try:
        driver.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        return error.sqlite_errorcode == sqlite3.SQLITE_BUSY
    return False


def _migrate(engine: Engine) -> None:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            # Two processes that start together must not both migrate.
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_MIGRATION_LOCK})"))
        else:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
