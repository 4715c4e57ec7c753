"""Make the PDFs of the starter corpus from its Markdown, and describe each in its YAML file.

The Markdown under ``corpus/documents/src`` is this project's own text. Its front matter holds the
keys of `kmqa.records.Document`; this script adds the PDF's hash and the review of the starter
corpus. The same Markdown, fonts and WeasyPrint give the same bytes: nothing in a PDF comes from
the clock or from chance.
"""

import argparse
import hashlib
import html
import importlib.util
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from kmqa import disk, records
from kmqa.corpus import layout, schema, yaml_writer
from kmqa.errors import CorpusFileError, UserError

CORPUS = Path(__file__).resolve().parents[1] / "corpus"
DAY_MADE = "2026-11-01"
SECONDS_MADE = 1_793_491_200  # the same day, midnight UTC, in seconds since 1970
REVIEW = {
    "publisher": "kmqa starter corpus",
    "status": "approved",
    "reviewed_by": ["starter corpus, second reader"],
    "reviewed_on": "2026-11-01",
    "review_by": "2027-11-01",
}
NOTICE = (
    "Demonstration content of the kmqa starter corpus. It has not been clinically reviewed. "
    "Do not use it for the care of patients: follow your national guideline and the label of "
    "the product."
)
NEEDED = """\
WeasyPrint or markdown-it-py is missing. Install both, and the libraries and fonts they draw with:
  pip install "weasyprint>=66" "markdown-it-py>=3"
  apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-core"""

