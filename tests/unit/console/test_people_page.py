"""Page People: who may enter, as what, and that each change has its line."""

import re

import pytest
from console_client import EVIL, Curator, curator

from kmqa.console.context import ConsoleContext
from kmqa.corpus import audit, validate
from kmqa.corpus.files import read_corpus
from kmqa.state import accounts


def _users(context: ConsoleContext) -> dict[str, accounts.User]:
    with context.database.reading() as connection:
        return {user.name: user for user in accounts.list_users(connection)}


def _lines(context: ConsoleContext) -> list[tuple[str, str, str, str, str]]:
    return [
        (one.by, one.action, one.item, one.from_status, one.to_status)
        for one in audit.read(context.corpus_root)
        if one.item.startswith("user:")
    ]


def test_each_change_of_a_user_has_its_line(context: ConsoleContext, chief: Curator) -> None:
    chief.post("/people", action="add", name="Asha  Rao", role="author")
    chief.post("/people", action="role", name="Asha Rao", role="reviewer", was="author active")
    chief.post("/people", action="disable", name="Asha Rao", was="reviewer active")
    chief.post("/people", action="enable", name="Asha Rao", was="reviewer disabled")

    assert _users(context)["Asha Rao"].role == "reviewer"
    assert _users(context)["Asha Rao"].is_active
    assert _lines(context) == [
        ("Chen", "add", "user:Asha Rao", "", "author"),
        ("Chen", "role", "user:Asha Rao", "author", "reviewer"),
        ("Chen", "disable", "user:Asha Rao", "reviewer", "reviewer"),
        ("Chen", "enable", "user:Asha Rao", "reviewer", "reviewer"),
    ]


def test_lines_about_users_leave_the_corpus_fit_to_build(
    context: ConsoleContext, chief: Curator
) -> None:
    chief.post("/people", action="add", name="Asha", role="author")

    problems = validate.problems_of_log(read_corpus(context.corpus_root))
    assert [one for one in problems if one.severity == "error"] == []


def test_a_new_one_time_password_is_shown_once_and_signs_out(
    context: ConsoleContext, chief: Curator
) -> None:
    asha = curator(context, "Asha", "author")

    page = chief.post("/people", action="password", name="Asha", was="author active")

    shown = re.search(r"<code[^>]*>([^<]+)</code>", page)
    assert shown
    with context.database.reading() as connection:
        assert accounts.is_password_right(connection, "Asha", shown[1])
    assert _users(context)["Asha"].must_change
    assert asha.client.get("/today", follow_redirects=False).status_code == 303
    assert shown[1] not in chief.get("/people")
    assert _lines(context)[-1][1] == "new-password"


def test_a_stale_decision_about_a_user_changes_nothing(
    context: ConsoleContext, chief: Curator
) -> None:
    curator(context, "Asha", "author")
    chief.post("/people", action="role", name="Asha", role="reviewer", was="author active")

    page = chief.post("/people", 409, action="role", name="Asha", role="evaluator",
                      was="author active")  # fmt: skip

    assert "changed this user meanwhile" in page
    assert _users(context)["Asha"].role == "reviewer"
    assert len(_lines(context)) == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"action": "add", "name": "Chen", "role": "author"},
        {"action": "add", "name": " ", "role": "author"},
        {"action": "add", "name": "New", "role": "queen"},
        {"action": "role", "name": "Nobody", "role": "author", "was": "author active"},
        {"action": "disable", "name": "Chen", "was": "administrator active"},
        {"action": "password", "name": "a\x00b", "was": ""},
        {"action": "fly", "name": "Asha"},
    ],
)
def test_what_makes_no_sense_changes_nothing(
    context: ConsoleContext, chief: Curator, fields: dict[str, str]
) -> None:
    before = _users(context)

    chief.post("/people", 422, **fields)

    assert _users(context) == before
    assert _lines(context) == []


def test_somebody_who_can_manage_users_is_always_left(context: ConsoleContext) -> None:
    curator(context, "Chen", "administrator")
    with context.database.writing() as connection:
        for changes in ({"is_active": False}, {"role": "author"}):
            with pytest.raises(accounts.AccountError, match="only administrator"):
                accounts.change_user(connection, "Chen", **changes)
        accounts.add_user(connection, "Dora", "administrator", 0.0)
        accounts.change_user(connection, "Chen", role="author")

    assert _users(context)["Chen"].role == "author"


def test_a_script_in_a_name_is_shown_and_never_run(chief: Curator) -> None:
    chief.post("/people", action="add", name=EVIL, role="author")

    for page in ("/people", "/history"):
        text = chief.get(page)
        assert "&lt;script&gt;alert" in text
        assert "<script>alert" not in text
        assert "<img" not in text


def test_a_password_is_offered_only_where_it_opens_something(
    context: ConsoleContext, chief: Curator
) -> None:
    curator(context, "Asha", "author")
    chief.post("/people", action="disable", name="Asha", was="author active")

    page = chief.get("/people")
    chief.post("/people", 422, action="password", name="Asha", was="author disabled")

    assert 'value="password"' not in page
    assert page.count('href="/password"') == 1
    assert _lines(context)[-1][1] == "disable"


def test_somebody_is_shut_out_while_a_file_cannot_be_read(
    context: ConsoleContext, chief: Curator
) -> None:
    curator(context, "Asha", "author")
    chief.post("/people", action="add", name="Bilal", role="author")
    (context.corpus_root / "refusals.yaml").write_text("groups: [")

    chief.post("/people", action="disable", name="Asha", was="author active")

    assert not _users(context)["Asha"].is_active


@pytest.mark.parametrize(
    "name", ["\u0410sha", "ASHA", "Ａｓｈａ", "As\u00adha", "Ash\u00e1", "A sha"]
)
def test_no_second_user_gets_a_name_that_looks_the_same(
    context: ConsoleContext, chief: Curator, name: str
) -> None:
    chief.post("/people", action="add", name="Asha", role="author")
    n_lines = len(audit.read(context.corpus_root))

    chief.post("/people", status=422, action="add", name=name, role="reviewer")

    assert sorted(_users(context)) == ["Asha", "Chen"]
    assert len(audit.read(context.corpus_root)) == n_lines


@pytest.mark.parametrize("name", ["\u202eahsA", "As\u2066ha Rao", "\u3164", "\ue000"])
def test_a_name_that_shows_something_else_or_nothing_is_refused(
    context: ConsoleContext, chief: Curator, name: str
) -> None:
    chief.post("/people", status=422, action="add", name=name, role="author")

    assert sorted(_users(context)) == ["Chen"]
