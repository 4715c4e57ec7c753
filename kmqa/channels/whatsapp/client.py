"""Send to the Cloud API over HTTP, and tell apart sent, refused and perhaps sent."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import httpx

from kmqa import masking
from kmqa.channels.channel import UNANSWERED, Accepted, Payload, Reaction, Refused
from kmqa.channels.whatsapp import retry_policy

_TIMEOUT = httpx.Timeout(10.0, connect=5.0)
_UPLOAD_TIMEOUT = httpx.Timeout(120.0, connect=5.0)
_HARMLESS = Reaction("retry", delay=1, most=None)
# Many servers close what was idle for 5 seconds. One that does so just as a message is sent leaves
# nobody knowing whether it arrived, so the client closes before.
_IDLE = 4.0  # seconds
_ONE = httpx.Limits(max_connections=1, max_keepalive_connections=1, keepalive_expiry=_IDLE)


class WhatsAppClient:
    """One access token for any number of the business's phone numbers."""

    def __init__(self, graph_url: str, version: str, token: str) -> None:
        """Send to ``graph_url/version`` with `token`, which appears in no error or log."""
        self._root = f"{graph_url.rstrip('/')}/{version}"
        self._headers = {"Authorization": f"Bearer {token}"}
        self._ssl = httpx.create_ssl_context()
        self._idle: list[httpx.AsyncClient] = []

    async def send(self, number_id: str, payload: Payload) -> Accepted | Refused:
        """Send `payload` over the number `number_id`; never raises for what Meta or a net does."""
        answer = await self._post(f"{number_id}/messages", payload)
        if isinstance(answer, Refused):
            return answer
        messages = answer.get("messages")
        first = messages[0] if isinstance(messages, list) and messages else None
        if isinstance(first, dict) and first.get("id"):
            return Accepted(str(first["id"]))
        return Refused(UNANSWERED, detail="the answer names no message")

    async def mark_read(self, number_id: str, payload: Payload) -> bool:
        """Send a read receipt, which is worth no second attempt; return whether it was taken."""
        return not isinstance(await self._post(f"{number_id}/messages", payload), Refused)

    async def upload(
        self, number_id: str, name: str, content: bytes, mime_type: str
    ) -> str | Refused:
        """Upload `content` as a file called `name`, and return its id, valid for 30 days.

        Whatever happens on the way, nothing was sent to anybody and another attempt does no harm.
        """
        data = {"messaging_product": "whatsapp", "type": mime_type}
        try:
            async with self._connection() as http:
                response = await http.post(
                    f"{self._root}/{number_id}/media",
                    data=data,
                    files={"file": (name, content, mime_type)},
                    timeout=_UPLOAD_TIMEOUT,
                )
        except httpx.HTTPError as error:
            return Refused(_HARMLESS, detail=type(error).__name__)
        answer = _read(response)
        if isinstance(answer, Refused):
            is_unclear = answer.reaction.action == "ambiguous"
            return replace(answer, reaction=_HARMLESS) if is_unclear else answer
        media_id = answer.get("id")
        if not isinstance(media_id, str | int) or not media_id:
            return Refused(_HARMLESS, detail="the answer names no file")
        return str(media_id)

    async def close(self) -> None:
        """Close the connections."""
        while self._idle:
            await self._idle.pop().aclose()

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[httpx.AsyncClient]:
        """Lend a client with one connection, which is kept for whoever comes next.

        One pool of 64 connections looks through all of them for each request: 6.9 ms of CPU a
        message, where clients of one connection each need 0.8 (httpx 0.28, 2 cores, 2026-11-23).
        """
        http = self._idle.pop() if self._idle else self._open()
        try:
            yield http
        finally:
            self._idle.append(http)

    def _open(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            headers=self._headers,
            timeout=_TIMEOUT,
            limits=_ONE,
            follow_redirects=False,
            verify=self._ssl,
        )

    async def _post(self, path: str, payload: Payload) -> dict[str, Any] | Refused:
        try:
            async with self._connection() as http:
                response = await http.post(f"{self._root}/{path}", json=payload)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError) as error:
            # Nothing was sent to Meta, so trying again cannot send twice.
            return Refused(_HARMLESS, detail=type(error).__name__)
        except httpx.HTTPError as error:
            return Refused(UNANSWERED, detail=type(error).__name__)
        return _read(response)


def _read(response: httpx.Response) -> dict[str, Any] | Refused:
    try:
        body = response.json()
    except ValueError:
        body = None
    if response.is_success and isinstance(body, dict):
        return body
    error = body.get("error") if isinstance(body, dict) else None
    error = error if isinstance(error, dict) else {}
    code = error.get("code")
    code = code if isinstance(code, int) else None
    data = error.get("error_data")
    unnamed = f"HTTP {response.status_code}" if code is None else ""
    detail = data.get("details", "") if isinstance(data, dict) else unnamed
    reaction = retry_policy.reaction_to(code, response.status_code)
    # Meta may quote what it refuses, such as the number that it was to go to.
    return Refused(reaction, code, masking.mask_contacts(str(detail))[:200])
