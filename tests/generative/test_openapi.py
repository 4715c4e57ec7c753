"""No call that the described interfaces allow brings the bot or the console down."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import schemathesis
from bundle_builder import make_responder
from console_client import RecordedJobs, ask, curator, make_context
from console_routes import fields_of
from corpus_builder import make_corpus
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given, settings
from live_api import KEY
from own_database import new_database

from kmqa.channels.whatsapp.signature import HEADER, signature_of
from kmqa.console.app import console
from kmqa.console.context import ConsoleContext
from kmqa.runtime.app import web_app
from kmqa.runtime.service import Service
from kmqa.settings import Settings
from kmqa.state.identity import Identity
from kmqa.state.writer import Writer

SECRET = "a secret of a test"  # noqa: S105 - of a test
_EXAMPLES = 6  # of one operation; some 50 operations in well under a minute
_SETTINGS = settings(
    max_examples=_EXAMPLES,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def _faults(schema: dict[str, Any], client: TestClient, **fixed: dict[str, str]) -> list[str]:
    """Calls that `schema` allows and that ended with 500 or worse."""
    found: list[str] = []
    for result in schemathesis.openapi.from_dict(schema).get_all_operations():
        operation = result.ok()

        @_SETTINGS
        @given(case=operation.as_strategy())
        def tried(case: schemathesis.Case) -> None:
            call = case.as_transport_kwargs(base_url="http://testserver")
            answer = _answer(client, call, fixed)
            if answer >= 500:
                found.append(f"{answer} {call['method']} {call['url']} {call}")

        tried()
    return found


def _answer(client: TestClient, call: dict[str, Any], fixed: dict[str, dict[str, str]]) -> int:
    headers = {k: v for k, v in dict(call.get("headers") or {}).items() if v is not None}
    headers |= fixed.get("headers", {})
    body: dict[str, Any] = {}
    if isinstance(call.get("json"), dict | list | str | int | float | bool):
        content = json.dumps(call["json"]).encode("utf-8", "surrogatepass")
        headers |= {"content-type": "application/json", HEADER: signature_of(content, SECRET)}
        body["content"] = content
    elif call.get("data") is not None and isinstance(call["data"], dict):
        body["data"] = call["data"] | fixed.get("form", {})
    elif call["method"] == "POST":
        body["data"] = fixed.get("form", {})
    answer = client.request(
        call["method"], call["url"], params=call.get("params"), headers=headers, **body
    )
    return answer.status_code


@pytest.fixture
def context(tmp_path: Path) -> ConsoleContext:
    made = make_context(tmp_path)
    ask(made, "who won the football")
    made.jobs = RecordedJobs()
    return made


def test_no_call_of_the_console_fails(context: ConsoleContext) -> None:
    """Signed in as an administrator, with every field that any page has in every form."""
    chief = curator(context, "Chen", "administrator")
    fields, actions = fields_of(chief)
    schema = console(context).openapi()
    properties: dict[str, Any] = {name: {"type": "string"} for name in sorted(fields)}
    properties["action"] = {"type": "string", "enum": sorted(actions)}
    form = {"type": "object", "properties": properties}
    body = {"content": {"application/x-www-form-urlencoded": {"schema": form}}}
    for path, operations in schema["paths"].items():
        if "post" in operations and path not in {"/sign-in", "/sign-out", "/password"}:
            operations["post"]["requestBody"] = body
    for path in ("/sign-out", "/password"):
        schema["paths"].pop(path)
    raising_nothing = TestClient(chief.client.app, raise_server_exceptions=False)
    raising_nothing.cookies = chief.client.cookies

    assert _faults(schema, raising_nothing, form={"form_key": chief.key()}) == []


@pytest.fixture
def bot(tmp_path: Path) -> Iterator[FastAPI]:
    responder = make_responder(make_corpus(tmp_path / "corpus"))
    database = new_database(tmp_path)
    service = Service(
        settings=Settings(api_keys=_hashed(KEY), whatsapp_app_secret=SECRET),  # type: ignore[arg-type]  # pydantic makes them secrets
        database=database,
        writer=Writer(database),
        identity=Identity("p" * 40),
        live=SimpleNamespace(problem="", current=lambda: responder),  # type: ignore[arg-type]  # as far as is asked
        clock=lambda: 1_795_435_200.0,
    )
    yield web_app(service)
    service.close()


def _hashed(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def test_no_call_of_the_bot_fails(bot: FastAPI) -> None:
    """With a key and signed, so that what comes is read."""
    client = TestClient(bot, raise_server_exceptions=False)
    schema = bot.openapi()
    anything = {"content": {"application/json": {"schema": {"type": "object"}}}}
    schema["paths"]["/webhooks/whatsapp"]["post"].setdefault("requestBody", anything)

    assert _faults(schema, client, headers={"Authorization": f"Bearer {KEY}"}) == []
