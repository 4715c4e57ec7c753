"""Read one table and print it as JSON; run as a process of its own by `table_reader`.

Input: the bytes of the file, and as one argument a JSON object with ``path`` and ``limits``, the
fields of `TableLimits`. Output: the fields of `RawTable`, or ``error``, those of `CorpusFileError`.
"""

import dataclasses
import json
import os
import sys
from pathlib import Path
from typing import Any

from kmqa.corpus.importers import formats
from kmqa.corpus.importers.raw import TableLimits
from kmqa.errors import CorpusFileError


def main(order: dict[str, Any], content: bytes) -> dict[str, Any]:
    """Return the table or the error as plain data."""
    path, limits = Path(order["path"]), TableLimits(**order["limits"])
    try:
        return dataclasses.asdict(formats.read_content(content, path, limits))
    except CorpusFileError as error:
        parts = {name: getattr(error, name) for name in ("what", "line", "got", "expected")}
        return {"error": parts | {"remedy": error.remedy}}


if __name__ == "__main__":
    # openpyxl can do without them, and numpy alone takes hundreds of MB of address space.
    sys.modules |= {"numpy": None, "lxml": None}  # type: ignore[dict-item] # makes imports fail
    said = main(json.loads(sys.argv[1]), sys.stdin.buffer.read())
    text = json.dumps(said, ensure_ascii=False)
    # JSON may hold halves of surrogate pairs, and they are judged with the other text.
    sys.stdout.buffer.write(text.encode("utf-8", "surrogatepass"))
    sys.stdout.flush()
    os._exit(0)
