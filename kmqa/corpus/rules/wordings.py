"""Wordings that cannot tell two answers apart, or that contradict each other."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from rapidfuzz import fuzz

from kmqa.content.corpus import Corpus
from kmqa.content.rules import texts
from kmqa.errors import Problem
from kmqa.text import normalise, words

NEAR = 94
"""Likeness in percent (insertions and deletions) from which two wordings are nearly the same."""

_N_RARE_WORDS = 3  # near twins share at least one of their rarest words, unless all are misspelt
_MAX_BUCKET = 300  # a word in more wordings than this is not rare and would make the search slow


@dataclass(frozen=True, slots=True)
class Wording:
    """One example message, where it stands, and its normalised form."""

    kind: str
    item: str
    language: str
    text: str
    where: tuple[str | int, ...]
    plain: str

    def place(self, corpus: Corpus) -> tuple[str, int]:
        """File and line of the wording."""
        return corpus.place(self.kind, "" if self.kind == "refusals" else self.item, *self.where)


def problems_of(corpus: Corpus) -> Iterator[Problem]:
    """Problems with the wordings of answers, danger signs and refusals."""
    answers = tuple(_of_answers(corpus))
    urgent = tuple(_of_urgent(corpus, "examples"))
    near_misses = tuple(_of_urgent(corpus, "near_misses"))
    refused = tuple(_of_refusals(corpus))
    for wording in (*answers, *urgent, *near_misses, *refused):
        yield from _problems_of_one(corpus, wording)
    yield from _find_repeated(corpus, answers)
    yield from _near(corpus, answers)
    yield from _contradictions(corpus, answers, refused, "wording-refused")
    yield from _contradictions(corpus, answers, urgent, "wording-urgent")
    yield from _contradictions(corpus, near_misses, urgent, "near-miss-urgent")


def _of_answers(corpus: Corpus) -> Iterator[Wording]:
    for answer in corpus.answers:
        if answer.status != "retired":
            yield from _wordings("answer", answer.id, ("questions",), answer.questions)


def _of_urgent(corpus: Corpus, key: str) -> Iterator[Wording]:
    for entry in corpus.urgent:
        if entry.status != "retired":
            yield from _wordings("danger_sign", entry.id, (key,), getattr(entry, key))


def _of_refusals(corpus: Corpus) -> Iterator[Wording]:
    for number, group in enumerate(corpus.refusals.groups):
        yield from _wordings("refusals", group.id, ("groups", number, "questions"), group.questions)


def _wordings(
    kind: str, item: str, where: tuple[str | int, ...], questions: Mapping[str, Iterable[str]]
) -> Iterator[Wording]:
    for language, examples in questions.items():
        for number, text in enumerate(examples):
            place = (*where, language, number)
            yield Wording(kind, item, language, text, place, normalise(text))


def _problems_of_one(corpus: Corpus, wording: Wording) -> Iterator[Problem]:
    for fault in texts.faults_of_characters(wording.text):
        yield fault.at(wording.place(corpus))
    if wording.where[-1] == 0 and wording.language not in corpus.settings.languages:
        place = wording.place(corpus)
        yield from texts.problems_of_language(corpus, wording.language, place)


def _find_repeated(corpus: Corpus, wordings: Iterable[Wording]) -> Iterator[Problem]:
    """Yield the same words twice in one language, under one answer or two."""
    first: dict[tuple[str, str], Wording] = {}
    for wording in wordings:
        before = first.setdefault((wording.language, wording.plain), wording)
        if before is not wording:
            where = _spell(before.place(corpus))
            message = f'"{_short(wording.text)}" stands in {where} too. Keep one of them.'
            yield Problem(*wording.place(corpus), "wording-repeated", message, "warning")


def _near(corpus: Corpus, wordings: tuple[Wording, ...]) -> Iterator[Problem]:
    """Nearly the same words under two answers; each wording is told of one other."""
    told: set[int] = set()
    for one, other in _neighbours(wordings):
        if id(other) not in told and _is_near(one, other):
            told.add(id(other))
            where = f'{_spell(one.place(corpus))} ("{_short(one.text)}")'
            message = f'"{_short(other.text)}" is nearly the same as {where}. Tell them apart.'
            yield Problem(*other.place(corpus), "wording-near", message, "warning")


def _neighbours(wordings: tuple[Wording, ...]) -> Iterator[tuple[Wording, Wording]]:
    """Pairs of one language that share a rare word, under different answers, in file order."""
    split = [(wording, dict.fromkeys(words(wording.plain))) for wording in wordings]
    counts = Counter((one.language, word) for one, parts in split for word in parts)
    buckets: dict[tuple[str, str], list[Wording]] = defaultdict(list)
    for wording, parts in split:
        keys = [(wording.language, word) for word in parts]
        for key in sorted(keys, key=lambda key: (counts[key], key))[:_N_RARE_WORDS]:
            bucket = buckets[key]
            yield from ((other, wording) for other in bucket if other.item != wording.item)
            if len(bucket) < _MAX_BUCKET:
                bucket.append(wording)


def _is_near(one: Wording, other: Wording) -> bool:
    # A number can be all the difference: "2 weeks late" and "5 weeks late" are two questions.
    return (
        one.plain != other.plain
        and fuzz.ratio(one.plain, other.plain, score_cutoff=NEAR) > 0
        and _numbers(one.plain) == _numbers(other.plain)
    )


def _numbers(text: str) -> list[str]:
    return [word for word in words(text) if word.isdigit()]


def _contradictions(
    corpus: Corpus, wordings: Iterable[Wording], against: Iterable[Wording], code: str
) -> Iterator[Problem]:
    others = {(other.language, other.plain): other for other in against}
    for wording in wordings:
        other = others.get((wording.language, wording.plain))
        if other:
            where = f"{other.item} ({_spell(other.place(corpus))})"
            message = f'"{_short(wording.text)}" is also an example of {where}. Delete one of them.'
            yield Problem(*wording.place(corpus), code, message, "warning")


def _spell(place: tuple[str, int]) -> str:
    return f"{place[0]}:{place[1]}" if place[1] else place[0]


def _short(text: str) -> str:
    return f"{text[:60]}…" if len(text) > 60 else text
