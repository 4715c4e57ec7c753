"""Where a message may be parted into questions: at marks, between sentences, at words that join.

Nothing here decides; `kmqa.dialogue.questions` holds what the parts find against the whole.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

from kmqa import text
from kmqa.dialogue.danger import split_questions
from kmqa.lexicon import languages

_MIN_WORDS = 2
_MIN_JOINED = 3  # beside a plain "and": fewer are seldom a question, and each costs a look-up
_MOST_PARTS = 6  # a message with more is no list of questions but a story
_SENTENCE_END = re.compile(r"(?<=[?؟!.।۔])\s+|\n+")
_WORD = re.compile(r"\S+")


DivisionMark = Literal["mark", "sentence", "join"]


@dataclass(frozen=True, slots=True)
class Division:
    """One way to part a message.

    Attributes:
        parts: Two or more, as typed.
        by: *mark* where question marks, numbers or words such as "another client" say that these
            are questions of their own, *sentence* or line, or a plain *join* such as "and".
    """

    parts: tuple[str, ...]
    by: DivisionMark


def list_divisions(message: str, language: str) -> list[Division]:
    """Return the ways to part `message` into questions, the clearest first; often none.

    Args:
        message: As typed.
        language: It is in: "y" joins in Spanish and stands inside "il y a" in French.
    """
    found = [
        Division(tuple(split_questions(message)), "mark"),
        Division(_split_at_words(message, _find_openers(language)), "mark"),
        Division(_split_sentences(message), "sentence"),
        Division(_split_at_words(message, _find_joins(language)), "join"),
    ]
    by_parts = {division.parts: division for division in reversed(found) if _is_fit(division)}
    return [division for division in found if by_parts.get(division.parts) is division]


def _is_fit(division: Division) -> bool:
    least = _MIN_JOINED if division.by == "join" else _MIN_WORDS
    is_number_fit = 1 < len(division.parts) <= _MOST_PARTS
    return is_number_fit and all(len(text.words(part)) >= least for part in division.parts)


def _split_sentences(message: str) -> tuple[str, ...]:
    return tuple(piece.strip() for piece in _SENTENCE_END.split(message) if piece.strip())


def _split_at_words(message: str, joins: frozenset[tuple[str, ...]]) -> tuple[str, ...]:
    """Return the pieces between the words of `joins`, without these; the longest join counts."""
    return tuple(piece for piece in _pieces(message, joins) if piece)


def _pieces(message: str, joins: frozenset[tuple[str, ...]]) -> Iterator[str]:
    longest = max((len(join) for join in joins), default=0)
    tokens = [
        (found.start(), found.end(), tuple(text.words(found[0])))
        for found in _WORD.finditer(message)
    ]
    start, place = 0, 0
    while place < len(tokens):
        most = min(longest, len(tokens) - place)
        sizes = range(most, 0, -1)
        n = next((n for n in sizes if _words_of(tokens[place : place + n]) in joins), 0)
        if n and place:
            yield message[start : tokens[place][0]].strip(" \n,;.")
            start = tokens[place + n - 1][1]
        place += max(1, n)
    yield message[start:].strip(" \n,;")


def _words_of(tokens: list[tuple[int, int, tuple[str, ...]]]) -> tuple[str, ...]:
    return tuple(word for _, _, words in tokens for word in words)


@cache
def _find_joins(language: str) -> frozenset[tuple[str, ...]]:
    known = languages.load().get(language)
    return _split_forms(known.joins if known else ())


@cache
def _find_openers(language: str) -> frozenset[tuple[str, ...]]:
    known = languages.load().get(language)
    return _split_forms(known.next_question if known else ())


def _split_forms(forms: Iterable[str]) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(text.words(form)) for form in forms)
