"""What a danger sign says and how it is recognised."""

from collections.abc import Iterator

from kmqa.content.corpus import Corpus
from kmqa.content.kind import Checking
from kmqa.content.rules import names, texts
from kmqa.errors import Problem
from kmqa.records import UrgentEntry


def problems_of(checking: Checking) -> Iterator[Problem]:
    """Yield the problems with the danger signs, one by one."""
    corpus = checking.corpus
    answers = {answer.id for answer in corpus.answers}
    for entry in corpus.urgent:
        yield from texts.problems_of_texts(corpus, "danger_sign", entry.id, ("text",), entry.text)
        place = corpus.place("danger_sign", entry.id, "related")
        yield from names.unknown(place, "related answer", entry.related, answers)
        yield from _problems_of_recognition(corpus, entry)
        if entry.status != "retired":
            yield from _problems_of_languages(corpus, entry)


def _problems_of_recognition(corpus: Corpus, entry: UrgentEntry) -> Iterator[Problem]:
    if not any(entry.examples.values()):
        message = "a danger sign needs examples. Write messages as people would send them."
        place = corpus.place("danger_sign", entry.id, "examples")
        yield Problem(*place, "examples-missing", message)
    for language, patterns in entry.patterns.items():
        place = corpus.place("danger_sign", entry.id, "patterns", language)
        yield from texts.problems_of_language(corpus, language, place)
        for number, pattern in enumerate(patterns):
            fault = pattern_fault(pattern)
            if fault:
                place = corpus.place("danger_sign", entry.id, "patterns", language, number)
                yield Problem(*place, "pattern-invalid", f'the pattern "{pattern}" {fault}')


def _problems_of_languages(corpus: Corpus, entry: UrgentEntry) -> Iterator[Problem]:
    missing = [lang for lang in corpus.settings.languages if lang not in entry.text]
    if missing:
        message = f"there is no text in {', '.join(missing)}. Translate it and have it reviewed."
        place = corpus.place("danger_sign", entry.id, "text")
        yield Problem(*place, "translation-missing", message, "warning")


def pattern_fault(pattern: str) -> str:
    """Say what is wrong with a word pattern, as the end of a sentence; empty when nothing is.

    A pattern is slots separated by spaces, all of which must hold in any order: ``a|b`` is either
    word, ``bleed*`` any word that begins so, ``!spotting`` a word that must not occur.
    """
    slots = pattern.split()
    if all(slot.startswith("!") for slot in slots):
        return "names no word that must occur. Add one."
    for slot in slots:
        alternatives = slot.removeprefix("!").split("|")
        if not all(alternative.strip("*") for alternative in alternatives):
            return f'has an empty alternative in "{slot}". Delete a stray | or *.'
        if any("*" in alternative[:-1] for alternative in alternatives):
            return f'has a * inside a word in "{slot}". Put it at the end of the word.'
        if any("!" in alternative for alternative in alternatives):
            return f'has a ! inside "{slot}". Put it before the whole slot.'
    return ""
