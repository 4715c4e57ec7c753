"""`kmqa parked`: what waits for a person, listed without what people wrote, and tried again."""

from pathlib import Path

import pytest
from own_database import new_database_url
from own_service import ASHA, NOON, message

from kmqa import settings
from kmqa.cli import main
from kmqa.messages import Delivery, Unreadable
from kmqa.state import inbox
from kmqa.state.database import Database
from kmqa.state.identity import Identity


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    """One question is parked, and one item could not be read."""
    url = new_database_url(tmp_path)
    monkeypatch.setenv("KMQA_DATABASE_URL", url)
    settings.read_settings.cache_clear()
    opened = Database(url)
    odd = Unreadable(reason="KeyError while reading text", item={"from": ASHA.phone})
    delivery = Delivery(messages=(message(1, "about zebras"),), unreadable=(odd,))
    with opened.writing() as connection:
        inbox.store(connection, Identity("0" * 32), delivery, NOON)
        inbox.park(connection, [1], "it came more than 24 hours ago")
    return opened


def test_what_is_parked_is_listed_without_people_and_texts(
    database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["parked"]) == 0

    listed = capsys.readouterr().out
    assert "question" in listed
    assert "24 hours ago" in listed
    assert "unreadable" in listed
    assert "zebras" not in listed
    assert str(ASHA.phone) not in listed
    database.close()


def test_a_retry_lets_questions_wait_again_and_leaves_the_unreadable(
    database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["parked", "--retry"]) == 0
    assert "1 tried again" in capsys.readouterr().out

    main(["parked"])
    listed = capsys.readouterr().out
    assert "question" not in listed
    assert "unreadable" in listed
    database.close()