# Ligatures are off because readers of PDFs turn some of them into one odd letter, words are not
# parted at line ends, so that a quote from the page is found word for word, and bullets belong to
# the text of their line, because real list markers are read after the whole page.
STYLE = """
@page {
  size: A4; margin: 24mm 20mm 22mm 20mm; font-family: "Noto Sans", sans-serif;
  @top-left { content: string(title); font-size: 8pt; color: #555 }
  @top-right { content: "demonstration, not for patient care"; font-size: 8pt; color: #555 }
  @bottom-left { content: "kmqa starter corpus"; font-size: 8pt; color: #555 }
  @bottom-right { content: "Page " counter(page) " of " counter(pages);
                  font-size: 8pt; color: #555 }
}
body { font-family: "Noto Sans", "Noto Sans Arabic", "Noto Sans Devanagari", sans-serif;
       font-size: 10.2pt; line-height: 1.4; color: #111;
       font-variant-ligatures: none; hyphens: none }
h1 { string-set: title content(); font-size: 21pt; line-height: 1.2; margin: 0 0 4pt;
     color: #0b4f6c }
h2 { font-size: 14.5pt; margin: 17pt 0 5pt; color: #0b4f6c; break-after: avoid;
     border-bottom: 0.6pt solid #0b4f6c; padding-bottom: 2pt }
h3 { font-size: 11.5pt; margin: 11pt 0 3pt; color: #14324a; break-after: avoid }
p, ul, ol { margin: 0 0 6pt; orphans: 3; widows: 3 }
ul, ol { padding-left: 15pt; list-style: none; counter-reset: item }
li { margin-bottom: 2pt; counter-increment: item }
li::before { content: "\\2022"; display: inline-block; width: 12pt; margin-inline-start: -12pt }
ol > li::before { content: counter(item) "." }
table { border-collapse: collapse; width: 100%; margin: 5pt 0 10pt; font-size: 9.5pt;
        line-height: 1.32 }
thead { display: table-header-group }
p + table, p + blockquote, blockquote + table { break-before: avoid }
tr { break-inside: avoid }
tbody tr:first-child, tbody tr:nth-last-child(2) { break-after: avoid }
th, td { border: 0.5pt solid #8aa; padding: 3pt 5pt; text-align: left; vertical-align: top }
th { background: #e3eef3 }
blockquote { margin: 6pt 0 9pt; padding: 5pt 9pt; background: #fff6e0;
             border-left: 3pt solid #d9902f; break-inside: avoid }
blockquote p { margin: 0 }
.edition { color: #555; margin: 0 0 8pt }
.notice { border: 1pt solid #a33; background: #fdf1f1; padding: 6pt 9pt; margin: 0 0 12pt }
[dir=rtl] th, [dir=rtl] td { text-align: right }
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manuscript:
    """One Markdown file, split.

    Attributes:
        front: Keys of `kmqa.records.Document`, without id and hash.
        body: Markdown below the front matter; the title is not in it.
    """

    document_id: str
    front: dict[str, Any]
    body: str


def read_manuscript(path: Path) -> Manuscript:
    """Return the Markdown file `path`, split at the end of its front matter.

    Raises:
        CorpusFileError: It is absent, or has no front matter with a title and a language.
    """
    if not path.is_file():
        raise CorpusFileError("no such manuscript", path=path, remedy="Check the document's id.")
    opening, _, rest = path.read_text(encoding="utf-8").partition("---\n")
    head, found, body = rest.partition("\n---\n")
    front = yaml.safe_load(head) if found and not opening else None
    if not isinstance(front, dict) or not {"title", "language"} <= front.keys():
        raise CorpusFileError(
            "front matter is missing or incomplete",
            path=path,
            line=1,
            expected='a title and a language between two lines of "---"',
            remedy="Begin the file with them.",
        )
    return Manuscript(document_id=path.stem, front=front, body=body)


def page_markup(manuscript: Manuscript) -> str:
    """Return the whole document as HTML: title, edition, notice, then the body."""
    from markdown_it import MarkdownIt

    front = {key: html.escape(str(value)) for key, value in manuscript.front.items()}
    direction = "rtl" if front["language"] in {"ar", "ur"} else "ltr"
    body = MarkdownIt("commonmark").enable("table").render(manuscript.body)
    edition = ", ".join(front[key] for key in ("edition", "licence") if key in front)
    return (
        f'<!doctype html><html lang="{front["language"]}" dir="{direction}"><head>'
        f'<meta charset="utf-8"><title>{front["title"]}</title>'
        f'<meta name="author" content="{REVIEW["publisher"]}">'
        f'<meta name="dcterms.created" content="{DAY_MADE}">'
        f'<meta name="dcterms.modified" content="{DAY_MADE}"></head><body>'
        f'<h1>{front["title"]}</h1><p class="edition">{REVIEW["publisher"]}. {edition}</p>'
        f'<p class="notice"><strong>Notice.</strong> {NOTICE}</p>{body}</body></html>'
    )


def pdf_of(markup: str) -> bytes:
    """Return the PDF that WeasyPrint draws of `markup`; nothing is fetched."""
    import weasyprint

    # fontTools stamps the fonts that it cuts down with this moment, or else with the clock.
    os.environ["SOURCE_DATE_EPOCH"] = str(SECONDS_MADE)
    identifier = hashlib.sha256((markup + STYLE).encode()).digest()[:16]
    drawn = weasyprint.HTML(string=markup).write_pdf(
        stylesheets=[weasyprint.CSS(string=STYLE)], pdf_identifier=identifier
    )
    return bytes(drawn)


def description(manuscript: Manuscript, pdf: bytes) -> str:
    """Return the document's YAML file as text.

    Raises:
        CorpusFileError: The front matter is not what a document's description may hold.
    """
    name = layout.document_path(manuscript.document_id)
    hashed = {"id": manuscript.document_id, "sha256": hashlib.sha256(pdf).hexdigest()}
    data = REVIEW | manuscript.front | hashed
    record, problems = schema.record_of(records.Document, data, name, lambda *_: 0)
    if record is None:
        raise CorpusFileError(problems[0].message.rstrip("."), path=Path(name))
    return yaml_writer.dump(schema.plain(record))


def make(source: Path, folder: Path) -> Path:
    """`folder` holds the PDF and the description of the manuscript `source`; returns the PDF."""
    manuscript = read_manuscript(source)
    pdf = pdf_of(page_markup(manuscript))
    described = description(manuscript, pdf)
    path = folder / f"{manuscript.document_id}.pdf"
    path.write_bytes(pdf)
    disk.write_atomically(path.with_suffix(".yaml"), described)
    return path


def main(argv: list[str] | None = None) -> int:
    """Make the documents that are named, or all; exit code 0 where every one was made."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("ids", nargs="*", metavar="ID", help="documents to make (default: all)")
    parser.add_argument("--corpus", type=Path, default=CORPUS, help="corpus folder")
    options = parser.parse_args(argv)
    if not all(importlib.util.find_spec(name) for name in ("weasyprint", "markdown_it")):
        print(NEEDED, file=sys.stderr)
        return 1
    folder = options.corpus / layout.DOCUMENTS
    every = sorted((folder / "src").glob("*.md"))
    sources = [folder / "src" / f"{name}.md" for name in options.ids] or every
    try:
        for source in sources:
            print(f"made {make(source, folder)}")
    except UserError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
