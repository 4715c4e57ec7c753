"""What tells who somebody is goes, what a question needs stays."""

import pytest

from kmqa import masking


@pytest.mark.parametrize(
    "text",
    ["her BP is 160/110", "150 100", "3 weeks late", "35 years old, 4 children", "LNG 1.5 mg",
     "30 mcg", "2026", "500 mg twice a day for 7 days", "jadelle 75mg x2", "pregnant 12-14 weeks",
     "BP 160/110, then 150/100", "160/110 150/100 140/90", "aged 18 - 24 or 25 - 30", "1,000 mg",
     "1, 2 and 3", "day 1, 2, 3, 4, 5, 6, 7, 8", "1-2-3", "2 x 10⁵ IU"],
)  # fmt: skip
def test_doses_weeks_and_blood_pressures_stay(text: str) -> None:
    assert masking.mask_contacts(text) == text
    assert not masking.names_somebody(text)


@pytest.mark.parametrize(
    "text",
    ["0712345678", "+254 712 345 678", "(0712) 345-678", "۰۳۰۰۱۲۳۴۵۶۷", "asha.k@clinic.org",
     "https://x.org/a?b=1", "born 12/03/1994", "1994-03-12", "ID 34567812", "AB1234567",
     "35202-1234567-1", "@asha_k", "0712–345–678", "0712 — 345 — 678", "0712\u2011345\u2011678",
     "0712/345678", "0712/345/678", "0712,345,678", "071.234.56.78", "0712 . 345 . 678",
     "0712\u200b345\u200b678", "071\u200b2345", "0 7 1 2 3 4 5 6 7 8", "(0712)  345  678",
     "+254\u00a0712\u202f345678", "071·234·5678", "٠٧١٢ ٣٤٥ ٦٧٨", "＋254 712345678", "07/12345678",
     "+92 (300) - 123 - 4567", "0300_1234567"],
)  # fmt: skip
def test_numbers_dates_and_addresses_of_people_go(text: str) -> None:
    assert masking.names_somebody(text)
    assert not any(char.isdigit() for char in masking.mask_contacts(text))
    assert masking.mask_contacts(masking.mask_contacts(text)) == masking.mask_contacts(text)


@pytest.mark.parametrize("sign", ["_", "a", "1-", "a.", "1", "12 ", "1\u200b"])
def test_a_run_of_any_length_is_looked_through_once(sign: str) -> None:
    """Once for each of its signs would take an hour; one such message would stop the worker."""
    assert "@" not in masking.mask_contacts(sign * 500_000 + " asha@clinic.org")
