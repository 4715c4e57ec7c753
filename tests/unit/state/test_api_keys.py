"""Keys of the API in the database, on SQLite and PostgreSQL."""

import pytest
from sqlalchemy import select

from kmqa.errors import EditConflict
from kmqa.state import api_keys, tables
from kmqa.state.database import Database

NOW = 1_800_000_000.0


def _issue(database: Database, name: str = "typebot", per_minute: int = 60) -> str:
    with database.writing() as connection:
        return api_keys.issue(connection, name, per_minute, "Chen", NOW)


def test_a_key_is_known_by_its_hash_and_stored_nowhere(database: Database) -> None:
    key = _issue(database)

    with database.reading() as connection:
        [row] = connection.execute(select(tables.api_keys)).all()
        assert api_keys.read_limits(connection) == {api_keys.hash_key(key): 60}
    assert key not in str(row)


def test_a_revoked_key_is_good_no_more_but_still_listed(database: Database) -> None:
    _issue(database, "old")
    new = _issue(database, "new")
    with database.writing() as connection:
        newest, oldest = api_keys.list_keys(connection)
        api_keys.revoke(connection, oldest.id, NOW + 1)
        names = [(key.name, key.revoked_at) for key in api_keys.list_keys(connection)]

        assert api_keys.read_limits(connection) == {api_keys.hash_key(new): 60}
    assert newest.name == "new"
    assert names == [("new", None), ("old", NOW + 1)]


def test_a_key_is_revoked_once(database: Database) -> None:
    _issue(database)
    with database.writing() as connection:
        [key] = api_keys.list_keys(connection)
        api_keys.revoke(connection, key.id, NOW)
        with pytest.raises(EditConflict, match="revoked already"):
            api_keys.revoke(connection, key.id, NOW)
        with pytest.raises(api_keys.KeyRefused, match="no such key"):
            api_keys.revoke(connection, key.id + 1, NOW)


def test_the_last_use_is_kept(database: Database) -> None:
    key = _issue(database)
    with database.writing() as connection:
        api_keys.record_use(connection, api_keys.hash_key(key), NOW + 5)

        assert [one.used_at for one in api_keys.list_keys(connection)] == [NOW + 5]


@pytest.mark.parametrize(
    ("name", "per_minute", "fault"),
    [
        ("", 60, "needs a name"),
        ("x" * 101, 60, "needs a name"),
        ("typebot", 60, "with this name"),
        ("other", 0, "out of range"),
        ("other", 6_001, "out of range"),
    ],
)
def test_a_key_that_makes_no_sense_is_not_issued(
    database: Database, name: str, per_minute: int, fault: str
) -> None:
    _issue(database)

    with pytest.raises(api_keys.KeyRefused, match=fault):
        _issue(database, name, per_minute)
    with database.reading() as connection:
        assert len(api_keys.list_keys(connection)) == 1
