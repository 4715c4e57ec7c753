"""The rows of the index of wordings, in the order that `kmqa.index.contents` promises."""

from collections.abc import Iterator, Mapping

from kmqa.content.corpus import Corpus
from kmqa.index.contents import Wording, WordingKind
from kmqa.index.glossary import Glossary
from kmqa.records import Answer, Wordings


def wordings_of(corpus: Corpus) -> tuple[Wording, ...]:
    """Return a row for each curated wording, refusal example, danger example and near-miss."""
    default = corpus.settings.languages[0]
    glossary = Glossary(corpus.glossary.terms, default)
    return tuple(
        Wording(
            text=text,
            normalised=glossary.normalise(text, language),
            language=language,
            kind=kind,
            target=target,
        )
        for kind, target, wordings in _groups(corpus, default)
        for language, texts in sorted(wordings.items())
        for text in texts
    )


def _groups(corpus: Corpus, default: str) -> Iterator[tuple[WordingKind, str, Wordings]]:
    for answer in corpus.answers:
        yield "answer", answer.id, _questions(answer, default)
    for group in corpus.refusals.groups:
        yield "refusal", group.id, group.questions
    for entry in corpus.urgent:
        yield "urgent", entry.id, entry.examples
    for entry in corpus.urgent:
        yield "near_miss", entry.id, entry.near_misses


def _questions(answer: Answer, default: str) -> Wordings:
    """Return the answer's wordings, or its title or first line where it has none at all."""
    if any(answer.questions.values()):
        return answer.questions
    if answer.title:
        return {default: (answer.title,)}
    first_lines: Mapping[str, tuple[str, ...]] = {
        language: (text.strip().splitlines()[0],) for language, text in answer.text.items()
    }
    return first_lines
