"""Processes that belong together, with real ones."""

import signal
import subprocess
import sys
import threading
from pathlib import Path

from kmqa.commands.serve import Family

# Dies by a signal the first time; the second time it stays.
ONCE = """
import os, pathlib, sys, time
mark = pathlib.Path(sys.argv[1])
if not mark.exists():
    mark.touch()
    os.kill(os.getpid(), 9)
time.sleep(60)
"""


class Stopped(Family):
    """Is told to stop while it starts a process again, as a signal may come at any time."""

    def _start(self, name: str) -> subprocess.Popen[bytes]:
        if hasattr(self, "_processes"):  # not at the beginning
            self.stop()
        return super()._start(name)


def test_a_process_that_is_started_while_all_are_told_to_stop_is_stopped(tmp_path: Path) -> None:
    family = Stopped({"web": [sys.executable, "-c", ONCE, str(tmp_path / "mark")]})
    watching = threading.Thread(target=family.watch, daemon=True)

    watching.start()
    watching.join(20)

    assert not watching.is_alive()
    assert family._processes == {}


def test_what_dies_by_a_signal_is_started_again(tmp_path: Path) -> None:
    family = Family({"web": [sys.executable, "-c", ONCE, str(tmp_path / "mark")]})
    first = family._processes["web"]
    assert first.wait(20) == -signal.SIGKILL
    watching = threading.Thread(target=family.watch, daemon=True)
    watching.start()

    while family._processes.get("web", first) is first:
        watching.join(0.05)
    family.stop()
    watching.join(20)

    assert not watching.is_alive()
