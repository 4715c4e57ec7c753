"""The web side of the service as one ASGI app."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException
from starlette.types import Scope
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from kmqa.errors import KmqaError
from kmqa.runtime import api, api_page, health, web_chat, webhook
from kmqa.runtime.body import TOO_LARGE, BodyLimit, error_response, on_database_error, on_error
from kmqa.runtime.service import Service

_MOST_BYTES = 2**19  # six messages of 4,096 characters take 295,000, written as escapes
_SHAPE = "docs/service.md has the shape of a call, and /docs where KMQA_API_DOCS is set."
_SUMMARY = "Vetted answers from a closed set of documents, word for word, or a refusal."


def web_app(service: Service) -> FastAPI:
    """Build the app over `service`, which it closes when it ends."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        service.close()

    # The framework's own pages load scripts from elsewhere.
    app = FastAPI(
        title="kmqa",
        summary=_SUMMARY,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json" if service.settings.api_docs else None,
    )
    app.include_router(webhook.routes(service))
    app.include_router(api.routes(service))
    app.include_router(health.routes(service))
    app.add_middleware(BodyLimit, most_of=_most_of, detail=TOO_LARGE)
    app.add_middleware(ProxyHeadersMiddleware, trusted_hosts=list(service.settings.proxies))
    if service.settings.web_chat:
        web_chat.add(app, service)
    if service.settings.api_docs:
        api_page.add(app)
    app.add_exception_handler(KmqaError, on_error)
    app.add_exception_handler(SQLAlchemyError, on_database_error)
    app.add_exception_handler(HTTPException, _on_http_error)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    return app


def _most_of(scope: Scope) -> int:
    return webhook.MOST_BYTES if scope["path"] == webhook.PATH else _MOST_BYTES


async def _on_http_error(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for these alone
    response = error_response(error.status_code, f"http_{error.status_code}", str(error.detail))
    response.headers.update(error.headers or {})
    return response


async def _on_invalid(_request: Request, error: Exception) -> JSONResponse:
    """Names the fields that are wrong, without what was in them."""
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for these alone
    faults = [f"{'.'.join(str(p) for p in e['loc'][1:])}: {e['msg']}" for e in error.errors()]
    return error_response(422, "invalid", "; ".join(faults)[:500], _SHAPE)
