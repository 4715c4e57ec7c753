"""What every fault run is: it breaks something around real processes and gives rows of a table."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

QUICK_SHARE = 0.15  # of the time that a long outage takes, with `--quick`


def describe_span(seconds: float, whole: float) -> str:
    """Return how long something lasted, and beside it how long it should, where it was shorter."""
    short = f" instead of {whole:.0f} s" if seconds < whole else ""
    return f"{seconds:.0f} s{short}"


class CannotRunError(Exception):
    """This machine lacks what the scenario needs; the text says what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What a scenario may use.

    Attributes:
        index: Folder with a live bundle; never changed.
        databases: ``sqlite``, ``postgresql`` or both.
        messages: Of a run of kills.
        is_quick: Whether what takes minutes is made shorter; the rows say so.
        seed: Of the moments at which something is broken.
    """

    index: Path
    databases: tuple[str, ...] = ("sqlite",)
    messages: int = 1_000
    is_quick: bool = False
    seed: int = 1

    def shorten(self, seconds: float) -> float:
        """Return how many of `seconds` an outage lasts in this run."""
        return seconds * QUICK_SHARE if self.is_quick else seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of the table.

    Attributes:
        scenario: What was broken, and on which database.
        tried: Messages, requests or steps.
        held: Those that ended as promised.
        lost: Those that were taken and came to nothing.
        doubled: Those that were done more than once without need.
        parked: Those that wait for a person.
        waited: Seconds from the first try to the end, of each that was measured.
        note: What was done, and each time that was shortened.
        broken: Promises that did not hold, in words.
    """

    scenario: str
    tried: int
    held: int
    lost: int = 0
    doubled: int = 0
    parked: int = 0
    waited: tuple[float, ...] = ()
    note: str = ""
    broken: tuple[str, ...] = ()

    @property
    def faults(self) -> tuple[str, ...]:
        """What did not hold; empty where everything did."""
        counts = {"lost": self.lost, "done twice": self.doubled}
        return (*self.broken, *(f"{n} {what}" for what, n in counts.items() if n))


@dataclass(frozen=True, slots=True)
class Scenario:
    """A kind of fault.

    Attributes:
        about: One line for ``--list``.
        run: Yields a row as soon as it is known; may raise `CannotRunError`.
    """

    name: str
    about: str
    run: Callable[[Place], Iterator[Row]]
