"""The child process: what it reads, and every way in which it may end."""

from pathlib import Path

import pytest

from kmqa.offline import pdf_reader
from kmqa.offline.pdf_reader import Limits, RawFile

pytestmark = pytest.mark.slow

PDFS = Path(__file__).parents[2] / "data" / "pdfs"


def read(name: str, **limits: float) -> RawFile:
    return pdf_reader.read((PDFS / f"{name}.pdf").read_bytes(), Limits(**limits))  # type: ignore[arg-type] # numbers of either kind


def run_child(tmp_path: Path, program: str, **limits: float) -> RawFile:
    """What comes of a child that does something else than reading."""
    child = tmp_path / "child.py"
    child.write_text(program)
    content = (PDFS / "english.pdf").read_bytes()
    return pdf_reader.read(content, Limits(**limits), child)  # type: ignore[arg-type] # numbers of either kind


def test_both_readers_are_heard() -> None:
    raw = read("english")

    assert raw.verdict == "fine"
    assert raw.detail == ""
    assert raw.pages[0].text.startswith("The pill works best")
    assert raw.pages[0].second.startswith("The pill works best")
    assert raw.pages[0].image_share == 0


def test_image_and_ink_are_measured() -> None:
    """A full-page picture covers nine tenths of the page; outlines only darken it."""
    assert read("scanned").pages[0].image_share > 0.9
    assert read("outlined").pages[0].image_share == 0
    assert read("outlined").pages[0].ink_share > 0.1
    assert read("blank").pages[0].ink_share == 0


@pytest.mark.parametrize(
    ("name", "verdict", "detail"),
    [
        ("encrypted-password", "encrypted", "it needs a password"),
        ("truncated", "broken", "it is cut short, its end is missing"),
        ("zero-bytes", "broken", "the file is empty"),
        ("no-pages", "broken", "it has no pages"),
        ("html", "broken", 'it is not a PDF, it begins with "<!DOCTYPE html><html><bo"'),
        ("bomb-page", "too_large", "page 1 has more than 100000 characters"),
        ("bomb-file", "too_large", "its text is longer than 2000000 characters"),
    ],
)
def test_what_is_wrong_is_named(name: str, verdict: str, detail: str) -> None:
    assert read(name) == RawFile(verdict=verdict, detail=detail)  # type: ignore[arg-type] # one of the verdicts


def test_damage_is_broken() -> None:
    """Bytes that changed on the way make a file broken, whatever the reader says of it."""
    raw = read("fuzzed")

    assert raw.verdict == "broken"
    assert raw.detail


def test_an_empty_password_is_none() -> None:
    assert read("encrypted-empty-password").pages[0].text.startswith("The pill works best")


def test_limit_of_pages() -> None:
    raw = read("headers-and-footers", pages=3)

    assert raw == RawFile(verdict="too_large", detail="it has 4 pages, at most 3 are read")


def test_limit_of_bytes() -> None:
    raw = read("english", file_bytes=1000)

    assert raw.verdict == "too_large"
    assert raw.detail.endswith("at most 1000 are read")


def test_limit_of_memory() -> None:
    """A child that may not even load its libraries is a verdict too."""
    raw = read("bomb-page", memory_bytes=40_000_000)

    assert raw.verdict in ("too_large", "broken")
    assert raw.detail


def test_a_hanging_child_is_killed(tmp_path: Path) -> None:
    raw = run_child(tmp_path, "while True: pass", seconds=0.2)

    assert raw == RawFile(verdict="too_large", detail="reading it takes longer than 0.2 seconds")


@pytest.mark.parametrize(
    ("program", "how"),
    [
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "signal 11"),
        ("raise SystemExit(3)", "exit code 3"),
        ("print('not JSON')", "exit code 0"),
    ],
)
def test_a_dying_child_is_reported(tmp_path: Path, program: str, how: str) -> None:
    raw = run_child(tmp_path, program)

    assert raw == RawFile(verdict="broken", detail=f"the reader crashed on it ({how})")


def test_the_child_knows_no_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A PDF that took over its reader would find no token in the environment."""
    monkeypatch.setenv("KMQA_WHATSAPP_ACCESS_TOKEN", "secret")
    program = (
        "import json, os; found = [key for key in os.environ if key.startswith('KMQA_')];"
        "print(json.dumps({'verdict': 'fine', 'detail': str(found), 'pages': []}))"
    )

    assert run_child(tmp_path, program).detail == "[]"


def test_the_child_starts_light() -> None:
    """Nothing of kmqa and no heavy library is loaded where untrusted bytes are read."""
    source = pdf_reader.CHILD.read_text()

    assert "import kmqa" not in source
    assert "from kmqa" not in source
