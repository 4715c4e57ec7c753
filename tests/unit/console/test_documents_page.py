"""Documents: uploads that are no PDFs, pages with their quotes, editions, review by a second."""

from dataclasses import replace
from pathlib import Path

import pytest
from active_pdfs import make_active
from console_client import Curator, curator
from fastapi.testclient import TestClient

from kmqa.console.app import console
from kmqa.console.context import ConsoleContext
from kmqa.corpus import audit, files, item_files, layout
from kmqa.records import Document, Source

PDFS = Path(__file__).parents[2] / "data" / "pdfs"
FIELDS = {"id": "handbook", "title": "A handbook", "language": "en", "edition": "first"}


def upload(
    who: Curator, pdf: str | bytes, path: str = "/documents", status: int = 200, **fields: str
) -> str:
    content = (PDFS / f"{pdf}.pdf").read_bytes() if isinstance(pdf, str) else pdf
    answer = who.client.post(
        path,
        data={"form_key": who.key(), **(FIELDS | fields)},
        files={"file": ("some.pdf", content, "application/pdf")},
    )
    assert answer.status_code == status, answer.text[:800]
    return answer.text


def handbook(context: ConsoleContext) -> Document:
    return {one.id: one for one in files.read_corpus(context.corpus_root).documents}["handbook"]


def sha256(context: ConsoleContext) -> str:
    return files.read_corpus(context.corpus_root).origins["document", "handbook"].sha256


def cite(context: ConsoleContext, quote: str, page: int = 1) -> None:
    corpus = files.read_corpus(context.corpus_root)
    answer = next(one for one in corpus.answers if one.id == "depo-late")
    source = Source(document="handbook", pages=(page,), quote=quote)
    item_files.write_item(
        context.corpus_root,
        replace(answer, sources=(source,)),
        corpus.origins["answer", "depo-late"].sha256,
    )


def test_an_uploaded_pdf_is_a_draft_with_its_pages_and_an_audit_line(
    context: ConsoleContext, author: Curator
) -> None:
    page = upload(author, "english")

    assert handbook(context).status == "draft"
    assert (
        layout.pdf_path(context.corpus_root, "handbook").read_bytes()
        == (PDFS / "english.pdf").read_bytes()
    )
    assert "page 1: text" in page
    last = audit.read(context.corpus_root)[-1]
    assert (last.by, last.action, last.item) == ("Asha", "new", "document:handbook")


@pytest.mark.parametrize(
    "pdf", ["html", "zero-bytes", "truncated", "encrypted-password", "no-pages", "bomb-file"]
)
def test_a_file_that_cannot_be_read_is_refused_and_leaves_nothing(
    context: ConsoleContext, author: Curator, pdf: str
) -> None:
    page = upload(author, pdf, status=422)

    assert "not taken" in page
    assert not layout.pdf_path(context.corpus_root, "handbook").exists()
    assert files.read_corpus(context.corpus_root).documents == ()


def test_an_upload_that_is_too_large_is_cut_off(author: Curator) -> None:
    upload(author, b"%PDF-1.7" + b"x" * 60_000_000, status=413)


@pytest.mark.parametrize("name", ["../evil", "a/b", "", "ü", ".hidden", "x" * 101])
def test_an_id_that_could_leave_the_folder_is_refused(
    context: ConsoleContext, author: Curator, name: str
) -> None:
    upload(author, "english", status=422, id=name)

    assert list(context.corpus_root.rglob("*.pdf")) == []


def test_an_id_that_is_taken_overwrites_nothing(context: ConsoleContext, author: Curator) -> None:
    upload(author, "english")
    before = handbook(context)

    upload(author, "hindi", status=409, title="Another")

    assert handbook(context) == before


