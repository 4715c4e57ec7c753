"""What the client makes of the answers of a server, over a real connection."""

import asyncio
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from kmqa.channels.channel import Accepted, Refused
from kmqa.channels.whatsapp.client import WhatsAppClient

MESSAGE = {"type": "text", "text": {"body": "answer"}}


class Meta(HTTPServer):
    """Answers every request with `status` and `body`."""

    status = 200
    body = b""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: Meta

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        self.send_response(self.server.status)
        self.send_header("content-length", str(len(self.server.body)))
        self.end_headers()
        self.wfile.write(self.server.body)

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


@pytest.fixture
def meta() -> Iterator[Meta]:
    with Meta() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def _sent(meta: Meta, status: int, body: object) -> Accepted | Refused:
    meta.status, meta.body = status, json.dumps(body).encode()

    async def sent() -> Accepted | Refused:
        client = WhatsAppClient(f"http://127.0.0.1:{meta.server_port}", "v1", "token")
        try:
            return await client.send("1", MESSAGE)
        finally:
            await client.close()

    return asyncio.run(sent())


def test_what_meta_says_about_a_refusal_is_kept_without_the_number_that_it_quotes(
    meta: Meta,
) -> None:
    """It is stored and listed as it is, where nothing may tell who somebody is."""
    told = {"details": "Recipient +254700000001 is not in the allowed list"}

    refused = _sent(meta, 400, {"error": {"code": 131030, "error_data": told}})

    assert isinstance(refused, Refused)
    assert (refused.code, refused.reaction.action) == (131030, "give_up")
    assert refused.detail == "Recipient █ is not in the allowed list"


@pytest.mark.parametrize(
    "body", [{"messages": []}, {"messages": "x"}, {"messages": [{}]}, {}, [], "x", None]
)
def test_an_acceptance_that_names_no_message_may_have_been_sent(meta: Meta, body: object) -> None:
    refused = _sent(meta, 200, body)

    assert isinstance(refused, Refused)
    assert refused.reaction.action == "ambiguous"


def test_an_acceptance_names_the_message(meta: Meta) -> None:
    assert _sent(meta, 200, {"messages": [{"id": "wamid.1"}]}) == Accepted("wamid.1")


def test_a_proxy_that_opens_no_way_to_meta_sent_nothing(
    meta: Meta, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is tried again at once and as long as may be; nobody waits for a status."""
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{meta.server_port}")

    async def sent() -> Accepted | Refused:
        client = WhatsAppClient("https://meta.invalid", "v1", "token")
        try:
            return await client.send("1", MESSAGE)
        finally:
            await client.close()

    refused = asyncio.run(sent())

    assert isinstance(refused, Refused)
    assert (refused.detail, refused.reaction.action) == ("ProxyError", "retry")
    assert refused.reaction.most is None
