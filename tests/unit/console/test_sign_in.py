"""Signing in: nobody else's page, no guessed password, and nobody is held up or locked out."""

import asyncio
import threading
import time

import pytest
from console_client import PASSWORD, Curator
from fastapi.testclient import TestClient

from kmqa.console.app import console
from kmqa.console.context import ConsoleContext
from kmqa.console.hashing import Hashing, HashingBusy
from kmqa.console.passwords import is_easy_to_guess
from kmqa.console.sign_in_limits import MOST_FOR_NAME, MOST_FROM_ADDRESS, WINDOW, SignInLimits
from kmqa.state import accounts

ASHA = {"name": "Asha", "password": PASSWORD}
WRONG = {"name": "Asha", "password": "no"}


def _client(context: ConsoleContext, address: str = "192.0.2.1", **given: object) -> TestClient:
    return TestClient(
        console(context), client=(address, 5000), follow_redirects=False, **given  # type: ignore[arg-type]  # headers and the like
    )  # fmt: skip


# From which page


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://testserver.evil.example"},
    ],
)
@pytest.mark.usefixtures("author")
def test_a_page_of_another_site_signs_nobody_in(
    context: ConsoleContext, headers: dict[str, str]
) -> None:
    answer = _client(context).post("/sign-in", data=ASHA, headers=headers)

    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers
    assert "sent from another site" in answer.text


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"sec-fetch-site": "same-origin", "origin": "https://behind.a.proxy"},
        {"origin": "http://testserver"},
        {"sec-fetch-site": "none"},
    ],
)
@pytest.mark.usefixtures("author")
def test_the_page_itself_signs_somebody_in(
    context: ConsoleContext, headers: dict[str, str]
) -> None:
    assert _client(context).post("/sign-in", data=ASHA, headers=headers).status_code == 303


# Behind a proxy


def _sign_in_by(context: ConsoleContext, address: str) -> str:
    headers = {"x-forwarded-proto": "https", "x-forwarded-for": "203.0.113.5"}
    answer = _client(context, address).post("/sign-in", data=ASHA, headers=headers)
    return f"{answer.headers['set-cookie']} {answer.headers.get('strict-transport-security', '')}"


@pytest.mark.usefixtures("author")
def test_a_named_proxy_is_believed_that_people_come_by_https(
    context: ConsoleContext,
) -> None:
    context.proxies = ("192.0.2.0/24",)

    said = _sign_in_by(context, "192.0.2.1")

    assert "Secure" in said
    assert "max-age=31536000" in said


@pytest.mark.usefixtures("author")
def test_nobody_else_is_believed(context: ConsoleContext) -> None:
    said = [_sign_in_by(context, address) for address in ("127.0.0.1", "198.51.100.1")]

    assert all("Secure" not in one and "max-age=31536000" not in one for one in said)


# How often


@pytest.mark.usefixtures("author")
def test_a_stranger_cannot_lock_anybody_out(context: ConsoleContext) -> None:
    stranger = _client(context, "198.51.100.1")
    for _ in range(3 * MOST_FOR_NAME):
        stranger.post("/sign-in", data=WRONG)

    held_back = stranger.post("/sign-in", data=ASHA).status_code
    assert (held_back, _client(context).post("/sign-in", data=ASHA).status_code) == (401, 303)


@pytest.mark.usefixtures("author")
def test_who_failed_too_often_is_told_to_wait(context: ConsoleContext) -> None:
    client = _client(context)
    for _ in range(MOST_FOR_NAME):
        client.post("/sign-in", data=WRONG)

    answer = client.post("/sign-in", data=ASHA)

    assert answer.status_code == 401
    assert "Wait a quarter of an hour" in answer.text


@pytest.mark.usefixtures("author")
@pytest.mark.parametrize("name", ["asha", " ASHA ", "\u0410sha", "As\u200bha"])
def test_a_name_that_looks_the_same_is_the_same_user(context: ConsoleContext, name: str) -> None:
    client = _client(context)

    answer = client.post("/sign-in", data={**ASHA, "name": name})

    assert answer.status_code == 303
    assert "Asha" in client.get("/answers").text


def test_names_that_look_the_same_share_their_failures() -> None:
    limits = SignInLimits(lambda: 0.0)
    names = ["Asha", "ASHA", "asha", "a sha", "\u0410sha", "Ａsha", "As\u200bha"]

    tries = [limits.may_try(name, "192.0.2.1") for name in names]

    assert tries.count(True) == MOST_FOR_NAME


def test_failures_are_forgotten_after_a_success_and_after_a_time() -> None:
    now = [1_000.0]
    limits = SignInLimits(lambda: now[0])
    for _ in range(MOST_FOR_NAME - 1):
        limits.may_try("Asha", "192.0.2.1")
    assert limits.may_try("Asha", "192.0.2.1")
    assert not limits.may_try("Asha", "192.0.2.1")

    limits.forgive("Asha", "192.0.2.1")
    tries = [limits.may_try("Asha", "192.0.2.1") for _ in range(MOST_FOR_NAME + 1)]
    now[0] += WINDOW + 1

    assert tries == [True] * MOST_FOR_NAME + [False]
    assert limits.may_try("Asha", "192.0.2.1")


