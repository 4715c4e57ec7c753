"""The rows of the index of wordings, in the order that `kmqa.index.contents` promises."""

from collections.abc import Iterator, Mapping

from kmqa.corpus.files import Corpus
from kmqa.index.contents import Wording, WordingKind
from kmqa.records import Answer, Wordings


def wordings_of(corpus: Corpus) -> tuple[Wording, ...]:
    """One row for each curated wording, refusal example, danger sign example and near-miss."""
    default = corpus.settings.languages[0]
    rows: list[Wording] = []
    for answer in corpus.answers:
        rows += _rows(_questions(answer, default), "answer", answer.id)
    for group in corpus.refusals.groups:
        rows += _rows(group.questions, "refusal", group.id)
    for entry in corpus.urgent:
        rows += _rows(entry.examples, "urgent", entry.id)
    for entry in corpus.urgent:
        rows += _rows(entry.near_misses, "near_miss", entry.id)
    return tuple(rows)


def _rows(wordings: Wordings, kind: WordingKind, target: str) -> Iterator[Wording]:
    for language, texts in sorted(wordings.items()):
        for text in texts:
            yield Wording(text=text, language=language, kind=kind, target=target)


def _questions(answer: Answer, default: str) -> Wordings:
    """The answer's wordings, or its title or first line where it has none at all."""
    if any(answer.questions.values()):
        return answer.questions
    if answer.title:
        return {default: (answer.title,)}
    first_lines: Mapping[str, tuple[str, ...]] = {
        language: (text.strip().splitlines()[0],) for language, text in answer.text.items()
    }
    return first_lines
