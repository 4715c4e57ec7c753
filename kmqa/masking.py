"""Black out what tells who somebody is, before a question is stored.

Only what can be told by its form: runs of digits as in phone and identity numbers, dates of birth,
e-mail addresses, links. Doses, weeks and blood pressures are short and stay.
"""

import re

MASK = "█"
# What no eye sees, and what people put between the digits of one number: gaps, dots, any dash.
_UNSEEN = r"\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff"
_BETWEEN = rf"[\s().·•_\-\u2010-\u2015\u2212\uff0d{_UNSEEN}]"
_NAMING = tuple(
    re.compile(pattern)
    for pattern in (
        # Begun where a run of such signs begins: else it is read once for each of its signs.
        r"(?<![\w.+-])[\w.+-]+@[\w-]+\.[\w.-]+",
        r"(?i:https?://|www\.)\S+",
        r"@\w{3,}",
        # A slash or a comma also stands between pressures and in lists: here one group is long, or
        # there are three, and no gap is beside it.
        r"(?<!\d)[+\uff0b]?\d{4,}[/,]\d{3,}(?:[/,\s-]\d{2,4})*",
        r"[+\uff0b]?\d{2,3}[/,]\d{5,}",
        r"[+\uff0b]?\d{3}[/,]\d{3}[/,]\d{3,4}\b",
        # Six digits in a row, or eight with gaps between them: "150 100" is a blood pressure.
        rf"[+\uff0b]?\d(?:{_BETWEEN}{{0,4}}\d){{7,}}",
        rf"[+\uff0b]?\d(?:[{_UNSEEN}]*\d){{5,}}",
        r"\b\d{1,4}[/.-]\d{1,2}[/.-]\d{2,4}\b",
        # Letters and digits mixed, as on identity cards: at least eight signs, four of them digits.
        r"\b(?=(?:\w*\d){4})(?=\w*[^\W\d_])\w{8,}\b",
    )
)


def mask_contacts(text: str) -> str:
    """Return `text` with everything blacked out that may name a person."""
    for pattern in _NAMING:
        text = pattern.sub(MASK, text)
    return text


def names_somebody(text: str) -> bool:
    """Tell whether anything in `text` would be blacked out."""
    return any(pattern.search(text) for pattern in _NAMING)
