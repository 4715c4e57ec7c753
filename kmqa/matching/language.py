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

FloatArray = npt.NDArray[np.float64]
Basis = Literal["script", "words", "default"]
Told = tuple[str, Sequence[str]]  # a language and the words of something written in it

# Letters that Urdu writes and Arabic does not.
_URDU_LETTERS = frozenset("ٹڈڑںےہھگچپژ")
# Function words of spoken Urdu and Hindi in Latin letters, and what health workers write most; two
# different ones in one message never occurred in English, Spanish, Portuguese or Swahili samples,
# and in French only as it is typed on phones ("ki fait koi").
# fmt: off
_ROMAN_URDU = frozenset([
    "hai", "hain", "kya", "kia", "ko", "ki", "ka", "ke", "kay", "mein", "mai", "se", "nahi",
    "nahin", "kab", "kaise", "kaisay", "kitna", "kitne", "kitni", "kitnay", "baad", "bad",
    "phir", "wali", "wala", "walay", "karna", "karay", "karen", "karein", "kare", "hua", "hui",
    "hoon", "raha", "rahi", "rahe", "aur", "lekin", "agar", "koi", "kon", "kaun", "konsi",
    "kaunsi", "sakta", "sakti", "sakte", "gayi", "gaya", "jaye", "jata", "jati", "hota",
    "hoti", "liye", "lagta", "lagti", "apni", "apna", "uski", "uska", "usko", "mujhe", "meri",
    "mera", "bhi", "abhi", "kyun", "kyu", "chahiye", "dena", "deni",
    "kis", "kise", "kisko", "konse", "kaunse", "kahan", "kaha", "jab", "tab", "yeh", "ye",
    "wo", "uss", "iska", "isko", "apne", "unki", "hum", "hun", "hu", "thi", "tha", "gai", "gya",
    "gyi", "gaye", "hogai", "hogaya", "rha", "rhi", "chal", "kar", "karu", "karun", "karke", "kron",
    "krna", "kru", "kre", "krein", "dein", "dun", "doon", "lun", "lein", "leti", "lena", "khati",
    "khai", "khayi", "khana", "bhool", "bhul", "lagwana", "lagwane", "lagwaya", "lagana", "lagaye",
    "rakhna", "nikalna", "jaungi", "sakte", "sakty", "pehle", "pehla", "pehli", "zyada", "jyada",
    "bohat", "bahut", "bilkul", "theek", "matlab", "goli", "goliyan", "teeka", "teeke", "sui",
    "hamal", "garbh", "mahwari", "khoon", "dard", "doodh", "dudh", "bacha", "bachcha", "bachha",
    "hafte", "haftay", "mahine", "saal", "ghante", "mahila", "aurat", "larki", "ladki", "shohar",
    "sadhan", "tareeqa", "tarika", "nasbandi", "dawai", "jalan", "antara", "challa", "nirodh",
    "kb", "kren", "nai", "skte", "skty", "skti", "hy", "hn", "konsa", "kaunsa", "bhejo", "bataye",
    "batao", "btaye", "btao", "btaen", "batayen", "batain", "fayda", "faida", "lakshan", "khatre",
    "janch", "jaanch", "sath", "saath", "dono", "tak", "aik", "din", "dino", "sirf", "agla", "agle",
    "andar", "bahar", "bina", "baghair", "istemal", "dene", "lage", "lagi", "laga", "lagne", "hone",
    "raat", "kal", "kaam", "karte", "karta", "karti", "rahta", "rehta", "khatam", "khatm", "upay",
])
# fmt: on
_REMEMBERED = 256  # messages, as many as `kmqa.text.normalise` remembers
_SURE = 0.95  # probability
_LEAST_WORDS = 3  # of a message that may decide on its own
# Of 1,813 labelled questions 100 to 500 words and a prior of 0.005 to 0.1 get as many right.
_FEW = 200  # words, used as all languages use them, with which each language begins
_LEAST_PRIOR = 0.005  # of a language that py3langid does not expect or knows in its own script only
_ROMAN_PRIOR = 0.98  # of Urdu and Hindi together where words give them away


@dataclass(frozen=True, slots=True)
class Guess:
    """A language of the corpus, and what the guess rests on.

    Attributes:
        is_sure: Whether the guess may change the language that is spoken with a person.
    """

    language: str
    basis: Basis
    is_sure: bool


