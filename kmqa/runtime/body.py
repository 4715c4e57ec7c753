"""Request bodies of a limited size, and errors in one shape."""

from typing import Any

from fastapi import Request
from fastapi.responses import JSONResponse

from kmqa.errors import KmqaError


class TooLarge(KmqaError):
    """The body is larger than it may be; the rest of it was not read."""

    http_status = 413


async def body_of(request: Request, most: int) -> bytes:
    """The body of `request`.

    Raises:
        TooLarge: It has more than `most` bytes.
    """
    told = request.headers.get("content-length", "")
    if told.isdigit() and int(told) > most:
        raise _too_large(int(told), most)
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > most:
            raise _too_large(size, most)
        parts.append(part)
    return b"".join(parts)


def _too_large(size: int, most: int) -> TooLarge:
    return TooLarge("the body is too large", got=f"{size} bytes", expected=f"at most {most}")


def error_response(status: int, code: str, message: str, hint: str = "") -> JSONResponse:
    """An error as every route tells it."""
    content: dict[str, Any] = {"error": {"code": code, "message": message, "hint": hint}}
    return JSONResponse(content, status_code=status)


async def on_error(_request: Request, error: Exception) -> JSONResponse:
    """The response to an error of ours: what is wrong and what to do, nothing else."""
    assert isinstance(error, KmqaError)  # noqa: S101 - registered for these alone
    code = "".join(f"_{c.lower()}" if c.isupper() else c for c in type(error).__name__).lstrip("_")
    facts = f"; got {error.got}" if error.got else ""
    facts += f", expected {error.expected}" if error.expected else ""
    return error_response(error.http_status, code, f"{error.what}{facts}", error.remedy)
