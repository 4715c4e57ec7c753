"""Headers of every answer: nothing from elsewhere runs in a page, and nobody keeps one."""

from collections.abc import Awaitable, Callable

from fastapi import FastAPI, Request, Response

from kmqa.console.cookies import is_secure

_POLICY = (
    "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'; object-src 'none'"
)
_HEADERS = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "x-frame-options": "DENY",
    "cache-control": "no-store",
}
_ONLY_HTTPS = "max-age=31536000"  # a year; for this name alone, others are not ours to bind


def add_headers(app: FastAPI) -> None:
    """Send the headers with every answer, and where it came by https, that it must stay so."""

    @app.middleware("http")
    async def send_headers(
        request: Request, call_next: Callable[[Request], Awaitable[Response]]
    ) -> Response:
        response = await call_next(request)
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        if is_secure(request):
            response.headers.setdefault("strict-transport-security", _ONLY_HTTPS)
        return response