class Guesser:
    """Guesses among the languages of one corpus by its own words."""

    def __init__(self, languages: Sequence[str], told: Iterable[Told]) -> None:
        """Learn how each of `languages`, the default one first, is written in Latin letters.

        Args:
            languages: Those of the corpus.
            told: What people write in them, such as the wordings of answers.
        """
        counts = {language: Counter[str]() for language in languages}
        for language, words in told:
            if language in counts and _script("".join(words)) is None:
                counts[language].update(word for word in words if not word.isdigit())
        self._languages = tuple(languages)
        self._row, self._speaks = _spoken_for(list(counts.values()))
        # Matching and each part of the dialogue that speaks ask for the language of one message.
        self._remembered = lru_cache(_REMEMBERED)(self._guessed)

    def guess(self, message: str) -> Guess:
        """The likeliest language of `message`."""
        return self._remembered(message)

    def _guessed(self, message: str) -> Guess:
        by_script = _by_script(message, self._languages)
        if by_script:
            return Guess(by_script, "script", is_sure=True)
        words = text.words(message)
        if len(self._languages) < 2 or not words:
            return Guess(self._languages[0], "default", is_sure=False)
        shares = special.softmax(np.log(self._priors(words)) + self._by_words(words))
        best = int(np.argmax(shares))
        is_sure = bool(shares[best] >= _SURE and len(words) >= _LEAST_WORDS)
        return Guess(self._languages[best], "words", is_sure=is_sure)

    def _by_words(self, words: Sequence[str]) -> FloatArray:
        """How much `words` speak for each of the k languages, shape (k,)."""
        known = [self._row[word] for word in words if word in self._row]
        spoken: FloatArray = self._speaks[known].sum(axis=0)
        return spoken

    def _priors(self, words: Sequence[str]) -> FloatArray:
        """How likely each of the k languages is without the corpus's words, shape (k,)."""
        latin = tuple(name for name in self._languages if name not in _SCRIPTS)
        roman = [name for name in ("ur", "hi") if name in self._languages]
        is_roman = len(_ROMAN_URDU.intersection(words)) >= 2
        shares = _expected(words, latin)
        if roman and is_roman:
            shares = {name: share * (1 - _ROMAN_PRIOR) for name, share in shares.items()}
            shares |= dict.fromkeys(roman, _ROMAN_PRIOR / len(roman))
        return np.array([max(shares.get(name, 0.0), _LEAST_PRIOR) for name in self._languages])


def _spoken_for(counts: Sequence[Counter[str]]) -> tuple[dict[str, int], FloatArray]:
    """The row of each word, and how much it speaks for each of k languages, shape (n, k).

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


def _expected(words: Sequence[str], latin: tuple[str, ...]) -> dict[str, float]:
    """What py3langid gives each language in `latin`, which write in Latin letters only."""
    if len(latin) < 2:
        return dict.fromkeys(latin, 1.0)
    return {str(name): float(share) for name, share in _identifier(latin).rank(" ".join(words))}


_SCRIPTS = {"ur": "ARABIC", "ar": "ARABIC", "fa": "ARABIC", "hi": "DEVANAGARI"}
_DECIDING = ("ARABIC", "DEVANAGARI")


def _by_script(message: str, languages: Sequence[str]) -> str | None:
    """The language that the script of most letters decides, if one of `languages` is in it."""
    script = _script(message)
    if script is None:
        return None
    fitting = [name for name in languages if _SCRIPTS.get(name) == script]
    if "ur" in fitting and _URDU_LETTERS & set(unicodedata.normalize("NFC", message)):
        return "ur"
    others = [language for language in fitting if language != "ur"]
    return others[0] if others else next(iter(fitting), None)


def _script(written: str) -> str | None:
    """The script of most letters in `written`, where it is one that decides."""
    if written.isascii():  # most of a corpus; letter by letter it takes a while
        return None
    names = [_script_of_letter(char) for char in written if char.isalpha()]
    return next((one for one in _DECIDING if names.count(one) * 2 > len(names)), None)


@lru_cache(maxsize=2_048)  # eight languages use some 600 letters
def _script_of_letter(letter: str) -> str:
    return unicodedata.name(letter, "").partition(" ")[0]


@lru_cache(maxsize=2)  # the model takes some 30 MB for each
def _identifier(languages: tuple[str, ...]) -> LanguageIdentifier:
    """An identifier of its own, because the library's module-level one is shared state."""
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    known = [language for language in languages if language in identifier.nb_classes]
    identifier.set_languages(known or None)
    return identifier
