"""From Latin letters to a language's own script: "7amel w nazif" is what "حامل ونزيف" is.

People type Arabic, Urdu and Hindi on Latin keyboards, each as it sounds to them. What stays the
same is the consonants: both scripts are brought to a skeleton of these, and a typed word becomes
the word of the corpus with the same skeleton whose sound is nearest. Words that the corpus does
not have stay as they were typed.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache

from rapidfuzz import fuzz

from kmqa import text
from kmqa.lexicon import languages

# Digits stand for letters that Latin has not, but "2hrs", "3rd" and "2moro" are no Arabic: few
# languages begin a word with what 2 stands for, or with letters that look like 8 and 9.
_LETTER_DIGIT = re.compile(r"[a-z']*[357][a-z']+|[a-z']+[289][a-z']+|[a-z']{3,}[37]")
_NAME_WITH_NUMBER = re.compile(
    r"(?:penta|opv|dpt|pcv|hpv|anc|pnc|para|gravida|week|wiki|month|mois|day|dose|visit|grade|stage|"
    r"type|step|level|phase|room|ward|class|covid|part|option|point|case|page|form)\d"
)
_NUMBER_WITH_UNIT = re.compile(
    r"\d+(?:h|hr|hrs|hours?|mins?|m|mo|mos|mths?|months?|d|days?|w|wks?|weeks?|y|yo|yrs?|years?|st|"
    r"nd|rd|th|er|re|e|eme|x|kgs?|g|mg|mls?|l|cm|am|pm|pads?|kids?|s|j|jrs|jours?|semaines?|mois|"
    r"ans|dias?|d\u00edas?|anos?|a\u00f1os?|mes|meses|horas?|sem|semanas?|da|do|ra|ro|hafte|haftay|"
    r"mahine|mah|din|saal|ghante|cc|mcg|times|cups?|tabs?|pills?|wiki|miezi|siku)"
)
_DIGITS = {"2": "", "3": "", "5": "k", "6": "t", "7": "h", "8": "G", "9": "s"}
_DIGRAPHS = {
    "chh": "c", "sh": "S", "ch": "c", "kh": "k", "gh": "G", "th": "t", "dh": "d", "bh": "b",
    "ph": "f", "jh": "j", "rh": "r", "7'": "k", "3'": "G",
}  # fmt: skip
_LATIN = {char: char for char in "bcdfghjklmnprstz"} | {"q": "k", "x": "ks"}
_ARABIC = dict(
    zip(
        "بپتٹثجچحخدڈذرڑزژسشصضطظعغفقکگلمنںہةھ",
        "b p t t t j c h k d d z r r z z s S s d t z - G f k k g l m n n h h -".split(),
        strict=True,
    )
)
_DEVANAGARI = dict(
    zip(
        "कखगघङचछजझञटठडढणतथदधनपफबभमरलशषसहंँ",
        "k k g g n c c j j n t t d d n t t d d n p f b b m r l S S s h n n".split(),
        strict=True,
    )
)
_SOUNDS = _LATIN | _DIGITS | _ARABIC | _DEVANAGARI | {"S": "S", "G": "G"}
_VOWELS = {"ا": "a", "آ": "a", "و": "o", "ی": "i", "ے": "e", "ئ": "i", "ؤ": "o", "ع": "a"}
_VOWELS |= dict(zip("अआइईउऊएऐओऔािीुूेैोौ", "aaiiuueeooaiiuueeoo", strict=True))
_ARTICLES = ("وال", "بال", "فال", "لل", "ال")
_FOLDS = {"ar": str.maketrans({"g": "j"}), "*": str.maketrans({"G": "g"})}
_SOME = 0.1  # texts in Latin letters for one in the language's own script: they match themselves
_LEAST_SKELETON = 2  # consonants; fewer are shared by too many words
_LEAST_SHARE = 0.5  # of the words of a message that must be known to bring it over
_LEAST_SOUND = 40.0  # of 100: how alike a typed word and its candidate must sound
_REMEMBERED = 16_384


def has_letter_digit(word: str, digits: str) -> bool:
    """Return whether one of `digits` stands for a letter in `word`, as in "7amel" and "ba3d"."""
    return not set(digits).isdisjoint(word) and bool(
        _LETTER_DIGIT.fullmatch(word)
        and not _NUMBER_WITH_UNIT.fullmatch(word)
        and not _NAME_WITH_NUMBER.fullmatch(word)
    )


@lru_cache(maxsize=_REMEMBERED)
def skeleton(word: str, language: str) -> str:
    """Return the consonants of `word`, which is normalised, in any of three scripts."""
    plain = word
    if word.isascii():
        for several, one in _DIGRAPHS.items():
            plain = plain.replace(several, one)
    found = "".join(_SOUNDS.get(char, "") for char in plain).replace("-", "")
    found = found.translate(_FOLDS.get(language, _FOLDS["*"]))
    once = re.sub(r"(.)\1+", r"\1", found)
    return once[:-1] if once.endswith("h") and len(once) > _LEAST_SKELETON else once


class ScriptBridge:
    """Brings words in Latin letters to the words of a corpus in their own script."""

    def __init__(self, words_by_language: Iterable[tuple[str, Sequence[str]]]) -> None:
        """Learn the words of `words_by_language` that are not in Latin letters."""
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        n_written = Counter[tuple[str, bool]]()
        for language, words in words_by_language:
            counts[language].update(word for word in words if not word.isascii())
            n_written[language, "".join(words).isascii()] += 1
        self._needed = frozenset(
            name for name in counts if n_written[name, True] < _SOME * n_written[name, False]
        )
        self._by_skeleton = {name: _by_skeleton(count, name) for name, count in counts.items()}
        self._find = lru_cache(_REMEMBERED)(self._find_nearest)

    def is_needed(self, language: str) -> bool:
        """Return whether the corpus hardly ever writes `language` in Latin letters itself."""
        return language in self._needed

    def bridge(self, message: str, language: str) -> str | None:
        """Return `message` in the script of `language`, or None where too few words are known.

        Words of Latin letters that the corpus has no counterpart for stay as they are.
        """
        if language not in self._by_skeleton or not message.isascii():
            return None
        words = text.words(message)
        found = [self._find(word, language) for word in words]
        if not words or sum(word is not None for word in found) < _LEAST_SHARE * len(words):
            return None
        pairs = zip(found, words, strict=True)
        return " ".join(filter(None, (old if new is None else new for new, old in pairs)))

    def _find_nearest(self, word: str, language: str) -> str | None:
        """Return the word of `language` that sounds most like `word`, or None."""
        known = _list_forms(language).get(word)
        if known is not None or word.isdigit():
            return known
        sound = _spell_sound(word)
        # "2" is a letter that is not heard, or another that some do not pronounce: "te2tol".
        bones = {skeleton(word, language), skeleton(word.replace("2", "q"), language)}
        known_words = self._by_skeleton[language]
        scored = [
            (fuzz.ratio(sound, other_sound) + 2 * math.log(count), other)
            for one in sorted(bones)
            for other, other_sound, count in known_words.get(one, ())
        ]
        best = max(scored, default=(0.0, ""))
        if best[0] >= _LEAST_SOUND:
            return best[1]
        stem = word.removesuffix("sh") if language == "ar" else word  # "ma nezletsh": it did not
        return self._find(stem, language) if stem != word else None


_Known = tuple[str, str, int]  # a word, its sound in Latin letters, how often the corpus has it


@cache
def _list_forms(language: str) -> Mapping[str, str]:
    """Return short words as they are typed in Latin letters, each in the language's script."""
    known = languages.load().get(language)
    pairs = (form.partition("=") for form in known.latin_forms) if known else ()
    return {typed: text.normalise(own) for typed, _, own in pairs}


