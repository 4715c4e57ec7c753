"""PostgreSQL stands still while people write: each call ends, and nothing taken is lost."""

import asyncio
import os
import signal
import time
from collections.abc import Iterator

import httpx
import process_harness
import psutil
from sqlalchemy import create_engine, text

from faults import deliveries
from faults.scenario import CannotRunError, Place, Row, Scenario, describe_span

_SECONDS = 30.0
_PEOPLE = 60
_SOON = 40.0  # seconds within which any call of the web process must end


def run(place: Place) -> Iterator[Row]:
    """Yield one row; there is nothing to freeze in SQLite, which is a file."""
    if "postgresql" not in place.databases:
        message = "needs --postgresql"
        raise CannotRunError(message)
    with deliveries.start_service(place, "postgresql") as on:
        deliveries.start_all(on)
        yield _freeze(on, place.shorten(_SECONDS))


def _freeze(on: process_harness.ServiceProcesses, seconds: float) -> Row:
    family = _find_server(on.database_url)
    slowest: list[float] = []

    async def write_and_freeze() -> deliveries.Posted:
        writing = asyncio.create_task(
            deliveries.deliver_all(on, range(_PEOPLE), _PEOPLE / (seconds + 5))
        )
        await asyncio.sleep(2)
        _signal_all(family, signal.SIGSTOP)
        try:
            slowest.append(await asyncio.to_thread(_time_ready, on))
            await asyncio.sleep(max(0.0, seconds - slowest[0]))
        finally:
            _signal_all(family, signal.SIGCONT)
        return await writing

    posted = asyncio.run(write_and_freeze())
    fate = deliveries.wait_for_fate(on, posted)
    explained = deliveries.find_unanswered_sends(on)
    span = describe_span(seconds, _SECONDS)
    note = f"PostgreSQL stopped (SIGSTOP) for {span}; /readyz ended in {slowest[0]:.1f} s"
    row = deliveries.make_row(
        "database stands still", posted, fate, note, fate.repeated - explained
    )
    late = [f"/readyz took {slowest[0]:.0f} s"] if slowest[0] > _SOON else []
    return deliveries.add_faults(row, late)


def _find_server(url: str) -> list[int]:
    """Return the processes of the PostgreSQL server that `url` names."""
    engine = create_engine(deliveries.driver_url(url))
    with engine.connect() as connection:
        backend = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
        server = psutil.Process(backend).parent()
        family = [server.pid, *(child.pid for child in server.children(recursive=True))]
    engine.dispose()
    return [pid for pid in family if pid != backend]


def _signal_all(family: list[int], number: int) -> None:
    for pid in family:
        try:
            os.kill(pid, number)
        except ProcessLookupError:  # a connection that was closed meanwhile
            continue


def _time_ready(on: process_harness.ServiceProcesses) -> float:
    """Return after how many seconds `/readyz` ends, whatever it says."""
    began = time.monotonic()
    try:
        httpx.get(f"http://127.0.0.1:{on.web_port}/readyz", timeout=_SOON + 5)
    except httpx.HTTPError:
        return _SOON + 5
    return time.monotonic() - began


SCENARIO = Scenario("frozen-database", "PostgreSQL stands still for half a minute", run)
