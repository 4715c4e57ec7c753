"""Messages that are named in code and said on a page: English text now, translated when shown.

`scripts/update_words.py` finds the calls of these two functions, and of ``_()`` in templates.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Message:
    """A text of a page.

    Attributes:
        text: In English; what the catalogues translate.
        context: Tells apart equal English texts that mean different things; may be empty.
    """

    text: str
    context: str = ""


def message(text: str) -> Message:
    """Return a message that means the same wherever it stands."""
    return Message(text)


def message_in(context: str, text: str) -> Message:
    """Return a message whose translation depends on what it is about."""
    return Message(text, context)
