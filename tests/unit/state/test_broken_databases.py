"""A database that cannot be used is refused with a line that says what to do."""

from pathlib import Path

import pytest
from own_database import PostgresqlServer, new_database_url
from sqlalchemy import create_engine, text

from kmqa.state.database import Database
from kmqa.state.database_errors import DatabaseError

pytestmark = pytest.mark.slow  # starts servers and processes


def _refusal(url: str) -> str:
    with pytest.raises(DatabaseError) as refused:
        Database(url)
    return str(refused.value)


def test_a_database_of_a_later_version_is_refused(tmp_path: Path) -> None:
    url = new_database_url(tmp_path)
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()

    refusal = _refusal(url)

    assert "later version" in refusal
    assert "9999" in refusal
    assert "Install that version" in refusal


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "kmqa.db"
    path.write_bytes(b"these are the accounts of last year" * 100)
    before = path.read_bytes()

    assert "is damaged" in _refusal(f"sqlite:///{path}")
    assert path.read_bytes() == before


def test_a_damaged_database_is_refused(tmp_path: Path) -> None:
    url = new_database_url(tmp_path)
    path = tmp_path / "kmqa.db"
    content = bytearray(path.read_bytes())
    content[100:4096] = b"\xff" * 3996  # the page with the list of tables
    path.write_bytes(content)

    refusal = _refusal(url)

    assert "is damaged" in refusal
    assert "Restore the last backup" in refusal


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    assert str(tmp_path / "file") in _refusal(f"sqlite:///{tmp_path / 'file' / 'var' / 'kmqa.db'}")


def test_a_database_of_bytes_instead_of_letters_is_refused(
    postgresql_server: PostgresqlServer,
) -> None:
    postgresql_server._run(
        "CREATE DATABASE kmqa_ascii ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C'"
        " TEMPLATE template0"
    )

    refusal = _refusal(postgresql_server.url_of("kmqa_ascii"))

    assert "does not hold UTF-8" in refusal
    assert "SQL_ASCII" in refusal


def test_a_statement_that_takes_too_long_is_cut_off_and_migrations_are_not(
    postgresql_url: str,
) -> None:
    database = Database(postgresql_url)

    with database.reading() as connection:
        limit = connection.execute(text("SHOW statement_timeout")).scalar_one()

    database.close()
    assert limit == "30s"
