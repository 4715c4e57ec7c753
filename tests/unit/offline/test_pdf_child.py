"""The reading program called in this process; how it runs on its own is in test_pdf_reader."""

import io
import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pypdf
import pytest

from kmqa.offline import pdf_child

pytestmark = pytest.mark.slow

PDFS = Path(__file__).parents[2] / "data" / "pdfs"
LIMITS = {
    "pages": 10,
    "characters_per_page": 5_000,
    "characters_per_file": 8_000,
    "memory_bytes": 1_500_000_000,
}


def content_of(name: str) -> bytes:
    return (PDFS / f"{name}.pdf").read_bytes()


@pytest.fixture
def main(monkeypatch: pytest.MonkeyPatch) -> Any:  # noqa: ANN401 - a function of one file
    """`main` on one file, without the limits, which would bind the tests themselves."""
    monkeypatch.setattr(pdf_child.logging, "disable", lambda _: None)

    def run(name: str, **limits: int) -> dict[str, Any]:
        stdin = SimpleNamespace(buffer=io.BytesIO(content_of(name)))
        monkeypatch.setattr(sys, "stdin", stdin)
        return pdf_child.main(LIMITS | limits)

    return run


@pytest.mark.parametrize(
    ("name", "verdict", "detail"),
    [
        ("english", "fine", ""),
        ("encrypted-empty-password", "fine", ""),
        ("encrypted-password", "encrypted", "it needs a password"),
        ("html", "broken", "Stream has ended unexpectedly"),
        ("bomb-page", "too_large", "page 1 has more than 5000 characters"),
    ],
)
def test_verdicts(main: Any, name: str, verdict: str, detail: str) -> None:  # noqa: ANN401 - see main
    said = main(name)

    assert (said["verdict"], said["detail"]) == (verdict, detail)


def test_pages_carry_what_was_seen(main: Any) -> None:  # noqa: ANN401 - see main
    [page] = main("scanned")["pages"]

    assert page["text"] == page["second"] == page["fault"] == ""
    assert page["image_share"] > 0.9
    assert page["ink_share"] > 0.1


def test_limits(main: Any) -> None:  # noqa: ANN401 - see main
    assert main("mixed", pages=4)["detail"] == "it has 5 pages, at most 4 are read"
    long = main("mixed", characters_per_file=100)
    assert long["detail"] == "its text is longer than 100 characters"


def test_text_is_counted_while_it_is_read() -> None:
    """Pypdf is stopped at the limit, also where pdfium cannot see the page."""
    page = pypdf.PdfReader(io.BytesIO(content_of("bomb-page"))).pages[0]

    with pytest.raises(pdf_child.TooLargeError, match="too long"):
        pdf_child._text_of(page, 1_000, "too long")


def test_a_page_that_fails_has_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    """Patched, because each version of pypdf fails on other damage."""

    def fail(*_: object) -> str:
        raise ValueError("bad\n  stream")

    monkeypatch.setattr(pdf_child, "_text_of", fail)

    [page] = pdf_child.pages_of(*pdf_child.open_readers(content_of("english")), LIMITS)
    assert page["fault"] == "bad stream"
    assert page["second"].startswith("The pill")


def test_output_is_json() -> None:
    """Run as a program it prints one JSON object and ends without tidying up."""
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-P", pdf_child.__file__, json.dumps(LIMITS)],
        input=content_of("urdu-naskh"),
        capture_output=True,
        check=True,
    )

    assert json.loads(done.stdout)["pages"][0]["text"].startswith("حمل کے دوران")
