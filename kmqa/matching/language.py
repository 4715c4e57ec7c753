"""Which of the corpus's languages a message is written in.

The script decides where it can. Latin letters are shared, also by Urdu, Hindi and Arabic as people
type them, which no library recognises; there the words of the corpus's own wordings speak, each by
how much more often one language uses it than the others, on top of what py3langid says of the
whole message among the languages of the corpus.
"""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
import numpy.typing as npt
from py3langid.langid import MODEL_FILE, LanguageIdentifier
from scipy import special

from kmqa import text
from kmqa.index.script_bridge import has_letter_digit
from kmqa.lexicon import languages as lexicon
from kmqa.lexicon.language import Language

FloatArray = npt.NDArray[np.float64]
Basis = Literal["script", "words", "default"]
WordsInLanguage = tuple[str, Sequence[str]]  # a language and the words of something written in it

_CACHED = 256  # messages, as many as `kmqa.text.normalise` remembers
_LATIN = "LATIN"
_SURE = 0.95  # probability
_MIN_WORDS = 3  # of a message that may decide on its own
# Of 1,813 labelled questions 100 to 500 words and a prior of 0.005 to 0.1 get as many right.
_FEW = 200  # words, used as all languages use them, with which each language begins
_MIN_PRIOR = 0.005  # of a language that py3langid does not expect or knows in its own script only
_GIVEN_AWAY = 2  # different words; fewer occur in other languages, too
_ROMAN_PRIOR = 0.98  # of Urdu and Hindi together where words give them away
_HINT = 4  # letters of a word that may hint at a language by itself
_DIGIT_PRIOR = 0.5  # of a language where a single word has a digit for a letter: "3ayza"


@dataclass(frozen=True, slots=True)
class Guess:
    """A language of the corpus, and what the guess rests on.

    Attributes:
        is_sure: Whether the guess may change the language that is spoken with a person.
        shares: How likely each language is by its words, where these were asked.
    """

    language: str
    basis: Basis
    is_sure: bool
    shares: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class _WrittenForm:
    """How a language of the corpus is written.

    Attributes:
        scripts: As Unicode names them, such as ``ARABIC``.
        own_letters: Letters that tell it from others in its script.
        latin_words: Words that give it away although it is typed in Latin letters.
        letter_digits: Digits that stand for letters then.
    """

    name: str
    scripts: frozenset[str]
    own_letters: frozenset[str]
    latin_words: frozenset[str]
    letter_digits: str = ""

    @classmethod
    def of(cls, name: str, scripts: Counter[str | None]) -> "_WrittenForm":
        """Read the file of a language, or take the script of most samples of it."""
        known: Language | None = lexicon.load().get(name)
        if known is None:
            usual = next((script for script, _ in scripts.most_common(1)), None)
            return cls(name, frozenset({usual or _LATIN}), frozenset(), frozenset())
        words = frozenset(known.latin_words)
        return cls(
            name,
            frozenset(known.scripts),
            frozenset(known.own_letters),
            words,
            known.letter_digits,
        )

    def is_in(self, script: str) -> bool:
        return script in self.scripts

    def is_given_away_by(self, words: Sequence[str]) -> bool:
        return len(self.latin_words.intersection(words) | self.digit_words(words)) >= _GIVEN_AWAY

    def is_hinted_by(self, words: Sequence[str]) -> bool:
        own = self.latin_words if self.letter_digits else frozenset()
        known = (word for word in words if word in own and len(word) >= _HINT)
        return bool(self.digit_words(words)) or any(known)

    def is_given_away_by_digits(self, words: Sequence[str]) -> bool:
        return len(self.digit_words(words)) >= _GIVEN_AWAY

    def digit_words(self, words: Sequence[str]) -> set[str]:
        return {word for word in words if has_letter_digit(word, self.letter_digits)}