def test_what_a_pdf_does_is_approved_only_with_an_explicit_yes_that_is_kept(
    context: ConsoleContext, author: Curator, reviewer: Curator
) -> None:
    page = upload(author, make_active("javascript", "link"))
    assert "runs scripts" in page
    assert "leads to other pages or files" in page
    author.post("/documents/handbook/move", to="in_review", sha256=sha256(context))

    for given in ({}, {"accept": "link"}):
        page = reviewer.post(
            "/documents/handbook/move", 422, to="approved", sha256=sha256(context), **given
        )
        assert "does more than show pages" in page
    assert handbook(context).status == "in_review"
    both = {"form_key": reviewer.key(), "to": "approved", "sha256": sha256(context)}
    taken = reviewer.client.post(
        "/documents/handbook/move", data={**both, "accept": ["javascript", "link"]}
    )

    assert taken.status_code == 200
    assert handbook(context).accepted_content == ("javascript", "link")
    corpus = files.read_corpus(context.corpus_root)
    last = audit.read(context.corpus_root)[-1]
    assert (last.by, last.sha256_after) == ("Bilal", audit.fingerprint(corpus, handbook(context)))
    assert last.sha256_after != audit.meaning_sha256(
        replace(handbook(context), accepted_content=())
    )


def test_a_new_edition_is_accepted_anew(
    context: ConsoleContext, author: Curator, reviewer: Curator
) -> None:
    upload(author, make_active("link"))
    author.post("/documents/handbook/move", to="in_review", sha256=sha256(context))
    step = {"to": "approved", "sha256": sha256(context), "accept": "link"}
    reviewer.post("/documents/handbook/move", **step)
    assert handbook(context).accepted_content == ("link",)

    upload(author, make_active("javascript"), "/documents/handbook/edition", sha256=sha256(context))

    assert (handbook(context).status, handbook(context).accepted_content) == ("draft", ())


def test_a_clean_copy_is_an_edition_that_does_nothing_and_needs_no_yes(
    context: ConsoleContext, author: Curator, reviewer: Curator
) -> None:
    upload(author, make_active("javascript", "embedded_file"))
    page = author.post("/documents/handbook/clean", sha256=sha256(context))

    assert "runs scripts" not in page
    assert b"EVIL" not in layout.pdf_path(context.corpus_root, "handbook").read_bytes()
    assert audit.read(context.corpus_root)[-1].action == "edition"
    author.post("/documents/handbook/move", to="in_review", sha256=sha256(context))
    reviewer.post("/documents/handbook/move", to="approved", sha256=sha256(context))
    assert handbook(context).status == "approved"


@pytest.mark.parametrize("url", ["http://example.org/a.pdf", "javascript:alert(1)", "//x.org"])
def test_an_address_that_is_not_one_of_https_is_refused(
    context: ConsoleContext, author: Curator, url: str
) -> None:
    assert "https://" in upload(author, "english", status=422, url=url)
    assert files.read_corpus(context.corpus_root).documents == ()


def test_whoever_brought_a_document_does_not_approve_it(
    context: ConsoleContext, reviewer: Curator
) -> None:
    upload(reviewer, "english")
    reviewer.post("/documents/handbook/move", to="in_review", sha256=sha256(context))

    reviewer.post("/documents/handbook/move", 403, to="approved", sha256=sha256(context))


def test_a_second_person_approves_the_very_bytes(
    context: ConsoleContext, author: Curator, reviewer: Curator
) -> None:
    upload(author, "english")
    author.post("/documents/handbook/move", to="in_review", sha256=sha256(context))
    author.post("/documents/handbook/move", 403, to="approved", sha256=sha256(context))
    reviewer.post("/documents/handbook/move", to="approved", sha256=sha256(context))

    assert handbook(context).status == "approved"
    assert handbook(context).sha256 is not None


