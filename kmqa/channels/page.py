"""The chat page: one for the demo's phone and for an organisation's own site."""

from html import escape
from pathlib import Path
from typing import Literal

from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles

FILES = Path(__file__).parent / "page_files"
Mode = Literal["demo", "web"]
# Nothing is loaded from elsewhere, and no text of a conversation can become a script.
_POLICY = (
    "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'; object-src 'none'"
)
HEADERS = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}


def add(app: FastAPI, path: str, mode: Mode, name: str) -> None:
    """Serve the page at `path`, which ends with a slash, and its files below it."""
    content = (FILES / "phone.html").read_text(encoding="utf-8")
    content = content.replace("{{mode}}", mode).replace("{{name}}", escape(name))

    @app.get(path, response_class=HTMLResponse, include_in_schema=False)
    async def page() -> HTMLResponse:
        """Show the page."""
        return HTMLResponse(content, headers=HEADERS)

    app.mount(f"{path}page", StaticFiles(directory=FILES), name=f"{mode}-page")
