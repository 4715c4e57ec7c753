"""No body is larger than a page needs, whatever its headers say and whoever sends it."""

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_FORM = 2_000_000  # bytes; an answer in eight languages has some 30,000
MOST_FILE = 52_000_000  # bytes; the largest PDF that is read, and the form around it
_WITH_FILES = ("/documents", "/exchange")


class BodyLimit:
    """Ends a request with 413 once more bytes came than its page takes; nothing more is read."""

    def __init__(self, app: ASGIApp) -> None:
        """Guard `app`."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, counting."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most, come = _most(scope), 0

        async def counted() -> Message:
            nonlocal come
            message = await receive()
            come += len(message.get("body", b""))
            if come > most:
                raise HTTPException(413, "too-large")
            return message

        await self._app(scope, counted, send)


def _most(scope: Scope) -> int:
    path = scope["path"].removeprefix(scope.get("root_path", ""))
    return MOST_FILE if path.startswith(_WITH_FILES) else MOST_FORM
