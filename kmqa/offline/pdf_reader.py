"""Run `kmqa.offline.pdf_child` on one PDF under limits, and say what came of it.

Nothing in a PDF can hang, crash or fill this process: whatever way the child ends becomes a
verdict. What the text is worth is judged by
`kmqa.offline.page_verdict`.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from kmqa.errors import ExtractionError
from kmqa.limited_child import ChildLimits, ChildResult, run_limited
from kmqa.records import ActiveContent, FileVerdict

CHILD = Path(__file__).with_name("pdf_child.py")
CLEANING_CHILD = Path(__file__).with_name("pdf_clean_child.py")
# Readers accept a header within this many bytes (ISO 32000-1, annex H, implementation note 13).
HEADER_WITHIN = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much one PDF may cost before it is called too large.

    Attributes:
        seconds: Wall time of the child.
        memory_bytes: Address space of the child.
        file_bytes: Size of the file.
        pages: Pages of the file.
        characters_per_page: Of text, as either reader sees it.
        characters_per_file: Of text, as the more talkative reader sees it.
    """

    seconds: float = 60.0
    memory_bytes: int = 1_500_000_000
    file_bytes: int = 50_000_000
    pages: int = 2_000
    characters_per_page: int = 100_000
    characters_per_file: int = 2_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RawPage:
    """What the two readers saw of one page, before cleaning.

    Attributes:
        text: From pypdf.
        second: From pdfium.
        image_share: Part of the page that images cover, in [0, 1].
        ink_share: Part of the page that is dark, in [0, 1]; 0 where there is enough text.
        fault: Why pypdf could not read it, or empty.
    """

    text: str
    second: str = ""
    image_share: float = 0.0
    ink_share: float = 0.0
    fault: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawFile:
    """What the readers saw of one PDF; `detail` is empty where the verdict is ``fine``.

    Attributes:
        active: What it does beyond being read.
    """

    verdict: FileVerdict
    detail: str = ""
    pages: tuple[RawPage, ...] = ()
    active: tuple[ActiveContent, ...] = ()


def read(content: bytes, limits: Limits, child: Path = CHILD) -> RawFile:
    """Return what two readers see in a PDF; never raise for what is in it.

    Args:
        content: The bytes of the file; handed over whole, so that what is read is what is hashed.
        limits: What it may cost.
        child: The program that reads it.

    Raises:
        ReadersBusy: Too many files are being read.
    """
    fault = fault_of_form(content, limits)
    if fault is not None:
        return fault
    bounds = ChildLimits(
        seconds=limits.seconds, cpu_seconds=limits.seconds, memory_bytes=limits.memory_bytes
    )
    return _outcome(run_limited(child, asdict(limits), content, bounds), limits)


def clean(path: Path, limits: Limits) -> bytes:
    """Return a copy of the PDF at `path` in which nothing runs, is carried along or leads away.

    Raises:
        ExtractionError: No copy can be made of it that both readers can read.
        ReadersBusy: Too many files are being read.
    """
    bounds = ChildLimits(
        seconds=limits.seconds,
        cpu_seconds=limits.seconds,
        memory_bytes=limits.memory_bytes,
        output_bytes=limits.file_bytes,
    )
    done = run_limited(CLEANING_CHILD, {}, path.read_bytes(), bounds)
    again = read(done.output, limits) if done.output else None
    if again is None or again.verdict != "fine" or again.active:
        raise ExtractionError(
            "no clean copy can be made of this PDF",
            path=path,
            got=done.fault or (again.detail if again else "") or done.how,
            remedy="Get a copy without scripts, files and links from whoever made it.",
        )
    return done.output


def fault_of_form(content: bytes, limits: Limits) -> RawFile | None:
    """Say what is wrong with a file that no reader need be started for, or None."""
    if len(content) > limits.file_bytes:
        detail = f"it has {len(content)} bytes, at most {limits.file_bytes} are read"
        return RawFile(verdict="too_large", detail=detail)
    if not content:
        return RawFile(verdict="broken", detail="the file is empty")
    if b"%PDF-" not in content[:HEADER_WITHIN]:
        start = " ".join(content[:24].decode("ascii", "replace").split())
        shown = "".join(char if char.isprintable() else "." for char in start)
        return RawFile(verdict="broken", detail=f'it is not a PDF, it begins with "{shown}"')
    # Every complete file ends with where its last table of objects starts; a download that was
    # cut short lacks it, although readers may still find some of the pages.
    if content.rfind(b"startxref") < content.rfind(b"endobj") or b"startxref" not in content:
        return RawFile(verdict="broken", detail="it is cut short, its end is missing")
    return None


def _outcome(done: ChildResult, limits: Limits) -> RawFile:
    """Read what the child said, or how it died."""
    passed = {
        "time": f"reading it takes longer than {limits.seconds:g} seconds",
        "memory": "it needs more memory than allowed",
        "output": f"its text is longer than {limits.characters_per_file} characters",
    }
    if done.fault in passed:
        return RawFile(verdict="too_large", detail=passed[done.fault])
    try:
        said = {} if done.fault else json.loads(done.output)
    except ValueError:
        said = {}
    if not said:
        return RawFile(verdict="broken", detail=f"the reader crashed on it ({done.how})")
    pages = tuple(RawPage(**page) for page in said["pages"])
    active = tuple(said.get("active", ()))
    return RawFile(verdict=said["verdict"], detail=said["detail"], pages=pages, active=active)
