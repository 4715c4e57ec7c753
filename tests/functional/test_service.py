"""The service as it runs: web, worker and stand-in as processes, SQLite and PostgreSQL.

Promises of the design: 2 nothing unsigned is parsed, 3 no log holds people or texts, 6 after 200 a
message is answered or parked whatever dies, 7 it is answered once however often it comes, 9
whoever says so is forgotten.
"""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import load
import process_harness
import pytest
from faults import service_kills
from sqlalchemy import create_engine, func, select

from kmqa.channels.whatsapp.signature import HEADER, signature_of
from kmqa.state import tables
from kmqa.state.identity import Identity

QUESTION = "depo client is 3 weeks late"


@pytest.fixture(scope="module")
def on(built: Path) -> Iterator[process_harness.ServiceProcesses]:
    with process_harness.start_service(built / "index") as running:
        running.start_meta(status_delay=0.1)
        running.start_web()
        running.start_worker()
        running.wait_for_workers(1)
        yield running


def _write(on: process_harness.ServiceProcesses, phone: str, text: str) -> None:
    said = {"from": phone, "text": text}
    httpx.post(f"{on.meta_url}/simulate/messages", json=said).raise_for_status()


def _sent_to(
    on: process_harness.ServiceProcesses, phone: str, n: int = 1, patience: float = 20.0
) -> list[dict]:
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        found = _answers_to(on, phone)
        if len(found) >= n:
            return found
        time.sleep(0.05)
    return _answers_to(on, phone)


def _answers_to(on: process_harness.ServiceProcesses, phone: str) -> list[dict]:
    """What was sent to `phone`, apart from the welcome of the first contact."""
    sent = [one for one in on.sent() if one["to"] == phone and not process_harness.is_welcome(one)]
    return [one["payload"] for one in sent]


def _stored(on: process_harness.ServiceProcesses) -> int:
    engine = create_engine(on.database_url)
    with engine.connect() as connection:
        n: int = connection.execute(select(func.count()).select_from(tables.inbox)).scalar_one()
    engine.dispose()
    return n


def test_a_question_comes_back_as_one_message_with_buttons(
    on: process_harness.ServiceProcesses,
) -> None:
    _write(on, "254700000101", QUESTION)

    [reply] = _sent_to(on, "254700000101")

    assert reply["interactive"]["body"]["text"].startswith("You can still give it up to 4 weeks")
    assert len(reply["interactive"]["action"]["buttons"]) == 3
    assert reply["biz_opaque_callback_data"].isdigit()


def test_stop_is_obeyed_and_start_lifts_it(on: process_harness.ServiceProcesses) -> None:
    phone = "254700000102"
    for number, text in enumerate(("STOP", QUESTION, "start"), start=1):
        _write(on, phone, text)
        if text != QUESTION:
            _sent_to(on, phone, n=1 if number == 1 else 2)
        else:
            time.sleep(1)  # nothing may come; a second is long for a worker that is idle

    texts = [reply["text"]["body"] for reply in _sent_to(on, phone, n=2)]

    assert len(texts) == 2
    assert "no more messages" in texts[0]
    assert "answer you again" in texts[1]


@pytest.mark.parametrize("header", [None, b"", b"sha256=00", "sha256=\u00e9".encode(), b"sha1=abc"])
def test_promise_2_nothing_unsigned_is_parsed(
    on: process_harness.ServiceProcesses, header: bytes | None
) -> None:
    """Even a body that is no JSON gets the same 401, and nothing is stored."""
    before = _stored(on)
    headers = [] if header is None else [(HEADER.encode(), header)]
    for body in (load.webhook_body(1, "message"), b"not json"):
        answer = httpx.post(on.webhook_url, content=body, headers=headers)
        assert answer.status_code == 401
        assert answer.json()["error"]["code"] == "not_signed"

    assert _stored(on) == before


def test_promise_7_a_message_is_answered_once_however_often_it_comes(
    on: process_harness.ServiceProcesses,
) -> None:
    body = load.webhook_body(77, "message")
    headers = {HEADER: signature_of(body, process_harness.SECRET)}
    for _ in range(5):
        assert httpx.post(on.webhook_url, content=body, headers=headers).status_code == 200

    _sent_to(on, "254700000077")
    time.sleep(1)

    assert len(_sent_to(on, "254700000077")) == 1


