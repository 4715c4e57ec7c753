"""Documents: bring a PDF, see what can be read of it, describe it, review it, renew it."""

from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, HTTPException, Request, Response

from kmqa.console import document_form, steps
from kmqa.console.context import ConsoleContext
from kmqa.console.form_fields import read_field
from kmqa.console.guards import Context, Form, Upload, needs
from kmqa.console.messages import message
from kmqa.console.page import Page
from kmqa.console.render import redirect, render_page
from kmqa.content.corpus import Corpus
from kmqa.content.rules import sources
from kmqa.corpus import audit, documents, layout, workflow
from kmqa.errors import ExtractionError
from kmqa.offline import extract, page_picture, pdf_reader
from kmqa.records import Document, Extraction, Reviewed, Source
from kmqa.state.accounts import User

router = APIRouter()
PAGE = Page(name="documents", label=message("Documents"), order=50, router=router)
ENTRIES_SHOWN = 30  # lines of the audit log; the others stand on the page of the log
_PICTURES = 24  # of pages, kept in memory; some 200 kB each


@dataclass(frozen=True, slots=True)
class Citation:
    """What cites a document, and where; `stands` is None where the PDF was not read yet."""

    item: Reviewed
    source: Source | None
    stands: bool | None


@router.get("/documents", dependencies=[needs("read")])
def show_documents(request: Request, context: Context) -> Response:
    """Show every document, and the form for a new one."""
    corpus = context.read_corpus()
    return render_page(
        request,
        "documents",
        documents=corpus.documents,
        known=_all_known(context, corpus),
        cited={one.id: len(documents.citing(corpus, one.id)) for one in corpus.documents},
        languages_of_corpus=corpus.settings.languages,
    )


@router.post("/documents")
def add_document(
    request: Request, context: Context, user: Annotated[User, needs("write")], form: Upload
) -> Response:
    """Take a new document, as a draft."""
    pdf = document_form.read_pdf(form)
    document = document_form.document_of({"id": read_field(form, "id").strip()}, form)
    document_form.check_pdf(pdf)
    documents.add_document(context.corpus_root, document, pdf, user.name)
    return redirect(request, f"documents/{document.id}")


@router.get("/documents/{document_id}")
def show_document(
    request: Request, context: Context, user: Annotated[User, needs("read")], document_id: str
) -> Response:
    """Show one document with its pages, and what cites it."""
    corpus = context.read_corpus()
    document = _find_document(corpus, document_id)
    extraction = _extraction(context, document_id)
    log = [e for e in audit.read(context.corpus_root) if e.item == f"document:{document_id}"]
    return render_page(
        request,
        "document",
        here="documents",
        document=document,
        sha256=corpus.origins["document", document_id].sha256,
        extraction=extraction,
        citations=_citations(corpus, document_id, extraction),
        languages_of_corpus=corpus.settings.languages,
        steps=steps.list_steps(document, user, context.today(), log),
        entries=log[::-1][:ENTRIES_SHOWN],
        n_entries=len(log),
    )


@router.post("/documents/{document_id}")
def describe_document(
    request: Request,
    context: Context,
    user: Annotated[User, needs("write")],
    form: Form,
    document_id: str,
) -> Response:
    """Write what the form says into the description, as a draft."""
    before = _find_document(context.read_corpus(), document_id)
    after = document_form.document_of({"id": before.id, "topics": before.topics}, form)
    documents.change_description(context.corpus_root, after, user.name, read_field(form, "sha256"))
    return redirect(request, f"documents/{document_id}")


@router.post("/documents/{document_id}/move")
def move_document(
    request: Request,
    context: Context,
    user: Annotated[User, needs("write")],
    form: Form,
    document_id: str,
) -> Response:
    """Take the document a step through its review, or withdraw it."""
    step = steps.step_of(form, user, context.today())
    _find_document(context.read_corpus(), document_id)
    extraction = _extraction(context, document_id) if step.to == "approved" else None
    if extraction and not set(extraction.active) <= set(step.accepts):
        raise HTTPException(422, "needs-accept")
    workflow.move(context.corpus_root, "document", document_id, step, read_field(form, "sha256"))
    return redirect(request, f"documents/{document_id}")


