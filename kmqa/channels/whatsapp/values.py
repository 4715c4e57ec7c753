"""Single values of a webhook, each in a form that every database holds, or an error.

A lone half of a two-part letter, a NUL, an endless number: JSON carries them, PostgreSQL and UTF-8
do not. An error here sets one item aside; further on it would undo the whole batch, which Meta
would then deliver in vain for a week.
"""

import re
from typing import cast

# Source: Meta's page on business-scoped user ids, 2026: the country's letters, a dot, letters and
# digits; those of an enterprise have "ENT." between.
_USER_ID = re.compile(r"[A-Za-z]{2,3}(?:\.[A-Za-z0-9_-]+){1,2}")
_PHONE = re.compile(r"\+?(\d{5,15})", re.ASCII)  # E.164 has at most 15 digits
_BETWEEN_DIGITS = re.compile(r"[\s().-]")
_LONGEST_ID = 512
_LONGEST_LABEL = 200
_LAST_SECOND = 2**40  # some 34,000 years; floats and databases hold it
_LAST_CODE = 2**31


def identifier(value: object) -> str:
    """Return an id.

    Raises:
        ValueError: It is empty, too long, or no text that can be stored.
    """
    text = str(value or "")
    if not 0 < len(text) <= _LONGEST_ID:
        message = "an id that is empty or too long"
        raise ValueError(message)
    if "\0" in text:
        message = "a NUL in an id"
        raise ValueError(message)
    text.encode()
    return text


def name(value: object) -> str | None:
    """Return an id that may be missing; raises as `identifier` where it is there and is none."""
    return identifier(value) if isinstance(value, str) and value else None


def aside(value: object, most: int = _LONGEST_ID) -> str | None:
    """Return a short text beside what matters; None where it is missing or cannot be stored."""
    try:
        found = name(value)
    except ValueError:
        return None
    return found if found is None or len(found) <= most else None


def words(value: object) -> str:
    """Return what somebody typed; a lone half of a letter becomes a question mark.

    Raises:
        TypeError: It is no text.
    """
    if not isinstance(value, str):
        message = "no text"
        raise TypeError(message)
    return value.encode("utf-8", "replace").decode()


def choice(value: object) -> str:
    """Return what a tap sent, as far as it can be an id of ours; raises as `words`."""
    return words(value)[:_LONGEST_ID]


def seconds(value: object) -> int:
    """Return a time, from a number or a quoted one; raise ValueError where it is none."""
    return _number(value, _LAST_SECOND)


def code(value: object) -> int:
    """Return the code of an error; raise ValueError where it is none."""
    return _number(value, _LAST_CODE)


def phone(value: object) -> str | None:
    """Return the digits of a phone number; None where `value` is none, such as a user id."""
    written = str(value) if isinstance(value, str | int) else ""
    found = _PHONE.fullmatch(_BETWEEN_DIGITS.sub("", written))
    return found[1] if found else None


def user_id(value: object) -> str | None:
    """Return a business-scoped user id, which may stand where a phone number is expected."""
    found = aside(value)
    return found if found and _USER_ID.fullmatch(found) else None


def label(value: object) -> str:
    """Return a word of Meta's for a notice, shortened; what is no word is not looked into."""
    return str(value)[:_LONGEST_LABEL] if isinstance(value, str | int) else type(value).__name__


def _number(value: object, most: int) -> int:
    try:
        number = int(cast("str", value))
    except OverflowError as error:
        raise ValueError(str(error)) from error
    if not -most < number < most:
        message = "a number that is too large"
        raise ValueError(message)
    return number
