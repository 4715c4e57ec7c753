"""The terms of answers beside their wordings: words of titles and texts, in every language."""

from collections.abc import Iterable

from kmqa.index import vocabulary
from kmqa.index.contents import Contents, list_matchable
from kmqa.index.glossary import Glossary


def answer_terms(held: Contents) -> tuple[vocabulary.Stems, ...]:
    """Return the stems of titles and texts of each matched target, none for refusal groups."""
    glossary = Glossary(held.terms, held.settings.languages[0])
    return tuple(
        frozenset(
            vocabulary.stems_of(_list_texts(held, target.id, glossary))
            if target.kind == "answer"
            else ()
        )
        for target in list_matchable(held.wordings)
    )


def _list_texts(held: Contents, answer_id: str, glossary: Glossary) -> Iterable[str]:
    answer = held.answer_by_id[answer_id]
    yield glossary.normalise(answer.title, held.settings.languages[0])
    for language, title in answer.titles.items():
        yield glossary.normalise(title, language)
    for language, text in answer.text.items():
        yield glossary.normalise(text, language)
