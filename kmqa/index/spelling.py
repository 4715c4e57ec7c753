"""Misspelt words of a query, brought to the word of the corpus that was meant.

Only words that the corpus does not know are touched, only where one word is clearly nearest, and
never short ones, which are a letter away from too much. Wordings stay as they are written. What the
encoder reads as one piece is a common word of its language: a small corpus lacks most of these, and
each has some other word a letter away, so only its ending may change ("sizes" to "size").
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA, Prefix

from kmqa import text

_SHORT = 5  # letters, below which a word stays as it is
_LONG = 8  # letters from which two slips are forgiven instead of one
_MOST_SLIPS = 2
_REMEMBERED = 16_384  # words whose nearest is kept, some 2 MB
_ENDING = 2  # letters in which forms of one word differ: "sizes", "delivered" and "delivery"


class Spelling:
    """The words of a corpus by language; those of the default one count in every language."""

    def __init__(
        self,
        words_by_language: Iterable[tuple[str, Sequence[str]]],
        default: str,
        is_common: Callable[[str], bool],
    ) -> None:
        """Learn the words of `words_by_language`, each time with the language that they are of.

        `is_common` says of a word that the corpus lacks whether it is spelt right all the same.
        """
        words: dict[str, set[str]] = defaultdict(set)
        for language, those in words_by_language:
            words[language].update(those)
        common = words[default]
        self._default = default
        self._is_common = is_common
        self._words: Mapping[str, frozenset[str]] = {
            language: frozenset(known | common) for language, known in words.items()
        }
        self._choices = {language: _by_length(known) for language, known in self._words.items()}
        # People make the same slips again and again, and one look takes a thousand comparisons.
        self._nearest = lru_cache(_REMEMBERED)(self._find_nearest)

    def correct(self, message: str, language: str) -> str:
        """Correct the misspelt words of `message`; as it came where there are none."""
        spoken = language if language in self._words else self._default
        slips = {
            word: nearest
            for word in text.words(message)
            if word not in self._words[spoken]
            and (nearest := self._nearest(word, spoken)) != word
            and (_differ_at_the_end(word, nearest) or not self._is_common(word))
        }
        if not slips:
            return message
        return text.with_words(message, lambda word: slips.get(word, word))

    def _find_nearest(self, word: str, language: str) -> str:
        """Return the only known word within a slip or two that begins alike, or `word` itself."""
        if len(word) < _SHORT or not word.isalpha():
            return word
        found = process.extract(
            word,
            self._choices[language].get(len(word), ()),
            scorer=OSA.distance,
            score_cutoff=_max_slips(len(word)),
            limit=3,
        )
        near = [(choice, distance) for choice, distance, _ in found if choice[0] == word[0]]
        if not near or (len(near) > 1 and near[0][1] == near[1][1]):
            return word
        return near[0][0]


def _by_length(words: Iterable[str]) -> dict[int, list[str]]:
    """Return, by length of a word, those of `words` that it may be corrected to, in order."""
    found: dict[int, list[str]] = defaultdict(list)
    for word in sorted(words):
        for n in range(len(word) - _MOST_SLIPS, len(word) + _MOST_SLIPS + 1):
            if abs(len(word) - n) <= _max_slips(n) and len(word) >= _SHORT and word.isalpha():
                found[n].append(word)
    return dict(found)


def _max_slips(n_letters: int) -> int:
    """Return how many slips are forgiven in a word of `n_letters`."""
    return _MOST_SLIPS if n_letters >= _LONG else 1


def _differ_at_the_end(word: str, other: str) -> bool:
    """Return whether both may be forms of one word: only their last letters differ."""
    return Prefix.similarity(word, other) >= min(len(word), len(other)) - _ENDING
