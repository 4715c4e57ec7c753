"""Changes of the corpus that a page makes, each with its line in the audit log.

Whoever changes an answer becomes its author, so that another person must approve it.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from kmqa import disk
from kmqa.content import registry
from kmqa.content.corpus import Corpus
from kmqa.corpus import audit, files, item_files, layout, schema, workflow, yaml_file, yaml_writer
from kmqa.errors import CorpusFileError, EditConflict
from kmqa.records import Answer, Refusals, Status


def sha256_of(corpus: Corpus, answer_id: str) -> str:
    """Which bytes of an answer's file were read; a form brings it along."""
    return corpus.origins["answer", answer_id].sha256


def save_draft(root: Path, after: Answer, by: str, expected_sha256: str) -> Answer:
    """Return the answer's file says what `after` says, as a draft of `by`.

    Raises:
        EditConflict: Somebody changed the file since the form was opened.
    """
    with audit.lock(root):
        corpus = files.read_corpus(root)
        before = workflow.item_named(corpus, "answer", after.id)
        if sha256_of(corpus, after.id) != expected_sha256:
            raise _edit_conflict(after.id)
        assert isinstance(before, Answer)  # noqa: S101 - asked for by its kind
        return _write_draft(corpus, before, after, by)


def add_wording(root: Path, answer_id: str, language: str, wording: str, by: str) -> Answer:
    """Return the answer has one more curated question, and waits for somebody else's review.

    A draft stays one: whoever writes it says when it is ready.

    Raises:
        CorpusFileError: There is no such answer.
    """
    with audit.lock(root):
        corpus = files.read_corpus(root)
        before = workflow.item_named(corpus, "answer", answer_id)
        assert isinstance(before, Answer)  # noqa: S101 - asked for by its kind
        questions = dict(before.questions)
        questions[language] = (*questions.get(language, ()), wording)
        after = replace(before, questions=questions)
        is_ready = before.status in {"approved", "in_review"}
        return _write_draft(corpus, before, after, by, status="in_review" if is_ready else "draft")


def create_answer(root: Path, answer: Answer, by: str) -> None:
    """Return a new draft.

    Raises:
        EditConflict: There is an answer with this id.
    """
    with audit.lock(root):
        corpus = files.read_corpus(root)
        if any(one.id == answer.id for one in corpus.answers):
            raise EditConflict(
                "there is an answer with this id", which=answer.id, remedy="Choose another id."
            )
        draft = replace(answer, status="draft", authored_by=by)
        entry = audit.Entry(
            by=by, action="new", item=registry.name_of(draft), to_status="draft",
            sha256_after=audit.meaning_sha256(draft),
        )  # fmt: skip
        audit.append(root, (*workflow.first_entries(corpus, by), entry))
        item_files.write_item(root, draft, None)


def add_refusal(root: Path, group: str, language: str, question: str, by: str) -> None:
    """`refusals.yaml` has one more example that must be refused.

    Raises:
        CorpusFileError: There is no such group.
    """
    path = root / layout.REFUSALS
    with audit.lock(root):
        corpus = files.read_corpus(root)
        if all(one.id != group for one in corpus.refusals.groups):
            raise CorpusFileError(
                f'there is no group "{group}"', path=path, remedy="Choose one of the list."
            )
        groups = tuple(
            replace(one, questions=_with(one.questions, language, question))
            if one.id == group
            else one
            for one in corpus.refusals.groups
        )
        after = Refusals(groups=groups, contacts=corpus.refusals.contacts)
        old, new = schema.plain(corpus.refusals), schema.plain(after)
        text = yaml_writer.apply_changes(path, old, new)
        entry = audit.Entry(by=by, action="refuse", item=f"refusals:{group}")
        audit.append(root, (*workflow.first_entries(corpus, by), entry))
        disk.write_atomically(path, text)
    yaml_file.read(path)


def append_to_log(root: Path, entry: audit.Entry) -> None:
    """Return the audit log says what somebody did that no file of the corpus shows.

    Once there is a log, no other file is read: somebody must be shut out, or an answer stopped,
    while a file has the wrong form, too.
    """
    with audit.lock(root):
        first = () if audit.exists(root) else _first_entries(root, entry.by)
        audit.append(root, (*first, entry))


def _first_entries(root: Path, by: str) -> tuple[audit.Entry, ...]:
    return tuple(workflow.first_entries(files.read_corpus(root), by))


def _with(
    questions: Mapping[str, tuple[str, ...]], language: str, question: str
) -> dict[str, tuple[str, ...]]:
    return {**questions, language: (*questions.get(language, ()), question)}


def _write_draft(
    corpus: Corpus, before: Answer, after: Answer, by: str, status: Status = "draft"
) -> Answer:
    version = before.version + (before.status == "approved")
    after = replace(
        after,
        status=status,
        version=version,
        authored_by=by,
        reviewed_by=(),
        approved_on=None,
        review_by=None,
    )
    origin = corpus.origins["answer", before.id]
    text = item_files.render_item(corpus.root, origin.path, after, origin.sha256)
    entry = audit.Entry(
        by=by,
        action="edit",
        item=registry.name_of(after),
        from_status=before.status,
        to_status=after.status,
        sha256_before=audit.meaning_sha256(before),
        sha256_after=audit.meaning_sha256(after),
    )
    audit.append(corpus.root, (*workflow.first_entries(corpus, by), entry))
    disk.write_atomically(corpus.root / origin.path, text)
    return after


def _edit_conflict(answer_id: str) -> EditConflict:
    return EditConflict(
        "somebody changed this answer meanwhile",
        which=answer_id,
        got="another version than the one that you opened",
        remedy="Nothing was overwritten. Open it again and repeat your change.",
    )


def lines_of(text: str) -> tuple[str, ...]:
    """Return the lines of a form's field, trimmed, without empty ones."""
    return tuple(line.strip() for line in text.replace("\r", "").split("\n") if line.strip())
