"""Commands on a corpus: from an empty one to a bundle."""

from pathlib import Path
from typing import Annotated, cast

import typer

from kmqa.cli.options import CorpusOption, IndexOption, JsonOption, anchor_corpus, index_folder
from kmqa.records import Status
from kmqa.settings import read_settings, today

app = typer.Typer()


@app.command("init")
def init(
    directory: Annotated[Path, typer.Argument(help="A folder that is missing or empty.")],
    languages: Annotated[
        str, typer.Option(help="Codes separated by commas, the default language first.")
    ] = "en",
) -> int:
    """Begin an empty, valid corpus."""
    from kmqa.commands import init as command

    return command.create_corpus(directory, languages=languages)


@app.command("import")
def import_answers(
    file: Annotated[Path, typer.Argument(help="A .jsonl, .csv or .xlsx file.")],
    corpus: CorpusOption = None,
    approved_by: Annotated[
        str | None, typer.Option(help="Who approves the answers; else they are drafts.")
    ] = None,
) -> int:
    """Add answers from a file: all of them, or none and a list of what is wrong."""
    from kmqa.commands import import_answers as command

    return command.import_file(
        file,
        corpus=anchor_corpus(corpus, index_folder(None)),
        today=today(),
        approved_by=approved_by,
    )


@app.command("check")
def check(
    corpus: CorpusOption = None, index: IndexOption = None, as_json: JsonOption = False
) -> int:
    """List every problem of a corpus; exit 0 when it is fit to build."""
    from functools import partial

    from kmqa.commands import check as command
    from kmqa.offline import extract as extraction

    place = index_folder(index)
    read_pdf = partial(extraction.read_pdf, cache=place / ".cache" / "extractions")
    return command.check_corpus(
        command.Wish(corpus=anchor_corpus(corpus, place), index=place, as_json=as_json),
        read_pdf=read_pdf,
        today=today(),
    )


@app.command("review")
def review(  # noqa: PLR0913 - one argument an option
    to: Annotated[str, typer.Argument(help="New status: in_review, approved, draft, retired.")],
    ids: Annotated[
        list[str] | None, typer.Argument(help="Ids of answers, documents, signs.")
    ] = None,
    by: Annotated[str, typer.Option(help="Who takes the step.")] = "",
    every: Annotated[
        str | None, typer.Option("--all", help="Also every item that has this status.")
    ] = None,
    accept: Annotated[
        list[str] | None,
        typer.Option(help="What of a PDF's active content the approval accepts; once for each."),
    ] = None,
    corpus: CorpusOption = None,
) -> int:
    """Move items through review: draft, in_review, approved, retired."""
    from functools import partial

    from kmqa.commands import workflow as command
    from kmqa.corpus.workflow import Step
    from kmqa.offline import extract as extraction

    which = command.Which(ids=ids or [], every=cast("Status | None", every))
    accepts = command.check_accepts(accept or [])
    step = Step(to=cast("Status", to), by=by, today=today(), accepts=accepts)
    read_pdf = partial(extraction.read_pdf, cache=read_settings().index / ".cache" / "extractions")
    place = anchor_corpus(corpus, index_folder(None))
    return command.move_items(which, corpus=place, step=step, read_pdf=read_pdf)


@app.command("extract")
def extract(
    pdfs: Annotated[list[Path], typer.Argument(help="PDF files, or folders of them.")],
    as_json: JsonOption = False,
    ocr: Annotated[
        bool, typer.Option("--ocr", help="Write a searchable copy of scans, for review.")
    ] = False,
    clean: Annotated[
        bool,
        typer.Option("--clean", help="Write a copy without scripts, files inside and links."),
    ] = False,
) -> int:
    """Tell what can be read of PDFs: pages, characters, language, verdict, active content."""
    from kmqa.commands import extract as command

    cache = read_settings().index / ".cache" / "extractions"
    copies = command.Copies(searchable=ocr, clean=clean)
    return command.extract_pdfs(pdfs, as_json=as_json, copies=copies, cache=cache)


@app.command("build")
def build(
    corpus: CorpusOption = None,
    index: IndexOption = None,
    by: Annotated[str, typer.Option(help="Who builds, for the record.")] = "",
) -> None:
    """Make a bundle of the corpus and print its id; live at once when none is."""
    from kmqa.commands import build as command

    place = index_folder(index)
    outcome = command.build_index(
        corpus=anchor_corpus(corpus, place), index=place, today=today(), by=by
    )
    command.print_outcome(outcome)
