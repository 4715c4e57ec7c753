"""A build or a publication is killed at a random moment: the live bundle stays whole."""

import os
import random
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from faults.homes import Home, copy_home
from faults.scenario import Place, Row, Scenario
from kmqa.errors import BundleError
from kmqa.index import bundle, store

_KILLS = 8
_QUESTION = "depo client is 3 weeks late"
_TEXT = "up to 4 weeks"


def run(place: Place) -> Iterator[Row]:
    """Yield a row for builds and one for publications."""
    kills = 2 if place.is_quick else _KILLS
    chance = random.Random(place.seed)  # noqa: S311 - moments, no secret
    with tempfile.TemporaryDirectory(prefix="kmqa-kills-") as folder:
        home = copy_home(Path(folder))
        yield _kill_builds(home, kills, chance)
        yield _kill_publications(home, 2 * kills, chance)


def _kill_builds(home: Home, kills: int, chance: random.Random) -> Row:
    """Kill builds of a changed corpus, then let one end."""
    live, faults = str(store.current_id(home.index)), []
    _change_corpus(home)
    seconds = _time_build(home)
    rebuilt = str(store.current_id(home.index))
    for number in range(kills):
        _change_corpus(home)
        _kill(home.start("build"), chance.uniform(0.02, 0.98) * seconds)
        faults += _check_live(home, {rebuilt}, f"kill {number + 1}")
        rebuilt = str(store.current_id(home.index))
    _time_build(home)
    faults += _find_leftovers(home)
    if store.current_id(home.index) in {live, rebuilt}:
        faults.append("the corpus could not be built afterwards")
    return _make_row("build killed", kills, faults, f"a build takes {seconds:.0f} s")


def _kill_publications(home: Home, kills: int, chance: random.Random) -> Row:
    """Kill publications of two bundles in turn, then let one end and go back."""
    whole = [one.bundle_id for one in store.list_bundles(home.index) if not one.problem]
    pair, faults = whole[:2], []
    began = time.monotonic()
    home.run("publish", pair[0], "--force", "a fault run")
    seconds = time.monotonic() - began
    for number in range(kills):
        process = home.start("publish", pair[number % 2], "--force", "a fault run")
        _kill(process, chance.uniform(0.3, 1.0) * seconds)
        faults += _check_live(home, set(pair), f"kill {number + 1}")
    for bundle_id in pair:
        home.run("publish", bundle_id, "--force", "a fault run")
    home.run("rollback")
    if store.current_id(home.index) != pair[0]:
        faults.append("nobody could go back to the bundle before")
    note = f"a publication takes {seconds:.1f} s; afterwards published and rolled back"
    return _make_row("publish killed", kills, faults, note)


def _change_corpus(home: Home) -> None:
    """Change the text of an answer, so that a build makes another bundle."""
    path = next(home.corpus.rglob("dmpa-late.yaml"))
    content = path.read_text(encoding="utf-8")
    path.write_text(content.replace(_TEXT, f"{_TEXT} or so"), encoding="utf-8")


def _time_build(home: Home) -> float:
    began = time.monotonic()
    built = home.run("build")
    if built.returncode:
        raise RuntimeError(built.stderr)
    made = built.stdout.split()[-1]
    if store.current_id(home.index) != made:
        home.run("publish", made, "--force", "a fault run")
    return time.monotonic() - began


def _kill(process: subprocess.Popen[bytes], after: float) -> None:
    """End the process and its children at once, `after` so many seconds."""
    try:
        process.wait(after)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _check_live(home: Home, expected: set[str], when: str) -> list[str]:
    """Return what is wrong with the live bundle: which one it is, its bytes, its answer."""
    live = store.current_id(home.index)
    if live not in expected:
        return [f"{when}: {live} is live"]
    try:
        bundle.verify(store.current_folder(home.index))
    except BundleError as error:
        return [f"{when}: {error.message}"]
    asked = home.run("ask", _QUESTION)
    return [] if asked.returncode == 0 else [f"{when}: ask ended with {asked.returncode}"]


def _find_leftovers(home: Home) -> list[str]:
    left = [path.name for path in home.index.glob(".building-*")]
    broken = [one.bundle_id for one in store.list_bundles(home.index) if one.problem]
    return [f"left behind: {', '.join(left + broken)}"] if left or broken else []


def _make_row(scenario: str, kills: int, faults: list[str], note: str) -> Row:
    n_faults = len({fault.partition(":")[0] for fault in faults})
    note = f"{note}; after each kill the live bundle is whole and answers"
    return Row(
        scenario=scenario,
        tried=kills,
        held=max(0, kills - n_faults),
        note=note,
        broken=tuple(faults),
    )


SCENARIO = Scenario("publisher-kills", "kill builds and publications", run)
