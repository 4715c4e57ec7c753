"""One PDF in, its pages with text, verdict and language out.

The pipeline of extraction: read in a child process, clean, judge each page, name the language.
A bad PDF gets a verdict and never an error. Reading is the slow part, so its result is kept
under the hash of the file's bytes.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from kmqa import disk
from kmqa.errors import ExtractionError
from kmqa.offline import page_text, page_verdict, pdf_reader, text_language
from kmqa.offline.page_verdict import Judgement
from kmqa.offline.pdf_reader import Limits, RawFile, RawPage
from kmqa.records import Extraction, Page

EXTRACTION_VERSION = 2
"""Raised whenever the same PDF would come out differently, so that kept results are remade."""

# So many pages are named in `detail`; more are counted.
PAGES_NAMED = 6
_EXTRACTION = TypeAdapter(Extraction)


def read_pdf(
    path: Path,
    *,
    cache: Path | None = None,
    limits: Limits = Limits(),  # noqa: B008 - frozen
    languages: Sequence[str] = (),
) -> Extraction:
    """Read the PDF at `path` page by page, and judge whether it may back an answer.

    Args:
        path: The PDF.
        cache: Folder for results, made when missing, or None to keep none. A result is found
            again by the bytes of the file, wherever it lies; a damaged one is remade. Only
            files that could be read are kept, because the other verdicts may change with the
            limits or the load of the machine.
        limits: What reading may cost.
        languages: Codes that the language is chosen among; all that are known when empty.

    Raises:
        ExtractionError: `path` is missing, a folder, or not ours to read.
    """
    content = _bytes_of(path)
    sha256 = hashlib.sha256(content).hexdigest()
    kept = cache / _cache_name(sha256, languages) if cache else None
    extraction = _read_cache(kept, sha256) if kept else None
    if extraction is None:
        raw = pdf_reader.read(content, limits)
        extraction = judge_extraction(sha256, raw, languages)
        if kept and raw.verdict == "fine":
            kept.parent.mkdir(parents=True, exist_ok=True)
            disk.write_atomically(kept, _EXTRACTION.dump_json(extraction).decode())
    return extraction


def read_cached(path: Path, cache: Path) -> Extraction | None:
    """Return what `read_pdf` once found in the bytes of `path`; None where it never read them.

    Raises:
        ExtractionError: As `read_pdf`.
    """
    sha256 = hashlib.sha256(_bytes_of(path)).hexdigest()
    return _read_cache(cache / _cache_name(sha256, ()), sha256)


def judge_extraction(sha256: str, raw: RawFile, languages: Sequence[str] = ()) -> Extraction:
    """Judge a file by what the readers saw of it; pure but for the language model."""
    if raw.verdict != "fine":
        return Extraction(sha256=sha256, file_verdict=raw.verdict, detail=raw.detail)
    faults = [page.fault for page in raw.pages if page.fault]
    if faults and len(faults) * 2 >= sum(_has_text(page) for page in raw.pages):
        detail = f"{len(faults)} of {len(raw.pages)} pages cannot be read: {faults[0]}"
        return Extraction(sha256=sha256, file_verdict="broken", detail=detail)
    texts = clean_texts(raw.pages)
    judged = [page_verdict.judge(*pair) for pair in zip(raw.pages, texts, strict=True)]
    pages = tuple(
        Page(number=number, verdict=told.verdict, text=text if told.verdict == "text" else "")
        for number, (told, text) in enumerate(zip(judged, texts, strict=True), 1)
    )
    return Extraction(
        sha256=sha256,
        file_verdict="fine",
        pages=pages,
        language=text_language.language_of("\n".join(page.text for page in pages), languages),
        detail=describe_faults(judged),
        active=raw.active,
    )


def clean_texts(pages: Sequence[RawPage]) -> tuple[str, ...]:
    """Return the first reader's text of each page after all cleaning."""
    plain = [page_text.clean_text(page.text) for page in pages]
    return page_text.split_paragraphs(page_text.remove_edges(plain))


def describe_faults(judged: Sequence[Judgement]) -> str:
    """Which pages have which fault, such as ``pages 2, 5 is a picture``; empty without faults."""
    by_reason: dict[str, list[int]] = {}
    for number, told in enumerate(judged, 1):
        if told.reason:
            by_reason.setdefault(told.reason, []).append(number)
    return "; ".join(f"{_name_pages(numbers)}: {reason}" for reason, numbers in by_reason.items())


def _name_pages(numbers: Sequence[int]) -> str:
    named = ", ".join(map(str, numbers[:PAGES_NAMED]))
    more = f" and {len(numbers) - PAGES_NAMED} more" if len(numbers) > PAGES_NAMED else ""
    return f"page{'s' if len(numbers) > 1 else ''} {named}{more}"


def _has_text(page: RawPage) -> bool:
    return bool(page.fault or page.text.strip() or page.image_share or page.ink_share)


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise ExtractionError(
            "there is no such file", path=path, remedy="Check the path."
        ) from error
    except IsADirectoryError as error:
        raise ExtractionError(
            "this is a folder", path=path, expected="a PDF", remedy="Name the PDF in it."
        ) from error
    except OSError as error:
        raise ExtractionError(
            "the file cannot be read",
            path=path,
            got=error.strerror or type(error).__name__,
            remedy="Check who may read it.",
        ) from error


def _cache_name(sha256: str, languages: Sequence[str]) -> str:
    return "-".join([sha256, str(EXTRACTION_VERSION), *sorted(languages)]) + ".json"


def _read_cache(path: Path, sha256: str) -> Extraction | None:
    """Read the result kept at `path`, unless there is none that can be used."""
    try:
        extraction = _EXTRACTION.validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None
    return extraction if extraction.sha256 == sha256 else None