def test_a_page_shows_its_picture_and_where_the_quote_stands(author: Curator) -> None:
    upload(author, "english")
    words = author.get("/documents/handbook/pages/1").split("<div")[-1]
    quote = " ".join(words.split(">")[1].split("<")[0].split()[2:6])

    page = author.get(f"/documents/handbook/pages/1?quote={quote}")
    picture = author.client.get("/documents/handbook/pages/1.png")

    assert '<rect class="mark"' in page
    assert picture.headers["content-type"] == "image/png"
    assert picture.content.startswith(b"\x89PNG")
    assert "not on this page" in author.get("/documents/handbook/pages/1?quote=nowhere")


@pytest.mark.parametrize("path", ["pages/99.png", "pages/0.png"])
def test_a_page_that_is_not_there_is_not_found(author: Curator, path: str) -> None:
    upload(author, "english")

    author.get(f"/documents/handbook/{path}", 404)


def test_a_script_in_a_title_or_quote_is_shown_and_never_run(author: Curator) -> None:
    evil = "<script>alert(1)</script>"
    upload(author, "english", title=evil, publisher=evil)

    for path in ("", "/handbook", f"/handbook/pages/1?quote={evil}"):
        assert "<script>alert" not in author.get(f"/documents{path}")


def test_a_new_edition_shows_which_quotes_no_longer_stand(
    context: ConsoleContext, author: Curator
) -> None:
    upload(author, "english")
    extraction = author.get("/documents/handbook/pages/1").split("<div")[-1]
    cite(context, " ".join(extraction.split(">")[1].split("<")[0].split()[:4]))
    assert "depo-late" in author.get("/documents/handbook")
    assert ">no<" not in author.get("/documents/handbook")

    path = "/documents/handbook/edition"
    page = upload(author, "hindi", path, edition="second", sha256=sha256(context))

    assert ">no<" in page
    assert handbook(context).edition == "second"
    assert handbook(context).status == "draft"


def test_a_stale_form_overwrites_neither_description_nor_pdf(
    context: ConsoleContext, author: Curator, reviewer: Curator
) -> None:
    upload(author, "english")
    read = sha256(context)
    reviewer.post("/documents/handbook", **(FIELDS | {"title": "Theirs", "sha256": read}))

    author.post("/documents/handbook", 409, **(FIELDS | {"title": "Mine", "sha256": read}))
    author.post("/documents/handbook/move", 409, to="in_review", sha256=read)
    upload(author, "hindi", "/documents/handbook/edition", 409, sha256=read)

    assert handbook(context).title == "Theirs"
    assert (
        layout.pdf_path(context.corpus_root, "handbook").read_bytes()
        == (PDFS / "english.pdf").read_bytes()
    )


def test_an_evaluator_reads_and_brings_nothing(context: ConsoleContext, author: Curator) -> None:
    upload(author, "english")
    evaluator = curator(context, "Eve", "evaluator")

    evaluator.get("/documents/handbook")
    upload(evaluator, "english", status=403, id="other")
    evaluator.post("/documents/handbook/move", 403, to="in_review")


@pytest.mark.parametrize(
    "path", ["/documents", "/documents/x", "/documents/x/pages/1", "/documents/x/pages/1.png"]
)
def test_nobody_sees_documents_without_signing_in(context: ConsoleContext, path: str) -> None:
    answer = TestClient(console(context), follow_redirects=False).get(path)

    assert answer.status_code == 303


@pytest.mark.parametrize(
    "path", ["/documents", "/documents/x", "/documents/x/move", "/documents/x/edition"]
)
def test_no_form_is_taken_without_its_key(author: Curator, path: str) -> None:
    files_ = {"file": ("some.pdf", b"%PDF-1.7", "application/pdf")}

    # 400 where the page takes no file at all
    assert author.client.post(path, data=FIELDS, files=files_).status_code in {400, 403}


@pytest.mark.parametrize("name", ["..%2f..%2fetc", "nobody", "%00"])
def test_no_path_leads_out_of_the_documents(author: Curator, name: str) -> None:
    author.get(f"/documents/{name}", 404)
    author.get(f"/documents/{name}/pages/1.png", 404)
