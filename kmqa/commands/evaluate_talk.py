"""`kmqa eval --talk`: whether short and social messages are taken for what they are."""

import json
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from kmqa import disk
from kmqa.commands import answering, progress
from kmqa.eval import talk, test_set
from kmqa.eval.intervals import wilson
from kmqa.eval.metrics import Share
from kmqa.eval.talk import Played


def evaluate_talk(file: Path, index: Path, *, predictions_out: Path | None = None) -> int:
    """Print how `file` fares with the live bundle of `index`; return 0.

    Args:
        file: Lines of talk (see `kmqa.eval.talk`).
        index: Folder of bundles.
        predictions_out: File that afterwards holds every line and what was made of it.

    Raises:
        EvaluationError: The file is unreadable, or a line does not say what is due.
        BundleError: There is no bundle to ask.
    """
    queries = talk.check_due(test_set.read_test_set(file))
    responder = answering.open_responder(index, n_threads=1)
    with progress.bar("talking", len(queries)) as advance:
        played = talk.play_all(queries, responder, time.time(), lambda: advance(1))
    if predictions_out:
        lines = (
            json.dumps(dict(one.query.source) | {"act": one.act}, ensure_ascii=False)
            for one in played
        )
        disk.write_atomically(predictions_out, "".join(f"{line}\n" for line in lines))
    console = Console()
    console.print(_table(played))
    for one in played:
        if not one.is_right:
            line = f"{one.query.place} {one.due}, got {one.act}: {one.query.text}"
            console.print(line, markup=False)
    return 0


def _table(played: Sequence[Played]) -> Table:
    table = Table("lines", "right", "share", "95 % interval")
    for name, share in _shares(played):
        if share is not None:
            interval = wilson(share.hits, share.n)
            table.add_row(
                name,
                f"{share.hits:,} of {share.n:,}",
                f"{share.value:.3f}",
                f"{interval.low:.3f} to {interval.high:.3f}",
            )
    return table


def _shares(played: Sequence[Played]) -> Iterator[tuple[str, Share | None]]:
    """Yield the main shares, then those of each kind and of each language."""
    yield "manners (chat, handover)", talk.share_right(played, "chat", "handover")
    yield "an end asked for (stop, forget)", talk.share_right(played, "stop", "forget")
    yield "no end (not-stop)", talk.share_right(played, "not-stop")
    yield "taken for danger (fewer is better)", talk.share_alarmed(played)
    for key in ("kind", "lang"):
        for value in sorted({getattr(one.query, key) or "" for one in played}):
            part = [one for one in played if (getattr(one.query, key) or "") == value]
            yield f"{key} {value or 'unknown'}", talk.share_right(part, *talk.DUE)
            yield f"{key} {value or 'unknown'}, taken for danger", talk.share_alarmed(part)
