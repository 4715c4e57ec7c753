"""The stand-in over HTTP, and the webhooks that it delivers to a listener that a test plays."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field

import httpx
import pytest
from fastapi.testclient import TestClient

from kmqa.channels.whatsapp import parse
from kmqa.channels.whatsapp.signature import HEADER, is_signed
from kmqa.simulator import webhooks
from kmqa.simulator.app import stand_in
from kmqa.simulator.webhooks import Deliverer
from kmqa.simulator.world import World

NUMBER = "100"
TOKEN = {"authorization": "Bearer token"}
TEXT = {
    "messaging_product": "whatsapp", "to": "+254700000001", "type": "text", "text": {"body": "x"},
}  # fmt: skip


@pytest.fixture
def world() -> World:
    return World((NUMBER,), "token")


@pytest.fixture
def meta(world: World) -> TestClient:
    return TestClient(stand_in(world, Deliverer(world, "http://127.0.0.1:9/", "secret")))


@dataclass
class Listener:
    """The business's webhook: keeps what comes and answers as `answers` say, then 200."""

    answers: list[int] = field(default_factory=list)
    requests: list[httpx.Request] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """See `httpx.MockTransport`."""
        self.requests.append(request)
        return httpx.Response(self.answers.pop(0) if self.answers else 200)


def _delivered(
    world: World, listener: Listener, put: Callable[[Deliverer], None], n: int = 1
) -> Deliverer:
    """What a deliverer did after `put` until `n` of its calls were taken."""
    deliverer = Deliverer(world, "http://127.0.0.1/", "secret", httpx.MockTransport(listener))

    async def run() -> None:
        put(deliverer)
        running = asyncio.create_task(deliverer.run())
        async with asyncio.timeout(20):
            while deliverer.delivered < n:
                await asyncio.sleep(0.01)
        running.cancel()

    asyncio.run(run())
    return deliverer


def _message(world: World, n: int) -> webhooks.WebhookChange:
    said = {"id": f"wamid.{n}", "timestamp": "1", "type": "text", "text": {"body": "a/b ñ"}}
    return webhooks.message_change(world, NUMBER, world.wrote("254700000001"), said)


def _many(world: World, n: int) -> Callable[[Deliverer], None]:
    def put(deliverer: Deliverer) -> None:
        for number in range(n):
            deliverer.put(_message(world, number))

    return put


def test_a_wrong_token_and_a_wrong_number_are_refused(meta: TestClient) -> None:
    none = meta.post(f"/v26.0/{NUMBER}/messages", json=TEXT)
    other = meta.post("/v26.0/999/messages", json=TEXT, headers=TOKEN)

    assert (none.status_code, none.json()["error"]["code"]) == (401, 190)
    assert other.json()["error"]["code"] == 33


def test_a_message_is_taken_and_shown(meta: TestClient) -> None:
    answer = meta.post(f"/v26.0/{NUMBER}/messages", json=TEXT, headers=TOKEN).json()

    assert answer["messages"][0]["id"].startswith("wamid.")
    assert [one["payload"] for one in meta.get("/simulate/sent").json()] == [TEXT]


@pytest.mark.parametrize("body", [b"", b"{", b"[" * 100_000, b"[]", b'"x"'])
def test_a_body_that_is_no_message_gets_an_error_of_meta(meta: TestClient, body: bytes) -> None:
    answer = meta.post(f"/v26.0/{NUMBER}/messages", content=body, headers=TOKEN)

    assert (answer.status_code, answer.json()["error"]["code"]) == (400, 100)


def test_a_read_receipt_is_noted(meta: TestClient) -> None:
    receipt = {"messaging_product": "whatsapp", "status": "read", "message_id": "wamid.1"}

    assert meta.post(f"/v26.0/{NUMBER}/messages", json=receipt, headers=TOKEN).json() == {
        "success": True
    }
    assert meta.get("/simulate/read").json() == ["wamid.1"]


