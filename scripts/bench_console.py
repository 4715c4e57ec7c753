"""Measure every page of the console over what `seed_console.py` made, and the grouping.

Server time through the real app, without a network: the median of several views after a first one,
by the clock and by the processor; on a machine with other work only the second says much.
"""

import argparse
import os
import statistics
import tempfile
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import seed_console
from fastapi.testclient import TestClient

from kmqa.commands import answering
from kmqa.console import questions
from kmqa.console.app import console
from kmqa.console.context import ConsoleContext
from kmqa.console.jobs import Jobs
from kmqa.console.questions import Questions
from kmqa.corpus import audit
from kmqa.state import accounts
from kmqa.state.database import Database
from kmqa.state.identity import Identity

MOST_MS = 300
MOST_GROUPING_S = 10
NAME = f"bench {os.getpid()}"
PASSWORD = "a password of the bench"  # noqa: S105 - of a database that holds nobody
AT_PROVIDER = "/sign-in/organisation"  # needs a provider, whose time is not ours
IN_PATHS = {"answer_id": "answer-00001", "document_id": "handbook-1", "number": "3"}
ASKED = (
    "/answers?q=blue+lamp+river", "/answers?status=in_review&language=ur", "/answers?q=nothing",
    "/unanswered?page=3", "/turns?outcome=urgent&language=ur", "/turns?outcome=none",
    "/turns?before=1000", "/try?q=how+long+does+the+blue+lamp+keep+near+the+river",
    "/history?q=reader", "/answer-ids?answer=lamp",
)  # fmt: skip


def _context(folder: Path, index: Path, url: str, today: date) -> ConsoleContext:
    """Return a context on the day until which the log goes."""
    end = time.mktime(today.timetuple()) + 12 * 3_600
    return ConsoleContext(
        corpus_root=folder / "corpus",
        index=index,
        database=Database(url),
        identity=Identity(seed_console.PEPPER),
        live=answering.LiveResponder(index),
        jobs=Jobs(),
        today=lambda: today,
        clock=lambda: end,
    )


def _signed_in(context: ConsoleContext) -> TestClient:
    with context.database.writing() as connection:
        accounts.add_user(connection, NAME, "administrator", 0.0)
        accounts.set_password(connection, NAME, PASSWORD)
    client = TestClient(console(context))
    client.post("/sign-in", data={"name": NAME, "password": PASSWORD}).raise_for_status()
    return client


def pages_of(client: TestClient) -> list[str]:
    """Every page of the app with parts of its path filled in, and some searches."""
    described = client.app.openapi()["paths"]  # type: ignore[attr-defined]  # the app that was given
    ours = {path: one for path, one in described.items() if AT_PROVIDER not in path}
    paths = [path for path, operations in ours.items() if "get" in operations]
    found = [*dict.fromkeys(path.format(**IN_PATHS) for path in paths), *ASKED]
    return sorted(found, key=lambda path: path.endswith((".xlsx", ".zip")))  # downloads last


def measured(client: TestClient, path: str, n: int) -> tuple[float, float, int]:
    """Median milliseconds of `n` views after a first one, of processor time, and bytes."""
    client.get(path)
    walls, works = [], []
    for _ in range(n):
        wall, work = time.perf_counter(), time.process_time()
        answer = client.get(path)
        walls.append((time.perf_counter() - wall) * 1000)
        works.append((time.process_time() - work) * 1000)
        answer.raise_for_status()
        if answer.url.path == "/sign-in" != path:
            raise SystemExit(f"{path}: signed out, so nothing was measured")
    return statistics.median(walls), statistics.median(works), len(answer.content)


def _print_pages(client: TestClient, paths: list[str], n: int) -> None:
    for path in paths:
        wall, work, size = measured(client, path, n)
        shown = f"**{work:.0f}**" if work > MOST_MS else f"{work:.0f}"
        print(f"| `{path}` | {wall:.0f} | {shown} | {size / 1000:.0f} |", flush=True)


def grouping(context: ConsoleContext, folder: Path) -> str:
    """Return what grouping all questions that wait took, with the vectors in `folder`."""
    source = replace(context.question_source(), folder=folder)
    fresh = Questions()
    wall, work = time.perf_counter(), time.process_time()
    fresh.read_groups(source)
    fresh.wait()
    seen = fresh.read_groups(source)
    n_questions = sum(len(group.entries) for group in seen.groups)
    return (
        f"grouping {n_questions:,} of at most {questions.MOST:,} questions into "
        f"{len(seen.groups):,} groups: {time.perf_counter() - wall:.1f} s by the clock, "
        f"{time.process_time() - work:.1f} s of the processor (at most {MOST_GROUPING_S})"
    )


def main() -> None:
    """Parse, measure, print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="as given to seed_console.py")
    parser.add_argument("--index", type=Path, help="FOLDER/index by default")
    parser.add_argument("--database", help="URL; FOLDER/kmqa.db by default")
    parser.add_argument("--today", type=date.fromisoformat, default=date(2026, 11, 27))
    parser.add_argument("--views", type=int, default=5)
    parser.add_argument("--only", default="", help="only pages whose path begins so")
    given = parser.parse_args()
    url = given.database or f"sqlite:///{given.folder / 'kmqa.db'}"
    context = _context(given.folder, given.index or given.folder / "index", url, given.today)
    client = _signed_in(context)
    n_lines = len(audit.read(context.corpus_root))
    print(f"{len(context.read_corpus().answers):,} answers, {n_lines:,} lines of audit log\n")
    paths = [path for path in pages_of(client) if path.startswith(given.only)]
    grouped = [path for path in paths if path.startswith("/unanswered")]
    print("| page | ms by the clock | ms of the processor | kB |\n|---|---|---|---|")
    _print_pages(client, [path for path in paths if path not in grouped], given.views)
    if grouped:
        client.get("/unanswered")
        context.questions.wait()
        _print_pages(client, grouped, given.views)
        with tempfile.TemporaryDirectory() as name:
            print(f"\nfrom nothing: {grouping(context, Path(name))}")
            print(f"after a start: {grouping(context, Path(name))}")
    context.database.close()


if __name__ == "__main__":
    main()
