"""What tells who somebody is goes, what a question needs stays."""

import pytest

from kmqa import masking


@pytest.mark.parametrize(
    "text",
    ["her BP is 160/110", "150 100", "3 weeks late", "35 years old, 4 children", "LNG 1.5 mg",
     "30 mcg", "2026", "500 mg twice a day for 7 days", "jadelle 75mg x2", "pregnant 12-14 weeks"],
)  # fmt: skip
def test_doses_weeks_and_blood_pressures_stay(text: str) -> None:
    assert masking.masked(text) == text
    assert not masking.names_somebody(text)


@pytest.mark.parametrize(
    "text",
    ["0712345678", "+254 712 345 678", "(0712) 345-678", "۰۳۰۰۱۲۳۴۵۶۷", "asha.k@clinic.org",
     "https://x.org/a?b=1", "born 12/03/1994", "1994-03-12", "ID 34567812", "AB1234567",
     "35202-1234567-1", "@asha_k"],
)  # fmt: skip
def test_numbers_dates_and_addresses_of_people_go(text: str) -> None:
    assert masking.names_somebody(text)
    assert not any(char.isdigit() for char in masking.masked(text))
    assert masking.masked(masking.masked(text)) == masking.masked(text)


@pytest.mark.parametrize("sign", ["_", "a", "1-", "a."])
def test_a_run_of_any_length_is_looked_through_once(sign: str) -> None:
    """Once for each of its signs would take an hour; one such message would stop the worker."""
    assert "@" not in masking.masked(sign * 500_000 + " asha@clinic.org")
