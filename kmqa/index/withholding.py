"""Answers that somebody stopped at once, without a build: `WITHHELD.json` beside the bundles."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

from kmqa import disk
from kmqa.errors import BundleError

WITHHELD = "WITHHELD.json"
"""File beside the bundles that names answers which must not be sent."""

Withheld = Mapping[str, str]
"""Who stopped each answer and why, by the id of the answer."""


def read_withheld(index: Path) -> Withheld:
    """Return the answers that must not be sent.

    Raises:
        BundleError: The list cannot be read.
    """
    path = index / WITHHELD
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return {str(name): str(reason) for name, reason in found.items()}
    except FileNotFoundError:
        return {}
    except (ValueError, AttributeError) as error:
        raise BundleError(
            "the list of stopped answers is unreadable",
            which=str(path),
            remedy="Correct it by hand; until then what was stopped before stays stopped.",
        ) from error


def withhold(index: Path, answer_id: str, reason: str) -> None:
    """Stop an answer whatever bundle is live; an empty `reason` releases it.

    Two people who stop answers at the same moment both do: one waits for the other.
    """

    def stop_or_release(before: Withheld) -> Withheld:
        after = {name: why for name, why in before.items() if name != answer_id}
        return after | {answer_id: reason} if reason else after

    change_withheld(index, stop_or_release)


def change_withheld(index: Path, change: Callable[[Withheld], Withheld]) -> None:
    """Write what `change` makes of the list, where that differs.

    Raises:
        BundleError: The list cannot be read; it stays as it is.
    """
    with disk.exclusive_lock(index):
        before = read_withheld(index)
        after = change(before)
        if after == before:
            return
        disk.write_atomically(index / WITHHELD, json.dumps(after, ensure_ascii=False, indent=1))
