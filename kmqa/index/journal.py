"""Files of the index folder that hold one JSON object a line and are only ever appended to."""

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO


def append_line(path: Path, line: Mapping[str, object]) -> None:
    """Append `line` to the file, by itself also after one that a crash cut off."""
    written = json.dumps(line, ensure_ascii=False).encode() + b"\n"
    with path.open("a+b") as stream:
        if stream.tell() and not _ends_with_a_line(stream):
            written = b"\n" + written
        stream.write(written)


def _ends_with_a_line(stream: BinaryIO) -> bool:
    stream.seek(-1, os.SEEK_END)
    return stream.read(1) == b"\n"


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
