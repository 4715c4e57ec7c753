"""Print a copy of a PDF without what runs, is carried along or leads away; a process of its own.

See `kmqa.offline.pdf_child`, of which everything holds here too. Input: the bytes of the PDF, and
as one argument an empty JSON object. Output: the bytes of the copy.
"""

import io
import logging
import os
import runpy
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pypdf


def clean(content: bytes) -> bytes:
    """Return the copy; raise whatever the library raises."""
    import pypdf

    first = pypdf.PdfWriter(clone_from=pypdf.PdfReader(io.BytesIO(content)))
    words = runpy.run_path(str(Path(__file__).with_name("pdf_active.py")))
    words["remove_active"](first.root_object)
    # The scripts and files still stand there, although nothing leads to them; a copy has none.
    second = pypdf.PdfWriter(clone_from=pypdf.PdfReader(io.BytesIO(_write(first))))
    return _write(second)


def _write(writer: "pypdf.PdfWriter") -> bytes:
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    sys.stdout.buffer.write(clean(sys.stdin.buffer.read()))
    sys.stdout.flush()
    os._exit(0)
