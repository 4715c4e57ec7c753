"""One database for all processes: SQLite in a file, or PostgreSQL by another URL."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from kmqa.errors import SettingsError
from kmqa.state import postgresql, sqlite_file
from kmqa.state.database_errors import DatabaseError, check_encoding, explain

_MIGRATIONS = Path(__file__).parent / "migrations"
_ERASE = "kmqa-erase"
_MIGRATION_LOCK = 72_661_001  # any number that no other program takes as an advisory lock


class Database:
    """Connections to one database, with its tables brought up to date."""

    def __init__(self, url: str) -> None:
        """Connect to `url` and run the migrations that are missing.

        Raises:
            SettingsError: The URL cannot be understood.
            DatabaseError: The database does not answer, is damaged, of a later version, or holds no
                UTF-8.
        """
        self.engine = _engine(url)
        self._is_erased = True
        try:
            _bring_up_to_date(self.engine)
        except DatabaseError:
            self.engine.dispose()
            raise

    @property
    def is_postgresql(self) -> bool:
        """Tell whether rows can be locked one by one; SQLite locks the whole file."""
        return self.engine.dialect.name == "postgresql"

    def free_bytes(self) -> int | None:
        """Return what is free on the disk of an SQLite file; None for any other database."""
        file = self.engine.url.database
        if self.is_postgresql or not file or file == ":memory:":
            return None
        return shutil.disk_usage(Path(file).parent).free

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open a transaction that is committed at the end, or undone where an error leaves it.

        What `erase_after` was said of leaves no copy in SQLite's log of changes.
        """
        with self.engine.begin() as connection:
            if not self.is_postgresql:
                sqlite_file.begin_writing(connection)
            connection.info.pop(_ERASE, None)  # of a transaction that was undone
            yield connection
            must_erase = connection.info.pop(_ERASE, False)
        if not self.is_postgresql and (must_erase or not self._is_erased):
            self._is_erased = sqlite_file.empty_log(self.engine)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a connection that writes nothing."""
        with self.engine.connect() as connection:
            yield connection

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def erase_after(connection: Connection) -> None:
    """Let nothing readable stay behind of what this transaction deletes, once it is committed."""
    connection.info[_ERASE] = True


def _engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise _unknown_url() from error
    if parsed.get_backend_name() == "sqlite":
        if parsed.database and parsed.database != ":memory:":
            sqlite_file.make_folder(Path(parsed.database).parent)
        engine = create_engine(
            parsed,
            connect_args={"timeout": sqlite_file.PATIENCE},
            pool_size=16,
            hide_parameters=True,
        )
        event.listen(engine, "connect", sqlite_file.prepare)
        return engine
    if parsed.get_backend_name() == "postgresql":
        return postgresql.make_engine(parsed)
    raise _unknown_url()


def _unknown_url() -> SettingsError:
    return SettingsError(
        "the database is of no known kind",
        which="KMQA_DATABASE_URL",
        expected="sqlite:///var/kmqa.db or postgresql://user:password@host/name",
    )


def _bring_up_to_date(engine: Engine) -> None:
    """Run the migrations that are missing.

    Raises:
        DatabaseError: They cannot be run, and why.
    """
    try:
        _migrate(engine)
    except (SQLAlchemyError, CommandError) as error:
        raise explain(error, engine.url.render_as_string(hide_password=True)) from error


def _migrate(engine: Engine) -> None:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    with _migrating(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


@contextmanager
def _migrating(engine: Engine) -> Iterator[Connection]:
    """Open a transaction in which nobody else migrates."""
    if engine.dialect.name == "postgresql":
        with engine.begin() as connection:
            postgresql.wait_for_ever(connection)
            connection.execute(text("SET LOCAL statement_timeout = 0"))
            check_encoding(connection)
            # Two processes that start together must not both migrate.
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_MIGRATION_LOCK})"))
            yield connection
        return
    with engine.connect() as connection:
        # SQLite changes a table by copying and dropping it, and with foreign keys the drop deletes
        # the rows that refer to it. The pragma does nothing inside a transaction.
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            yield connection
            connection.commit()
        finally:
            connection.rollback()
            connection.exec_driver_sql("PRAGMA foreign_keys=ON")
