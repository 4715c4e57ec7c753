"""A changed pepper is noticed at start: under another one nobody who said stop is recognised."""

import pytest

from kmqa.errors import SettingsError
from kmqa.messages import Sender
from kmqa.state import people
from kmqa.state.database import Database
from kmqa.state.identity import Identity
from kmqa.state.marks import open_identity

PEPPER = "0123456789abcdef0123456789abcdef"
OTHER = PEPPER[::-1]


def test_the_pepper_of_the_first_start_opens_the_database_ever_after(database: Database) -> None:
    first = open_identity(database, PEPPER)
    again = open_identity(database, PEPPER)

    assert again.open(first.seal("words")) == "words"


def test_another_pepper_is_refused_with_what_to_do(database: Database) -> None:
    open_identity(database, PEPPER)

    with pytest.raises(SettingsError, match="KMQA_PEPPER") as refused:
        open_identity(database, OTHER)

    assert "Set the former one" in str(refused.value)
    assert OTHER not in str(refused.value)


def test_a_database_from_before_the_mark_knows_its_pepper_by_its_people(
    database: Database,
) -> None:
    with database.writing() as connection:
        people.find_or_add_person(connection, Identity(PEPPER), Sender(phone="254700000001"), 1.0)

    with pytest.raises(SettingsError, match="not the one"):
        open_identity(database, OTHER)
    assert open_identity(database, PEPPER).fingerprint == Identity(PEPPER).fingerprint


def test_the_mark_does_not_hold_the_pepper() -> None:
    assert PEPPER not in Identity(PEPPER).fingerprint
