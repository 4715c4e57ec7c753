"""One database for all processes: SQLite in a file, or PostgreSQL by another URL."""

import sqlite3
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
                connection.exec_driver_sql("BEGIN IMMEDIATE")
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
