"""Parts of a test set that a report looks at one by one."""

import unicodedata
from collections.abc import Callable, Mapping

from kmqa import text
from kmqa.eval.run import Prediction

Label = Callable[[Prediction], str | None]
FEW = 20  # queries below which a part's figures say little
_LENGTHS = ((3, "1-3 words"), (8, "4-8 words"), (15, "9-15 words"))


def labels(topic_of: Mapping[str, str]) -> Mapping[str, Label]:
    """By the name of each way of parting, what part a prediction belongs to.

    Args:
        topic_of: Topic of each answer id.
    """
    return {
        "language": lambda p: p.query.lang,
        "kind": lambda p: p.query.kind,
        "topic": lambda p: topic_of.get(p.query.expected[0]) if p.query.expected else None,
        "role": lambda p: p.query.profile.role,
        "length": lambda p: length(p.query.text),
        "script": lambda p: script(p.query.text),
    }


def length(message: str) -> str:
    """How many words a message has, in steps."""
    n = len(text.words(message))
    return next((name for most, name in _LENGTHS if n <= most), "16 words or more")


def script(message: str) -> str:
    """Return the script of most letters, in lower case, or ``none``."""
    names = [
        unicodedata.name(char, "other").split(" ")[0].lower() for char in message if char.isalpha()
    ]
    return max(sorted(set(names)), key=names.count) if names else "none"
