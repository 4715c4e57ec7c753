"""How commands print what is wrong with a corpus."""

from collections.abc import Iterable

from rich.console import Console
from rich.text import Text

from kmqa.errors import Problem

_COLOURS = {"error": "red", "warning": "yellow"}


def print_problems(problems: Iterable[Problem], console: Console) -> None:
    """Each problem stands on a line of its own, warnings first, so that errors end on screen."""
    told = tuple(problems)
    for severity in ("warning", "error"):
        for problem in told:
            if problem.severity == severity:
                # Text, not markup: messages quote what people wrote, brackets included.
                console.print(Text(str(problem), style=_COLOURS[severity]), soft_wrap=True)


def count_text(number: int, noun: str) -> str:
    """Return `number` with its noun, such as ``no errors``, ``1 error`` or ``1,200 errors``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}" if number else f"no {noun}s"
