"""The country to whose network a person belongs, by what the channel tells of them."""

from functools import cache

import phonenumbers

from kmqa.messages import Sender

_COUNTRY = 2  # letters of its code, before the point of a user id such as ``KE.1349``
_NOWHERE = {"001", "ZZ"}  # satellites and services


def country_of(sender: Sender) -> str | None:
    """Return the ISO code of the country of the sender's number or user id, where one tells it."""
    if sender.phone:
        return _country_of_number(sender.phone)
    country, point, _ = (sender.user_id or "").partition(".")
    return country if point and len(country) == _COUNTRY and country.isupper() else None


@cache
def _country_of_code(code: int) -> str | None:
    region = phonenumbers.region_code_for_country_code(code)
    return None if region in _NOWHERE else region


def _country_of_number(phone: str) -> str | None:
    """Return the country of `phone`, digits only, or else the main country of its calling code.

    Some countries share a code, such as 1; there only the number itself tells.
    """
    try:
        number = phonenumbers.parse(f"+{phone}")
    except phonenumbers.NumberParseException:
        return None
    region = phonenumbers.region_code_for_number(number)
    return region if region not in {None, *_NOWHERE} else _country_of_code(number.country_code or 0)
