"""Names that look alike are one name, and people who share no more than letters are two."""

import pytest

from kmqa.look_alikes import is_one_name, name_keys

ALIKE = [
    ("case", "Asha", "ASHA"),
    ("spaces", "Asha Rao", "  asharao "),
    ("a space that does not break", "Asha Rao", "Asha\u00a0Rao"),
    ("nothing of no width", "Asha", "As\u200bh\u2060a\ufeff"),
    ("a joiner that shows nothing", "Asha", "A\u034fsha"),
    ("a selector of variants", "Asha", "Asha\ufe0f"),
    ("a letter that shows nothing", "Asha", "Asha\u3164"),
    ("a blank of Braille", "Asha", "Asha\u2800"),
    ("an order of writing", "Asha", "\u202eAsha\u202c"),
    ("a soft hyphen", "Asha", "As\u00adha"),
    ("full width", "Asha", "Ａｓｈａ"),
    ("letters of mathematics", "Asha", "𝐀𝘀𝗵𝖺"),
    ("one Cyrillic letter", "Asha", "\u0410sha"),
    ("all Cyrillic letters", "ASHA", "АЅНА"),
    ("a Greek capital", "Nina", "\u039dina"),
    ("Cherokee", "Asha", "\u13aasha"),
    ("an accent", "José", "Jose"),
    ("a dot below", "Asha", "Ạsha"),
    ("an l for an I", "Ian", "lan"),
    ("a one for an l", "Ali", "A1i"),
    ("a zero for an O", "Omar", "0mar"),
    ("rn for m", "Bemard", "Bernard"),
    ("the yeh of another keyboard", "علي", "علی"),
    ("Greek capitals", "Νίκος", "ΝΊΚΟΣ"),
    ("Hindi with a joiner", "क्षमा", "क्\u200dषमा"),
]
DIFFERENT = [
    ("Asha", "Usha"),
    ("Nina", "Vina"),
    ("Asha Rao", "Asha Roy"),
    ("राम", "रमा"),
    ("عمر", "عمار"),
    ("Юля", "Уля"),
    ("李", "季"),
    ("user 10001", "user 10002"),
]


@pytest.mark.parametrize(("one", "other"), [row[1:] for row in ALIKE], ids=[r[0] for r in ALIKE])
def test_names_that_look_alike_are_one(one: str, other: str) -> None:
    assert is_one_name(one, other)
    assert is_one_name(other, one)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_names_that_a_reader_tells_apart_are_two(one: str, other: str) -> None:
    assert not is_one_name(one, other)


@pytest.mark.parametrize("name", ["", "  ", "\u200b", "\u3164\u2800", "\u0301"])
def test_what_shows_nothing_is_nobodys_name(name: str) -> None:
    assert name_keys(name) == frozenset()
    assert not is_one_name(name, name)