def test_the_api_answers_those_who_have_a_key(on: process_harness.ServiceProcesses) -> None:
    url = f"http://127.0.0.1:{on.web_port}/api/v1/ask"
    allowed = {"authorization": f"Bearer {process_harness.KEY}"}

    answer = httpx.post(url, json={"text": QUESTION}, headers=allowed).json()
    refused = httpx.post(url, json={"text": QUESTION}, headers={"authorization": "Bearer no"})
    wrong = httpx.post(url, json={"text": ""}, headers=allowed)

    assert answer["answer_id"] == "dmpa-late"
    assert refused.status_code == 401
    assert wrong.status_code == 422
    assert set(wrong.json()["error"]) == {"code", "message", "hint"}


def test_meta_verifies_the_webhook_once(on: process_harness.ServiceProcesses) -> None:
    asked = {"hub.mode": "subscribe", "hub.challenge": "4711"}

    ours = httpx.get(on.webhook_url, params=asked | {"hub.verify_token": "test-verify"})
    other = httpx.get(on.webhook_url, params=asked | {"hub.verify_token": "other"})

    assert (ours.status_code, ours.text) == (200, "4711")
    assert other.status_code == 403


def test_promise_3_no_log_holds_a_phone_number_or_a_text(
    on: process_harness.ServiceProcesses,
) -> None:
    _write(on, "254700000103", "zebra crossing question")
    _sent_to(on, "254700000103")
    time.sleep(0.5)

    logs = "".join((on.folder / f"{name}.log").read_text() for name in ("web", "worker"))

    assert "webhook" in logs
    assert "254700000103" not in logs
    assert "zebra" not in logs


def test_promise_9_delete_my_data_leaves_nothing_of_her(
    on: process_harness.ServiceProcesses,
) -> None:
    """Neither the tables, opened with the pepper, nor the logs know her or her words."""
    phone = "254700000190"
    _write(on, phone, f"{QUESTION} for quagga at quagga@example.org")
    _sent_to(on, phone)
    _write(on, phone, "more about quagga please")
    _sent_to(on, phone, n=2)
    assert "quagga" in _opened(on)

    _write(on, phone, "delete my data")
    assert "deleted" in _sent_to(on, phone, n=3)[-1]["text"]["body"]
    _wait_until(lambda: phone not in _opened(on), patience=20)

    kept = _opened(on)
    logs = "".join(path.read_text() for path in on.folder.glob("*.log"))
    assert "quagga" not in kept
    assert "quagga" not in logs
    assert phone not in logs


def _opened(on: process_harness.ServiceProcesses) -> str:
    """Everything in every table, with what is sealed opened."""
    identity = Identity(on.environment["KMQA_PEPPER"])
    engine = create_engine(on.database_url)
    found = []
    with engine.connect() as connection:
        for table in tables.metadata.sorted_tables:
            for row in connection.execute(select(table)):
                for value in row:
                    is_sealed = isinstance(value, str) and value.startswith("gAAAA")
                    found.append(json.dumps(identity.open(value)) if is_sealed else str(value))
    engine.dispose()
    return "\n".join(found)


def _wait_until(holds: Callable[[], bool], patience: float) -> None:
    deadline = time.monotonic() + patience
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.2)


def test_a_document_is_uploaded_once_and_sent_twice(built: Path) -> None:
    """The second message names the file that the first one uploaded."""
    with process_harness.start_service(built / "index") as running:
        running.start_meta(status_delay=0.1)
        running.start_web()
        running.start_worker()
        running.wait_for_workers(1)
        for phone in ("254700000201", "254700000202"):
            tapped = {"id": "doc:handbook", "title": "x"}
            reply = {"type": "button_reply", "button_reply": tapped}
            said = {"from": phone, "type": "interactive", "interactive": reply}
            httpx.post(f"{running.meta_url}/simulate/messages", json=said).raise_for_status()
            [sent] = _sent_to(running, phone)
            assert sent["document"]["filename"] == "handbook.pdf"
        uploads = httpx.get(f"{running.meta_url}/simulate/costs").json()["uploads"]

    assert uploads == 1


def test_metrics_count_what_was_sent(on: process_harness.ServiceProcesses) -> None:
    _write(on, "254700000104", QUESTION)
    _sent_to(on, "254700000104")

    exposed = httpx.get(f"http://127.0.0.1:{on.web_port}/metrics").text

    assert "kmqa_messages_received_total" in exposed


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_promise_6_what_got_200_is_answered_once_whatever_dies(
    built: Path, database: str, request: pytest.FixtureRequest
) -> None:
    """Web and workers are killed at random moments; a send in the air may be said twice."""
    url = request.getfixturevalue("postgresql_url") if database == "postgresql" else None
    with process_harness.start_service(built / "index", url) as running:
        row = service_kills.kill_and_count(database, running, messages=40, kills=3)

    assert (row.lost, row.doubled, row.broken) == (0, 0, ())
