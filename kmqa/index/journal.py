"""Files of the index folder that hold one JSON object a line and are only ever appended to."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any


def append(path: Path, line: Mapping[str, object]) -> None:
    """`line` stands at the end of the file."""
    with path.open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(line, ensure_ascii=False) + "\n")


def lines(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a file that is appended to; none where it is missing."""
    try:
        found = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return
    for line in found:
        try:
            data = json.loads(line)
        except json.JSONDecodeError:  # cut off by a crash
            continue
        if isinstance(data, dict):
            yield data
