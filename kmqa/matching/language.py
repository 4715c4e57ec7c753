"""Which of the corpus's languages a message is written in.

Three steps, surest first: the script; common words that give away Urdu and Hindi typed in Latin
letters, which no library recognises; then py3langid, restricted to the languages of the
corpus, which is by far its largest gain (libraries were measured on 108 short questions).
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from kmqa import text

Basis = Literal["script", "words", "model", "default"]

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
_LEAST_PROBABILITY = 0.8  # below it a short Latin text tells too little; see `Guess.is_sure`


@dataclass(frozen=True, slots=True)
class Guess:
    """A language of the corpus, and what the guess rests on.

    Attributes:
        is_sure: Whether the guess may decide in which language to reply on its own.
    """

    language: str
    basis: Basis
    is_sure: bool


def guess(message: str, languages: Sequence[str]) -> Guess:
    """The likeliest of `languages`, of which the first is the default."""
    by_script = _by_script(message, languages)
    if by_script:
        return Guess(by_script, "script", is_sure=True)
    words = text.words(message)
    roman = [language for language in ("ur", "hi") if language in languages]
    if roman and len(_ROMAN_URDU.intersection(words)) >= 2:
        return Guess(roman[0], "words", is_sure=True)
    latin = tuple(language for language in languages if language not in _SCRIPTS)
    if len(latin) < 2 or not words:
        return Guess(latin[0] if latin else languages[0], "default", is_sure=False)
    language, probability = _identifier(latin).classify(" ".join(words))
    is_sure = probability >= _LEAST_PROBABILITY and len(words) >= 3
    return Guess(str(language), "model", is_sure=is_sure)


_SCRIPTS = {"ur": "ARABIC", "ar": "ARABIC", "fa": "ARABIC", "hi": "DEVANAGARI"}


def _by_script(message: str, languages: Sequence[str]) -> str | None:
    """The language that the script of most letters decides, if one of `languages` is in it."""
    letters = [char for char in message if char.isalpha()]
    names = [unicodedata.name(char, "").partition(" ")[0] for char in letters]
    for script in ("ARABIC", "DEVANAGARI"):
        if names.count(script) * 2 <= len(letters) or not letters:
            continue
        fitting = [language for language in languages if _SCRIPTS.get(language) == script]
        if "ur" in fitting and _URDU_LETTERS & set(unicodedata.normalize("NFC", message)):
            return "ur"
        others = [language for language in fitting if language != "ur"]
        return others[0] if others else next(iter(fitting), None)
    return None


@lru_cache(maxsize=2)  # the model takes some 30 MB for each
def _identifier(languages: tuple[str, ...]) -> LanguageIdentifier:
    """An identifier of its own, because the library's module-level one is shared state."""
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    known = [language for language in languages if language in identifier.nb_classes]
    identifier.set_languages(known or None)
    return identifier
