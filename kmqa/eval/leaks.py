"""Test questions that stand in the corpus already, so that getting them right shows nothing.

A question leaks when a wording of the corpus is the same but for letters' case, punctuation and
code points, is spelt nearly the same, or lies next to it in meaning. Meaning is compared only in
languages that the encoder knows: to an English encoder all Swahili looks alike. Nor is it compared
for danger signs: there are few ways to report one, so that people who never saw each other's words
come as near ("placenta still inside after 2 hrs", "placenta has not come out after one hour").
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from kmqa import text
from kmqa.eval.test_set import Query
from kmqa.index import lexical
from kmqa.index.contents import Wording
from kmqa.index.encoder import Encoder
from kmqa.matching import language

FloatArray = npt.NDArray[np.float32]
How = Literal["exact", "spelling", "meaning"]

LIKENESS = 0.8
"""Cosine of character n-grams or of embeddings from which a question counts as taken."""

EVERY_LANGUAGE = "*"
NO_LANGUAGE = ""
_BATCH = 256  # questions; 256 times 15,000 wordings are 15 MB


@dataclass(frozen=True, slots=True, kw_only=True)
class Leak:
    """One question and the wording that gives it away.

    Attributes:
        place: File and line of the question.
        likeness: In [0, 1]; 1 where it is the same.
    """

    place: str
    text: str
    wording: str
    target: str
    how: How
    likeness: float


@dataclass(frozen=True, slots=True)
class _Nearest:
    """For each of q questions the nearest wording: its row and the cosine, shape (q,)."""

    rows: npt.NDArray[np.intp]
    likeness: FloatArray


def find_leaks(
    queries: Sequence[Query], wordings: Sequence[Wording], encode: Encoder, known: str
) -> tuple[Leak, ...]:
    """Every question that leaks, in order, each with its surest reason.

    Args:
        queries: Of a test set.
        wordings: Of the corpus or bundle that it is to judge.
        encode: Of the same bundle.
        known: The only language that `encode` knows, or `EVERY_LANGUAGE`; `NO_LANGUAGE` leaves
            meaning out, which is fast.
    """
    if not queries or not wordings:
        return ()
    same = {plain(wording.text): row for row, wording in enumerate(wordings)}
    spelt = _by_spelling(queries, wordings)
    meant = _by_meaning(queries, wordings, encode, known)
    found = []
    for place, query in enumerate(queries):
        reasons: list[tuple[How, int, float]] = [
            ("spelling", int(spelt.rows[place]), float(spelt.likeness[place])),
            ("meaning", int(meant.rows[place]), float(meant.likeness[place])),
        ]
        if plain(query.text) in same:
            reasons = [("exact", same[plain(query.text)], 1.0)]
        how, row, likeness = max(reasons, key=lambda reason: reason[2])
        if likeness > LIKENESS:
            found.append(_leak(query, wordings[row], how, likeness))
    return tuple(found)


def n_encoded(queries: Sequence[Query], wordings: Sequence[Wording], known: str) -> int:
    """Texts that `leaks` would encode at most, for those who would rather not wait."""
    return len(queries) + _places([wording.language for wording in wordings], known).size


def find_shared(queries: Iterable[Query], others: Iterable[Query]) -> tuple[Query, ...]:
    """Those of `queries` that `others` ask too, but for case, punctuation and code points."""
    taken = {plain(query.text) for query in others}
    return tuple(query for query in queries if plain(query.text) in taken)


def plain(words: str) -> str:
    """Return the words alone, as `kmqa.text` normalises them; the text itself where it has none."""
    return " ".join(text.words(words)) or text.normalise(words)


def _leak(query: Query, wording: Wording, how: How, likeness: float) -> Leak:
    return Leak(
        place=query.place,
        text=query.text,
        wording=wording.text,
        target=wording.target,
        how=how,
        likeness=min(1.0, round(likeness, 3)),
    )


def _by_spelling(queries: Sequence[Query], wordings: Sequence[Wording]) -> _Nearest:
    index = lexical.fit([wording.text for wording in wordings])
    parts = [
        index.scores([query.text for query in queries[start : start + _BATCH]])
        for start in range(0, len(queries), _BATCH)
    ]
    return _Nearest(
        np.concatenate([part.argmax(axis=1) for part in parts]),
        np.concatenate([part.max(axis=1) for part in parts]),
    )


def _by_meaning(
    queries: Sequence[Query], wordings: Sequence[Wording], encode: Encoder, known: str
) -> _Nearest:
    """As `_by_spelling`, with likeness 0 for questions in languages that are not known."""
    languages = tuple(dict.fromkeys(wording.language for wording in wordings))
    rows = _places([wording.language for wording in wordings], known)
    told = [(wording.language, text.words(wording.text)) for wording in wordings]
    guesser = language.Guesser(languages, told)
    asked = _places([_language(query, guesser) for query in queries], known)
    asked = np.array([place for place in asked if not queries[place].is_urgent], dtype=np.intp)
    nearest = _Nearest(
        np.zeros(len(queries), dtype=np.intp), np.zeros(len(queries), dtype=np.float32)
    )
    if not rows.size or not asked.size:
        return nearest
    vectors = encode.encode([wordings[row].text for row in rows])
    cosines = encode.encode([queries[place].text for place in asked]) @ vectors.T
    nearest.rows[asked] = rows[cosines.argmax(axis=1)]
    nearest.likeness[asked] = cosines.max(axis=1)
    return nearest


def _places(languages: Sequence[str], known: str) -> npt.NDArray[np.intp]:
    return np.array(
        [place for place, name in enumerate(languages) if known in (EVERY_LANGUAGE, name)],
        dtype=np.intp,
    )


def _language(query: Query, guesser: language.Guesser) -> str:
    return query.profile.language or guesser.guess(query.text).language
