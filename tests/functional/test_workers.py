"""Workers as processes: one stands still in mid-send, one is asked to stop."""

import os
import signal
import time
from pathlib import Path

import httpx
import process_harness
from sqlalchemy import create_engine, select

from kmqa.state import tables

QUESTION = "depo client is 3 weeks late"
PHONE = "254700000301"


def _write(on: process_harness.ServiceProcesses, phone: str, text: str) -> None:
    said = {"from": phone, "text": text}
    httpx.post(f"{on.meta_url}/simulate/messages", json=said).raise_for_status()


def _answers(on: process_harness.ServiceProcesses, phone: str) -> list[dict]:
    return [one for one in on.sent() if one["to"] == phone and not process_harness.is_welcome(one)]


def _busy(on: process_harness.ServiceProcesses) -> str | None:
    """The worker that is sending just now."""
    people, box = tables.people.c, tables.outbox.c
    engine = create_engine(on.database_url)
    with engine.connect() as connection:
        query = select(people.leased_by).join(tables.outbox, box.person == people.id)
        found: str | None = connection.execute(query.where(box.state == "sending")).scalar()
    engine.dispose()
    return found


def test_promises_6_and_7_a_worker_that_stood_still_in_mid_send_says_nothing_twice(
    built: Path,
) -> None:
    """Its people are taken over; when it goes on, what it was sending was settled by a status."""
    with process_harness.start_service(built / "index") as on:
        on.start_meta(status_delay=0.1, latency=4.0)
        on.start_web()
        for name in ("worker0", "worker1"):
            on.start_worker(name)
        on.wait_for_workers(2)
        _write(on, PHONE, QUESTION)
        found: list[str] = []
        process_harness.wait_until(
            lambda: found.extend(filter(None, [_busy(on)])) or found, "a send"
        )
        frozen = int(found[0].rpartition("-")[2])

        os.kill(frozen, signal.SIGSTOP)
        try:
            _write(on, PHONE, QUESTION)
            process_harness.wait_until(lambda: len(_answers(on, PHONE)) >= 2, "both answers")
        finally:
            os.kill(frozen, signal.SIGCONT)
        time.sleep(6)  # longer than its timeouts and a round of renewals

        assert len(_answers(on, PHONE)) == 2


def test_a_worker_that_is_asked_to_stop_ends_what_it_began(built: Path) -> None:
    with process_harness.start_service(built / "index") as on:
        on.start_meta(latency=1.0)
        on.start_web()
        on.start_worker()
        on.wait_for_workers(1)
        _write(on, PHONE, QUESTION)
        process_harness.wait_until(lambda: _busy(on), "a send")

        on.processes["worker"].terminate()
        code = on.processes["worker"].wait(30)

        assert code == 0
        assert len(_answers(on, PHONE)) == 1
        assert httpx.get(f"http://127.0.0.1:{on.web_port}/readyz").json()["workers"] == 0


def test_a_message_is_marked_as_read_while_it_is_answered(built: Path) -> None:
    with process_harness.start_service(built / "index") as on:
        on.start_meta()
        on.start_web()
        on.start_worker()
        on.wait_for_workers(1)

        _write(on, PHONE, QUESTION)

        url = f"{on.meta_url}/simulate/read"
        process_harness.wait_until(lambda: len(httpx.get(url).json()) == 1, "a read receipt")
