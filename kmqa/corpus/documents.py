"""Documents come, change and give way to new editions, each step with its line in the audit log.

Whether a PDF can be read is judged by `kmqa.offline.extract` before it comes here; status is
changed by `kmqa.corpus.workflow`. Whoever brings a document is its author there.
"""

from dataclasses import replace
from pathlib import Path

from kmqa import disk
from kmqa.content import registry
from kmqa.content.corpus import Corpus
from kmqa.corpus import audit, files, item_files, layout, workflow
from kmqa.errors import EditConflict
from kmqa.records import Document, Reviewed, Source


def citing(corpus: Corpus, document_id: str) -> tuple[tuple[Reviewed, tuple[Source, ...]], ...]:
    """Return what cites the document or offers it, of every kind, each with its citations."""
    found = []
    for item in corpus.all_items():
        named: tuple[Source, ...] = getattr(item, "sources", ())
        sources = tuple(source for source in named if source.document == document_id)
        if sources or document_id in getattr(item, "resources", ()):
            found.append((item, sources))
    return tuple(found)


def add_document(root: Path, document: Document, pdf: bytes, by: str) -> Document:
    """Add a document to the corpus as a draft, with its PDF.

    Raises:
        EditConflict: There is a document with this id, or a PDF without a description.
    """
    draft = _reset_review(document)
    with audit.lock(root):
        corpus = files.read_corpus(root)
        taken = any(one.id == draft.id for one in corpus.documents)
        if taken or layout.pdf_path(root, draft.id).exists():
            raise EditConflict(
                "there is a document with this id", which=draft.id, remedy="Choose another id."
            )
        _log(corpus, "new", by, None, draft)
        layout.pdf_path(root, draft.id).parent.mkdir(parents=True, exist_ok=True)
        disk.write_bytes_atomically(layout.pdf_path(root, draft.id), pdf)
        item_files.write_item(root, draft, None)
    return draft


def change_description(root: Path, after: Document, by: str, expected_sha256: str) -> Document:
    """Write the description `after` into the document, as a draft.

    Args:
        root: The corpus folder.
        after: What it shall say; status, reviewers and dates do not count.
        by: Who wrote it.
        expected_sha256: Of the description's file when it was read.

    Raises:
        EditConflict: Somebody changed the file since.
        CorpusFileError: There is no such document.
    """
    with audit.lock(root):
        corpus = files.read_corpus(root)
        before = workflow.item_named(corpus, "document", after.id)
        draft = _reset_review(after)
        text = item_files.render_item(root, layout.document_path(draft.id), draft, expected_sha256)
        _log(corpus, "edit", by, before, draft)
        disk.write_atomically(root / layout.document_path(draft.id), text)
    return draft


def replace_edition(
    root: Path, after: Document, pdf: bytes, by: str, expected_sha256: str
) -> Document:
    """Give the document another PDF; it is a draft until a second person approves it.

    What cites it is not touched: `kmqa check` says where a page or quote no longer stands.

    Raises:
        EditConflict: As `described`, whose arguments see.
        CorpusFileError: There is no such document.
    """
    with audit.lock(root):
        corpus = files.read_corpus(root)
        before = workflow.item_named(corpus, "document", after.id)
        draft = _reset_review(after)
        text = item_files.render_item(root, layout.document_path(draft.id), draft, expected_sha256)
        _log(corpus, "edition", by, before, draft)
        # The draft first: an approved description never stands beside bytes that nobody approved.
        disk.write_atomically(root / layout.document_path(draft.id), text)
        disk.write_bytes_atomically(layout.pdf_path(root, draft.id), pdf)
    return draft


def _reset_review(document: Document) -> Document:
    return replace(
        document,
        status="draft",
        sha256=None,
        reviewed_by=(),
        reviewed_on=None,
        review_by=None,
        accepted_content=(),
    )


def _log(corpus: Corpus, action: str, by: str, before: Reviewed | None, after: Document) -> None:
    entry = audit.Entry(
        by=by,
        action=action,
        item=registry.name_of(after),
        from_status=before.status if before else "",
        to_status=after.status,
        sha256_before=audit.meaning_sha256(before) if before else "",
        sha256_after=audit.meaning_sha256(after),
    )
    # Written ahead, as every line of the log.
    audit.append(corpus.root, (*workflow.first_entries(corpus, by), entry))
