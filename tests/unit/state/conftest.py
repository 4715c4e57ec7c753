"""Databases of both kinds; PostgreSQL starts once for all tests of this folder."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import stage
from sqlalchemy import create_engine, make_url, text

from kmqa.state.database import Database
from kmqa.state.identity import Identity


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    with stage.postgresql() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty database with its tables."""
    if request.param == "sqlite":
        opened = Database(f"sqlite:///{tmp_path / 'kmqa.db'}")
    else:
        opened = Database(_new_database(request.getfixturevalue("server")))
    yield opened
    opened.close()


def _new_database(server: str) -> str:
    url = make_url(server).set(drivername="postgresql+psycopg")
    name = f"kmqa_{uuid.uuid4().hex}"
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return url.set(database=name, drivername="postgresql").render_as_string(hide_password=False)


@pytest.fixture
def identity() -> Identity:
    return Identity("0123456789abcdef0123456789abcdef")
