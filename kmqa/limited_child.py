"""Run a reader of untrusted bytes in a child process under limits, and say how it ended.

A PDF or a workbook may hang its reader, crash it or fill the memory. The child cannot do that to
this process: it is bound by `kmqa.limited_start`, killed when its time is up and dead when this
process is; whatever way it ends becomes a `ChildResult`. Only so many run at a time.
"""

import json
import math
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal

from kmqa.errors import ReadersBusy

START = Path(__file__).with_name("limited_start.py")
MAX_RUNNING = min(max(2, os.cpu_count() or 1), 8)
"""Children of one process that run at a time; each may take its whole memory."""

MAX_WAITING = 10
"""Calls that wait for one of them to end. More are refused, so that waiting takes few threads."""

WAIT_SECONDS = 60.0
_OUT_OF_MEMORY = 79
_BLOCK_BYTES = 65_536

_running = threading.BoundedSemaphore(MAX_RUNNING)
_admitted = threading.BoundedSemaphore(MAX_RUNNING + MAX_WAITING)

Fault = Literal["", "time", "memory", "output", "crash"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildLimits:
    """How much one child may cost.

    Attributes:
        seconds: Wall time.
        cpu_seconds: Time of a processor.
        memory_bytes: Address space.
        output_bytes: What it may print.
    """

    seconds: float
    cpu_seconds: float
    memory_bytes: int
    output_bytes: int = 200_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildResult:
    """What a child printed, or how it ended instead.

    Attributes:
        output: Empty where there is a fault.
        fault: Which limit was reached, ``crash`` for any other end, or empty.
        how: The signal or exit code.
    """

    output: bytes = b""
    fault: Fault = ""
    how: str = ""


def run_limited(
    program: Path, order: Mapping[str, object], content: bytes, limits: ChildLimits
) -> ChildResult:
    """Run `program` on `content` and return what it printed; never raises for what it does.

    Args:
        program: A Python file. Gets `order` as JSON in its one argument, `content` on its
            standard input, and an environment without kmqa's settings.
        order: What the program should know.
        content: Handed over whole, so that what is read is what the caller has looked at.
        limits: What the child may cost.

    Raises:
        ReadersBusy: Too many children run or wait already, or none can be started.
    """
    bounds = {
        "memory_bytes": limits.memory_bytes,
        "cpu_seconds": math.ceil(limits.cpu_seconds),
        "parent": os.getpid(),
        "out_of_memory": _OUT_OF_MEMORY,
    }
    # -P: a file in the child's or the working folder is never imported as a library.
    command = [sys.executable, "-P", "-B", str(START), json.dumps(bounds), str(program)]
    with _turn():
        try:
            process = subprocess.Popen(  # noqa: S603 - our own program, an argument list, no shell
                [*command, json.dumps(order)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=_environment(),
            )
        except OSError as error:
            raise _busy(error.strerror or type(error).__name__) from error
        with process:
            return _attend(process, content, limits)


@contextmanager
def _turn() -> Iterator[None]:
    """Wait for one of the places."""
    if not _admitted.acquire(blocking=False):
        raise _busy(f"{MAX_RUNNING} being read and {MAX_WAITING} waiting")
    try:
        if not _running.acquire(timeout=WAIT_SECONDS):
            raise _busy(f"{MAX_RUNNING} being read for {WAIT_SECONDS:g} seconds")
        try:
            yield
        finally:
            _running.release()
    finally:
        _admitted.release()


def _busy(got: str) -> ReadersBusy:
    return ReadersBusy(
        "too many files are being read just now",
        got=got,
        expected=f"at most {MAX_RUNNING} at a time",
        remedy="Try again in a minute.",
    )


def _environment() -> dict[str, str]:
    """Return ours without kmqa's settings, so that no secret is near untrusted input."""
    return {key: value for key, value in os.environ.items() if not key.startswith("KMQA_")}


def _attend(process: subprocess.Popen[bytes], content: bytes, limits: ChildLimits) -> ChildResult:
    """Feed the child, hear it and end it when it passes a limit."""
    assert process.stdin is not None  # noqa: S101 - it is a pipe
    assert process.stdout is not None  # noqa: S101 - it is a pipe
    is_late = threading.Event()

    def stop() -> None:
        is_late.set()
        process.kill()

    timer = threading.Timer(limits.seconds, stop)
    feeder = threading.Thread(target=_feed, args=(process.stdin, content), daemon=True)
    timer.start()
    feeder.start()
    try:
        output = _read_at_most(process.stdout, limits.output_bytes)
        if output is None:
            process.kill()
        process.wait()
    finally:
        process.kill()
        timer.cancel()
        feeder.join()
    if output is None:
        return ChildResult(fault="output")
    return _result_of(process.returncode, output, is_late=is_late.is_set())


def _feed(stream: IO[bytes], content: bytes) -> None:
    """Write `content`, as far as the child takes it."""
    with suppress(OSError):
        stream.write(content)
    with suppress(OSError):
        stream.close()


def _read_at_most(stream: IO[bytes], most: int) -> bytes | None:
    """Return all that comes, or None where that is more than `most` bytes."""
    blocks, n_bytes = [], 0
    while block := os.read(stream.fileno(), _BLOCK_BYTES):
        blocks.append(block)
        n_bytes += len(block)
        if n_bytes > most:
            return None
    return b"".join(blocks)


def _result_of(code: int, output: bytes, *, is_late: bool) -> ChildResult:
    if code == 0:
        return ChildResult(output=output, how="exit code 0")
    how = f"signal {-code}" if code < 0 else f"exit code {code}"
    if code == -signal.SIGXCPU or (is_late and code == -signal.SIGKILL):
        return ChildResult(fault="time", how=how)
    return ChildResult(fault="memory" if code == _OUT_OF_MEMORY else "crash", how=how)