class Guesser:
    """Guesses among the languages of one corpus by its own words."""

    def __init__(self, languages: Sequence[str], samples: Iterable[WordsInLanguage]) -> None:
        """Learn how each of `languages`, the default one first, is written in Latin letters.

        Args:
            languages: Those of the corpus.
            samples: What people write in them, such as the wordings of answers.
        """
        counts = {language: Counter[str]() for language in languages}
        scripts = {language: Counter[str | None]() for language in languages}
        for language, words in samples:
            if language in counts:
                script = _script("".join(words))
                scripts[language][script] += 1
                if script is None:
                    counts[language].update(word for word in words if not word.isdigit())
        self._languages = tuple(_WrittenForm.of(name, scripts[name]) for name in languages)
        self._row, self._speaks = _weigh_words(list(counts.values()))
        # Matching and each part of the dialogue that speaks ask for the language of one message.
        self._cached = lru_cache(_CACHED)(self._guess)

    def guess(self, message: str) -> Guess:
        """Return the likeliest language of `message`."""
        return self._cached(message)

    def list_hinted(self, message: str) -> list[str]:
        """Return the languages that digits in place of letters hint at, or a word beside these."""
        words = text.words(message)
        return [one.name for one in self._languages if one.is_hinted_by(words)]

    def _guess(self, message: str) -> Guess:
        by_script = _guess_by_script(message, self._languages)
        if by_script:
            return Guess(by_script, "script", is_sure=True)
        words = text.words(message)
        by_digits = [one.name for one in self._languages if one.is_given_away_by_digits(words)]
        if by_digits:
            return Guess(by_digits[0], "words", is_sure=len(words) >= _MIN_WORDS)
        if len(self._languages) < 2 or not words:
            return Guess(self._languages[0].name, "default", is_sure=False)
        shares = special.softmax(np.log(self._priors(words)) + self._by_words(words))
        best = int(np.argmax(shares))
        is_sure = bool(shares[best] >= _SURE and len(words) >= _MIN_WORDS)
        names = (one.name for one in self._languages)
        pairs = tuple((name, float(share)) for name, share in zip(names, shares, strict=True))
        return Guess(self._languages[best].name, "words", is_sure=is_sure, shares=pairs)

    def _by_words(self, words: Sequence[str]) -> FloatArray:
        """How much `words` speak for each of the k languages, shape (k,)."""
        known = [self._row[word] for word in words if word in self._row]
        spoken: FloatArray = self._speaks[known].sum(axis=0)
        return spoken

    def _priors(self, words: Sequence[str]) -> FloatArray:
        """How likely each of the k languages is without the corpus's words, shape (k,)."""
        latin = tuple(one.name for one in self._languages if one.is_in(_LATIN))
        roman = [one.name for one in self._languages if one.is_given_away_by(words)]
        shares = _identify_latin(words, latin)
        if roman:
            shares = {name: share * (1 - _ROMAN_PRIOR) for name, share in shares.items()}
            shares |= dict.fromkeys(roman, _ROMAN_PRIOR / len(roman))
        elif hinted := [one.name for one in self._languages if one.digit_words(words)]:
            shares |= dict.fromkeys(hinted, _DIGIT_PRIOR)
        return np.array([max(shares.get(one.name, 0.0), _MIN_PRIOR) for one in self._languages])


def _weigh_words(counts: Sequence[Counter[str]]) -> tuple[dict[str, int], FloatArray]:
    """Return the row of each word, and how much it speaks for each of k languages, shape (n, k).

    That is the logarithm of its share in a language over its mean share in those that have words;
    a share begins at that mean, as if `_FEW` words had been seen (a Dirichlet prior), so that
    nothing speaks for or against a language of which nothing was told.
    """
    row = {word: place for place, word in enumerate(dict.fromkeys(w for c in counts for w in c))}
    found = np.zeros((len(row), len(counts)))
    for column, count in enumerate(counts):
        found[[row[word] for word in count], column] = list(count.values())
    totals = found.sum(axis=0)
    mean = (found / np.maximum(totals, 1)).sum(axis=1) / max(1, np.count_nonzero(totals))
    shares = (found + _FEW * mean[:, None]) / (totals + _FEW)
    return row, np.log(shares) - np.log(mean)[:, None]


def _identify_latin(words: Sequence[str], latin: tuple[str, ...]) -> dict[str, float]:
    """Return what py3langid gives each language in `latin`, which write in Latin letters only."""
    if len(latin) < 2:
        return dict.fromkeys(latin, 1.0)
    return {str(name): float(share) for name, share in _identifier(latin).rank(" ".join(words))}


def _guess_by_script(message: str, languages: Sequence[_WrittenForm]) -> str | None:
    """Return the language that the script of most letters decides, if one of them is in it."""
    script = _script(message)
    if script is None:
        return None
    fitting = [one for one in languages if one.is_in(script)]
    letters = set(unicodedata.normalize("NFC", message))
    own = [one.name for one in fitting if one.own_letters & letters]
    others = [one.name for one in fitting if not one.own_letters]
    return next(iter([*own, *others, *(one.name for one in fitting)]), None)


def _script(written: str) -> str | None:
    """Return the script of most letters in `written`, or None where that is Latin or none has."""
    if written.isascii():  # most of a corpus; letter by letter it takes a while
        return None
    names = Counter(_script_of_letter(char) for char in written if char.isalpha())
    name, n_letters = max(names.items(), key=lambda pair: pair[1], default=(_LATIN, 0))
    return name if name != _LATIN and n_letters * 2 > names.total() else None


@lru_cache(maxsize=2_048)  # eight languages use some 600 letters
def _script_of_letter(letter: str) -> str:
    return unicodedata.name(letter, "").partition(" ")[0]


@lru_cache(maxsize=2)  # the model takes some 30 MB for each
def _identifier(languages: tuple[str, ...]) -> LanguageIdentifier:
    """Return an identifier of its own, because the library's module-level one is shared state."""
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    known = [language for language in languages if language in identifier.nb_classes]
    identifier.set_languages(known or None)
    return identifier
