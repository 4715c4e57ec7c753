"""The country of a number, which decides the emergency number of who filled in no profile."""

import pytest

from kmqa.messages import Sender
from kmqa.runtime.calling_code import country_of


@pytest.mark.parametrize(
    ("sender", "country"),
    [
        (Sender(phone="254700000002"), "KE"),
        (Sender(phone="919876543210"), "IN"),
        (Sender(phone="12042345678"), "CA"),
        (Sender(phone="999"), None),
        (Sender(phone="not a number"), None),
        (Sender(user_id="KE.1349"), "KE"),
        (Sender(user_id="web.1349"), None),
        (Sender(), None),
    ],
)
def test_a_number_or_user_id_tells_a_country(sender: Sender, country: str | None) -> None:
    assert country_of(sender) == country
