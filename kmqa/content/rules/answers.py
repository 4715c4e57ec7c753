"""What an answer says, to whom, and which other things it names."""

from collections.abc import Iterator

from kmqa.content.corpus import Corpus
from kmqa.content.kind import Checking
from kmqa.content.rules import names, texts
from kmqa.errors import Problem
from kmqa.records import Answer, Variant

MOST_TITLE = 72
"""UTF-16 units of a row's description. Source: WhatsApp Cloud API, interactive lists, 2026-11."""
FEW_WORDINGS = 3
"""Below this many wordings in a language, typed questions are often missed."""


def problems_of(checking: Checking) -> Iterator[Problem]:
    """Yield the problems with the answers, one by one."""
    corpus = checking.corpus
    documents = {document.id for document in corpus.documents}
    answers = {answer.id for answer in corpus.answers}
    for answer in corpus.answers:
        place = corpus.place("answer", answer.id, "topic")
        yield from names.unknown(place, "topic", [answer.topic], corpus.settings.topics)
        place = corpus.place("answer", answer.id, "resources")
        yield from names.unknown(place, "resource", answer.resources, documents)
        place = corpus.place("answer", answer.id, "related")
        yield from names.unknown(place, "related answer", answer.related, answers)
        yield from texts.problems_of_texts(corpus, "answer", answer.id, ("text",), answer.text)
        yield from _problems_of_titles(corpus, answer)
        for number, variant in enumerate(answer.variants):
            yield from _problems_of_variant(corpus, answer, number, variant)
        if answer.status != "retired":
            yield from _problems_of_languages(corpus, answer)


def _problems_of_titles(corpus: Corpus, answer: Answer) -> Iterator[Problem]:
    default = corpus.settings.languages[0]
    titles = [(default, answer.title, "title")] if answer.title else []
    titles += [(language, title, "titles") for language, title in answer.titles.items()]
    for language, title, key in titles:
        where = (key,) if key == "title" else (key, language)
        place = corpus.place("answer", answer.id, *where)
        yield from texts.problems_of_language(corpus, language, place)
        yield from (fault.at(place) for fault in texts.faults_of_characters(title))
        units = texts.n_units(title)
        if units > MOST_TITLE:
            message = f"the title has {units} UTF-16 units; a line of a list takes {MOST_TITLE}."
            yield Problem(*place, "title-long", f"{message} Shorten it.", "warning")


def _problems_of_variant(
    corpus: Corpus, answer: Answer, number: int, variant: Variant
) -> Iterator[Problem]:
    where = ("variants", number)
    place = corpus.place("answer", answer.id, *where, "when")
    if not variant.when or not all(variant.when.values()):
        message = "a variant needs at least one value in each condition. Write it, or delete it."
        yield Problem(*place, "variant-unconditional", message)
    yield from names.unknown(place, "role", variant.when.get("role", ()), corpus.settings.roles)
    countries = variant.when.get("country", ())
    yield from names.unknown(place, "country", countries, corpus.settings.countries)
    yield from texts.problems_of_texts(corpus, "answer", answer.id, (*where, "text"), variant.text)
    for language in sorted(variant.text.keys() - answer.text.keys()):
        message = (
            f'the variant has a text in "{language}", but the answer has none. '
            "Write the answer's own text too."
        )
        yield Problem(*place, "variant-without-text", message)


def _problems_of_languages(corpus: Corpus, answer: Answer) -> Iterator[Problem]:
    place = corpus.place("answer", answer.id, "text")
    missing = [lang for lang in corpus.settings.languages if lang not in answer.text]
    if missing:
        message = f"there is no text in {', '.join(missing)}. Translate it and have it reviewed."
        yield Problem(*place, "translation-missing", message, "warning")
    counts = {language: len(answer.questions.get(language, ())) for language in answer.text}
    few = [f"{language} {count}" for language, count in counts.items() if count < FEW_WORDINGS]
    if few:
        title = "" if answer.title or answer.questions else " Give it at least a title."
        message = (
            f"few wordings ({', '.join(few)}; {FEW_WORDINGS} or more are better). "
            f"Add questions as people type them.{title}"
        )
        place = corpus.place("answer", answer.id, "questions")
        yield Problem(*place, "wordings-few", message, "warning")
