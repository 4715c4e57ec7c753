"""Vetted answers: ``answers/TOPIC/ID.yaml``."""

from collections.abc import Iterator
from dataclasses import replace

from kmqa.content.kind import ContentKind, IsServed, Table
from kmqa.content.rules import answers, sources
from kmqa.messages import ContentRef
from kmqa.records import Answer

COLUMNS = ("id", "questions", "answer", "lang", "topic", "title")
"""Of a spreadsheet of answers, as it is exported and imported."""


def _prune(item: Answer, is_served: IsServed) -> Answer:
    resources = tuple(name for name in item.resources if is_served(ContentRef("document", name)))
    related = tuple(name for name in item.related if is_served(ContentRef("answer", name)))
    return replace(item, resources=resources, related=related)


def _rows(item: Answer) -> Iterator[tuple[str, ...]]:
    for language, text in item.text.items():
        questions = "\n".join(item.questions.get(language, ()))
        yield item.id, questions, text, language, item.topic, item.title


KIND = ContentKind(
    name="answer",
    label="answer",
    record=Answer,
    folder="answers",
    file="{topic}/{id}.yaml",
    rules=(answers.problems_of, sources.rule_for("answer", is_blocking=True)),
    cites=sources.list_cited_documents,
    prune=_prune,
    page="kmqa.console.pages.answers",
    table=Table(COLUMNS, _rows),
)
