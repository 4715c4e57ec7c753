"""Black out what tells who somebody is, before a question is stored.

Only what can be told by its form: runs of digits as in phone and identity numbers, dates of birth,
e-mail addresses, links. Doses, weeks and blood pressures are short and stay.
"""

import re

MASK = "█"
_NAMING = tuple(
    re.compile(pattern)
    for pattern in (
        # Begun where a run of such signs begins: else it is read once for each of its signs.
        r"(?<![\w.+-])[\w.+-]+@[\w-]+\.[\w.-]+",
        r"(?i:https?://|www\.)\S+",
        r"@\w{3,}",
        r"\b\d{1,4}[/.-]\d{1,2}[/.-]\d{2,4}\b",
        # Six digits in a row, or eight with gaps between them: "150 100" is a blood pressure.
        r"\+?\d(?:[\s().-]{0,2}\d){7,}",
        r"\+?\d{6,}",
        # Letters and digits mixed, as on identity cards: at least eight signs, four of them digits.
        r"\b(?=(?:\w*\d){4})(?=\w*[^\W\d_])\w{8,}\b",
    )
)


def masked(text: str) -> str:
    """`text` with everything blacked out that may name a person."""
    for pattern in _NAMING:
        text = pattern.sub(MASK, text)
    return text


def names_somebody(text: str) -> bool:
    """Whether anything in `text` would be blacked out."""
    return any(pattern.search(text) for pattern in _NAMING)