def _by_skeleton(counts: Counter[str], language: str) -> dict[str, list[_Known]]:
    found: dict[str, list[_Known]] = defaultdict(list)
    for word, count in sorted(counts.items()):
        bare = _strip_article(word) if language == "ar" else word
        for form in dict.fromkeys((bare, bare.replace("ق", ""))):
            bones = skeleton(form, language)
            if len(bones) >= _LEAST_SKELETON:
                found[bones].append((bare, _spell_sound(form), count))
    return dict(found)


def _strip_article(word: str) -> str:
    article = next((one for one in _ARTICLES if word.startswith(one)), "")
    return word[len(article) :] if len(word) - len(article) > _LEAST_SKELETON else word


def _spell_sound(word: str) -> str:
    """Return roughly how `word` sounds, in Latin letters, vowels where they are written."""
    plain = word.translate(_VOWEL_TABLE)
    if word.isascii():
        plain = _LONG_VOWELS.sub(lambda found: _LONG[found[0]], _TWICE.sub(r"\1", plain))
        for several, one in _DIGRAPHS.items():
            plain = plain.replace(several, one)
        return "".join(char if char in "aeiou" else _SOUNDS.get(char, char) for char in plain)
    if len(plain) > _LEAST_SKELETON and plain.endswith(_FINAL_H):
        plain = f"{plain[:-1]}a"
    return "".join(char if char in "aeiou" else _SOUNDS.get(char, "") for char in plain)


_FINAL_H = "\u06c1"  # as normalised: it is heard as a vowel
_VOWEL_TABLE = str.maketrans(_VOWELS)
_LONG = {"ee": "i", "oo": "o", "ou": "o", "u": "o", "w": "o", "y": "i"}
_LONG_VOWELS = re.compile("|".join(_LONG))
_TWICE = re.compile(r"([^aeiou\d])\1")
