"""Break things on purpose around real processes, and count what is lost or done twice.

`make chaos` runs every scenario; `--list` names them. Meta's side is played faithfully: a webhook
that got no 200 is delivered again. The exit code is 1 when a promise did not hold.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).parents[1] / "tests" / "lib"))  # before what imports from there
from faults import report
from faults.registry import SCENARIOS
from faults.scenario import CannotRunError, Place, Scenario

_DOCS = Path(__file__).parents[1] / "docs"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the scenarios that were asked for and print the table."""
    options = _parse(arguments)
    if options.list:
        for one in SCENARIOS:
            print(f"{one.name:16} {one.about}")
        return 0
    place = Place(
        index=options.index.resolve(),
        databases=("sqlite", "postgresql") if options.postgresql else ("sqlite",),
        messages=options.messages,
        is_quick=options.quick,
        seed=options.seed,
    )
    chosen = [one for one in SCENARIOS if one.name in (options.only or [one.name])]
    rows, faults = _run_all(chosen, place)
    print(f"\n{report.format_table(rows)}")
    if options.write:
        report.write(_DOCS, rows)
    for fault in faults:
        print(f"did not hold: {fault}", file=sys.stderr)
    return 1 if faults else 0


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--index", type=Path, default=Path("index"), help="a live bundle's folder")
    parser.add_argument("--postgresql", action="store_true", help="on PostgreSQL too")
    parser.add_argument("--messages", type=int, default=1_000, help="in a run of kills")
    parser.add_argument("--seed", type=int, default=1, help="of the moments of kills")
    parser.add_argument(
        "--only",
        action="append",
        metavar="NAME",
        choices=[one.name for one in SCENARIOS],
        help="this scenario alone; may be given again",
    )
    parser.add_argument("--quick", action="store_true", help="shorter outages and fewer kills")
    parser.add_argument("--list", action="store_true", help="name the scenarios and end")
    parser.add_argument(
        "--write", action="store_true", help="keep the rows in docs/fault-runs.md and .json"
    )
    return parser.parse_args(arguments)


def _run_all(scenarios: Sequence[Scenario], place: Place) -> tuple[list[dict[str, Any]], list[str]]:
    """Return the rows of all scenarios, and what did not hold."""
    run = report.describe_run()
    rows, faults = [], []
    for number, one in enumerate(scenarios, start=1):
        print(f"[{number}/{len(scenarios)}] {one.name}: {one.about}", file=sys.stderr, flush=True)
        try:
            for row in one.run(place):
                print(f"  {row.scenario}: {row.held} of {row.tried} held", file=sys.stderr)
                rows.append(report.as_data(row, run, one.name))
                faults += [f"{row.scenario}: {fault}" for fault in row.faults]
        except CannotRunError as error:
            print(f"  not run: {error}", file=sys.stderr, flush=True)
        except Exception as error:
            faults.append(f"{one.name}: {type(error).__name__}: {error}")
            print(f"  ended early: {error!r}", file=sys.stderr, flush=True)
    return rows, faults


if __name__ == "__main__":
    raise SystemExit(main())
