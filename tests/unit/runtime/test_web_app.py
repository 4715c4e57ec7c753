"""The web process as Meta, load balancers and strangers meet it; no worker runs."""

import asyncio
import json
import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from bundle_builder import make_responder
from corpus_builder import make_answer, make_corpus
from fastapi.testclient import TestClient
from own_service import NOON, NUMBER, OwnService, own_service
from pydantic import SecretStr
from sqlalchemy import event

from kmqa.channels.channel import Refused
from kmqa.channels.whatsapp import retry_policy
from kmqa.channels.whatsapp.signature import HEADER, signature_of
from kmqa.matching.respond import Responder
from kmqa.runtime import health, webhook
from kmqa.runtime.app import web_app
from kmqa.state.api_keys import hash_key

RESPONDER = make_responder(make_corpus(Path("nowhere"), answers=(make_answer("a"),)))
CHANGE = {"metadata": {"phone_number_id": NUMBER}}


@pytest.fixture
def own(tmp_path: Path) -> Iterator[OwnService]:
    settings = {
        "whatsapp_app_secret": "old, new",
        "whatsapp_phone_number_ids": NUMBER,
        "public_metrics": True,
    }
    with own_service(tmp_path, RESPONDER, **settings) as running:
        yield running


@pytest.fixture
def web(own: OwnService) -> TestClient:
    """Never entered as a context, so that the service outlives it."""
    return TestClient(web_app(own.service), raise_server_exceptions=False)


def _post(web: TestClient, value: dict, signer: str = "new") -> int:
    change = {"field": "messages", "value": CHANGE | value}
    body = json.dumps({"entry": [{"changes": [change]}]}).encode()
    headers = {HEADER: signature_of(body, signer)}
    return web.post("/webhooks/whatsapp", content=body, headers=headers).status_code


def _text(number: int) -> dict:
    said = {"id": f"wamid.{number}", "from": "254700000001", "timestamp": str(int(NOON))}
    return said | {"type": "text", "text": {"body": "hello"}}


def _counted(web: TestClient, line: str) -> float:
    found = [row for row in web.get("/metrics").text.splitlines() if row.startswith(line)]
    return float(found[0].rpartition(" ")[2]) if found else 0.0


def test_both_secrets_are_taken_while_one_replaces_the_other(
    web: TestClient, own: OwnService
) -> None:
    codes = [
        _post(web, {"messages": [_text(n)]}, secret) for n, secret in enumerate(("old", "new"))
    ]

    assert codes == [200, 200]
    assert _post(web, {"messages": [_text(3)]}, "other") == 401
    assert len(own.rows("inbox")) == 2


@pytest.mark.parametrize(
    ("path", "most"),
    [("/webhooks/whatsapp", webhook.MOST_BYTES), ("/api/v1/ask", 2**19)],
)
def test_a_body_over_the_limit_is_not_read_to_its_end(
    web: TestClient, path: str, most: int
) -> None:
    """Whoever sends it, with a key or without: it would fill the memory."""
    response = web.post(path, content=b"x" * (most + 1))

    assert response.status_code == 413
    assert response.json()["error"]["code"] == "http_413"


