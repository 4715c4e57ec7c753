"""Control characters in any field, on PostgreSQL, which takes less than SQLite does."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from console_client import NOW, Curator, RecordedJobs, ask, curator, make_context
from console_routes import RIGHTS, fields_of, path_of, routes_of
from fastapi.testclient import TestClient

from kmqa.console.app import console
from kmqa.console.context import ConsoleContext
from kmqa.state import accounts
from kmqa.state.database import Database


@pytest.fixture
def context(tmp_path: Path, postgresql_url: str) -> Iterator[ConsoleContext]:
    made = make_context(tmp_path)
    made.database.close()
    made.jobs = RecordedJobs()
    made.database = Database(postgresql_url)
    ask(made, "who won the football")
    yield made
    made.database.close()


def _faults(context: ConsoleContext, chief: Curator, text: str) -> dict[tuple[str, ...], int]:
    """Every route that fails where each of its fields is `text`."""
    fields, actions = fields_of(chief)
    evil = {**dict.fromkeys(fields, text), "form_key": chief.key()}
    said: dict[tuple[str, ...], int] = {}
    for method, path, names in routes_of(console(context)):
        if method == "GET" and (method, path) in RIGHTS:
            for name in names:
                got = chief.client.get(path_of(path), params={name: text})
                said[method, path, name] = got.status_code
        elif method == "POST" and path not in {"/sign-out", "/sign-in"}:
            for action in sorted(actions):
                got = chief.client.post(path_of(path), data=evil | {"action": action})
                said[method, path, action] = got.status_code
    return {where: status for where, status in said.items() if status >= 500}


def test_no_control_character_is_an_error_of_ours(context: ConsoleContext) -> None:
    client = TestClient(console(context))
    signs_in = [
        client.post("/sign-in", data={"name": f"a{letter}b", "password": f"x{letter}"}).status_code
        for letter in ("\x00", "\x01", "\x1b", "\ufffe")
    ]
    chief = curator(context, "Chen", "administrator")

    assert signs_in == [422, 401, 401, 401]
    assert _faults(context, chief, "a\x00b") == {}
    assert _faults(context, chief, "a\x01\x1b\x7fb") == {}


@pytest.mark.parametrize("letter", ["\x00", "\x07", "\x1b", "\x7f"])
def test_no_user_has_a_control_character_in_her_name(context: ConsoleContext, letter: str) -> None:
    with (
        context.database.writing() as connection,
        pytest.raises(accounts.AccountError, match="control character"),
    ):
        accounts.add_user(connection, f"As{letter}ha", "author", NOW)
