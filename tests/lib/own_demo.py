"""Where a demo is that a test may change."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class OwnDemo:
    """A running demo over a small corpus of its own.

    Attributes:
        folder: With its ``corpus``, its ``index`` and its database ``kmqa.db``.
    """

    url: str
    folder: Path
