"""Rows become answers: one for each id, with all its languages; pure, nothing is written."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from kmqa.content.corpus import Corpus
from kmqa.content.rules import texts
from kmqa.corpus import schema, workflow
from kmqa.corpus.importers.rows import Row
from kmqa.errors import Problem
from kmqa.records import Answer, CorpusSettings

DEFAULT_TOPIC = "general"
AUTHOR = "import"
_MAX_ID = 100


@dataclass(frozen=True, slots=True)
class Approval:
    """Who approves the imported answers, from which day on, for one year."""

    by: str
    today: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What an import would do.

    Attributes:
        new: Answers to write.
        skipped: Ids that the corpus has already with the same words.
        topics: Topics to add to `corpus.yaml`.
        problems: Why nothing may be written; empty when all is well.
    """

    new: tuple[Answer, ...] = ()
    skipped: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(slots=True)
class _Draft:
    """The rows of one id as they come together."""

    first: Row
    rows: dict[str, Row] = field(default_factory=dict)

    def line(self, *place: str | int) -> int:
        """Line of the row that a part of the answer came from."""
        row = self.rows.get(str(place[1])) if len(place) > 1 else None
        return (row or self.first).line


def plan(
    path: str,
    rows: Iterable[Row],
    corpus: Corpus,
    approval: Approval | None,
    author: str = AUTHOR,
) -> Plan:
    """Plan what importing `rows` of `path` into `corpus` would write, or why it may not."""
    drafts, problems = _group_rows(path, rows, corpus.settings)
    existing = {answer.id: answer for answer in corpus.answers}
    new, skipped = [], []
    for draft in drafts.values():
        answer, faults = _answer(path, draft, approval, author)
        problems += faults
        if answer is None:
            continue
        if answer.id not in existing:
            new.append(answer)
        elif _words(answer) == _words(existing[answer.id]):
            skipped.append(answer.id)
        else:
            problems.append(_exists(path, draft.first, corpus))
    topics = dict.fromkeys(answer.topic for answer in new)
    return Plan(
        new=tuple(new),
        skipped=tuple(skipped),
        topics=tuple(topic for topic in topics if topic not in corpus.settings.topics),
        problems=tuple(sorted(problems)),
    )


def _group_rows(
    path: str, rows: Iterable[Row], settings: CorpusSettings
) -> tuple[dict[str, _Draft], list[Problem]]:
    """Rows by id and language, and a problem for each row that does not fit."""
    drafts: dict[str, _Draft] = {}
    problems = []
    for row in rows:
        row = replace(row, lang=row.lang or settings.languages[0])
        draft = drafts.setdefault(row.id, _Draft(row))
        problems += [
            Problem(path, row.line, code, message)
            for code, message in _row_faults(row, draft, settings)
        ]
        draft.rows.setdefault(row.lang, row)
    return drafts, problems


def _row_faults(row: Row, draft: _Draft, settings: CorpusSettings) -> Iterator[tuple[str, str]]:
    if row.lang not in settings.languages:
        known = ", ".join(settings.languages)
        yield (
            "language-unknown",
            f'the language "{row.lang}" is not in corpus.yaml (it has {known}). Add it there.',
        )
    if row.lang in draft.rows:
        line = draft.rows[row.lang].line
        yield (
            "row-repeated",
            f'the answer "{row.id}" in "{row.lang}" stands in line {line} too. Merge the two.',
        )
    if row.topic and draft.first.topic and row.topic != draft.first.topic:
        yield (
            "topic-differs",
            f'the answer "{row.id}" has the topic "{draft.first.topic}" in line '
            f'{draft.first.line} and "{row.topic}" here. Choose one.',
        )


def _answer(
    path: str, draft: _Draft, approval: Approval | None, author: str
) -> tuple[Answer | None, list[Problem]]:
    """Return the answer of one id, or None and its problems with the lines of the rows."""
    answer, faults = schema.record_of(Answer, _data(draft, approval, author), path, draft.line)
    problems = [replace(fault, message=_with_suggestion(fault, draft.first)) for fault in faults]
    for row in draft.rows.values():
        for fault in texts.faults_of_message(row.answer):
            if fault.severity == "error":
                problems.append(Problem(path, row.line, fault.code, fault.message))
    return (None if problems else answer), problems


def _data(draft: _Draft, approval: Approval | None, author: str) -> dict[str, Any]:
    rows = draft.rows.values()
    data: dict[str, Any] = {
        "id": draft.first.id,
        "topic": next((row.topic for row in rows if row.topic), DEFAULT_TOPIC),
        "title": next((row.title for row in rows if row.title), ""),
        "questions": {row.lang: row.questions for row in rows if row.questions},
        "text": {row.lang: row.answer for row in rows},
        "authored_by": author,
    }
    if approval:
        data |= {
            "status": "approved",
            "reviewed_by": (approval.by,),
            "approved_on": approval.today,
            "review_by": workflow.one_year_after(approval.today),
        }
    return data


def _with_suggestion(fault: Problem, row: Row) -> str:
    safe = re.sub(r"[^A-Za-z0-9._?!+-]+", "-", row.id).strip("-._")[:_MAX_ID]
    return (
        f'{fault.message} For instance "{safe}".'
        if '"id" should' in fault.message
        else fault.message
    )


def _words(answer: Answer) -> tuple[object, ...]:
    """Return what an import brings; everything else of an answer is the curators'."""
    return (answer.topic, answer.title, dict(answer.questions), dict(answer.text))


def _exists(path: str, row: Row, corpus: Corpus) -> Problem:
    where, _ = corpus.place("answer", row.id)
    message = f'the answer "{row.id}" exists with other words in {where}. Edit that file instead.'
    return Problem(path, row.line, "answer-exists", message)
