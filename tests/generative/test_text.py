import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from kmqa import text


@given(st.text())
def test_normalising_twice_changes_nothing(message: str) -> None:
    once = text.normalise(message)

    assert text.normalise(once) == once


@given(st.text())
def test_normalised_text_is_one_line_without_controls(message: str) -> None:
    found = text.normalise(message)

    assert found == " ".join(found.split())
    assert not any(unicodedata.category(char).startswith("C") for char in found)


@given(st.text())
def test_words_are_made_of_letters_marks_and_digits(message: str) -> None:
    for word in text.words(message):
        assert all(unicodedata.category(char)[0] in "LMN" for char in word)


@given(st.text())
def test_changing_no_word_gives_the_normalised_text(message: str) -> None:
    assert text.with_words(message, lambda word: word) == text.normalise(message)


@given(st.text())
def test_every_word_is_changed_and_nothing_else(message: str) -> None:
    changed = text.with_words(message, lambda _: "x")

    assert text.words(changed) == ["x"] * len(text.words(message))


def test_letters_typed_in_several_code_points_become_one() -> None:
    assert text.normalise("كيا") == text.normalise("کیا")
    assert text.normalise("ﻻ ﬁ Ａ") == text.normalise("لا fi a")
    assert text.normalise("a\u200cb\u202e") == "ab"


def test_hindi_words_keep_their_vowel_signs() -> None:
    assert text.words("गोली खाने से!") == ["गोली", "खाने", "से"]
