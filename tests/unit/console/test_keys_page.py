"""Page API keys: issued, shown once, revoked, each with its line."""

import re

import pytest
from console_client import EVIL, Curator

from kmqa.console.context import ConsoleContext
from kmqa.corpus import audit
from kmqa.state import api_keys


def _keys(context: ConsoleContext) -> list[api_keys.ApiKey]:
    with context.database.reading() as connection:
        return list(api_keys.list_keys(connection))


def _issue(chief: Curator, name: str = "typebot") -> str:
    page = chief.post("/keys", action="issue", name=name, per_minute="60")
    found = re.search(r"(kmqa_[\w-]{43})<", page)
    assert found
    return found[1]


def test_a_key_is_shown_once_and_opens_the_api(context: ConsoleContext, chief: Curator) -> None:
    key = _issue(chief)

    with context.database.reading() as connection:
        assert api_keys.read_limits(connection) == {api_keys.hash_key(key): 60}
    page = chief.get("/keys")
    assert "typebot" in page
    assert key not in page
    log = (context.corpus_root / "audit.jsonl").read_text()
    assert key not in log
    assert api_keys.hash_key(key) not in log


def test_a_key_is_revoked_once_and_both_steps_have_a_line(
    context: ConsoleContext, chief: Curator
) -> None:
    _issue(chief)
    [key] = _keys(context)

    chief.post("/keys", action="revoke", id=str(key.id))
    chief.post("/keys", 409, action="revoke", id=str(key.id))

    [revoked] = _keys(context)
    assert revoked.revoked_at is not None
    lines = [(one.by, one.action, one.item) for one in audit.read(context.corpus_root)][-2:]
    assert lines == [("Chen", "issue", "key:typebot"), ("Chen", "revoke", "key:typebot")]


@pytest.mark.parametrize(
    "fields",
    [
        {"action": "issue", "name": "", "per_minute": "60"},
        {"action": "issue", "name": "new", "per_minute": "0"},
        {"action": "issue", "name": "new", "per_minute": "9" * 30},
        {"action": "issue", "name": "new", "per_minute": "many"},
        {"action": "issue", "name": "typebot", "per_minute": "60"},
        {"action": "revoke", "id": "77"},
        {"action": "revoke", "id": "-1"},
        {"action": "fly"},
    ],
)
def test_what_makes_no_sense_changes_nothing(
    context: ConsoleContext, chief: Curator, fields: dict[str, str]
) -> None:
    _issue(chief)
    before = _keys(context)
    n_lines = len(audit.read(context.corpus_root))

    chief.post("/keys", 422, **fields)

    assert _keys(context) == before
    assert len(audit.read(context.corpus_root)) == n_lines


def test_a_script_in_a_name_is_shown_and_never_run(chief: Curator) -> None:
    _issue(chief, EVIL)

    text = chief.get("/keys")
    assert "&lt;script&gt;alert" in text
    assert "<script>alert" not in text
    assert "<img" not in text
