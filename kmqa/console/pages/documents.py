"""Documents: bring a PDF, see what can be read of it, describe it, review it, renew it."""

from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.concurrency import run_in_threadpool

from kmqa.console import document_form, steps
from kmqa.console.desk import Desk
from kmqa.console.web import Web
from kmqa.corpus import audit, documents, layout, workflow
from kmqa.corpus.files import Corpus
from kmqa.corpus.rules import sources
from kmqa.errors import ExtractionError
from kmqa.offline import extract, page_picture
from kmqa.records import Answer, Document, Extraction, Source, UrgentEntry
from kmqa.state.accounts import User

_PICTURES = 24  # of pages, kept in memory; some 200 kB each


@dataclass(frozen=True, slots=True)
class Citation:
    """What cites a document, and where; `stands` is None where the PDF was not read yet."""

    item: Answer | UrgentEntry
    source: Source | None
    stands: bool | None


def routes(web: Web) -> APIRouter:
    """The routes of this page."""
    router = APIRouter()
    _add_list(router, web)
    _add_document(router, web)
    _add_pages(router, web)
    _add_changes(router, web)
    return router


def _add_list(router: APIRouter, web: Web) -> None:
    @router.get("/documents")
    async def listed(request: Request) -> Response:
        """Every document, and the form for a new one."""
        web.user(request)
        corpus = web.desk.corpus()
        known = await run_in_threadpool(_all_known, web.desk, corpus)
        cited = {one.id: len(documents.citing(corpus, one.id)) for one in corpus.documents}
        return web.page(
            request,
            "documents",
            documents=corpus.documents,
            known=known,
            cited=cited,
            languages_of_corpus=corpus.settings.languages,
        )

    @router.post("/documents")
    async def added(request: Request) -> Response:
        """A new document, as a draft."""
        user, form = await web.form(request, "write", n_files=1)
        pdf = await document_form.pdf_of(form)
        document = document_form.described_by({"id": str(form.get("id", "")).strip()}, form)
        await run_in_threadpool(document_form.check_pdf, pdf)
        await run_in_threadpool(documents.added, web.desk.corpus_root, document, pdf, user.name)
        return web.to(request, f"documents/{document.id}")


def _add_document(router: APIRouter, web: Web) -> None:
    @router.get("/documents/{document_id}")
    async def shown(request: Request, document_id: str) -> Response:
        """One document with its pages, and what cites it."""
        user = web.user(request)
        return await run_in_threadpool(_page, web, request, user, document_id)

    @router.post("/documents/{document_id}")
    async def described(request: Request, document_id: str) -> Response:
        """The description says what the form says, as a draft."""
        user, form = await web.form(request, "write")
        before = _named(web.desk.corpus(), document_id)
        after = document_form.described_by({"id": before.id, "topics": before.topics}, form)
        await run_in_threadpool(
            documents.described,
            web.desk.corpus_root,
            after,
            user.name,
            str(form.get("sha256", "")),
        )
        return web.to(request, f"documents/{document_id}")


def _add_changes(router: APIRouter, web: Web) -> None:
    @router.post("/documents/{document_id}/move")
    async def moved(request: Request, document_id: str) -> Response:
        """The document takes a step of its review, or is withdrawn."""
        user, form = await web.form(request, "write")
        step = steps.asked(form, user, web.desk.today())
        _named(web.desk.corpus(), document_id)
        read = str(form.get("sha256", ""))
        await run_in_threadpool(
            workflow.move, web.desk.corpus_root, "document", document_id, step, read
        )
        return web.to(request, f"documents/{document_id}")

    @router.post("/documents/{document_id}/edition")
    async def renewed(request: Request, document_id: str) -> Response:
        """A new edition stands in for the PDF; the document is a draft again."""
        user, form = await web.form(request, "write", n_files=1)
        before = _named(web.desk.corpus(), document_id)
        pdf = await document_form.pdf_of(form)
        edition = str(form.get("edition", "")).strip() or before.edition
        after = replace(before, edition=edition, year=document_form.year_of(form) or before.year)
        await run_in_threadpool(document_form.check_pdf, pdf)
        read = str(form.get("sha256", ""))
        await run_in_threadpool(
            documents.renewed, web.desk.corpus_root, after, pdf, user.name, read
        )
        return web.to(request, f"documents/{document_id}")


def _add_pages(router: APIRouter, web: Web) -> None:
    @router.get("/documents/{document_id}/pages/{number}.png")
    async def picture(request: Request, document_id: str, number: int) -> Response:
        """A page as it looks."""
        web.user(request)
        drawn = await run_in_threadpool(_drawn, web.desk, document_id, number)
        if not drawn.png:
            raise HTTPException(404, "not-found")
        return Response(drawn.png, media_type="image/png")

    @router.get("/documents/{document_id}/pages/{number}")
    async def page(request: Request, document_id: str, number: int, quote: str = "") -> Response:
        """A page as it looks, with a quote marked, beside what was read of it."""
        web.user(request)
        document = _named(web.desk.corpus(), document_id)
        drawn = await run_in_threadpool(_drawn, web.desk, document_id, number)
        read = await run_in_threadpool(_extraction, web.desk, document_id)
        pages = {page.number: page for page in read.pages} if read else {}
        return web.page(
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


def _page(web: Web, request: Request, user: User, document_id: str) -> Response:
    desk = web.desk
    corpus = desk.corpus()
    document = _named(corpus, document_id)
    extraction = _extraction(desk, document_id)
    log = [e for e in audit.read(desk.corpus_root) if e.item == f"document:{document_id}"]
    return web.page(
        request,
        "document",
        here="documents",
        document=document,
        sha256=corpus.origins["document", document_id].sha256,
        extraction=extraction,
        citations=_citations(corpus, document_id, extraction),
        languages_of_corpus=corpus.settings.languages,
        steps=steps.offered(document, user, desk.today(), log),
        entries=log[::-1][:30],
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


def _named(corpus: Corpus, document_id: str) -> Document:
    found = next((one for one in corpus.documents if one.id == document_id), None)
    if found is None:
        raise HTTPException(404, "not-found")
    return found


def _all_known(desk: Desk, corpus: Corpus) -> dict[str, Extraction]:
    """What was found out before about each PDF; those that nobody looked at yet are absent."""
    found = {}
    for document in corpus.documents:
        path = layout.pdf_path(desk.corpus_root, document.id)
        known = extract.known(path, _cache(desk)) if path.is_file() else None
        if known:
            found[document.id] = known
    return found


def _extraction(desk: Desk, document_id: str) -> Extraction | None:
    """What can be read of the document's PDF; None where it has none."""
    path = layout.pdf_path(desk.corpus_root, document_id)
    if not path.is_file():
        return None
    return extract.read_pdf(path, cache=_cache(desk))


def _cache(desk: Desk) -> Path:
    return desk.index / ".cache" / "extractions"


def _drawn(desk: Desk, document_id: str, number: int) -> page_picture.PagePicture:
    """The page of a document of the corpus."""
    _named(desk.corpus(), document_id)
    path = layout.pdf_path(desk.corpus_root, document_id)
    try:
        changed = path.stat().st_mtime_ns
    except OSError as error:
        raise ExtractionError("there is no PDF", path=path) from error
    return _kept_picture(path, changed, number)


@lru_cache(maxsize=_PICTURES)
def _kept_picture(path: Path, _changed: int, number: int) -> page_picture.PagePicture:
    return page_picture.draw(path.read_bytes(), number)