@router.post("/documents/{document_id}/edition")
def replace_edition(
    request: Request,
    context: Context,
    user: Annotated[User, needs("write")],
    form: Upload,
    document_id: str,
) -> Response:
    """Replace the PDF by a new edition; the document is a draft again."""
    before = _find_document(context.read_corpus(), document_id)
    pdf = document_form.read_pdf(form)
    edition = read_field(form, "edition").strip() or before.edition
    after = replace(before, edition=edition, year=document_form.year_of(form) or before.year)
    document_form.check_pdf(pdf)
    documents.replace_edition(
        context.corpus_root, after, pdf, user.name, read_field(form, "sha256")
    )
    return redirect(request, f"documents/{document_id}")


@router.post("/documents/{document_id}/clean")
def clean_document(
    request: Request,
    context: Context,
    user: Annotated[User, needs("write")],
    form: Form,
    document_id: str,
) -> Response:
    """Replace the PDF by a copy in which nothing runs, is carried along or leads away; a draft."""
    document = _find_document(context.read_corpus(), document_id)
    path = layout.pdf_path(context.corpus_root, document_id)
    if not path.is_file():
        raise HTTPException(404, "not-found")
    pdf = pdf_reader.clean(path, pdf_reader.Limits())
    documents.replace_edition(
        context.corpus_root, document, pdf, user.name, read_field(form, "sha256")
    )
    return redirect(request, f"documents/{document_id}")


@router.get("/documents/{document_id}/pages/{number}.png", dependencies=[needs("read")])
def send_picture(context: Context, document_id: str, number: int) -> Response:
    """Send a page as it looks."""
    drawn = _draw_page(context, document_id, number)
    if not drawn.png:
        raise HTTPException(404, "not-found")
    return Response(drawn.png, media_type="image/png")


@router.get("/documents/{document_id}/pages/{number}", dependencies=[needs("read")])
def show_page(
    request: Request, context: Context, document_id: str, number: int, quote: str = ""
) -> Response:
    """Show a page as it looks, with a quote marked, beside what was read of it."""
    document = _find_document(context.read_corpus(), document_id)
    drawn = _draw_page(context, document_id, number)
    read = _extraction(context, document_id)
    pages = {page.number: page for page in read.pages} if read else {}
    return render_page(
        request,
        "document-page",
        here="documents",
        document=document,
        number=number,
        drawn=drawn,
        read=pages.get(number),
        quote=quote[:1_000],
        boxes=page_picture.boxes_of(quote[:1_000], drawn),
    )


def _citations(corpus: Corpus, document_id: str, extraction: Extraction | None) -> list[Citation]:
    """Everything that cites the document, with whether its words still stand there."""
    found = []
    for item, cited in documents.citing(corpus, document_id):
        found += [Citation(item, source, _stands(source, extraction)) for source in cited]
        if not cited:
            found.append(Citation(item, None, None))
    return found


def _stands(source: Source, extraction: Extraction | None) -> bool | None:
    if extraction is None:
        return None
    if source.pages[-1] > len(extraction.pages):
        return False
    pages = [extraction.pages[number - 1] for number in source.pages]
    return all(page.verdict == "text" for page in pages) and (
        not source.quote or sources.stands_in(source.quote, pages)
    )


def _find_document(corpus: Corpus, document_id: str) -> Document:
    found = next((one for one in corpus.documents if one.id == document_id), None)
    if found is None:
        raise HTTPException(404, "not-found")
    return found


def _all_known(context: ConsoleContext, corpus: Corpus) -> dict[str, Extraction]:
    """Return what was found out before about each PDF; those not looked at yet are absent."""
    found = {}
    for document in corpus.documents:
        path = layout.pdf_path(context.corpus_root, document.id)
        known = extract.read_cached(path, _cache(context)) if path.is_file() else None
        if known:
            found[document.id] = known
    return found


def _extraction(context: ConsoleContext, document_id: str) -> Extraction | None:
    """Return what can be read of the document's PDF; None where it has none."""
    path = layout.pdf_path(context.corpus_root, document_id)
    if not path.is_file():
        return None
    return extract.read_pdf(path, cache=_cache(context))


def _cache(context: ConsoleContext) -> Path:
    return context.index / ".cache" / "extractions"


def _draw_page(context: ConsoleContext, document_id: str, number: int) -> page_picture.PagePicture:
    """Return the page of a document of the corpus."""
    _find_document(context.read_corpus(), document_id)
    path = layout.pdf_path(context.corpus_root, document_id)
    try:
        changed = path.stat().st_mtime_ns
    except OSError as error:
        raise ExtractionError("there is no PDF", path=path) from error
    return _draw_once(path, changed, number)


@lru_cache(maxsize=_PICTURES)
def _draw_once(path: Path, _changed: int, number: int) -> page_picture.PagePicture:
    return page_picture.draw(path.read_bytes(), number)