def test_an_address_is_held_back_over_all_names_and_a_household_is_one() -> None:
    limits = SignInLimits(lambda: 0.0)

    tries = [limits.may_try(str(n), f"2001:db8::{n:x}") for n in range(MOST_FROM_ADDRESS + 1)]

    assert tries == [True] * MOST_FROM_ADDRESS + [False]
    assert limits.may_try("0", "2001:db8:0:1::1")


def test_any_number_of_names_takes_little_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kmqa.console.sign_in_limits._MOST_REMEMBERED", 100)
    limits = SignInLimits(lambda: 0.0)

    for n in range(1_000):
        limits.may_try("x", f"10.0.{n // 250}.{n % 250}")

    assert len(limits._failures) <= 102


# Hashing


def test_no_more_than_two_passwords_are_hashed_at_once_and_the_queue_ends() -> None:
    hashing, running, most = Hashing(most_waiting=10), [0], [0]
    lock = threading.Lock()

    def work() -> None:
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
        time.sleep(0.005)
        with lock:
            running[0] -= 1

    async def run_all() -> list[object]:
        calls = (hashing.run(work) for _ in range(200))
        return await asyncio.gather(*calls, return_exceptions=True)

    results = asyncio.run(run_all())

    refused = [one for one in results if isinstance(one, HashingBusy)]
    assert most[0] == 2
    assert (len(refused), len(results)) == (190, 200)


@pytest.mark.usefixtures("author")
def test_who_cannot_be_hashed_is_told_and_loses_no_try(
    context: ConsoleContext,
) -> None:
    context.hashing = Hashing(most_waiting=0)

    answer = _client(context).post("/sign-in", data=ASHA)

    assert answer.status_code == 503
    assert "Too many people" in answer.text
    assert context.sign_ins.may_try("Asha", "192.0.2.1")


def test_pages_open_while_passwords_are_hashed(
    context: ConsoleContext, author: Curator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two hundred sign-ins hang; somebody who is signed in works on."""
    stop = threading.Event()
    monkeypatch.setattr(accounts, "is_password_right", lambda *_: stop.wait(30) and False)
    with TestClient(console(context), cookies=author.client.cookies) as client:
        data = {"name": "Zoe", "password": "x"}
        post = threading.Thread
        threads = [post(target=client.post, args=("/sign-in",), kwargs={"data": data},
                        daemon=True) for _ in range(200)]  # fmt: skip
        for thread in threads:
            thread.start()
        try:
            assert client.get("/today").status_code == 200
        finally:
            stop.set()
            for thread in threads:
                thread.join(30)


# Which password


@pytest.mark.parametrize(
    "password",
    [
        "password1234", "Password123!", "P4$$w0rd1234", "passwordpassword", "123456789012",
        "qwertyuiop12", "1qaz2wsx3edc", "abcdefghijkl", "aaaaaaaaaaaa", "abcabcabcabc",
        "Welcome12345", "AshaAsha2024!", "asha khan 1234", "+254700000001", "24-12-1985-24",
        "MotDePasse2024", "contraseña123", "Bienvenue2025!", "iloveyou12345", "administrator1",
        "kmqa-console-2026", "Summer2026Summer", "!!!!!!!!!!!!",
    ],
)  # fmt: skip
def test_a_password_that_many_have_is_refused(password: str) -> None:
    assert is_easy_to_guess(password, "Asha Khan")


@pytest.mark.parametrize(
    "password",
    [
        PASSWORD, "another long password", "correct horse battery staple", "vK7#pLq92xTz!m",
        "tulip ladder monsoon brick", "دریا پہاڑ کتاب چراغ", "je mange trois poires vertes",
        "xkcd-frog-lantern", "9f8e2c71b3a04d56",
    ],
)  # fmt: skip
def test_a_password_that_few_have_is_taken(password: str) -> None:
    assert not is_easy_to_guess(password, "Asha Khan")


def test_the_page_refuses_a_password_that_many_have(author: Curator) -> None:
    easy = "Welcome" + "12345"

    page = author.post("/password", 422, old=PASSWORD, password=easy)

    assert "easy to guess" in page


# Sessions


def test_a_session_is_looked_up_beside_the_event_loop(
    chief: Curator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A database that stands still must not hold up everybody."""
    on_loop, look_up = [], accounts.find_session

    def watched(*given: object) -> object:
        try:
            asyncio.get_running_loop()
            on_loop.append(given)
        except RuntimeError:
            pass
        return look_up(*given)  # type: ignore[arg-type]  # as they came

    monkeypatch.setattr(accounts, "find_session", watched)
    for path in ("/today", "/answers/depo-late", "/nowhere", "/answers/nowhere", "/sign-in"):
        chief.client.get(path)
    chief.client.post("/password", data={"form_key": chief.key(), "old": "x", "password": "y"})
    chief.client.post("/sign-in", data={"name": "x", "password": "y"})

    assert on_loop == []


def test_no_address_of_a_page_holds_a_key(chief: Curator) -> None:
    session, form = chief.client.cookies["kmqa_console"], chief.key()

    for path in ("/today", "/answers", "/conversations", "/people", "/keys", "/publish"):
        page = chief.get(path)
        addresses = [part.split('"', 1)[0] for part in page.split('href="')[1:]]
        assert session not in page
        assert not any(form in address for address in addresses)


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json"])
def test_the_console_describes_its_routes_to_nobody(context: ConsoleContext, path: str) -> None:
    assert _client(context).get(path).status_code == 404
