"""The console is killed while a reviewer stops and releases answers: what was said is done."""

import json
import random
import re
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import process_harness

from faults.homes import Home, copy_home
from faults.scenario import Place, Row, Scenario
from kmqa.corpus import audit_proof
from kmqa.index import withholding
from kmqa.state import accounts
from kmqa.state.database import Database

_KILLS = 10
_NAME, _PASSWORD = "Asha", "a fault run asks for patience"
_ANSWER = "dmpa-late"
_KEY = re.compile(r'name="form_key" value="([^"]+)"')


@dataclass(slots=True)
class Reviewer:
    """Stops and releases an answer in turn, as fast as the console takes it.

    Attributes:
        n_tried: Forms that were sent.
        n_taken: Those of which the console said that it was done.
        last: What the last of those did.
        is_open: Whether a form was sent that was not answered, so that its change may be made.
        seconds: How long each that was taken took.
    """

    url: str
    n_tried: int = 0
    n_taken: int = 0
    last: str = "release"
    is_open: bool = False
    seconds: list[float] = field(default_factory=list)

    def work(self, until: threading.Event) -> None:
        """Sign in and change until told to end; a console that dies ends it, too."""
        try:
            with httpx.Client(base_url=self.url, timeout=30) as http:
                http.post("/sign-in", data={"name": _NAME, "password": _PASSWORD})
                page = http.get(f"/answers/{_ANSWER}", follow_redirects=True).text
                key = _KEY.search(page)
                while key and not until.is_set():
                    self._change(http, key[1])
        except httpx.HTTPError:
            return

    def _change(self, http: httpx.Client, key: str) -> None:
        action = "stop" if self.last == "release" else "release"
        self.n_tried += 1
        self.is_open, began = True, time.monotonic()
        form = {"form_key": key, "action": action, "reason": f"number {self.n_tried}"}
        answer = http.post(f"/answers/{_ANSWER}/withhold", data=form)
        if answer.status_code < 400:
            self.n_taken += 1
            self.last, self.is_open = action, False
            self.seconds.append(time.monotonic() - began)


def run(place: Place) -> Iterator[Row]:
    """Yield one row."""
    kills = 3 if place.is_quick else _KILLS
    chance = random.Random(place.seed)  # noqa: S311 - moments, no secret
    with tempfile.TemporaryDirectory(prefix="kmqa-console-") as folder:
        home = copy_home(Path(folder))
        _add_reviewer(home)
        yield _kill_consoles(home, kills, chance)


def _add_reviewer(home: Home) -> None:
    database = Database(home.database_url)
    with database.writing() as connection:
        accounts.add_user(connection, _NAME, "reviewer", time.time())
        accounts.set_password(connection, _NAME, _PASSWORD)
    database.close()


def _kill_consoles(home: Home, kills: int, chance: random.Random) -> Row:
    faults: list[str] = []
    reviewer = Reviewer("")
    for number in range(kills):
        port = process_harness.free_port()
        reviewer.url, reviewer.is_open = f"http://127.0.0.1:{port}", False
        process = home.start("console", "--port", str(port))
        process_harness.wait_for(f"{reviewer.url}/sign-in")
        end = threading.Event()
        working = threading.Thread(target=reviewer.work, args=(end,))
        working.start()
        time.sleep(chance.uniform(1.5, 4.0))
        process.kill()
        process.wait()
        end.set()
        working.join()
        faults += _check(home, reviewer, f"kill {number + 1}")
    n_logged = _count_log(home)
    return Row(
        scenario="console killed",
        tried=reviewer.n_taken,
        held=min(reviewer.n_taken, n_logged),
        lost=max(0, reviewer.n_taken - n_logged),
        doubled=max(0, n_logged - reviewer.n_tried),
        waited=tuple(reviewer.seconds),
        note=f"{kills} kills while one reviewer stops and releases an answer; "
        f"{reviewer.n_tried - reviewer.n_taken} forms were in the air",
        broken=tuple(faults),
    )


def _check(home: Home, reviewer: Reviewer, when: str) -> list[str]:
    """Return what is not as the console said, after a kill."""
    stopped = withholding.read_withheld(home.index)
    faults = []
    is_stopped = _ANSWER in stopped
    if not reviewer.is_open and is_stopped != (reviewer.last == "stop"):
        faults.append(f"{when}: the last change is gone")
    reviewer.last = "stop" if is_stopped else "release"
    problems = [one.code for one in audit_proof.verify(home.corpus) if one.code != "audit-torn"]
    if problems:
        faults.append(f"{when}: the audit log has {', '.join(problems)}")
    return faults


def _count_log(home: Home) -> int:
    """Return how many stops and releases the audit log holds."""
    path = home.corpus / "audit.jsonl"
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return sum(line["action"] in {"withhold", "release"} for line in lines)


SCENARIO = Scenario("console-kills", "kill the console while an answer is stopped", run)
