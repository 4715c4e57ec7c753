"""Databases of both kinds."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from own_database import new_database

from kmqa.state.database import Database
from kmqa.state.identity import Identity


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty database with its tables."""
    if request.param == "sqlite":
        opened = new_database(tmp_path)
    else:
        opened = Database(request.getfixturevalue("postgresql_url"))
    yield opened
    opened.close()


@pytest.fixture
def identity() -> Identity:
    return Identity("0123456789abcdef0123456789abcdef")
