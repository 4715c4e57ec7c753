"""The service's clock jumps ahead by a year and comes back: nobody may be forgotten by it."""

import asyncio
import os
import time
from collections.abc import Iterator
from pathlib import Path

import process_harness
from sqlalchemy import create_engine, func, select

from faults import deliveries
from faults.scenario import Place, Row, Scenario
from kmqa.state import tables

_YEAR = 366 * 86_400
_PEOPLE = 20
_CHORES = 20.0  # seconds: more than two rounds of what a worker does beside answering
_SHIM = Path(__file__).parent / "shifted_clock"


def run(place: Place) -> Iterator[Row]:
    """Yield a row for each database."""
    for database in place.databases:
        path = os.pathsep.join(filter(None, [str(_SHIM), os.environ.get("PYTHONPATH", "")]))
        with deliveries.start_service(place, database, PYTHONPATH=path) as on:
            yield _jump(database, on)


def _jump(database: str, on: process_harness.ServiceProcesses) -> Row:
    clock = on.folder / "clock"
    on.settings["FAULTS_CLOCK"] = str(clock)
    clock.write_text("0", encoding="ascii")
    deliveries.start_all(on)
    before = _write(on, range(_PEOPLE))
    deliveries.wait_for_fate(on, before)
    kept = _count_rows(on)
    clock.write_text(str(_YEAR), encoding="ascii")
    on.kill("worker0")  # a worker purges right after its start
    on.start_worker("worker0")
    time.sleep(_CHORES)
    during = _write(on, range(_PEOPLE, 2 * _PEOPLE))
    time.sleep(_CHORES / 4)
    left = _count_rows(on)
    clock.write_text("0", encoding="ascii")
    on.kill("worker0")
    on.start_worker("worker0")
    after = _write(on, range(2 * _PEOPLE, 3 * _PEOPLE))
    posted = deliveries.Posted(before.first | during.first | after.first)
    fate = deliveries.wait_for_fate(on, posted, 90.0)
    gone = [name for name, n in kept.items() if left[name] < n]
    row = deliveries.make_row(
        f"clock a year ahead and back, {database}",
        posted,
        fate,
        f"people wrote before, during and after; a worker started with the wrong clock; "
        f"{kept['people']} people and {kept['turns']} questions kept",
        fate.repeated,
    )
    return deliveries.add_faults(row, [f"rows of {name} were deleted" for name in gone])


def _write(on: process_harness.ServiceProcesses, numbers: range) -> deliveries.Posted:
    return asyncio.run(deliveries.deliver_all(on, numbers))


def _count_rows(on: process_harness.ServiceProcesses) -> dict[str, int]:
    """Return how many people, names and stored questions there are."""
    turns = select(func.count()).select_from(tables.turns).where(tables.turns.c.question != "")
    engine = create_engine(deliveries.driver_url(on.database_url))
    with engine.connect() as connection:
        counts = {
            name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for name, table in (("people", tables.people), ("names", tables.names))
        }
        counts["turns"] = connection.execute(turns).scalar_one()
    engine.dispose()
    return counts


SCENARIO = Scenario("clock", "the service's clock jumps by a year and comes back", run)
