"""Request bodies of a limited size, within a limited time, and errors in one shape."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from fastapi import Request
from fastapi.responses import JSONResponse
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kmqa import log
from kmqa.errors import KmqaError
from kmqa.state import database_errors

TOO_LARGE = "the body is too large"
BODY_S = 20.0  # seconds in which a body must have come; 4 MB at 200 kB/s
ANSWER_S = 30.0  # seconds in which an answer must begin, once the body has come
_SMALL = 65_536  # bytes of a body that count for nothing; a webhook call has some 2,000
_MOST_HELD = 16 * 2**20  # bytes of all other bodies that a process holds at the same time
_AGAIN = {"retry-after": "5"}
_LOG = log.logger(__name__)


@dataclass(slots=True)
class Room:
    """Memory for the bodies of requests that are being read or answered.

    Nobody can tell whether a webhook call is signed before its last byte has come, so anybody can
    make the process hold one. Small bodies always have room; `kmqa.runtime.connections` bounds
    their number.
    """

    most: int = _MOST_HELD
    small: int = _SMALL
    held: int = 0

    def take(self, before: int, after: int) -> int:
        """Take room for a body that grows from `before` to `after` bytes; return how much more.

        Raises:
            HTTPException: 503; there is none just now.
        """
        more = max(0, after - self.small) - max(0, before - self.small)
        if self.held + more > self.most:
            raise HTTPException(503, "too many large bodies at the same time", headers=_AGAIN)
        self.held += more
        return more


@dataclass(slots=True)
class BodyLimit:
    """Ends a request with 413 once more bytes came than its route takes; nothing more is read.

    It stands before everything else, as a framework reads the body before it asks for a key. A body
    that takes too long gets 408, an answer that takes too long 503, and a body that is broken off
    is one line of the log.

    Attributes:
        app: What answers.
        most_of: Says how many bytes a request may have.
        detail: What is told where it has more.
        room: For large bodies; None where whoever sends one is known before it is read.
        body_s: Seconds in which the body must have come.
        answer_s: Seconds in which the answer must begin after that; None for no limit.
    """

    app: ASGIApp
    most_of: Callable[[Scope], int]
    detail: str
    room: Room | None = field(default_factory=Room)
    body_s: float = BODY_S
    answer_s: float | None = ANSWER_S

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, counting."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = _CountedRequest(self, scope, receive, send)
        try:
            await request.pass_on()
        finally:
            request.release()


class _CountedRequest:
    """One request on its way through `BodyLimit`."""

    def __init__(self, limit: BodyLimit, scope: Scope, receive: Receive, send: Send) -> None:
        self._limit = limit
        self._scope = scope
        self._receive = receive
        self._send = send
        self._come = 0
        self._taken = 0
        self._is_whole = False
        self._is_begun = False
        now = asyncio.get_running_loop().time()
        self._body_ends = now + limit.body_s
        begins = self._body_ends if _has_body(scope) else now  # an app need not ask for a body
        self._answering = asyncio.timeout_at(self._find_end(begins))

    async def pass_on(self) -> None:
        """Have the app answer, or answer for it where it takes too long or the body is gone."""
        try:
            async with self._answering:
                await self._limit.app(self._scope, self._receive_counted, self._send_noted)
        except ClientDisconnect:
            if not self._is_whole:
                _LOG.info("body broken off", n_bytes=self._come)
            await self._answer(error_response(400, "broken_off", "the body was broken off"))
        except TimeoutError:
            if not self._answering.expired():
                raise
            _LOG.error("no answer in time", seconds=self._limit.answer_s)
            message = "there is no answer just now"
            await self._answer(error_response(503, "slow", message, "Try again in a minute."))

    def release(self) -> None:
        """Give back the room that the body took."""
        if self._limit.room is not None:
            self._limit.room.held -= self._taken

    def _find_end(self, after: float) -> float | None:
        """Return when the answer must have begun, in seconds of the loop."""
        return None if self._limit.answer_s is None else after + self._limit.answer_s

    async def _receive_counted(self) -> Message:
        if self._is_whole:
            return await self._receive()
        if not self._come:
            check_announced(self._scope, self._limit.most_of(self._scope), self._limit.detail)
        try:
            async with asyncio.timeout_at(self._body_ends):
                message = await self._receive()
        except TimeoutError:
            told = {"connection": "close"}
            raise HTTPException(408, "the body took too long", headers=told) from None
        self._count(len(message.get("body", b"")))
        self._is_whole = message["type"] == "http.request" and not message.get("more_body", False)
        if self._is_whole and not self._is_begun:
            self._answering.reschedule(self._find_end(asyncio.get_running_loop().time()))
        return message

    def _count(self, more: int) -> None:
        before, self._come = self._come, self._come + more
        if self._come > self._limit.most_of(self._scope):
            raise HTTPException(413, self._limit.detail)
        if self._limit.room is not None:
            self._taken += self._limit.room.take(before, self._come)

    async def _send_noted(self, message: Message) -> None:
        if self._answering.expired():
            return  # it is given up, and somebody else answers
        if not self._is_begun:
            self._is_begun = True
            self._answering.reschedule(None)
        await self._send(message)

    async def _answer(self, response: JSONResponse) -> None:
        if not self._is_begun:
            self._is_begun = True
            await response(self._scope, self._receive, self._send)


def check_announced(scope: Scope, most: int, detail: str) -> None:
    """Refuse a body that says itself that it is too large, before any of it is read.

    Raises:
        HTTPException: 413 with `detail`; it has more than `most` bytes.
    """
    announced = dict(scope["headers"]).get(b"content-length", b"")
    if announced.isdigit() and (len(announced) > 18 or int(announced) > most):
        raise HTTPException(413, detail)


def _has_body(scope: Scope) -> bool:
    named = dict(scope["headers"])
    return b"transfer-encoding" in named or named.get(b"content-length", b"0") != b"0"


def error_response(status: int, code: str, message: str, hint: str = "") -> JSONResponse:
    """Return an error as every route tells it."""
    content: dict[str, Any] = {"error": {"code": code, "message": message, "hint": hint}}
    return JSONResponse(content, status_code=status)


async def on_database_error(_request: Request, error: Exception) -> JSONResponse:
    """Return the response while the database takes nothing; what was asked for was not done."""
    assert isinstance(error, SQLAlchemyError)  # noqa: S101 - registered for these alone
    _LOG.error("database", error=type(error).__name__, is_full=database_errors.is_full(error))
    response = database_error(error)
    response.headers.update(_AGAIN)
    return response


def database_error(error: SQLAlchemyError) -> JSONResponse:
    """Return what is wrong with the database: its disk is full, or it does not answer."""
    if database_errors.is_full(error):
        hint = "Free space where the database is; nothing is taken in before."
        return error_response(503, "disk", "the disk of the database is full", hint)
    return error_response(503, "database", type(error).__name__, "Check the database.")


async def on_error(_request: Request, error: Exception) -> JSONResponse:
    """Return the response to an error of ours: what is wrong and what to do, nothing else."""
    assert isinstance(error, KmqaError)  # noqa: S101 - registered for these alone
    code = "".join(f"_{c.lower()}" if c.isupper() else c for c in type(error).__name__).lstrip("_")
    facts = f"; got {error.got}" if error.got else ""
    facts += f", expected {error.expected}" if error.expected else ""
    return error_response(error.http_status, code, f"{error.what}{facts}", error.remedy)
