"""The API of a service in this process, and a network that ends at it."""

import hashlib
from types import SimpleNamespace

import httpx
from fastapi import FastAPI
from fastapi.testclient import TestClient

from kmqa.errors import KmqaError
from kmqa.matching.respond import Responder
from kmqa.runtime import api
from kmqa.runtime.body import on_error
from kmqa.runtime.client import Client
from kmqa.runtime.service import Service
from kmqa.settings import Settings
from kmqa.state.database import Database
from kmqa.state.identity import Identity
from kmqa.state.writer import Writer

KEY = "a key of a test"
URL = "http://127.0.0.1:8080"


def api_over(responder: Responder, database: Database) -> TestClient:
    """A browser's end of the API that answers with `responder` and keeps its keys in `database`."""
    settings = Settings(api_keys=hashlib.sha256(KEY.encode()).hexdigest())  # type: ignore[arg-type]  # pydantic makes it a secret
    live = SimpleNamespace(problem="", current=lambda: responder)
    service = Service(
        settings=settings,
        live=live,
        clock=lambda: 0.0,
        database=database,
        writer=Writer(database),
        identity=Identity("0123456789abcdef0123456789abcdef"),
    )
    app = FastAPI()
    app.include_router(api.routes(service))
    app.add_exception_handler(KmqaError, on_error)
    return TestClient(app, headers={"Authorization": f"Bearer {KEY}"})


def client_of(served: TestClient) -> Client:
    """The evaluators' client, whose calls reach `served`."""

    def carried(request: httpx.Request) -> httpx.Response:
        names = {"authorization", "content-type"} & set(request.headers)
        got = served.request(
            request.method,
            request.url.path,
            content=request.content,
            headers={name: request.headers[name] for name in names},
        )
        return httpx.Response(got.status_code, headers=got.headers, content=got.content)

    return Client(URL, KEY, transport=httpx.MockTransport(carried))
