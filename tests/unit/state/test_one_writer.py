"""SQLite has one writer at a time; whoever comes second waits her turn."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from own_database import new_database_url
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from kmqa.state import sqlite_file
from kmqa.state.database import Database


@pytest.fixture
def two(tmp_path: Path) -> Iterator[tuple[Database, Database]]:
    """Two processes' views of one file."""
    url = new_database_url(tmp_path)
    opened = Database(url), Database(url)
    yield opened
    for one in opened:
        one.close()


def _waited(opened: Database) -> int:
    with opened.writing() as connection:
        found: int = connection.execute(text("SELECT count(*) FROM people")).scalar_one()
    return found


def test_a_second_writer_begins_when_the_first_has_ended(two: tuple[Database, Database]) -> None:
    first, second = two
    found: list[int] = []
    waiting = threading.Thread(target=lambda: found.append(_waited(second)))

    with first.writing():
        waiting.start()
        time.sleep(0.2)
        assert found == []
    waiting.join(10)

    assert found == [0]


def test_a_writer_whose_turn_never_comes_gets_the_error_that_callers_know(
    two: tuple[Database, Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = two
    monkeypatch.setattr(sqlite_file, "PATIENCE", 0.1)

    with first.writing(), pytest.raises(OperationalError, match="locked"):
        _waited(second)


def test_a_connection_waits_again_for_what_is_no_beginning(
    two: tuple[Database, Database],
) -> None:
    opened, _ = two

    with opened.writing() as connection:
        timeout = connection.execute(text("PRAGMA busy_timeout")).scalar_one()

    assert timeout == sqlite_file.PATIENCE * 1000
