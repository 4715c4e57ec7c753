"""Processes that belong together, with real ones."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from kmqa.commands.serve import Family

pytestmark = pytest.mark.slow  # starts processes

# Dies by a signal the first time; the second time it stays.
ONCE = """
import os, pathlib, sys, time
mark = pathlib.Path(sys.argv[1])
if not mark.exists():
    mark.touch()
    os.kill(os.getpid(), 9)
time.sleep(60)
"""

# The whole program, to which SIGTERM comes as soon as it has started a process.
EARLY = """
import os, pathlib, signal, sys
from kmqa.commands import serve

class Early(serve.Family):
    def _start(self, name):
        process = super()._start(name)
        print(process.pid, flush=True)
        os.kill(os.getpid(), signal.SIGTERM)
        return process

serve.Family = Early
serve._program = lambda rest: [sys.executable, "-c", "import time; time.sleep(20)"]
serve._serve_both(pathlib.Path("index"), "127.0.0.1", 0)
"""


class Stopped(Family):
    """Is told to stop while it starts a process again, as a signal may come at any time."""

    def _start(self, name: str) -> subprocess.Popen[bytes]:
        if name in self._born:  # not at the beginning
            self.stop()
        return super()._start(name)


def test_a_process_that_is_started_while_all_are_told_to_stop_is_stopped(tmp_path: Path) -> None:
    family = Stopped({"web": [sys.executable, "-c", ONCE, str(tmp_path / "mark")]})
    family.start()
    watching = threading.Thread(target=family.watch, daemon=True)

    watching.start()
    watching.join(20)

    assert not watching.is_alive()
    assert family._processes == {}


def test_a_signal_that_comes_while_the_first_is_started_leaves_nobody_behind() -> None:
    """The second is not started any more, and the first is told to stop."""
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", EARLY], capture_output=True, text=True, timeout=50, check=False
    )
    pids = [int(line) for line in done.stdout.split()]
    left = [pid for pid in pids if _ended_by_hand(pid)]

    assert (done.returncode, len(pids), left) == (0, 1, [])


def _ended_by_hand(pid: int) -> bool:
    """Whether the process still ran."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


def test_what_dies_by_a_signal_is_started_again(tmp_path: Path) -> None:
    family = Family({"web": [sys.executable, "-c", ONCE, str(tmp_path / "mark")]})
    family.start()
    first = family._processes["web"]
    assert first.wait(20) == -signal.SIGKILL
    watching = threading.Thread(target=family.watch, daemon=True)
    watching.start()

    while family._processes.get("web", first) is first:
        watching.join(0.05)
    family.stop()
    watching.join(20)

    assert not watching.is_alive()
