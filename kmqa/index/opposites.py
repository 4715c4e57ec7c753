"""Which way a text points where two opposite acts share nearly all their words.

"Two weeks before her date" and "two weeks after her date" lie as close together as two texts can,
and ask for opposite acts. Each language's file names the cues of a few opposites
(`kmqa.lexicon.language.OPPOSITES`); a text points one way where it has cues of that side alone.
"""

import re
from collections.abc import Iterable, Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

from kmqa import text
from kmqa.lexicon import languages
from kmqa.lexicon.language import OPPOSITES

FloatArray = npt.NDArray[np.float32]

GAP = "…"
"""In a cue: up to five words may stand here. A ``*`` at the end of a word stands for letters."""
_GAP_PATTERN = r"(?: \S+){0,5}"
_FEW = 2.0  # wordings that point each way are taken for granted, so that one alone says little


def read(message: str) -> FloatArray:
    """Return which way `message` points in each of `OPPOSITES`: -1, 0 or 1, shape (axes,)."""
    joined = " ".join(text.words(message))
    sides = [[bool(pattern.search(joined)) for pattern in axis] for axis in _patterns()]
    return np.array([second - first for first, second in sides], dtype=np.float32)


def measure_lean(wordings: Iterable[str]) -> FloatArray:
    """Return how far `wordings` of one target point one way, in (-1, 1), shape (axes,)."""
    found = np.array([read(one) for one in wordings]).reshape(-1, len(OPPOSITES))
    lean: FloatArray = found.sum(axis=0) / (np.abs(found).sum(axis=0) + _FEW)
    return lean.astype(np.float32)


def measure_conflicts(message: str, leans: FloatArray) -> FloatArray:
    """Return how far targets with `leans`, shape (t, axes), point against `message`, shape (t,).

    A target that points the same way, or no way, is at 0; every axis against adds at most 1.
    """
    against: FloatArray = np.maximum(0.0, -leans * read(message)).sum(axis=1)
    return against.astype(np.float32)


@cache
def _patterns() -> Sequence[tuple[re.Pattern[str], re.Pattern[str]]]:
    return tuple((_compile(first), _compile(second)) for first, second in OPPOSITES)


def _compile(side: str) -> re.Pattern[str]:
    """Return a pattern for the cues of one side in all languages, because people mix them."""
    known = languages.load().values()
    cues = {cue for language in known for cue in language.opposites[side]}
    return re.compile(rf"(?:^| )(?:{'|'.join(sorted(map(_cue_pattern, cues)))})(?= |$)")


def _cue_pattern(cue: str) -> str:
    """Return the pattern of a cue; its words are normalised as every text is."""
    runs = [" ".join(map(_word_pattern, run.split())) for run in cue.split(GAP)]
    return f"{_GAP_PATTERN} ".join(runs)


def _word_pattern(word: str) -> str:
    letters = re.escape(" ".join(text.words(word)))
    return letters + r"\S*" if word.endswith("*") else letters
