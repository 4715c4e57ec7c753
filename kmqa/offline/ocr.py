"""Make a searchable copy of a scanned or garbled PDF, for a person to review.

The copy is never used by itself: recognition errs, in Urdu in every seventh letter and worse in
Nastaliq. Needs the extra ``kmqa[ocr]`` and tesseract with data for the languages.
"""

import importlib.util
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from kmqa.errors import ExtractionError
from kmqa.lexicon import languages as lexicon

# A document may be in a language in which nobody is answered, so some have no file in the lexicon.
_OTHER_CODES: Mapping[str, str] = MappingProxyType({"fa": "fas"})

# Recognition takes seconds a page; a long book may take an hour.
SECONDS = 3600
_REMEDY = (
    'Install it with "pip install kmqa[ocr]" and, on Debian, "apt install tesseract-ocr '
    'ghostscript" and a package such as tesseract-ocr-urd for each language.'
)


def make_searchable_copy(path: Path, out: Path, languages: Sequence[str]) -> None:
    """`out` is the PDF at `path` with recognised text in place of the text that it had.

    Args:
        path: The PDF; left as it is.
        out: The copy; must not exist yet.
        languages: What may be written in it, such as ``("en", "ur")``; English when empty.

    Raises:
        ExtractionError: A program that is needed is missing, `out` exists, or recognition fails.
    """
    for name, is_there in _find_programs().items():
        if not is_there:
            raise ExtractionError(
                f"{name} is not installed, so no text can be recognised", path=path, remedy=_REMEDY
            )
    if out.exists():
        raise ExtractionError(
            "there is already a searchable copy", path=out, remedy="Review it, or delete it first."
        )
    _run(path, _command(path, out, languages))


def tesseract_code(language: str) -> str:
    """Return the name of tesseract's data for a language; an unknown one is left as it is."""
    known = lexicon.load().get(language)
    return known.ocr_code if known else _OTHER_CODES.get(language, language)


def _find_programs() -> dict[str, bool]:
    return {
        "ocrmypdf": importlib.util.find_spec("ocrmypdf") is not None,
        "tesseract": shutil.which("tesseract") is not None,
    }


def _command(path: Path, out: Path, languages: Sequence[str]) -> list[str]:
    names = "+".join(map(tesseract_code, languages)) or "eng"
    # force-ocr: a garbled page has text already, which must go.
    options = ["--force-ocr", "--quiet", "--language", names]
    return [sys.executable, "-m", "ocrmypdf", *options, str(path.resolve()), str(out.resolve())]


def _run(path: Path, command: Sequence[str]) -> None:
    try:
        done = subprocess.run(  # noqa: S603 - an argument list of our own making, no shell
            command, capture_output=True, text=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise ExtractionError(
            "recognising its text takes too long", path=path, expected=f"{SECONDS} seconds at most"
        ) from error
    if done.returncode != 0:
        # The fault stands first; advice and addresses follow it.
        lines = [line.strip() for line in done.stderr.splitlines() if line.strip()]
        said = " ".join(lines[:2]) or f"exit code {done.returncode}"
        raise ExtractionError("its text cannot be recognised", path=path, got=said, remedy=_REMEDY)
