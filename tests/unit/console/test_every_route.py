"""What holds for every page and every form, whichever come later."""

import hashlib
import re
from pathlib import Path

import pytest
from console_client import Curator, RecordedJobs, ask, curator, make_context
from console_routes import IN_PATHS, OPEN, RIGHTS, fields_of, path_of, routes_of
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from kmqa.console.app import console
from kmqa.console.context import ConsoleContext
from kmqa.console.guards import NeedsRight, list_calls
from kmqa.console.page import find_pages
from kmqa.console.rights import may
from kmqa.state.accounts import ROLES

EVIL = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
OUTSIDE = (
    "..%2f..%2fcorpus",
    "%2e%2e",
    "a%2fb",
    "%00",
    "x" * 300,
    "..%5c..%5cx",
    "-",
    "%F0%9F%98%80",
)


@pytest.fixture
def context(tmp_path: Path) -> ConsoleContext:
    made = make_context(tmp_path)
    ask(made, "who won the football")
    return made


def _files(context: ConsoleContext) -> dict[str, str]:
    """Every file of the corpus and of the index, by what is in it."""
    paths = [*context.corpus_root.rglob("*"), *context.index.rglob("*")]
    return {str(p): hashlib.sha256(p.read_bytes()).hexdigest() for p in paths if p.is_file()}


def test_every_route_says_what_it_asks_of_a_role(context: ConsoleContext) -> None:
    routes = {(method, path) for method, path, _ in routes_of(console(context))}

    assert routes == {*RIGHTS, *OPEN}


def test_every_route_declares_the_right_that_is_asked_of_a_role() -> None:
    declared = {
        (method, route.path): {call.right for call in list_calls(route.dependant)
                               if isinstance(call, NeedsRight)}
        for page in find_pages()
        for route in page.router.routes
        if isinstance(route, APIRoute)
        for method in route.methods or ()
    }  # fmt: skip

    assert declared == {**{where: {right} for where, right in RIGHTS.items()},
                        **{where: set() for where in OPEN}}  # fmt: skip


def test_nobody_gets_anything_without_signing_in(context: ConsoleContext) -> None:
    client = TestClient(console(context), follow_redirects=False)
    before = _files(context)

    answers = {where: client.request(where[0], path_of(where[1])) for where in RIGHTS}

    faults = {
        where: answer.status_code
        for where, answer in answers.items()
        if (answer.status_code, answer.headers.get("location")) != (303, "/sign-in")
    }
    assert faults == {}
    assert _files(context) == before


@pytest.mark.parametrize("role", ROLES)
def test_a_role_may_do_what_the_table_says_and_nothing_else(
    context: ConsoleContext, role: str
) -> None:
    who = curator(context, "Asha", role)  # type: ignore[arg-type]  # one of the roles
    key = who.key()
    ends_session = ("POST", "/sign-out")
    refused = set()
    for method, path in RIGHTS:
        if (method, path) != ends_session:
            data = {"form_key": key} if method == "POST" else None
            if who.client.request(method, path_of(path), data=data).status_code == 403:
                refused.add((method, path))

    asked = RIGHTS.items()
    assert refused == {where for where, right in asked if not may(role, right)}  # type: ignore[arg-type]  # one of the roles


@pytest.mark.parametrize("key", [None, "", "x" * 32, "é"])
def test_no_form_is_taken_without_the_key_of_the_session(
    context: ConsoleContext, chief: Curator, key: str | None
) -> None:
    before = _files(context)
    faults = {}
    for method, path in RIGHTS:
        if method == "POST":
            data = {"action": "build", **({} if key is None else {"form_key": key})}
            status = chief.client.post(path_of(path), data=data).status_code
            if status != 403:
                faults[path] = status

    assert faults == {}
    assert _files(context) == before
    assert context.jobs.last is None


def test_a_script_in_any_field_is_never_part_of_a_page(
    context: ConsoleContext, chief: Curator
) -> None:
    """Each form gets every field that any page has, with every button that any page has."""
    context.jobs = RecordedJobs()
    fields, actions = fields_of(chief)
    evil = {**dict.fromkeys(fields, EVIL), "form_key": chief.key(), "language": "en"}
    said = []
    for method, path in RIGHTS:
        if method == "POST" and path not in {"/sign-out", "/password"}:
            for action in sorted(actions):
                data = evil | {"action": action}
                said.append((path, chief.client.post(path_of(path), data=data)))

    assert len(fields) > 20
    assert {(path, a.status_code) for path, a in said if a.status_code >= 500} == set()
    assert {path for path, answer in said if _runs(answer.text)} == set()


def test_a_script_in_any_part_of_an_address_is_never_part_of_a_page(
    context: ConsoleContext, chief: Curator
) -> None:
    faults = {}
    for method, path, names in routes_of(console(context)):
        if method == "GET" and (method, path) in RIGHTS:
            for params in ({}, *({name: EVIL} for name in names)):
                answer = chief.client.get(path_of(path), params=params)
                if answer.status_code >= 500 or (_is_page(answer) and _runs(answer.text)):
                    faults[path, *params] = answer.status_code

    assert faults == {}


def _is_page(answer: object) -> bool:
    return "text/html" in answer.headers.get("content-type", "")  # type: ignore[attr-defined]  # of httpx


def _runs(page: str) -> bool:
    return "<script>alert" in page or bool(re.search(r"<img[^>]*onerror", page))


@pytest.mark.parametrize("outside", OUTSIDE)
def test_no_id_leads_out_of_its_folder(
    context: ConsoleContext, chief: Curator, outside: str
) -> None:
    before, key, faults = _files(context), chief.key(), {}
    for method, path in RIGHTS:
        if "{" in path and not path.startswith("/conversations"):
            filled = path.format(**{**IN_PATHS, "answer_id": outside, "document_id": outside})
            data = {"form_key": key, "to": "in_review", "title": "x", "action": "release"}
            answer = chief.client.request(method, filled, data=data if method == "POST" else None)
            if answer.status_code not in {404, 405, 422}:
                faults[method, path] = answer.status_code

    assert faults == {}
    assert _files(context) == before


@pytest.mark.parametrize("number", ["-1", "0", str(2**31), str(2**63), "9" * 40, "1.5", "x"])
def test_no_number_is_too_large_for_a_page(
    context: ConsoleContext, chief: Curator, number: str
) -> None:
    key, faults = chief.key(), {}
    for method, template, fields in routes_of(console(context)):
        numbers = [name for name, kind in fields.items() if kind == "integer"]
        path = template.format(**{**IN_PATHS, "number": number, "handover_id": number})
        data = {"form_key": key, "ids": number, "year": number, "source-0-pages": number}
        answer = chief.client.request(
            method,
            path,
            params=dict.fromkeys(numbers, number),
            data=data if method == "POST" else None,
        )
        if answer.status_code >= 500:
            faults[method, template] = answer.status_code
        if path == "/sign-out":
            chief, key = curator(context, "Dora", "administrator"), ""
            key = chief.key()

    assert faults == {}


def test_two_hundred_megabytes_are_refused_by_every_form(chief: Curator) -> None:
    part = b'--b\r\nContent-Disposition: form-data; name="file"; filename="x.pdf"\r\n\r\n'
    content = part + bytes(200_000_000)
    headers = {"content-type": "multipart/form-data; boundary=b"}
    faults = {}
    for method, path in [*RIGHTS, ("POST", "/sign-in")]:
        if method == "POST":
            answer = chief.client.post(path_of(path), content=content, headers=headers)
            if answer.status_code != 413:
                faults[path] = answer.status_code

    assert faults == {}
