"""The console as one ASGI app, to be served by itself or below another path."""

from collections.abc import Iterable

from fastapi import FastAPI, HTTPException
from fastapi.exceptions import RequestValidationError
from fastapi.staticfiles import StaticFiles
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException as StarletteHTTPException
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from kmqa.console import error_pages, guards, headers, render
from kmqa.console.body_limits import most_of
from kmqa.console.context import ConsoleContext
from kmqa.console.page import Page, find_pages
from kmqa.content import registry
from kmqa.errors import KmqaError
from kmqa.runtime.body import BodyLimit

_FORM_S = 120.0  # seconds in which a form must have come; a PDF of 50 MB over a slow line


def console(context: ConsoleContext, pages: Iterable[Page] | None = None) -> FastAPI:
    """Return the app over `context` with these pages, or with all that there are.

    Raises:
        TypeError: A route of a page says nothing about who may use it.
    """
    app = FastAPI(title="kmqa console", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.context = context
    app.state.pages = _find_all_pages() if pages is None else tuple(pages)
    # A form is read when its sender is known, and what a page does may take long, as with a PDF.
    # What the database takes is bounded where it is asked.
    app.add_middleware(
        BodyLimit, most_of=most_of, detail="too-large", room=None, body_s=_FORM_S, answer_s=None
    )
    headers.add_headers(app)
    app.add_middleware(ProxyHeadersMiddleware, trusted_hosts=list(context.proxies))
    app.mount("/static", StaticFiles(directory=render.HERE / "static"), name="static")
    for page in app.state.pages:
        guards.check_guards(page.router)
        app.include_router(page.router)
    app.add_exception_handler(RequestValidationError, error_pages.on_invalid)
    app.add_exception_handler(guards.SignInNeeded, error_pages.on_sign_in_needed)
    app.add_exception_handler(HTTPException, error_pages.on_http)
    app.add_exception_handler(StarletteHTTPException, error_pages.on_http)
    app.add_exception_handler(KmqaError, error_pages.on_ours)
    app.add_exception_handler(SQLAlchemyError, error_pages.on_database)
    return app


def _find_all_pages() -> tuple[Page, ...]:
    return find_pages(kind.page for kind in registry.kinds() if kind.page)
