"""A file ends in the middle, as a power cut or a full disk leaves it: everything else goes on.

Each step tears one file of a small corpus and its bundle, and looks with real commands, and with a
service that was running, at what still works. The emergency stop must always.
"""

import json
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import process_harness

from faults.homes import Home, copy_home
from faults.scenario import Place, Row, Scenario
from kmqa.corpus import audit
from kmqa.index import store, withholding

_QUESTION = "depo client is 3 weeks late"
_ANSWER = "dmpa-late"
_FRESH = 4.0  # seconds within which a running service sees a change of its files
Step = Callable[[Home, process_harness.ServiceProcesses], str]
"""Breaks one thing; returns what did not hold, or nothing."""


def run(_place: Place) -> Iterator[Row]:
    """Yield one row for all files, each torn in a home of its own beside a running service."""
    faults = []
    began = time.monotonic()
    for what, step in STEPS.items():
        with tempfile.TemporaryDirectory(prefix="kmqa-torn-") as folder:
            home = copy_home(Path(folder))
            with process_harness.start_service(home.index) as on:
                on.start_web()
                fault = step(home, on) or _check_stop(home, on)
        if fault:
            faults.append(f"{what}: {fault}")
    yield Row(
        scenario="torn files",
        tried=len(STEPS),
        held=len(STEPS) - len(faults),
        note=f"half a line or half a file: {', '.join(STEPS)}; beside a running service, and then "
        f"the stop button, in {time.monotonic() - began:.0f} s",
        broken=tuple(faults),
    )


def _tear(path: Path, share: float = 0.6) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])


def _tear_audit_log(home: Home, _on: process_harness.ServiceProcesses) -> str:
    """Leave half a line at the end of the audit log; check and build go on."""
    line = audit.Entry(by="Asha", action="edit", item=f"answer:{_ANSWER}")
    with audit.lock(home.corpus):
        audit.append(home.corpus, [line, line])
    path = home.corpus / "audit.jsonl"
    path.write_bytes(path.read_bytes()[:-40])
    checked = home.run("check")
    if "Traceback" in checked.stderr + checked.stdout:
        return "check ends with a traceback"
    with audit.lock(home.corpus):
        audit.append(home.corpus, [line])
    return "" if len(audit.read(home.corpus)) == 2 else "the torn line stayed"


def _tear_history(home: Home, _on: process_harness.ServiceProcesses) -> str:
    """Leave half a line in the journal of publications."""
    path = home.index / "HISTORY.jsonl"
    path.write_bytes(path.read_bytes() + path.read_bytes()[:30])
    listed = home.run("bundles", "--json")
    if listed.returncode or "Traceback" in listed.stderr:
        return "bundles cannot be listed"
    live = str(store.current_id(home.index))
    published = home.run("publish", live, "--force", "a fault run")
    n_lines = len(store.read_history(home.index))
    return "" if published.returncode == 0 and n_lines == 2 else "no publication is recorded"


def _tear_list_of_stops(home: Home, on: process_harness.ServiceProcesses) -> str:
    """Tear the list of stopped answers: what was stopped stays so, and a new start says why."""
    withholding.withhold(home.index, _ANSWER, "Asha: wrong dose")
    process_harness.wait_until(lambda: not _is_answered(on), "the answer is stopped", 30)
    _tear(home.index / withholding.WITHHELD)
    time.sleep(_FRESH)
    if _is_answered(on):
        return "a stopped answer was sent"
    asked = home.run("ask", _QUESTION)
    if "Traceback" in asked.stderr:
        return "ask ends with a traceback"
    (home.index / withholding.WITHHELD).write_text("{}", encoding="utf-8")  # by hand, as it says
    process_harness.wait_until(lambda: _is_answered(on), "the answer is sent again", 30)
    return ""


def _tear_pointer(home: Home, on: process_harness.ServiceProcesses) -> str:
    """Tear CURRENT: who serves goes on serving, who starts is told what to do."""
    pointer = home.index / "CURRENT"
    whole = pointer.read_bytes()
    _tear(pointer)
    time.sleep(_FRESH)
    if not _is_answered(on):
        return "the running service stopped answering"
    asked = home.run("ask", _QUESTION)
    if asked.returncode != 13 or "CURRENT" not in asked.stderr:
        return f"a new start said {asked.stderr[:80]!r}"
    pointer.write_bytes(whole)
    return ""


def _copy_half_a_bundle(home: Home, on: process_harness.ServiceProcesses) -> str:
    """Copy a bundle by half: it cannot go live, also not by the pointer alone."""
    live = str(store.current_id(home.index))
    half = home.index / f"{live[:-4]}0000"
    shutil.copytree(home.index / live, half)
    largest = max((path for path in half.rglob("*") if path.is_file()), key=_size)
    _tear(largest)
    published = home.run("publish", half.name, "--force", "a fault run")
    if published.returncode == 0 or store.current_id(home.index) != live:
        return "half a bundle went live"
    (home.index / "CURRENT").write_text(f"{half.name}\n", encoding="ascii")
    time.sleep(_FRESH)
    if not _is_answered(on):
        return "the running service stopped answering"
    (home.index / "CURRENT").write_text(f"{live}\n", encoding="ascii")
    return ""


def _check_stop(home: Home, on: process_harness.ServiceProcesses) -> str:
    """Return whether the emergency stop fails after all of that."""
    withholding.withhold(home.index, _ANSWER, "Asha: wrong dose")
    try:
        process_harness.wait_until(lambda: not _is_answered(on), "the answer is stopped", 30)
    except TimeoutError:
        return "the answer could not be stopped"
    return ""


def _is_answered(on: process_harness.ServiceProcesses) -> bool:
    """Return whether the running service answers the question with the answer."""
    headers = {"authorization": f"Bearer {process_harness.KEY}"}
    url = f"http://127.0.0.1:{on.web_port}/api/v1/ask"
    answer = httpx.post(url, json={"text": _QUESTION}, headers=headers, timeout=30)
    return answer.is_success and _ANSWER in json.dumps(answer.json().get("answers", answer.json()))


def _size(path: Path) -> int:
    return path.stat().st_size


STEPS: dict[str, Step] = {
    "audit.jsonl": _tear_audit_log,
    "HISTORY.jsonl": _tear_history,
    "WITHHELD.json": _tear_list_of_stops,
    "CURRENT": _tear_pointer,
    "a bundle": _copy_half_a_bundle,
}

SCENARIO = Scenario("torn-files", "half lines and half files of corpus and index", run)
