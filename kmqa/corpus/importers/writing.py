"""Answers from a file into the corpus: all of them or none."""

import secrets
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kmqa import disk, look_alikes
from kmqa.content import registry
from kmqa.content.corpus import Corpus
from kmqa.corpus import audit, files, layout, schema, workflow, yaml_writer
from kmqa.corpus.importers import merge, rows
from kmqa.errors import CorpusInvalid, NotPermitted
from kmqa.records import Answer, CorpusSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import did.

    Attributes:
        ids: Answers that were written, in the order of the file.
        skipped: Ids that were there already with the same words.
        topics: Topics that were added to `corpus.yaml`.
        notes: What a person should know, one sentence each.
    """

    ids: tuple[str, ...]
    skipped: tuple[str, ...]
    topics: tuple[str, ...]
    notes: tuple[str, ...]


def plan_import(path: Path, root: Path, by: str) -> Imported:
    """Say what `import_answers` would do with `path`, as drafts of `by`; nothing is changed.

    Raises:
        CorpusInvalid: As `import_answers`.
        CorpusFileError: As `import_answers`.
    """
    read = rows.read_rows(path)
    plan = _plan(path, read, files.read_corpus(root), None, by)
    ids = tuple(answer.id for answer in plan.new)
    return Imported(ids=ids, skipped=plan.skipped, topics=plan.topics, notes=read.notes)


def _plan(
    path: Path, read: rows.Rows, corpus: Corpus, approval: merge.Approval | None, by: str
) -> merge.Plan:
    plan = merge.plan(str(path), read.rows, corpus, approval, by)
    problems = tuple(sorted(read.problems + plan.problems))
    if problems:
        raise CorpusInvalid(problems)
    return plan


def import_answers(
    path: Path, root: Path, approval: merge.Approval | None, by: str = merge.AUTHOR
) -> Imported:
    """Every answer of `path` is in the corpus `root`, each with a line in the audit log.

    Args:
        path: A .jsonl, .csv or .xlsx file.
        root: The corpus folder.
        approval: Who approves the answers; without it they arrive as drafts.
        by: Whose drafts they are; a second person must approve them.

    Raises:
        CorpusInvalid: The file has faulty rows or the corpus faulty files; nothing was changed.
        CorpusFileError: A file as a whole is unreadable; nothing was changed.
        NotPermitted: Nobody, or the import itself, would approve the answers.
    """
    if approval:
        _check_approver(approval)
    read = rows.read_rows(path)
    with audit.lock(root):
        corpus = files.read_corpus(root)
        plan = _plan(path, read, corpus, approval, by)
        if plan.new:
            _write(corpus, plan, approval.by if approval else by)
    ids = tuple(answer.id for answer in plan.new)
    return Imported(ids=ids, skipped=plan.skipped, topics=plan.topics, notes=read.notes)


def _check_approver(approval: merge.Approval) -> None:
    names = look_alikes.name_keys(approval.by)
    if not names or names & look_alikes.name_keys(merge.AUTHOR):
        raise NotPermitted(
            "imported answers need a person who approves them",
            got=f'"{approval.by}"',
            expected="a person's name",
            remedy="Give one, or import them as drafts.",
        )


def _write(corpus: Corpus, plan: merge.Plan, by: str) -> None:
    root = corpus.root
    settings = _with_topics(corpus.root / layout.SETTINGS, corpus.settings, plan.topics)
    with _stage(root, plan.new) as staging:
        # The log is written ahead: an answer without its line would count as unapproved, a line
        # without its answer does no harm.
        audit.append(root, (*workflow.first_entries(corpus, by), *_entries(plan.new, by)))
        _move_all(staging, root, plan.new)
        if plan.topics:
            disk.write_atomically(root / layout.SETTINGS, settings)


@contextmanager
def _stage(root: Path, answers: Sequence[Answer]) -> Iterator[Path]:
    """Make a folder inside the corpus with a file for each answer, gone afterwards."""
    staging = root / f".import-{secrets.token_hex(4)}"
    try:
        for answer in answers:
            path = staging / layout.answer_path(answer.topic, answer.id)
            path.parent.mkdir(parents=True, exist_ok=True)
            disk.write_new(path, yaml_writer.dump(schema.plain(answer)))
        yield staging
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _move_all(staging: Path, root: Path, answers: Sequence[Answer]) -> None:
    """Each staged file is in its place; after a failure none is."""
    moved: list[Path] = []
    try:
        for answer in answers:
            name = layout.answer_path(answer.topic, answer.id)
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (staging / name).rename(root / name)
            moved.append(root / name)
    except OSError:
        for path in moved:
            path.unlink(missing_ok=True)
        raise
    for folder in {path.parent for path in moved}:
        disk.sync(folder)


def _with_topics(path: Path, settings: CorpusSettings, topics: Sequence[str]) -> str:
    """Return the text of `corpus.yaml` with `topics` added, each labelled by its id."""
    language = settings.languages[0]
    old = {topic: dict(labels) for topic, labels in settings.topics.items()}
    labelled = {topic: {language: topic.replace("-", " ").capitalize()} for topic in topics}
    return yaml_writer.apply_changes(
        path, {"topics": old} if old else {}, {"topics": old | labelled}
    )


def _entries(answers: Sequence[Answer], by: str) -> Iterator[audit.Entry]:
    for answer in answers:
        yield audit.Entry(
            by=by,
            action="import",
            item=registry.name_of(answer),
            to_status=answer.status,
            sha256_after=audit.meaning_sha256(answer),
        )
