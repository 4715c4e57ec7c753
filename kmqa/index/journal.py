"""Files of the index folder that hold one JSON object a line and are only ever appended to."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from kmqa import disk


def append_line(path: Path, line: Mapping[str, object]) -> None:
    """Append `line` to the file, safely on disk, in place of one that a crash cut off."""
    disk.append_json_lines(path, [json.dumps(line, ensure_ascii=False).encode()])


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the objects of a file that is appended to; none where it is missing."""
    try:
        found = path.read_text(encoding="utf-8", errors="replace").split("\n")
    except FileNotFoundError:
        return
    for line in found:
        try:
            data = json.loads(line)
        except json.JSONDecodeError:  # cut off by a crash
            continue
        if isinstance(data, dict):
            yield data
