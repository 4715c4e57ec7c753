"""What publishing a bundle would change, found before it was published: `LOOKS.jsonl`."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from kmqa.index import journal, store


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishPreview:
    """What publishing a bundle would change, found before it was published.

    Attributes:
        live: The bundle that was live then; None where none was.
        n_asked: Past questions that both were asked.
        changes: Row of the service's log, what it gets now and what it would get. The words of
            the questions stay in the log, which forgets them in its own time.
    """

    bundle_id: str
    live: str | None
    n_asked: int = 0
    changes: tuple[tuple[int, str, str], ...] = ()


def record(index: Path, preview: PublishPreview) -> None:
    """Append what publishing a bundle would change."""
    journal.append_line(index / "LOOKS.jsonl", asdict(preview))


def read_against_live(index: Path) -> Mapping[str, PublishPreview]:
    """Return the last preview of each bundle that was compared with the one that is live now."""
    live, found = store.current_id(index), {}
    for line in journal.read_lines(index / "LOOKS.jsonl"):
        if line.get("live") == live and "bundle_id" in line:
            changes = tuple((int(turn), was, will) for turn, was, will in line["changes"])
            found[str(line["bundle_id"])] = PublishPreview(**{**line, "changes": changes})
    return found
