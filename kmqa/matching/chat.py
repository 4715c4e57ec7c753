"""Messages that are no question: greetings, thanks, emoji, an empty line, keys hit at random.

Only whole messages count: "hi, she missed two pills" is a question. The words are those that
people of the eight languages send, also in Latin letters.
"""

import unicodedata

from kmqa import text
from kmqa.records import ChatKind

MAX_CHARACTERS = 2_000  # a WhatsApp message has at most 4,096; a question that long is a document

# fmt: off
_GREETINGS = frozenset([
    "hi", "hii", "hiii", "hello", "helo", "hey", "hallo", "good morning", "good afternoon",
    "good evening", "good day", "morning", "hola", "buenos dias", "buenas tardes",
    "buenas noches", "buenas", "bonjour", "bonsoir", "salut", "oi", "ola", "bom dia",
    "boa tarde", "boa noite", "habari", "hujambo", "jambo", "mambo", "sasa", "shikamoo",
    "habari yako", "salam", "salaam", "assalam o alaikum", "assalamualaikum", "assalam alaikum",
    "aoa", "asalam o alaikum", "namaste", "namaskar", "marhaba", "ahlan", "start",
    "السلام علیکم", "سلام", "ہیلو", "ہائے", "مرحبا", "اہلا", "نمستے", "नमस्ते", "नमस्कार", "हैलो",
    "हेलो", "हाय",
])
_THANKS = frozenset([
    "thanks", "thank you", "thank u", "thx", "tnx", "ty", "thank you so much",
    "thanks a lot", "many thanks", "ok thanks", "ok thank you", "ok", "okay", "gracias",
    "muchas gracias", "merci", "merci beaucoup", "obrigado", "obrigada", "muito obrigado",
    "muito obrigada", "asante", "asante sana", "shukran", "shukriya", "shukria", "bohat shukriya",
    "dhanyavad", "dhanyawad", "meherbani", "acha", "accha", "achha", "jazakallah", "شکریہ",
    "بہت شکریہ", "مہربانی", "شکرا", "شکرا لک", "شکرا جزیلا", "धन्यवाद", "शुक्रिया",
])
# fmt: on
_VOWELS = frozenset("aeiouy")
_LEAST_WORD = 5  # "hmm" and "pls" are short for something, "sdfghj" is not


def _plain(message: str) -> str:
    """`message` as words without accents, so that "olá" and "ola" are one greeting."""
    joined = " ".join(text.words(message))
    decomposed = unicodedata.normalize("NFD", joined)
    if any(ord(char) > 0x24F for char in joined):
        return joined
    return "".join(char for char in decomposed if not unicodedata.combining(char))


_SAID = {
    "greeting": frozenset(_plain(said) for said in _GREETINGS),
    "thanks": frozenset(_plain(said) for said in _THANKS),
}


def kind_of(message: str) -> ChatKind | None:
    """Which sort of small talk the whole of `message` is, or None where it may be a question."""
    if len(message) > MAX_CHARACTERS:
        return "too_long"
    plain = _plain(message)
    if not plain:
        return "emoji" if text.normalise(message).strip("?.!,;:…") else "empty"
    if plain in _SAID["greeting"]:
        return "greeting"
    if plain in _SAID["thanks"]:
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
