"""The console as one ASGI app, to be served by itself or below another path."""

from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException as StarletteHTTPException

from kmqa.console import web
from kmqa.console.body import most_of
from kmqa.console.desk import Desk
from kmqa.console.fault_words import name_of_error, name_of_refusal
from kmqa.console.pages import (
    answers,
    conversations,
    documents,
    exchange,
    history,
    keys,
    organisation,
    people,
    publish,
    settings,
    sign_in,
    today,
    try_it,
    turns,
    unanswered,
)
from kmqa.console.web import SignIn, Web
from kmqa.errors import CorpusInvalid, KmqaError
from kmqa.runtime.body import BodyLimit


def console(desk: Desk) -> FastAPI:
    """The app over `desk`."""
    pages = Web(desk)
    app = FastAPI(title="kmqa console", docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(BodyLimit, most_of=most_of, detail="too-large")
    web.add_headers(app)
    app.mount("/static", StaticFiles(directory=web.HERE / "static"), name="static")
    modules = (
        sign_in, organisation, today, unanswered, turns, answers, documents, exchange, try_it,
        publish, conversations, people, keys, settings, history,
    )  # fmt: skip
    for module in modules:
        app.include_router(module.routes(pages))
    _add_errors(app, pages)
    return app


def _add_errors(app: FastAPI, pages: Web) -> None:
    async def on_sign_in(request: Request, error: Exception) -> Response:
        assert isinstance(error, SignIn)  # noqa: S101 - registered for these alone
        path = f"{request.scope.get('root_path', '')}/{error.to}"
        if "hx-request" in request.headers:  # a part of a page: the whole page must go there
            return Response(headers={"hx-redirect": path})
        return RedirectResponse(path, 303)

    async def on_http(request: Request, error: Exception) -> Response:
        assert isinstance(error, StarletteHTTPException)  # noqa: S101 - registered for these alone
        what = name_of_refusal(error.status_code, error.detail)
        return pages.page(request, "error", error.status_code, what=what, detail="")

    async def on_ours(request: Request, error: Exception) -> Response:
        assert isinstance(error, KmqaError)  # noqa: S101 - registered for these alone
        detail = error.message
        if isinstance(error, CorpusInvalid):
            detail = "\n".join(str(problem) for problem in error.problems[:20])
        status = getattr(error, "http_status", 500)
        status = status if 400 <= status < 500 else 422
        return pages.page(request, "error", status, what=name_of_error(error), detail=detail)

    async def on_invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for these alone
        return pages.page(request, "error", 422, what="problem", detail="")

    app.add_exception_handler(RequestValidationError, on_invalid)
    app.add_exception_handler(SignIn, on_sign_in)
    app.add_exception_handler(HTTPException, on_http)
    app.add_exception_handler(StarletteHTTPException, on_http)
    app.add_exception_handler(KmqaError, on_ours)
