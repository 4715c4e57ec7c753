"""The disk is full for a while: no message that got its 200 is lost, and no file is half written.

A small file system in memory stands for the disk; mounting it needs root.
"""

import asyncio
import contextlib
import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import process_harness

from faults import deliveries
from faults.scenario import CannotRunError, Place, Row, Scenario, describe_span
from kmqa import disk
from kmqa.index import withholding

_SECONDS = 20.0
_PEOPLE = 60
_DISK = "24m"
_SMALL_DISK = "1m"
_CHANGES = 400


def run(place: Place) -> Iterator[Row]:
    """Yield a row for the service's database, and one for files that are appended to."""
    with _mount(_DISK) as folder:
        url = f"sqlite:///{folder}/kmqa.db"
        with process_harness.start_service(place.index, url) as on:
            deliveries.start_all(on)
            yield _fill_database(on, folder, place.shorten(_SECONDS))
    with _mount(_SMALL_DISK) as folder:
        yield _fill_files(folder)


@contextlib.contextmanager
def _mount(size: str) -> Iterator[Path]:
    """Give a disk of this size of its own."""
    folder = Path(tempfile.mkdtemp(prefix="kmqa-disk-"))
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "kmqa-disk", str(folder)]
    if os.geteuid() != 0 or subprocess.run(command, capture_output=True).returncode:  # noqa: S603 - our own words
        folder.rmdir()
        message = "needs root and the right to mount a small tmpfs"
        raise CannotRunError(message)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=False)  # noqa: S603, S607 - our own words
        folder.rmdir()


def _fill(folder: Path) -> Path:
    """Leave no byte free; return the file that takes the room."""
    ballast = folder / "ballast"
    with ballast.open("ab", buffering=0) as file:
        for size in (2**16, 2**12, 1):
            with contextlib.suppress(OSError):
                while file.write(b"\0" * size):
                    pass
    return ballast


def _fill_database(on: process_harness.ServiceProcesses, folder: Path, seconds: float) -> Row:
    said: list[str] = []

    async def write_and_fill() -> deliveries.Posted:
        rate = _PEOPLE / (seconds + 5)
        writing = asyncio.create_task(deliveries.deliver_all(on, range(_PEOPLE), rate))
        await asyncio.sleep(2)
        ballast = await asyncio.to_thread(_fill, folder)
        try:
            await asyncio.sleep(seconds)
            said.append(await asyncio.to_thread(_ask_ready, on))
        finally:
            ballast.unlink()
        return await writing

    posted = asyncio.run(write_and_fill())
    fate = deliveries.wait_for_fate(on, posted)
    explained = deliveries.find_unanswered_sends(on)
    note = f"not a byte free for {describe_span(seconds, _SECONDS)}; /readyz said {said[0]}"
    row = deliveries.make_row("full disk, database", posted, fate, note, fate.repeated - explained)
    is_refused = posted.n_refused > 0 and said[0].startswith("200")
    return deliveries.add_faults(row, ["refused messages while ready"] if is_refused else [])


def _ask_ready(on: process_harness.ServiceProcesses) -> str:
    try:
        answer = httpx.get(f"http://127.0.0.1:{on.web_port}/readyz", timeout=30)
    except httpx.HTTPError as error:
        return type(error).__name__
    return f"{answer.status_code} {answer.json().get('error', {}).get('code', '')}".strip()


def _fill_files(folder: Path) -> Row:
    """Append and replace while the disk is full half of the time; each change is whole or not."""
    log, done, refused = folder / "audit.jsonl", 0, 0
    began = time.monotonic()
    ballast = folder / "ballast"
    for number in range(_CHANGES):
        if number % 20 == 10:
            _fill(folder)
        if number % 20 == 0:
            ballast.unlink(missing_ok=True)
        line = b'{"number": %d, "text": "%s"}' % (number, b"x" * 500)
        try:
            disk.append_json_lines(log, [line])
            withholding.withhold(folder, "depo-late", f"reason {number}")
            done += 1
        except OSError:
            refused += 1
        withholding.read_withheld(folder)
    found = disk.read_json_lines(log)
    return Row(
        scenario="full disk, files",
        tried=_CHANGES,
        held=done + refused,
        lost=max(0, done - len(found.whole)),
        waited=(),
        note=f"{done} changes made, {refused} refused whole, in {time.monotonic() - began:.0f} s; "
        "audit log and list of stopped answers readable after each",
        broken=("a torn line stayed",) if found.torn else (),
    )


SCENARIO = Scenario("full-disk", "no byte is free for a while (needs root)", run)
