"""Long work of the console, each in a process of its own, one at a time, with its output."""

import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

Work = Literal["build", "look", "publish", "rollback"]
_FAILED = -1  # exit code of what could not be started
_MOST_SHOWN = 20_000  # characters of output
_PROGRAM = [sys.executable, "-m", "kmqa"]


@dataclass(slots=True)
class Job:
    """One command that was started, and what it has said so far.

    Attributes:
        bundle_id: Of the bundle that it is about; may be empty.
        code: Exit code, or None while it runs.
    """

    work: Work
    bundle_id: str
    by: str
    output: str = ""
    code: int | None = None

    @property
    def is_running(self) -> bool:
        """Whether it has not ended yet."""
        return self.code is None


@dataclass(slots=True)
class Jobs:
    """Runs `kmqa` commands; the last one is remembered."""

    last: Job | None = None
    _thread: threading.Thread | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def start(self, job: Job, arguments: Sequence[str]) -> bool:
        """Start ``kmqa`` with `arguments`; False where another command is still running."""
        with self._lock:
            if self.last is not None and self.last.is_running:
                return False
            self.last = job
            self._thread = threading.Thread(target=_run, args=(job, list(arguments)), daemon=True)
            self._thread.start()
        return True

    def wait(self) -> None:
        """Return when the command that was started last has ended."""
        if self._thread is not None:
            self._thread.join()


def _run(job: Job, arguments: list[str]) -> None:
    """Run it; however that ends, the job ends too, or no other could ever begin."""
    code = _FAILED
    try:
        code = _follow(job, [*_PROGRAM, *arguments])
    except OSError as error:  # no memory, no process, no folder
        job.output += f"{error}\n"
    finally:
        job.code = code


def _follow(job: Job, command: list[str]) -> int:
    """Return the exit code of a command whose output the job shows."""
    with subprocess.Popen(  # noqa: S603 - our own program, arguments as a list
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        cwd=Path.cwd(),
    ) as process:
        assert process.stdout is not None  # noqa: S101 - a pipe was asked for
        for line in process.stdout:
            job.output = (job.output + line)[-_MOST_SHOWN:]
        return process.wait()
