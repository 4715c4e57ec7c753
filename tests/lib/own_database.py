"""Databases of tests: the tables are made once a process, and copied from then on."""

import functools
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import process_harness
from sqlalchemy import create_engine, make_url, text

from kmqa.state.database import Database

_TEMPLATE = "kmqa_template"


def new_database(folder: Path) -> Database:
    """Open an empty SQLite database with its tables, the file ``kmqa.db`` in `folder`."""
    return Database(new_database_url(folder))


def new_database_url(folder: Path) -> str:
    """Write what `new_database` opens, for whoever opens it by its URL."""
    path = folder / "kmqa.db"
    path.write_bytes(_empty_database())
    return f"sqlite:///{path}"


@functools.cache
def _empty_database() -> bytes:
    """Run every migration on a new file and return its bytes."""
    with tempfile.TemporaryDirectory(prefix="kmqa-db-") as folder:
        path = Path(folder) / "kmqa.db"
        Database(f"sqlite:///{path}").close()
        return path.read_bytes()


@dataclass(frozen=True)
class PostgresqlServer:
    """A running PostgreSQL server whose database `_TEMPLATE` has the tables."""

    url: str

    def new_database_url(self) -> str:
        """Make an empty database with its tables and return its URL."""
        name = f"kmqa_{uuid.uuid4().hex}"
        self._run(f"CREATE DATABASE {name} TEMPLATE {_TEMPLATE}")
        return self.url_of(name)

    def bare_database_url(self) -> str:
        """Make a database without any table and return its URL."""
        name = f"kmqa_{uuid.uuid4().hex}"
        self._run(f"CREATE DATABASE {name} TEMPLATE template0")
        return self.url_of(name)

    def prepare(self) -> None:
        """Make the template; from now on the server does not wait for the disk."""
        self._run("ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")
        self._run(f"CREATE DATABASE {_TEMPLATE}")
        Database(self.url_of(_TEMPLATE)).close()

    def url_of(self, name: str) -> str:
        """Return the URL of the database `name`."""
        url = make_url(self.url).set(database=name, drivername="postgresql")
        return url.render_as_string(hide_password=False)

    def _run(self, *statements: str) -> None:
        url = make_url(self.url).set(drivername="postgresql+psycopg")
        engine = create_engine(url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for statement in statements:
                connection.execute(text(statement))
        engine.dispose()


@contextmanager
def postgresql_server() -> Iterator[PostgresqlServer]:
    """Start a server of its own, and stop it at the end."""
    with process_harness.start_postgresql() as url:
        server = PostgresqlServer(url)
        server.prepare()
        yield server
