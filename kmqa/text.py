"""Normalisation of text, the same on both sides of the index.

Whatever is written into a bundle and whatever a person types goes through `normalise` before
it is compared, so that spelling of the same letters in different code points never matters.
"""

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from itertools import groupby

# Zero-width joiners and marks, bidirectional controls, soft hyphen, byte order mark, tatweel.
_INVISIBLE = re.compile("[\u00ad\u061c\u0640\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_SPACES = re.compile(r"\s+")
# One letter typed in several code points by different keyboards: Arabic and Urdu yeh and kaf,
# curly quotation marks and dashes.
_SAME_LETTER = str.maketrans(
    {"ي": "ی", "ى": "ی", "ك": "ک", "ۀ": "ہ", "ة": "ہ", "ه": "ہ", "أ": "ا", "إ": "ا"}
    | dict.fromkeys("’‘ʼ`´", "'")
    | dict.fromkeys("“”„«»", '"')
    | dict.fromkeys("‐‑‒–—―", "-")
)
_KNOWN_CHARACTERS = 2_048  # of which the kind is remembered; eight languages use some 600
_MARKS = re.compile(r"[\u0610-\u061a\u064b-\u065f\u0670]")


@lru_cache(maxsize=256)  # each step that looks at a message asks for it again
def normalise(text: str) -> str:
    """One canonical lower-case spelling of `text` on a single line.

    Compatibility forms (ligatures, presentation forms, full-width letters) are folded by NFKC,
    invisible and control characters are dropped, letters that keyboards write in several code
    points become one, Arabic vowel marks go, white space becomes single spaces. Applying it
    twice changes nothing.
    """
    folded = unicodedata.normalize("NFKC", text).lower()
    folded = _MARKS.sub("", _INVISIBLE.sub("", folded).translate(_SAME_LETTER))
    folded = unicodedata.normalize("NFKC", "".join(map(_visible, folded)))
    return _SPACES.sub(" ", folded).strip()


def words(text: str) -> list[str]:
    r"""Return the words and numbers of `text` after `normalise`, in order, without punctuation.

    Letters, marks and digits make words. Marks count because Hindi writes most vowels with them,
    which `\w` would leave out.
    """
    return "".join(map(_in_word, normalise(text))).split()


def with_words(text: str, changed: Callable[[str], str]) -> str:
    """Return `text` after `normalise` with each word changed; what separates them stays."""
    runs = groupby(normalise(text), lambda char: _in_word(char) != " ")
    pairs = ((is_word, "".join(run)) for is_word, run in runs)
    return "".join(changed(run) if is_word else run for is_word, run in pairs)


@lru_cache(maxsize=_KNOWN_CHARACTERS)
def _visible(char: str) -> str:
    """`char`, a space for what separates, or nothing for control characters."""
    if char.isspace():
        return " "
    return "" if unicodedata.category(char).startswith("C") else char


@lru_cache(maxsize=_KNOWN_CHARACTERS)
def _in_word(char: str) -> str:
    """`char` where it belongs to a word, or else a space."""
    return char if unicodedata.category(char)[0] in "LMN" else " "
