"""The service's own chat page, with a worker that is called step by step."""

import asyncio
import uuid
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from bundle_builder import make_responder, with_pdf
from corpus_builder import TODAY, make_answer, make_corpus, make_phrases, make_urgent
from fastapi.testclient import TestClient
from limits import RateLimitItemPerMinute
from own_service import OwnService, own_service

from kmqa.channels.page import FILES
from kmqa.messages import Outgoing
from kmqa.runtime import visitor_limits, web_chat
from kmqa.runtime.app import web_app
from kmqa.state import personal_data

RESPONDER = make_responder(make_corpus(Path("nowhere"), answers=(make_answer("a"),)))
SESSION = "0" * 32


@pytest.fixture
def own(tmp_path: Path) -> Iterator[OwnService]:
    with own_service(tmp_path, RESPONDER, web_chat=True) as running:
        yield running


@pytest.fixture
def page(own: OwnService) -> TestClient:
    """Never entered as a context, so that the service outlives it."""
    return TestClient(web_app(own.service))


def _statuses(
    folder: Path, proxies: str, callers: Sequence[str], monkeypatch: pytest.MonkeyPatch
) -> list[int]:
    """What becomes of messages that one proxy passes on for `callers`, with room for two each."""
    monkeypatch.setattr(visitor_limits, "PER_ADDRESS", RateLimitItemPerMinute(2))
    with own_service(folder, RESPONDER, web_chat=True, forwarded_allow_ips=proxies) as own:
        page = TestClient(web_app(own.service), client=("10.0.0.9", 50_000))
        written = [
            {"session": uuid.uuid4().hex, "id": uuid.uuid4().hex, "text": "x"} for _ in callers
        ]
        return [
            page.post("/chat/messages", json=one, headers={"X-Forwarded-For": caller}).status_code
            for one, caller in zip(written, callers, strict=True)
        ]


@pytest.mark.parametrize("proxies", ["10.0.0.9", "127.0.0.1, 10.0.0.0/24"])
def test_behind_a_proxy_that_is_named_each_visitor_has_a_limit_of_her_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, proxies: str
) -> None:
    """What she writes into the header herself stands before what the proxy adds, and is ignored."""
    callers = ["198.51.100.1", "198.51.100.2", "198.51.100.2", "203.0.113.7, 198.51.100.2"]

    assert _statuses(tmp_path, proxies, callers, monkeypatch) == [204, 204, 204, 429]


@pytest.mark.parametrize("proxies", ["", "10.0.0.8"])
def test_who_is_not_named_as_a_proxy_cannot_claim_another_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, proxies: str
) -> None:
    callers = ["198.51.100.1", "198.51.100.2", "198.51.100.3"]

    assert _statuses(tmp_path, proxies, callers, monkeypatch) == [204, 204, 429]


def _said(page: TestClient, own: OwnService, text: str) -> list[str]:
    """What the page shows after `text`."""
    written = {"session": SESSION, "id": uuid.uuid4().hex, "text": text}
    assert page.post("/chat/messages", json=written).status_code == 204
    asyncio.run(own.work())
    return _shown(page)


def _shown(page: TestClient) -> list[str]:
    found = page.get("/chat/state", headers={"x-session": SESSION}).json()["messages"]
    return [one["payload"]["text"]["body"] for one in found if one["payload"]["type"] == "text"]


def test_a_session_stands_in_no_address(page: TestClient) -> None:
    """Proxies keep addresses in their logs, and browsers in their history."""
    assert page.get("/chat/state", params={"session": SESSION}).status_code == 422
    assert "session=" not in (FILES / "phone.js").read_text()


def test_who_asked_to_be_forgotten_is_told_so_and_then_is(
    page: TestClient, own: OwnService
) -> None:
    _said(page, own, "hello")

    told = _said(page, own, "delete my data")
    with own.service.database.writing() as connection:
        personal_data.remove_forgotten(connection, own.clock())
    assert told == _shown(page) == [make_phrases("en")["deleted"]]

    with own.service.database.writing() as connection:
        personal_data.remove_forgotten(connection, own.clock() + 301)
    assert _shown(page) == []
    assert [own.rows(table) for table in ("people", "names", "outbox")] == [[], [], []]


@pytest.mark.parametrize(("days", "status"), [(0, 200), (-1, 404)])
def test_a_document_is_served_until_its_review_lapses(
    page: TestClient, own: OwnService, tmp_path: Path, days: int, status: int
) -> None:
    """Its address may be known for long, as in the history of a browser."""
    responder = with_pdf(RESPONDER, tmp_path, review_by=TODAY + timedelta(days=days))
    live = SimpleNamespace(problem="", current=lambda: responder)
    object.__setattr__(own.service, "live", live)

    assert page.get("/chat/documents/handbook").status_code == status


def test_a_document_that_was_withdrawn_or_whose_file_is_gone_is_not_found(
    page: TestClient, own: OwnService, tmp_path: Path
) -> None:
    responder = with_pdf(RESPONDER, tmp_path)
    live = SimpleNamespace(problem="", current=lambda: responder)
    object.__setattr__(own.service, "live", live)
    (tmp_path / "documents" / "handbook.pdf").unlink()

    names = ("handbook", "withdrawn", "..%2f..%2fmanifest")
    assert [page.get(f"/chat/documents/{name}").status_code for name in names] == [404] * 3


def _write(page: TestClient, text: str, session: str = SESSION) -> tuple[int, str]:
    """Status, and what the page is told where the text is refused."""
    written = {"session": session, "id": uuid.uuid4().hex, "text": text}
    answer = page.post("/chat/messages", json=written)
    told = answer.json()["error"]["message"] if answer.status_code == 429 else ""
    return answer.status_code, told


def test_who_writes_too_much_in_a_minute_is_told_so_in_their_language(page: TestClient) -> None:
    text = "when may my client have the depo " * 60

    found = [_write(page, text) for _ in range(4)]

    assert [status for status, _ in found] == [204, 204, 204, 429]
    assert found[-1][1] == make_phrases("en")["limit_wait"]


def test_many_sessions_of_one_address_share_its_characters(page: TestClient) -> None:
    statuses = [_write(page, "x" * 2_000, uuid.uuid4().hex)[0] for _ in range(20)]

    assert statuses == [204] * 15 + [429] * 5


def test_what_looks_like_a_danger_sign_is_taken_beyond_the_limits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visitor_limits, "PER_SESSION", RateLimitItemPerMinute(1))
    corpus = make_corpus(Path("nowhere"), answers=(make_answer("a"),), urgent=(make_urgent(),))
    with own_service(tmp_path, make_responder(corpus), web_chat=True) as own:
        page = TestClient(web_app(own.service))
        texts = ["hello", "hello", *["she bleeds so much that pads are soaked"] * 11]
        statuses = [_write(page, text)[0] for text in texts]

    assert statuses == [204, 429, *[204] * 10, 429]


def test_a_document_whose_file_was_altered_is_not_served(
    page: TestClient, own: OwnService, tmp_path: Path
) -> None:
    responder = with_pdf(RESPONDER, tmp_path)
    live = SimpleNamespace(problem="", current=lambda: responder)
    object.__setattr__(own.service, "live", live)
    assert page.get("/chat/documents/handbook").status_code == 200

    (tmp_path / "documents" / "handbook.pdf").write_bytes(b"%PDF-1.7 ??!")

    assert page.get("/chat/documents/handbook").status_code == 503
    content = Outgoing(text="Handbook", document="handbook")
    decision = web_chat._may_leave(responder, content, 0.0)
    assert decision.text == "altered: document handbook"
