"""The parts of a message in which a danger sign is looked for, beside the whole of it.

What stands beside a danger sign can hide it: a greeting, a story, a question about something else.
So each sentence and each line is looked at by itself, with its neighbour, and where it is long (as
what is spoken and written down, without any stops) in stretches that overlap.
"""

import re
from collections.abc import Callable, Iterator
from itertools import pairwise

from kmqa import text

_ENDS = re.compile(r"(?<=[.!?;…])\s+|(?<=[؟۔।؛])\s*|\n+")
_LEAST_WORDS = 2  # one word alone tells nothing
_STRETCH = 16  # words: a report of a danger sign is seldom longer
_STEP = 8
_LONG = 20  # words from which a sentence is cut into stretches
MARGIN = 0.5
"""What a part must reach above the danger rule's border, because it lacks what stands beside it.

On the starter corpus's test sets 0.5 spares four of eight alarms that parts alone raise, and loses
no danger sign.
"""
MOST_PARTS = 4
"""Parts of one message that are looked at closely, so that the work for a message is bounded."""


def split_message(message: str) -> list[str]:
    """Return the parts of `message` of two words or more, without the whole of it, each once."""
    sentences = [part.strip() for part in _ENDS.split(message) if part.strip()]
    whole = " ".join(message.split())
    found = dict.fromkeys(" ".join(part.split()) for part in _list_parts(sentences))
    return [part for part in found if part != whole and len(text.words(part)) >= _LEAST_WORDS]


def select_parts(parts: list[str], weigh: Callable[[str], float]) -> list[str]:
    """Return those of `parts` that speak most for a danger sign, as far as any do.

    Args:
        parts: In the order in which they count where they speak for it alike.
        weigh: Gives log odds of a danger sign from the words of a part.
    """
    weighed = [(weigh(part), part) for part in parts]
    likely = sorted((pair for pair in weighed if pair[0] > 0), key=lambda pair: -pair[0])
    return [part for _, part in likely[:MOST_PARTS]]


def _list_parts(sentences: list[str]) -> Iterator[str]:
    lengths = [len(sentence.split()) for sentence in sentences]
    for sentence, length in zip(sentences, lengths, strict=True):
        yield sentence
        if length >= _LONG:
            yield from _cut(sentence.split())
    for (one, other), (n_one, n_other) in zip(pairwise(sentences), pairwise(lengths), strict=True):
        if n_one + n_other < 2 * _LONG:
            yield f"{one} {other}"


def _cut(words: list[str]) -> Iterator[str]:
    for start in range(0, len(words) - _STRETCH + _STEP, _STEP):
        yield " ".join(words[start : start + _STRETCH])
