"""What was known of an audit log elsewhere: how long it was, and the hash of its last line then.

A log that was cut, replaced or taken away still looks whole from inside. So each change also
writes ``AUDIT.json`` beside the bundles, and each signature of a bundle says it, too
(`kmqa.index.signature`). Which file belongs to which corpus is said once for a process (`keep`).
"""

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from kmqa import disk
from kmqa.corpus import audit_key

FILE = "AUDIT.json"
"""Name of the file beside the bundles."""

_KEPT: dict[Path, Path] = {}


@dataclass(frozen=True, slots=True)
class Anchor:
    """A point that the log had reached.

    Attributes:
        n_lines: Whole lines that it had.
        head: Sha256 of the last of them; empty where there was none.
    """

    n_lines: int = 0
    head: str = ""

    def is_held_by(self, lines: Sequence[bytes]) -> bool:
        """Return whether a log of these lines went on from this point."""
        if not self.n_lines:
            return True
        return len(lines) >= self.n_lines and self.head == disk.sha256_of(lines[self.n_lines - 1])


def anchor_of(lines: Sequence[bytes]) -> Anchor:
    """Return the point that a log of these lines has reached."""
    return Anchor(len(lines), disk.sha256_of(lines[-1])) if lines else Anchor()


def keep(root: Path, folder: Path) -> None:
    """From now on this process anchors the log of the corpus in `root` in `folder`."""
    _KEPT[root.resolve()] = folder / FILE


def read(root: Path, keys: Sequence[str]) -> tuple[Anchor, bool] | None:
    """Return the anchor that is kept for a corpus, and whether it can be believed.

    It can where it bears the mark of one of `keys`, or there are no keys. None where none is kept.
    """
    path = _KEPT.get(root.resolve())
    if path is None:
        return None
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    try:
        data = json.loads(content)
        anchor = Anchor(int(data["n_lines"]), str(data["head"]))
    except (ValueError, KeyError, TypeError):
        return Anchor(), False
    return anchor, not keys or audit_key.is_marked_by(content, keys)


def write(root: Path, lines: Sequence[bytes], keys: Sequence[str], *, is_new: bool = False) -> None:
    """Anchor a log of these lines, where it went on from the anchor before.

    A log that did not is left for `kmqa check` to find. Where the folder is missing or cannot be
    written, the anchor stays where it was: an older one holds as well, but for the newest lines.

    Args:
        root: The corpus folder.
        lines: The whole lines of its log.
        keys: The first marks the anchor.
        is_new: Whether somebody vouches for the log as it is, whatever it was before.
    """
    path = _KEPT.get(root.resolve())
    if path is None or not path.parent.is_dir():
        return
    before = read(root, keys)
    if before is not None and not is_new and not (before[1] and before[0].is_held_by(lines)):
        return
    content = json.dumps(asdict(anchor_of(lines))).encode()
    with suppress(OSError):
        disk.write_bytes_atomically(path, audit_key.add_mark(content, keys[0]) if keys else content)
