"""The language of the console's pages before somebody signs in."""

import pytest
from console_client import Curator
from fastapi.testclient import TestClient

from kmqa.console.app import console
from kmqa.console.context import ConsoleContext
from kmqa.console.words import choose_language


def _before_sign_in(client: TestClient, accepted: str) -> str:
    return client.get("/sign-in", headers={"accept-language": accepted}).text


def test_the_language_that_she_chose_stays_after_she_signed_out(author: Curator) -> None:
    author.post("/language", language="ur")
    author.post("/sign-out")

    assert 'lang="ur" dir="rtl"' in _before_sign_in(author.client, "fr")


def test_the_language_is_kept_for_a_year_and_from_scripts(author: Curator) -> None:
    fields = {"form_key": author.key(), "language": "fr"}
    answer = author.client.post("/language", data=fields, follow_redirects=False)

    assert answer.headers["set-cookie"] == (
        "kmqa_language=fr; HttpOnly; Max-Age=31536000; Path=/; SameSite=lax"
    )


def test_a_language_that_the_console_does_not_speak_is_not_kept(author: Curator) -> None:
    author.post("/language", language="tlh")

    assert "kmqa_language" not in author.client.cookies


def test_a_browser_that_chose_nothing_gets_what_it_likes(context: ConsoleContext) -> None:
    client = TestClient(console(context))

    assert 'lang="es"' in _before_sign_in(client, "es-MX,es;q=0.9,en;q=0.8")


def test_a_cookie_that_names_no_language_counts_as_none(context: ConsoleContext) -> None:
    client = TestClient(console(context), cookies={"kmqa_language": "tlh"})

    assert 'lang="fr"' in _before_sign_in(client, "fr")


def test_signed_in_her_own_language_counts_and_not_the_browser_s(author: Curator) -> None:
    page = author.client.get("/today", headers={"accept-language": "ur"})

    assert 'lang="en"' in page.text


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "en"),
        ("*", "en"),
        ("de, sw", "en"),
        ("UR-pk", "ur"),
        ("de;q=1, fr;q=0.4, es; q=0.7", "es"),
        ("fr, es", "fr"),
        ("fr;q=0, es;q=0.1", "es"),
        ("fr;q=0", "en"),
        ("fr;q=inf, es;q=nan, ur;q=", "en"),
        (",;=,fr;q=2,", "en"),
        ("zh-Hant-TW;q=0.9,es-419;q=0.8", "es"),
    ],
)
def test_the_heaviest_language_of_ours_counts_and_then_the_first(
    accepted: str, language: str
) -> None:
    assert choose_language(accepted) == language


@pytest.mark.parametrize(
    ("back", "to"),
    [
        ("answers?q=late&page=2", "/answers?q=late&page=2"),
        ("answers/depo-late", "/answers/depo-late"),
        ("/evil.example", "/today"),
        ("//evil.example", "/today"),
        ("https://evil.example", "/today"),
        ("\\evil.example", "/today"),
        ("today\r\nset-cookie: a=b", "/today"),
        ("", "/today"),
    ],
)
def test_a_new_language_leads_back_to_the_page_where_it_was_chosen_and_nowhere_else(
    author: Curator, back: str, to: str
) -> None:
    fields = {"form_key": author.key(), "language": "fr", "back": back}
    answer = author.client.post("/language", data=fields, follow_redirects=False)

    assert answer.headers["location"] == to


def test_a_page_knows_its_own_address_and_an_answered_form_has_none(author: Curator) -> None:
    asked = author.get("/answers?q=late+jab&topic=%22")
    answered = author.post("/unanswered", 422, question="")

    assert 'name="back" value="answers?q=late+jab&amp;topic=%22"' in asked
    assert 'name="back" value="today"' in answered


@pytest.mark.parametrize(
    ("code", "runs"), [("ur", "rtl"), ("fa", "rtl"), ("ar", "rtl"), ("sw", "ltr")]
)
def test_a_text_runs_as_its_language_does_whatever_the_console_speaks(
    author: Curator, code: str, runs: str
) -> None:
    page = author.post("/preview", **{f"text-{code}": "x"})

    assert f'<div class="bubble" dir="{runs}" lang="{code}">' in page
