"""Tell whether the words below a picture only point at it, as "what is this?" does.

Such words mean something with the picture alone, which the bot cannot see: an answer to them would
be an answer to something else.
"""

from functools import cache

from kmqa import text
from kmqa.lexicon import languages

_Words = tuple[str, ...]


def points_at_picture(caption: str) -> bool:
    """Return whether a word of `caption`, or some in a row, point at something, in any language."""
    typed = tuple(text.words(caption))
    lengths = {len(pointer) for pointer in _pointers()}
    return any(
        typed[start : start + length] in _pointers()
        for length in lengths
        for start in range(len(typed) - length + 1)
    )


@cache
def _pointers() -> frozenset[_Words]:
    known = languages.load().values()
    return frozenset(tuple(text.words(form)) for language in known for form in language.pointers)
