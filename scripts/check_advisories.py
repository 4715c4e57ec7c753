"""Look for published weaknesses of the locked packages, and say when that was not possible.

``make advisories`` runs it; once a week is enough. pip-audit ends well when it could not look up a
single package, so its list of skipped ones is read here: silence must not pass for safety.
Exit code 0: all were looked up, none is known to be weak; 1: some are; 2: some could not be asked.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LOCK = Path(__file__).parent.parent / "requirements.lock"
_MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Finding:
    """What is known of the packages.

    Attributes:
        weak: A line for each published weakness: package, version, id and where it is fixed.
        skipped: Names of packages that could not be looked up.
        n_asked: Packages in all.
    """

    weak: Sequence[str]
    skipped: Sequence[str]
    n_asked: int

    @property
    def exit_code(self) -> int:
        """Return 1 where something is weak, 2 where something is unknown, else 0."""
        if self.weak:
            return 1
        return 2 if self.skipped or not self.n_asked else 0


def read_finding(report: dict[str, Any]) -> Finding:
    """Read pip-audit's JSON report."""
    packages = report["dependencies"]
    weak = [
        f"{package['name']} {package['version']}: {weakness['id']}, "
        f"fixed in {', '.join(weakness['fix_versions']) or 'no version yet'}"
        for package in packages
        for weakness in package.get("vulns", ())
    ]
    skipped = [package["name"] for package in packages if "skip_reason" in package]
    return Finding(weak, skipped, len(packages))


def describe(finding: Finding) -> str:
    """Say in a few lines what was found and what to do."""
    lines = list(finding.weak)
    if finding.skipped or not finding.n_asked:
        named = ", ".join(finding.skipped[:_MOST_NAMED])
        lines.append(
            f"could not look up {len(finding.skipped)} of {finding.n_asked} packages ({named} …): "
            "this says nothing about them. Try again where PyPI's advisories can be reached."
        )
    if finding.weak:
        lines.append('Raise what is weak in pyproject.toml, then "make lock test".')
    return "\n".join(lines) or f"{finding.n_asked} packages, no published weakness"


def main() -> None:
    """Run pip-audit on the lock file and tell what it found."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    command = ["pip-audit", "--requirement", str(LOCK), "--no-deps", "--disable-pip", "-f", "json"]
    program = Path(sys.executable).with_name(command[0])
    run = subprocess.run(  # noqa: S603 - our own command
        [str(program), *command[1:]], capture_output=True, text=True, check=False
    )
    try:
        finding = read_finding(json.loads(run.stdout))
    except (json.JSONDecodeError, KeyError):
        last = run.stderr.strip().splitlines()[-1:] or ["it said nothing"]
        print(f"could not look for advisories: {last[0]}")
        sys.exit(2)
    print(describe(finding))
    sys.exit(finding.exit_code)


if __name__ == "__main__":
    main()
