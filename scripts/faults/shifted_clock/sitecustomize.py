"""Shift `time.time` of a process by the seconds in a file: a clock that jumps while it runs.

Python imports this module at the start of each process that has its folder in PYTHONPATH. What is
shifted is what the service reads, `time.time`; the calendar of review dates stays right.
"""

import os
import time
from pathlib import Path


def _shift(file: Path) -> None:
    real = time.time

    def shifted() -> float:
        try:
            return real() + float(file.read_text(encoding="ascii"))
        except (OSError, ValueError):  # it is being written
            return real()

    time.time = shifted


if "FAULTS_CLOCK" in os.environ:
    _shift(Path(os.environ["FAULTS_CLOCK"]))
