"""Messages that are no question: greetings, thanks, emoji, an empty line, keys hit at random.

Only whole messages count: "hi, she missed two pills" is a question. The words stand in
`kmqa.lexicon`, those of each language in its file, also in Latin letters.
"""

import unicodedata
from functools import cache

from kmqa import text
from kmqa.lexicon import languages
from kmqa.records import ChatKind

MAX_CHARACTERS = 2_000  # a WhatsApp message has at most 4,096; a question that long is a document

_VOWELS = frozenset("aeiouy")
_LEAST_WORD = 5  # "hmm" and "pls" are short for something, "sdfghj" is not


def _without_accents(message: str) -> str:
    """`message` as words without accents, so that "olá" and "ola" are one greeting."""
    joined = " ".join(text.words(message))
    decomposed = unicodedata.normalize("NFD", joined)
    if any(ord(char) > 0x24F for char in joined):
        return joined
    return "".join(char for char in decomposed if not unicodedata.combining(char))


@cache
def _greetings() -> frozenset[str]:
    known = languages.load().values()
    return frozenset(_without_accents(form) for language in known for form in language.greetings)


@cache
def _thanks() -> frozenset[str]:
    known = languages.load().values()
    return frozenset(_without_accents(form) for language in known for form in language.thanks)


def kind_of(message: str) -> ChatKind | None:
    """Return which small talk the whole of `message` is, or None where it may be a question."""
    if len(message) > MAX_CHARACTERS:
        return "too_long"
    plain = _without_accents(message)
    if not plain:
        return "emoji" if text.normalise(message).strip("?.!,;:…") else "empty"
    if plain in _greetings():
        return "greeting"
    if plain in _thanks():
        return "thanks"
    return "gibberish" if _is_gibberish(plain) else None


def _is_gibberish(plain: str) -> bool:
    """Whether every word is one letter repeated, or a long run of Latin letters without vowel."""
    words = plain.split()
    return all(_is_nonsense(word) for word in words)


def _is_nonsense(word: str) -> bool:
    if len(word) >= 3 and len(set(word)) == 1:
        return True
    is_latin = word.isascii() and word.isalpha()
    return is_latin and len(word) >= _LEAST_WORD and not _VOWELS & set(word)
