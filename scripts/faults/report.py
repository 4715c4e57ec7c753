"""The table of fault runs: on the screen, and kept in `docs/fault-runs.md` and `.json`.

Rows of scenarios that did not run this time stay in the file, each with its own date and commit.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from faults.scenario import Row

_HEAD = (
    "| scenario | tried | held | lost | doubled | parked | waited p50 / p99 / most, s | what was"
    " done | commit, date |",
    "|---|--:|--:|--:|--:|--:|--:|---|---|",
)
_INTRODUCTION = """\
# Fault runs

Real processes on one machine, broken on purpose; `scripts/fault_injection.py` wrote this page. *Tried* are messages, requests or steps, *held* those that ended as promised: a message was answered, a change is there. *Lost* was taken and came to nothing; *doubled* was done again without need (a send that was in the air when its process died may be repeated, because Meta has no key for that; such are explained and not counted). *Parked* waits for a hand. *Waited* runs from the first try to the reply, so through the whole outage. A time that was shortened says so.

"""  # noqa: E501 - a paragraph of a page


@dataclass(frozen=True, slots=True)
class Run:
    """A run of this program.

    Attributes:
        command: As it can be repeated.
        commit: Of the code, with a ``+`` where files differ from it.
        at: Day and minute in UTC.
    """

    command: str
    commit: str
    at: str


def describe_run() -> Run:
    """Return what this run is."""
    arguments = " ".join(sys.argv[1:])
    return Run(
        command=f"python scripts/fault_injection.py {arguments}".strip(),
        commit=_ask_git("rev-parse", "--short", "HEAD")
        + ("+" if _ask_git("status", "--porcelain", "--", "kmqa") else ""),
        at=datetime.now(UTC).strftime("%Y-%m-%d %H:%M"),
    )


def _ask_git(*arguments: str) -> str:
    command = ["git", "-C", str(Path(__file__).parent), *arguments]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()  # noqa: S603 - our own words
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def as_data(row: Row, run: Run, group: str) -> dict[str, Any]:
    """Return `row` as JSON keeps it.

    Args:
        row: Of the scenario `group`.
        run: In which it was made.
        group: Name of the scenario.
    """
    data = asdict(row)
    del data["waited"]
    return {"group": group} | data | {"waited_s": _spread(row.waited)} | asdict(run)


def _spread(seconds: Sequence[float]) -> dict[str, float] | None:
    """Return p50, p99 and the longest; None where nothing was measured."""
    if not seconds:
        return None
    shares = {"p50": 50, "p99": 99, "most": 100}
    return {name: round(float(np.percentile(seconds, s)), 1) for name, s in shares.items()}


def format_table(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return the rows as a table in Markdown."""
    return "\n".join([*_HEAD, *map(_format_row, rows)]) + "\n"


def _format_row(row: Mapping[str, Any]) -> str:
    waited = row["waited_s"]
    spread = " / ".join(f"{waited[name]:g}" for name in ("p50", "p99", "most")) if waited else "–"
    note = row["note"]
    if row["broken"]:
        note += f"; **did not hold: {'; '.join(row['broken'])}**"
    counts = [row[name] for name in ("scenario", "tried", "held", "lost", "doubled", "parked")]
    cells = [*counts, spread, note, f"{row['commit']}, {row['at']}"]
    return f"| {' | '.join(str(cell) for cell in cells)} |"


def write(folder: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep `rows` in the page and its JSON, in place of earlier ones of the same scenarios."""
    data = folder / "fault-runs.json"
    before = json.loads(data.read_text(encoding="utf-8"))["rows"] if data.exists() else []
    ran = {row["group"] for row in rows}
    kept = [row for row in before if row["group"] not in ran]
    together = sorted([*kept, *rows], key=lambda row: (row["group"], row["scenario"]))
    content = json.dumps({"rows": together}, indent=1, ensure_ascii=False)
    data.write_text(content + "\n", encoding="utf-8")
    commands = sorted({row["command"] for row in together})
    page = _INTRODUCTION + format_table(together) + "\n"
    page += f"Machine: {os.cpu_count()} cores. Commands: "
    page += ", ".join(f"`{command}`" for command in commands) + ".\n"
    (folder / "fault-runs.md").write_text(page, encoding="utf-8")
