"""Whether two names are one to a reader: the same but for case, spaces and what nobody can see.

Who signs in, who wrote and who approved are compared here and nowhere else, so that no second
name makes a second person. What counts as alike: case, white space, invisible characters, accents,
full-width and other compatibility forms, letters of several scripts with one shape, and ``1`` with
``l`` and ``I``, ``0`` with ``O``, ``rn`` with ``m``. Two people whose names differ by no more, such
as Aila and Alla, need something beside it, such as a family name.

Source: Unicode Technical Standard 39, section 4, "Confusable Detection", with its table.
"""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from kmqa import text

_TABLE = Path(__file__).with_name("look_alikes.txt")
# Accents, also those that stand alone as the grapheme joiner; variation selectors; letters and
# symbols that show nothing.
_UNSEEN = re.compile(
    "[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff"
    "\ufe00-\ufe0f\U000e0100-\U000e01ef\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\uffa0]"
)
_ONE_STROKE = str.maketrans({"i": "1", "o": "0"})  # as the table has their capitals
_MOST_REMEMBERED = 4_096  # names; a log has thousands of lines by a few people


def is_one_name(one: str, other: str) -> bool:
    """Return whether a reader would take both for the same name; empty names are nobody's."""
    return bool(name_keys(one) & name_keys(other))


@lru_cache(maxsize=_MOST_REMEMBERED)
def name_keys(name: str) -> frozenset[str]:
    """Return by what `name` is compared: two names are one where they share a key.

    There are two, since case and shape cannot be left out at once: the capital of the Greek letter
    that looks like a v looks like an N. None for a name that shows nothing.
    """
    folded = _drop_unseen(text.normalise(name).casefold())
    shape = _drop_unseen(unicodedata.normalize("NFKC", name)).translate(_read_table())
    shaped = _drop_unseen(text.normalise(shape).casefold()).translate(_ONE_STROKE)
    return frozenset({folded, shaped.replace("rn", "m")} - {""}) if folded else frozenset()


def _drop_unseen(name: str) -> str:
    """Return `name` without accents, spaces and what shows nothing."""
    seen = _UNSEEN.sub("", unicodedata.normalize("NFD", _UNSEEN.sub("", name)))
    kept = (char for char in seen if not char.isspace() and unicodedata.category(char) != "Cf")
    return unicodedata.normalize("NFC", "".join(kept))


@lru_cache(maxsize=1)
def _read_table() -> Mapping[int, str]:
    """Return what stands for each character that looks like another."""
    found: dict[int, str] = {}
    for line in _TABLE.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            kept, others = line.split("\t")
            found |= dict.fromkeys(map(ord, others), kept)
    return found
