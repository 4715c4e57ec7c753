"""Meta answers HTTP 500, code 131016, not at all, or a proxy answers in its place.

Twelve people write when it begins, three of them of a danger sign. When it has passed, every reply
goes out without a hand. The four outages mostly wait, so they run beside each other.
"""

import asyncio
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import httpx
import process_harness

from faults import deliveries
from faults.scenario import Place, Row, Scenario, describe_span

_PEOPLE = 12
_DANGER = dict.fromkeys(range(9, _PEOPLE), "she is bleeding heavily after birth, pads soaked")
_LONGEST_REST = 420.0  # seconds after the end within which the last reply must be out
_NORMAL: dict[str, Any] = {"http_status": 0, "errors": []}


@dataclass(frozen=True, slots=True)
class Outage:
    """One kind.

    Attributes:
        seconds: How long it lasts.
        behaviour: Of the stand-in meanwhile; None where nothing answers at its port.
    """

    what: str
    seconds: float
    behaviour: dict[str, Any] | None = field(default=None)


OUTAGES = (
    Outage("HTTP 500 from Meta", 300, {"http_status": 500}),
    Outage("error 131016 from Meta", 150, {"errors": [131016] * 10_000}),
    Outage("HTTP 403 from a proxy", 300, {"http_status": 403}),
    Outage("connections refused", 18 * 60),
)


def run(place: Place) -> Iterator[Row]:
    """Yield a row for each outage as it ends; all run beside each other."""
    with ThreadPoolExecutor(len(OUTAGES)) as pool:
        running = [pool.submit(partial(_pass_outage, place), outage) for outage in OUTAGES]
        for one in as_completed(running):
            yield one.result()


def _pass_outage(place: Place, outage: Outage) -> Row:
    seconds = place.shorten(outage.seconds)
    with deliveries.start_service(place, "sqlite") as on:
        deliveries.start_all(on)
        _begin(on, outage)
        posted = asyncio.run(deliveries.deliver_all(on, range(_PEOPLE), texts=_DANGER))
        time.sleep(seconds)
        _end(on, outage)
        ended = time.time()
        fate = deliveries.wait_for_fate(on, posted, _LONGEST_REST)
        last = max((posted.first[n] + s for n, s in fate.waited.items()), default=ended)
    late = max(0.0, last - ended)
    note = f"{describe_span(seconds, outage.seconds)}, all out {late:.0f} s after its end"
    row = deliveries.make_row(outage.what, posted, fate, note, fate.repeated)
    waits = [f"{fate.n_parked} replies wait for a hand"] if fate.n_parked else []
    return deliveries.add_faults(row, waits)


def _begin(on: process_harness.ServiceProcesses, outage: Outage) -> None:
    if outage.behaviour is None:
        on.kill("meta")
    else:
        _behave(on, outage.behaviour)


def _end(on: process_harness.ServiceProcesses, outage: Outage) -> None:
    if outage.behaviour is None:
        on.start_meta()
    else:
        _behave(on, _NORMAL)


def _behave(on: process_harness.ServiceProcesses, behaviour: dict[str, Any]) -> None:
    httpx.post(f"{on.meta_url}/simulate/behaviour", json=behaviour).raise_for_status()


SCENARIO = Scenario("outage", "Meta fails, or a proxy, or the net, for minutes", run)