def test_a_file_is_kept_described_fetched_and_dropped(meta: TestClient) -> None:
    upload = {"messaging_product": "whatsapp"}
    files = {"file": ("a.pdf", b"%PDF-1.7", "application/pdf")}
    media_id = meta.post(f"/v26.0/{NUMBER}/media", data=upload, files=files, headers=TOKEN).json()[
        "id"
    ]

    told = meta.get(f"/v26.0/{media_id}", headers=TOKEN).json()

    assert (told["mime_type"], told["file_size"]) == ("application/pdf", 8)
    assert meta.get(told["url"], headers=TOKEN).content == b"%PDF-1.7"
    assert meta.get(told["url"]).status_code == 401
    assert meta.delete(f"/v26.0/{media_id}", headers=TOKEN).json() == {"success": True}
    assert meta.get(f"/v26.0/{media_id}", headers=TOKEN).json()["error"]["code"] == 100
    assert meta.get(told["url"], headers=TOKEN).status_code == 404


def test_its_clock_and_its_behaviour_can_be_changed(meta: TestClient, world: World) -> None:
    before = world.clock.now()
    meta.post("/simulate/clock", json={"ahead": 3600}).raise_for_status()
    meta.post("/simulate/behaviour", json={"errors": [131016]}).raise_for_status()

    assert world.clock.now() >= before + 3600
    refused = meta.post(f"/v26.0/{NUMBER}/messages", json=TEXT, headers=TOKEN)
    assert refused.json()["error"]["code"] == 131016
    assert meta.post("/simulate/behaviour", json={"mood": 1}).status_code == 422


def test_webhooks_are_signed_over_their_bytes_and_written_as_meta_writes(world: World) -> None:
    listener = Listener()
    _delivered(world, listener, lambda d: d.put(_message(world, 1)))

    [request] = listener.requests
    assert is_signed(request.content, request.headers[HEADER].encode(), ["secret"])
    assert b"a\\/b \\u00f1" in request.content
    assert parse.delivery_of(request.content).messages[0].text == "a/b ñ"


def test_changes_gather_to_batches_of_a_largest_size(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhooks, "_GATHER", 1.0)  # also on a busy machine
    world.behaviour.batch = 4
    listener = Listener()
    _delivered(world, listener, _many(world, 10), n=3)

    sizes = [len(json.loads(r.content)["entry"][0]["changes"]) for r in listener.requests]
    assert sorted(sizes) == [2, 4, 4]


def test_a_webhook_comes_again_until_somebody_says_200(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhooks, "_RETRIES", (0.01, 0.01, 0.01))
    listener = Listener([500, 503])
    deliverer = _delivered(world, listener, lambda d: d.put(_message(world, 1)))

    assert (deliverer.delivered, deliverer.failed, deliverer.lost) == (1, 2, 0)
    assert len({request.content for request in listener.requests}) == 1
    assert [call.status for call in deliverer.calls] == [500, 503, 200]


def test_duplicates_and_disorder_come_where_they_are_asked_for(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhooks, "_GATHER", 1.0)  # also on a busy machine
    world.behaviour.duplicates = 2
    world.behaviour.shuffled = True
    listener = Listener()
    _delivered(world, listener, _many(world, 9), n=3)

    ids = [m.message_id for m in parse.delivery_of(listener.requests[0].content).messages]
    assert len(listener.requests) == 3
    assert ids != sorted(ids)


def test_what_was_recorded_can_be_played_again(world: World) -> None:
    listener = Listener()
    deliverer = _delivered(world, listener, lambda d: d.put(_message(world, 1)))
    [call] = deliverer.calls

    again = Listener()
    _delivered(world, again, lambda d: d.replay(call.body.encode()))

    assert again.requests[0].content == listener.requests[0].content


def test_a_broken_gateway_answers_without_json(meta: TestClient, world: World) -> None:
    meta.post("/simulate/behaviour", json={"http_status": 502})

    response = meta.post(f"/v25.0/{NUMBER}/messages", json=TEXT, headers=TOKEN)

    assert (response.status_code, response.text) == (502, "<html>broken</html>")
    assert world.sent == []


def test_who_delivers_ends_when_cancelled_as_a_change_comes(world: World) -> None:
    """Python 3.11's `wait_for` swallowed that, and the stand-in never stopped."""
    world.behaviour.batch = 10
    listener = httpx.MockTransport(lambda _: httpx.Response(200))

    async def run() -> bool:
        deliverer = Deliverer(world, "http://127.0.0.1/", "secret", listener)
        delivering = asyncio.create_task(deliverer.run())
        deliverer.put(_message(world, 1))
        await asyncio.sleep(0.01)
        deliverer.put(_message(world, 2))
        delivering.cancel()
        done, _ = await asyncio.wait({delivering}, timeout=5)
        return bool(done)

    assert asyncio.run(run())
