"""A database of every earlier version is brought up to date with all of its rows.

SQLite changes a table by copying and dropping it, and with foreign keys a drop deletes the rows of
every table that refers to it, without a word.
"""

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Engine,
    Float,
    Integer,
    MetaData,
    create_engine,
    func,
    insert,
    make_url,
    select,
)

import kmqa.state
from kmqa.state.database import Database

pytestmark = pytest.mark.slow

_SCRIPTS = Path(kmqa.state.__file__).parent / "migrations"
# What a version needs in a column that says more than its type.
_VALUES = {"payload": "{}", "state": "queued", "number_id": "web", "wording_id": "notice"}
_COUNTER = itertools.count(1)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS))
    return config


VERSIONS = [script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()][
    :0:-1
]


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database without tables."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'old.db'}"
    server = request.getfixturevalue("postgresql_server")
    name = f"kmqa_old_{next(_COUNTER)}"
    server._run(f"CREATE DATABASE {name}")
    return str(server.url_of(name))


def _value(column: Column[Any]) -> object:
    if column.name in _VALUES:
        return _VALUES[column.name]
    if isinstance(column.type, Boolean):
        return True
    if isinstance(column.type, Float | Integer):
        return 1
    return f"v{next(_COUNTER)}"


def _fill(connection: Connection) -> None:
    """Put one row into every table, each belonging to the one of its parent."""
    found = MetaData()
    found.reflect(connection)
    made: dict[str, dict[str, Any]] = {}
    for table in found.sorted_tables:
        if table.name == "alembic_version":
            continue
        row = {column.name: _value(column) for column in table.columns}
        for column in table.columns:
            for key in column.foreign_keys:
                row[column.name] = made[key.column.table.name][key.column.name]
        made[table.name] = row
        connection.execute(insert(table).values(**row))


def _counts(connection: Connection) -> dict[str, int]:
    found = MetaData()
    found.reflect(connection)
    return {
        table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
        for table in found.sorted_tables
    }


def _at(url: str, version: str) -> Iterator[Engine]:
    driver = "postgresql+psycopg" if url.startswith("postgresql") else "sqlite"
    engine = create_engine(make_url(url).set(drivername=driver))
    config = _config()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, version)
    yield engine
    engine.dispose()


@pytest.mark.parametrize("version", VERSIONS)
def test_no_row_of_an_earlier_version_is_lost(url: str, version: str) -> None:
    for engine in _at(url, version):
        with engine.begin() as connection:
            _fill(connection)
            before = _counts(connection)

    opened = Database(url)

    with opened.reading() as connection:
        after = _counts(connection)
        [person] = connection.exec_driver_sql("SELECT is_anonymous FROM people").all()
    opened.close()
    assert {name: after[name] for name in before} == before
    assert bool(person.is_anonymous)  # its message came from the web chat
