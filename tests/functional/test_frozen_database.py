"""A PostgreSQL that stands still: every request of web, worker and console ends, and says why."""

import asyncio
import contextlib
import signal
import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import process_harness
import psutil
import pytest
from bundle_builder import make_responder
from console_client import curator, make_context
from corpus_builder import make_answer, make_corpus
from fastapi.testclient import TestClient
from own_service import own_service
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from kmqa.channels.channel import Transports
from kmqa.channels.whatsapp.signature import HEADER, signature_of
from kmqa.console.app import console
from kmqa.runtime import health
from kmqa.runtime.app import web_app
from kmqa.runtime.service import Service
from kmqa.runtime.worker import Worker
from kmqa.state import postgresql
from kmqa.state.database import Database
from kmqa.state.database_errors import DatabaseError
from kmqa.state.writer import Writer

RESPONDER = make_responder(make_corpus(Path("nowhere"), answers=(make_answer("a"),)))
SOON = 60.0  # seconds for what is bounded by three; without a bound it would be for ever

pytestmark = pytest.mark.slow


@pytest.fixture(name="url", scope="module")
def _url() -> Iterator[str]:
    """A server of its own, because others must not stand still with it."""
    with process_harness.start_postgresql() as url:
        yield url


@pytest.fixture(name="database")
def _database(url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """Its patience is short; see `test_what_is_waited_for` for how long it is."""
    monkeypatch.setattr(postgresql, "PING", 1.0)
    monkeypatch.setattr(postgresql, "ANSWER", 1.5)
    monkeypatch.setattr(postgresql.PatientConnection, "patience", 1.0)
    monkeypatch.setitem(postgresql._LIMITS, "connect_timeout", 2)
    opened = Database(url)
    yield opened
    opened.close()


@contextlib.contextmanager
def _standstill(database: Database) -> Iterator[None]:
    """All processes of the server stand still."""
    with database.reading() as connection:
        backend = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
    server = psutil.Process(backend).parent()
    assert server is not None
    family = [server, *server.children(recursive=True)]
    for process in family:
        process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        for process in family:
            process.send_signal(signal.SIGCONT)


@contextlib.contextmanager
def _at_most(seconds: float) -> Iterator[None]:
    began = time.monotonic()
    yield
    assert time.monotonic() - began < seconds


@pytest.fixture(name="service")
def _service(tmp_path: Path, database: Database) -> Iterator[Service]:
    settings = {"whatsapp_app_secret": "secret", "web_chat": True}
    with own_service(tmp_path, RESPONDER, **settings) as own:
        made = replace(own.service, database=database, writer=Writer(database))
        yield made
        made.writer.close()


def test_what_is_waited_for() -> None:
    """The server ends a statement first, so that its transaction ends, too."""
    assert postgresql.STATEMENT < postgresql.ANSWER <= 35
    assert max(postgresql.PING, postgresql.CONNECT) <= 5
    assert health._PATIENCE < 10


def test_a_statement_under_way_ends_and_its_connection_is_not_used_again(
    database: Database,
) -> None:
    with database.reading() as connection, _standstill(database), _at_most(SOON):
        with pytest.raises(OperationalError):
            connection.execute(text("SELECT 1"))
        assert connection.invalidated
    with database.reading() as connection:
        assert connection.execute(text("SELECT 1")).scalar_one() == 1


def test_each_request_of_the_web_process_ends_in_words(
    service: Service, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    web = TestClient(web_app(service), raise_server_exceptions=False)
    body = b'{"entry": []}'
    signed = {HEADER: signature_of(body, "secret")}
    said = {"session": "0" * 32, "id": "1" * 32, "text": "hello"}
    with _standstill(database):
        for answer in (
            lambda: web.post("/webhooks/whatsapp", content=body, headers=signed),
            lambda: web.get("/readyz"),
            lambda: web.get("/chat/state", headers={"x-session": "0" * 32}),
            lambda: web.post("/chat/messages", json=said),
            lambda: web.post("/api/v1/ask", json={"text": "x"}, headers=_key()),
        ):
            with _at_most(SOON):
                found = answer()
            assert found.status_code == 503
            assert set(found.json()["error"]) == {"code", "message", "hint"}
        assert web.get("/healthz").status_code == 200

    assert "Traceback" not in caplog.text
    assert web.post("/webhooks/whatsapp", content=body, headers=signed).status_code == 200
    assert web.get("/readyz").status_code == 200


def _key() -> dict[str, str]:
    return {"authorization": "Bearer a key that the database would know"}


def test_many_changes_that_wait_fail_together_and_not_one_after_the_other(
    service: Service, database: Database
) -> None:
    async def write_all() -> list[object]:
        changes = [service.writer.write(lambda c: c.execute(text("SELECT 1"))) for _ in range(100)]
        return await asyncio.gather(*changes, return_exceptions=True)

    with _standstill(database), _at_most(3 * SOON):
        failed = asyncio.run(write_all())

    assert [isinstance(one, OperationalError) for one in failed] == [True] * 100


def test_a_worker_goes_on_when_it_is_over(service: Service, database: Database) -> None:
    transports: Transports = {}
    worker = Worker(service, transports)
    with _standstill(database), _at_most(SOON):
        assert not any(asyncio.run(worker._claim_safely(5)))

    assert not any(worker._claim(5))


def test_each_page_of_the_console_ends_and_says_what_is_wrong(
    tmp_path: Path, database: Database
) -> None:
    context = make_context(tmp_path)
    context.database = database
    chief = curator(context, "Chen", "administrator")
    browser = TestClient(console(context), raise_server_exceptions=False)
    browser.cookies = chief.client.cookies
    with _standstill(database):
        for path in ("/today", "/answers", "/conversations", "/nowhere"):
            with _at_most(2 * SOON):
                page = browser.get(path)
            assert page.status_code == 503
            assert "The database does not answer just now" in page.text

    assert browser.get("/today").status_code == 200


def test_a_server_that_never_answers_is_told_at_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """It takes the connection, and that is all."""
    monkeypatch.setitem(postgresql._LIMITS, "connect_timeout", 2)
    with socket.create_server(("127.0.0.1", 0)) as silent, _at_most(SOON):
        port = silent.getsockname()[1]
        with pytest.raises(DatabaseError, match="does not answer"):
            Database(f"postgresql://kmqa@127.0.0.1:{port}/kmqa")
