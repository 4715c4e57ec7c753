"""What answers tell beside their wordings: the words of titles and texts, in every language."""

from collections.abc import Iterable

from kmqa.index import vocabulary
from kmqa.index.contents import Contents, matched_targets
from kmqa.index.glossary import Glossary


def told_by(held: Contents) -> tuple[vocabulary.Stems, ...]:
    """Stems of the titles and texts of each matched target; refusal groups tell nothing."""
    glossary = Glossary(held.terms, held.settings.languages[0])
    return tuple(
        frozenset(
            vocabulary.stems_of(_texts(held, target.id, glossary))
            if target.kind == "answer"
            else ()
        )
        for target in matched_targets(held.wordings)
    )


def _texts(held: Contents, answer_id: str, glossary: Glossary) -> Iterable[str]:
    answer = held.answer_by_id[answer_id]
    yield glossary.plain(answer.title, held.settings.languages[0])
    for language, title in answer.titles.items():
        yield glossary.plain(title, language)
    for language, written in answer.text.items():
        yield glossary.plain(written, language)