def test_a_largest_batch_of_meta_is_taken(web: TestClient, own: OwnService) -> None:
    """1,000 updates in one call."""
    assert _post(web, {"messages": [_text(n) for n in range(1000)]}) == 200
    assert len(own.rows("inbox")) == 1000


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff\xfe", b"[" * 10_000, b'{"entry": 7}'])
def test_a_signed_body_that_is_no_webhook_is_refused_in_words(web: TestClient, body: bytes) -> None:
    headers = {HEADER: signature_of(body, "new")}

    response = web.post("/webhooks/whatsapp", content=body, headers=headers)

    assert response.status_code == 400
    assert set(response.json()["error"]) == {"code", "message", "hint"}


def test_what_comes_again_is_counted_as_repeated_and_a_bill_once(web: TestClient) -> None:
    names = ("kmqa_messages_received_total", "kmqa_messages_repeated_total")
    billed = 'kmqa_messages_billed_total{category="service"}'
    before = [_counted(web, name) for name in (*names, billed)]
    pricing = {"type": "regular", "category": "service"}
    statuses = [
        {"id": "out", "status": state, "timestamp": "1", "pricing": pricing}
        for state in ("delivered", "sent")
    ]

    for _ in range(3):
        _post(web, {"messages": [_text(1)], "statuses": statuses})

    after = [_counted(web, name) for name in (*names, billed)]
    assert [b - a for a, b in zip(before, after, strict=True)] == [1, 2, 1]


def test_ready_means_that_nobody_waits_for_long(web: TestClient, own: OwnService) -> None:
    assert web.get("/readyz").json()["status"] == "ready"
    _post(web, {"messages": [_text(1)]})
    own.clock.now += 301

    response = web.get("/readyz")

    assert (response.status_code, response.json()["error"]["code"]) == (503, "queue")
    assert _counted(web, "kmqa_queue_age_seconds") == 301


def test_a_reply_that_meta_does_not_take_counts_as_waiting(
    web: TestClient, own: OwnService
) -> None:
    asyncio.run(own.queue_reply())
    own.clock.now += 301

    assert web.get("/readyz").json()["error"]["code"] == "queue"


def test_ready_says_how_many_replies_meta_does_not_take_and_since_when(
    web: TestClient, own: OwnService
) -> None:
    asyncio.run(own.queue_reply())
    own.channel.answers = [_refused(131016)]
    asyncio.run(own.work())
    own.clock.now += 299

    said = web.get("/readyz").json()

    assert (said["status"], said["replies_refused"], said["replies_parked"]) == ("ready", 1, 0)
    assert said["replies_refused_since"] == "2026-11-23T12:00:00Z"
    assert _counted(web, "kmqa_replies_refused") == 1
    assert _counted(web, "kmqa_replies_refused_age_seconds") == 299


def test_it_is_not_ready_while_a_reply_waits_for_meta_over_five_minutes(
    web: TestClient, own: OwnService
) -> None:
    asyncio.run(own.queue_reply(origin=("turn", 1)))
    own.channel.answers = [_refused(131026), _refused(131016)]
    asyncio.run(own.work())
    asyncio.run(own.queue_reply(origin=("turn", 2)))
    asyncio.run(own.work())
    own.clock.now += 301

    response = web.get("/readyz")

    error = response.json()["error"]
    assert (response.status_code, error["code"]) == (503, "meta")
    assert "1 replies, the oldest of 2026-11-23T12:00:00Z; 1 are parked" in error["message"]
    assert _counted(web, "kmqa_replies_parked") == 1


def test_replies_that_meta_took_and_never_reported_on_are_shown(
    web: TestClient, own: OwnService
) -> None:
    for number in (1, 2):
        asyncio.run(own.queue_reply(origin=("turn", number)))
        asyncio.run(own.work())
    status = {"id": "out.1", "status": "sent", "timestamp": "1"}
    _post(web, {"statuses": [status]})
    shown = []
    for seconds in (300, 301, 3_300):
        own.clock.now += seconds
        shown.append(web.get("/readyz").json()["replies_unconfirmed"])

    assert shown == [0, 1, 0]


def _refused(code: int) -> Refused:
    return Refused(retry_policy.reaction_to(code, 400), code)


def _fill_disk(own: OwnService, *, is_full: bool) -> None:
    """SQLite may take no page more than it has, which it says in the words of a full disk."""
    pages = 1 if is_full else 2**30
    own.service.database.close()
    event.listen(
        own.service.database.engine,
        "connect",
        lambda driver, _: driver.execute(f"PRAGMA max_page_count = {pages}"),
    )


def test_on_a_full_disk_nothing_is_taken_in_and_the_service_says_so(
    web: TestClient, own: OwnService, caplog: pytest.LogCaptureFixture
) -> None:
    """Meta delivers again what was refused; it would not what was taken and lost."""
    _fill_disk(own, is_full=True)
    long = _text(1) | {"text": {"body": "a" * 4_000}}
    many = {"messages": [long | {"id": f"wamid.{n}"} for n in range(50)]}

    codes = [_post(web, many), web.get("/readyz").status_code]
    error = web.get("/readyz").json()["error"]

    assert codes == [503, 503]
    assert (error["code"], error["message"]) == ("disk", "the disk of the database is full")
    assert (len(own.rows("inbox")), "Traceback" in caplog.text) == (0, False)
    _fill_disk(own, is_full=False)
    assert (_post(web, many), len(own.rows("inbox"))) == (200, 50)
    assert web.get("/readyz").status_code == 200


def test_a_disk_that_is_nearly_full_is_told_before_it_is_full(
    web: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "_LEAST_FREE", 2**62)

    assert web.get("/readyz").json()["error"]["code"] == "disk"


def test_a_database_that_somebody_locks_is_told_after_a_bounded_time(
    web: TestClient, own: OwnService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "_PATIENCE", 0.3)
    with own.service.database.writing():
        error = web.get("/readyz").json()["error"]

    assert (error["code"], error["message"]) == ("database", "it has not answered for 0 s")
    assert web.get("/readyz").json()["status"] == "ready"


@pytest.mark.parametrize("path", ["/metrics", "/docs", "/openapi.json", "/redoc"])
def test_strangers_learn_nothing_unless_somebody_wants_it(tmp_path: Path, path: str) -> None:
    with own_service(tmp_path, RESPONDER) as own:
        assert TestClient(web_app(own.service)).get(path).status_code == 404


def test_the_page_of_the_api_loads_nothing_and_runs_nothing(tmp_path: Path) -> None:
    with own_service(tmp_path, RESPONDER, api_docs=True) as own:
        web = TestClient(web_app(own.service))
        page = web.get("/docs")

    assert web.get("/openapi.json").json()["paths"].keys() >= {"/api/v1/ask"}
    assert "POST /api/v1/ask" in page.text
    assert "<script" not in page.text
    assert not re.search(r"(src|href)=.?(https?:)?//", page.text)
    assert page.headers["content-security-policy"].startswith("default-src 'none'")


@pytest.mark.parametrize("header", [None, "", "sha256=", "sha1=" + "0" * 64, "sha256=" + "0" * 65])
def test_a_body_without_a_signature_is_not_read(web: TestClient, header: str | None) -> None:
    def body() -> Iterator[bytes]:
        message = "it was read"
        raise AssertionError(message)
        yield b""

    headers = {} if header is None else {HEADER: header}
    response = web.post("/webhooks/whatsapp", content=body(), headers=headers)

    assert response.json()["error"]["code"] == "not_signed"


def test_a_bundle_that_cannot_be_served_is_told(web: TestClient, own: OwnService) -> None:
    own.service.live.problem = "bundle 1 is damaged"

    assert web.get("/readyz").json()["error"]["code"] == "bundle"
    assert web.get("/healthz").status_code == 200


class Opening:
    """A live bundle that takes until it is told to open."""

    problem = ""

    def __init__(self) -> None:
        self.begun, self.may_end = threading.Event(), threading.Event()

    def current(self) -> Responder:
        """See `kmqa.runtime.service.Live`."""
        self.begun.set()
        assert self.may_end.wait(10)
        return RESPONDER


@pytest.mark.parametrize(
    ("path", "body"),
    [("/api/v1/ask", {"text": "hello"}), ("/api/v1/bundle", None), ("/readyz", None)],
)
def test_a_webhook_does_not_wait_while_a_new_bundle_is_opened(
    own: OwnService, path: str, body: dict | None
) -> None:
    opening = Opening()
    settings = own.service.settings.model_copy(update={"api_keys": SecretStr(hash_key("key"))})
    app = web_app(replace(own.service, live=opening, settings=settings))

    async def heard() -> tuple[int, bool, int]:
        http = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://kmqa")
        async with http:
            kind = "POST" if body else "GET"
            headers = {"authorization": "Bearer key"}
            asking = asyncio.create_task(http.request(kind, path, json=body, headers=headers))
            await asyncio.to_thread(opening.begun.wait, 10)
            alive = await http.get("/healthz")
            is_done = asking.done()
            opening.may_end.set()
            return alive.status_code, is_done, (await asking).status_code

    assert asyncio.run(heard()) == (200, False, 200)
