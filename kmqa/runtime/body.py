"""Request bodies of a limited size, and errors in one shape."""

from collections.abc import Callable
from typing import Any

from fastapi import Request
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kmqa.errors import KmqaError


class BodyLimit:
    """Ends a request with 413 once more bytes came than its route takes; nothing more is read.

    It stands before everything else, as a framework reads the body before it asks for a key.
    """

    def __init__(self, app: ASGIApp, most_of: Callable[[Scope], int], detail: str) -> None:
        """Guard `app`; `most_of` says how many bytes a request may have, `detail` what is told."""
        self._app = app
        self._most_of = most_of
        self._detail = detail

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, counting."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most, come = self._most_of(scope), 0

        async def count_and_receive() -> Message:
            nonlocal come
            message = await receive()
            come += len(message.get("body", b""))
            if come > most:
                raise HTTPException(413, self._detail)
            return message

        await self._app(scope, count_and_receive, send)


def error_response(status: int, code: str, message: str, hint: str = "") -> JSONResponse:
    """Return an error as every route tells it."""
    content: dict[str, Any] = {"error": {"code": code, "message": message, "hint": hint}}
    return JSONResponse(content, status_code=status)


async def on_error(_request: Request, error: Exception) -> JSONResponse:
    """Return the response to an error of ours: what is wrong and what to do, nothing else."""
    assert isinstance(error, KmqaError)  # noqa: S101 - registered for these alone
    code = "".join(f"_{c.lower()}" if c.isupper() else c for c in type(error).__name__).lstrip("_")
    facts = f"; got {error.got}" if error.got else ""
    facts += f", expected {error.expected}" if error.expected else ""
    return error_response(error.http_status, code, f"{error.what}{facts}", error.remedy)
