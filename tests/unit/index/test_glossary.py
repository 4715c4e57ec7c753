import pytest

from kmqa.index.glossary import Glossary, parse_form
from kmqa.records import Term

TERMS = (
    Term(
        term="injection",
        forms={"en": ("depo", "jab", "three month jab"), "sw": ("sindano",), "ar": ("*حقن*",)},
    ),
    Term(term="forgot", forms={"es": ("olvid*",), "sw": ("*sahau",), "en": ("skipped",)}),
    Term(term="2", forms={"ur": ("do",)}),
)


@pytest.mark.parametrize(
    ("message", "language", "expected"),
    [
        ("late for DEPO!", "en", "late for injection"),
        ("her three-month jab", "en", "her injection"),
        ("olvidó la depo", "es", "forgot la injection"),
        ("amesahau sindano", "sw", "forgot injection"),
        ("بالحقنة", "ar", "injection"),
        ("what do I do", "en", "what do i do"),
        ("do din", "ur", "2 din"),
        ("depo jab", "en", "injection"),
        ("nada conocido", "es", "nada conocido"),
    ],
)
def test_every_name_is_brought_to_its_term(message: str, language: str, expected: str) -> None:
    assert Glossary(TERMS, "en").normalise(message, language) == expected


def test_without_terms_a_message_stays_as_it_came() -> None:
    assert Glossary((), "en").normalise("Late, for DEPO?", "en") == "Late, for DEPO?"


def test_a_language_without_forms_still_knows_those_of_the_default_one() -> None:
    assert Glossary(TERMS, "en").normalise("o jab atrasou", "pt") == "o injection atrasou"


def test_bringing_to_terms_twice_changes_nothing_more() -> None:
    glossary = Glossary(TERMS, "en")
    once = glossary.normalise("she skipped her three month jab", "en")

    assert glossary.normalise(once, "en") == once


@pytest.mark.parametrize("written", ["", "*", "de*po", " ? "])
def test_a_form_without_a_word_is_a_mistake(written: str) -> None:
    with pytest.raises(ValueError, match="is no form"):
        parse_form(written, "injection")
