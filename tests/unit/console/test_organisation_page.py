"""Sign in with the organisation's account, through a real provider on this machine."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import httpx
import pytest
from console_client import NOW, PASSWORD, curator, make_context
from fastapi.testclient import TestClient
from oidc_provider import CLIENT_ID, CLIENT_SECRET, Provider, new_key, provider

from kmqa.console.app import console
from kmqa.console.context import ConsoleContext
from kmqa.console.organisation import organisation_of
from kmqa.corpus import audit
from kmqa.errors import SettingsError
from kmqa.settings import Settings
from kmqa.state import accounts

ASHA = {"sub": "17", "email": "asha@example.org", "email_verified": True}
URL = "http://127.0.0.1:8000"
EVIL = '"><script>alert(1)</script>'


@pytest.fixture
def organisation() -> Iterator[Provider]:
    with provider(lambda: NOW) as made:
        made.account = dict(ASHA)
        yield made


@pytest.fixture
def context(tmp_path: Path, organisation: Provider) -> ConsoleContext:
    """Its one user was added and has no password of her own."""
    made = make_context(tmp_path)
    made.organisation = organisation_of(_settings(organisation.url), lambda: made.clock())
    with made.database.writing() as connection:
        accounts.add_user(connection, "asha@example.org", "reviewer", NOW)
    return made


def _settings(issuer: str, **changes: str) -> Settings:
    values = {
        "console_url": URL,
        "oidc_issuer": issuer,
        "oidc_client_id": CLIENT_ID,
        "oidc_client_secret": CLIENT_SECRET,
        **changes,
    }
    return Settings(**values)  # type: ignore[arg-type]  # pydantic makes one a secret


def _client(context: ConsoleContext) -> TestClient:
    return TestClient(console(context), base_url=URL, follow_redirects=False)


def _way_back(client: TestClient) -> str:
    """The address on which the provider sends the browser back."""
    away = client.get("/sign-in/organisation")
    assert away.status_code == 303, away.text
    page = httpx.get(away.headers["location"]).text
    found = re.search(r'id="go" href="([^"]+)"', page)
    assert found, page
    return unescape(found[1])


def _user(context: ConsoleContext, name: str = "asha@example.org") -> accounts.User:
    with context.database.reading() as connection:
        return accounts.find_user(connection, name)


def _is_refused(client: TestClient, address: str, status: int, words: str) -> None:
    answer = client.get(address)
    assert (answer.status_code, words in answer.text) == (status, True), answer.text
    assert client.get("/today").status_code == 303


def test_a_user_comes_in_with_her_account_and_keeps_her_role(context: ConsoleContext) -> None:
    client = _client(context)

    page = client.get(_way_back(client))

    assert page.status_code == 200
    assert 'http-equiv="refresh" content="0; url=/today"' in page.text
    assert "asha@example.org</bdi> · reviewer" in client.get("/today").text
    assert _user(context).is_linked
    line = audit.read(context.corpus_root)[-1]
    assert (line.by, line.action, line.item) == (
        "asha@example.org",
        "link",
        "user:asha@example.org",
    )


def test_the_second_time_leaves_no_line_and_asks_for_no_name(
    context: ConsoleContext, organisation: Provider
) -> None:
    client = _client(context)
    client.get(_way_back(client))
    n_lines = len(audit.read(context.corpus_root))
    organisation.account |= {"email": "asha.rao@example.org"}

    other = _client(context)
    other.get(_way_back(other))

    assert other.get("/today").status_code == 200
    assert len(audit.read(context.corpus_root)) == n_lines


def test_who_inherits_an_address_is_refused(
    context: ConsoleContext, organisation: Provider
) -> None:
    client = _client(context)
    client.get(_way_back(client))
    organisation.account |= {"sub": "18"}

    other = _client(context)

    _is_refused(other, _way_back(other), 403, "Another account")


def test_nobody_comes_in_who_was_not_added(context: ConsoleContext, organisation: Provider) -> None:
    organisation.account |= {"email": f"{EVIL}@example.org"}
    client = _client(context)

    _is_refused(client, _way_back(client), 403, "Nobody added you")
    page = client.get(_way_back(client)).text
    assert "&lt;script&gt;alert" in page
    assert "<script>alert" not in page
    with context.database.reading() as connection:
        assert len(accounts.list_users(connection)) == 1


@pytest.mark.parametrize("given", [False, None, "no"])
def test_an_address_that_is_not_verified_counts_for_nothing(
    context: ConsoleContext, organisation: Provider, given: object
) -> None:
    organisation.changes = {"email_verified": given}
    client = _client(context)

    _is_refused(client, _way_back(client), 403, "does not confirm")


def test_a_disabled_user_is_refused_before_and_after_the_first_time(
    context: ConsoleContext,
) -> None:
    with context.database.writing() as connection:
        accounts.change_user(connection, "asha@example.org", is_active=False)
    client = _client(context)
    _is_refused(client, _way_back(client), 403, "has disabled this user")
    with context.database.writing() as connection:
        accounts.change_user(connection, "asha@example.org", is_active=True)
    client.get(_way_back(client))
    with context.database.writing() as connection:
        accounts.change_user(connection, "asha@example.org", is_active=False)

    _is_refused(client, _way_back(client), 403, "has disabled this user")


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "another"},
        {"aud": ["another", CLIENT_ID]},
        {"iss": "https://elsewhere.example"},
        {"iss": ["https://elsewhere.example", "x"]},
        {"exp": int(NOW) - 3600},
        {"exp": None},
        {"nonce": "another"},
        {"nonce": None},
        {"sub": None},
        {"sub": 17},
        {"sub": ""},
    ],
)
def test_a_token_that_does_not_hold_opens_nothing(
    context: ConsoleContext, organisation: Provider, changes: dict[str, object]
) -> None:
    organisation.changes = changes
    client = _client(context)

    _is_refused(client, _way_back(client), 400, "could not be trusted")


def test_a_token_that_nobody_or_somebody_else_signed_opens_nothing(
    context: ConsoleContext, organisation: Provider
) -> None:
    client = _client(context)
    organisation.algorithm = "none"
    _is_refused(client, _way_back(client), 400, "could not be trusted")

    organisation.algorithm = "RS256"
    organisation.published, organisation.key = organisation.key, new_key("first")
    _is_refused(client, _way_back(client), 400, "could not be trusted")


def test_a_new_key_of_the_provider_is_found(
    context: ConsoleContext, organisation: Provider
) -> None:
    client = _client(context)
    client.get(_way_back(client))
    organisation.key = new_key("second")

    assert client.get(_way_back(client)).status_code == 200


def test_a_code_opens_once(context: ConsoleContext) -> None:
    client = _client(context)
    address = _way_back(client)
    begun = client.cookies.get("kmqa_sign_in")
    client.get(address)

    other = _client(context)
    _is_refused(other, address, 400, "Begin again")
    other.cookies.set("kmqa_sign_in", str(begun))
    _is_refused(other, address, 400, "could not be trusted")


@pytest.mark.parametrize("state", ["", "another", "é", "%00"])
def test_another_state_opens_nothing(context: ConsoleContext, state: str) -> None:
    client = _client(context)
    address = re.sub(r"state=[^&]+", f"state={state}", _way_back(client))

    _is_refused(client, address, 400, "Begin again")


@pytest.mark.parametrize("cookie", ["", "x", "gAAAA", '"\\303\\251"'])
def test_another_cookie_opens_nothing(context: ConsoleContext, cookie: str) -> None:
    client = _client(context)
    address = _way_back(client)
    client.cookies.clear()
    client.cookies.set("kmqa_sign_in", cookie)

    _is_refused(client, address, 400, "Begin again")


def test_a_sign_in_that_took_too_long_is_over(context: ConsoleContext) -> None:
    client = _client(context)
    address = _way_back(client)
    context.clock = lambda: NOW + 601

    _is_refused(client, address, 400, "Begin again")


def test_the_provider_may_refuse(context: ConsoleContext, organisation: Provider) -> None:
    organisation.denies = True
    client = _client(context)

    _is_refused(client, _way_back(client), 403, "did not let you in")


def test_a_provider_that_is_down_or_another_is_told(
    context: ConsoleContext, organisation: Provider
) -> None:
    client = _client(context)
    organisation.is_down = True
    _is_refused(client, "/sign-in/organisation", 502, "does not answer")

    organisation.is_down, organisation.issuer = False, "https://elsewhere.example"
    _is_refused(client, "/sign-in/organisation", 502, "does not answer")


def test_a_session_that_was_there_before_is_over_and_never_taken_on(
    context: ConsoleContext,
) -> None:
    chief = curator(context, "Chen", "administrator")
    planted = str(chief.client.cookies.get("kmqa_console"))
    client = _client(context)
    client.cookies.set("kmqa_console", planted)

    client.get(_way_back(client))

    assert client.cookies.get("kmqa_console", domain="127.0.0.1") != planted
    assert chief.client.get("/today", follow_redirects=False).status_code == 303


def test_no_address_leads_elsewhere(context: ConsoleContext) -> None:
    client = _client(context)

    page = client.get(_way_back(client) + "&next=https://evil.example").text

    assert "evil" not in page


def test_the_password_ends_and_a_new_one_time_password_brings_it_back(
    context: ConsoleContext,
) -> None:
    with context.database.writing() as connection:
        accounts.set_password(connection, "asha@example.org", PASSWORD)
    client = _client(context)
    client.get(_way_back(client))
    with context.database.reading() as connection:
        assert not accounts.is_password_right(connection, "asha@example.org", PASSWORD)
        assert not accounts.is_password_right(connection, "asha@example.org", "")

    with context.database.writing() as connection:
        given = accounts.reset_password(connection, "asha@example.org")

    assert not _user(context).is_linked
    with context.database.reading() as connection:
        assert accounts.is_password_right(connection, "asha@example.org", given)


def test_guessed_passwords_do_not_lock_the_account_out(context: ConsoleContext) -> None:
    client = _client(context)
    for _ in range(6):
        client.post("/sign-in", data={"name": "asha@example.org", "password": "a guess"})

    assert client.get(_way_back(client)).status_code == 200


def test_signing_out_says_that_the_organisation_may_know_her_still(
    context: ConsoleContext, organisation: Provider
) -> None:
    client = _client(context)
    client.get(_way_back(client))
    key = re.search(r'name="form_key" value="([^"]+)"', client.get("/today").text)
    assert key

    left = client.post("/sign-out", data={"form_key": key[1]})

    assert left.headers["location"] == "/signed-out"
    assert "/sign-in/organisation/out" in client.get("/signed-out").text
    out = client.get("/sign-in/organisation/out").headers["location"]
    assert out.startswith(f"{organisation.url}/out?")
    assert client.get("/today").status_code == 303


def test_without_a_provider_there_is_no_button_and_no_way(tmp_path: Path) -> None:
    client = _client(make_context(tmp_path))

    assert "organisation" not in client.get("/sign-in").text
    for way in ("", "/back", "/out"):
        assert client.get(f"/sign-in/organisation{way}").status_code == 404


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"console_url": ""}, "KMQA_CONSOLE_URL"),
        ({"oidc_client_id": ""}, "KMQA_OIDC_CLIENT_ID"),
        ({"oidc_client_secret": ""}, "KMQA_OIDC_CLIENT_SECRET"),
        ({"oidc_issuer": ""}, "KMQA_OIDC_ISSUER"),
        ({"oidc_issuer": "http://login.example.org"}, "KMQA_OIDC_ISSUER"),
    ],
)
def test_settings_that_do_not_belong_together_are_named(
    changes: dict[str, str], named: str
) -> None:
    with pytest.raises(SettingsError, match=named) as caught:
        organisation_of(_settings("https://login.example.org", **changes), lambda: NOW)

    assert CLIENT_SECRET not in str(caught.value)
