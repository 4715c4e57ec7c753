"""The words of the pages: every text has all four languages, and none is left over."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from update_words import extract_texts

from kmqa.console.faults import FAULTS
from kmqa.console.messages import message, message_in
from kmqa.console.words import LANGUAGES, Words, catalogue_path

# What a translation must keep: placeholders, names of settings and files, addresses, numbers.
_FIXED = re.compile(r"%\(\w+\)\w|\{\w*\}|KMQA_\w+|/api/\w+|\w+\.yaml|\.env|\.\w{3,5}\b|\d+")


def _catalogue(language: str) -> Catalog:
    with catalogue_path(language).open("rb") as file:
        return read_po(file, locale=language)


def _keys(catalogue: Catalog) -> set[tuple[str, str]]:
    return {(one.context or "", str(one.id)) for one in catalogue if one.id}


def test_texts_are_found_in_code_and_templates() -> None:
    assert {("", "Sign in"), ("outcome", "answered"), ("", "There is nothing here.")} <= _keys(
        extract_texts()
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_has_its_words_and_no_words_are_left_over(language: str) -> None:
    catalogue = _catalogue(language)

    assert _keys(catalogue) == _keys(extract_texts())
    assert [one.id for one in catalogue if one.id and not str(one.string).strip()] == []
    assert [one.id for one in catalogue if one.id and one.fuzzy] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_keeps_placeholders_names_and_numbers(language: str) -> None:
    kept = {
        str(one.id): (sorted(_FIXED.findall(str(one.id))), sorted(_FIXED.findall(str(one.string))))
        for one in _catalogue(language)
        if one.id
    }

    assert {text: fixed for text, fixed in kept.items() if fixed[0] != fixed[1]} == {}


@pytest.mark.parametrize("code", FAULTS)
def test_every_fault_has_words_of_its_own_in_every_language(code: str) -> None:
    said = {Words(language).fault(code) for language in LANGUAGES}

    assert len(said) == len(LANGUAGES)


def test_equal_english_texts_of_two_kinds_have_their_own_translations() -> None:
    words = Words("fr")

    assert words.name("reason", "empty") != words.name("verdict", "empty")


def test_a_text_that_no_catalogue_has_is_shown_in_english() -> None:
    words = Words("ur")

    assert words.say(message("New here")) == "New here"
    assert words.say(message_in("role", "New here")) == "New here"


def test_texts_for_curators_are_plain_english() -> None:
    odd = re.compile(
        r"\b(bundle|mend|vouch|parted by|stands? in\b|noughts?|letters of)", re.IGNORECASE
    )
    texts = [one for one in _keys(extract_texts()) if one[0] != "setting"]

    assert [text for _, text in texts if odd.search(text)] == []


def test_words_are_read_without_a_step_before(tmp_path: Path) -> None:
    """No compiled catalogue is needed or written, and the package holds what it needs."""
    program = "from kmqa.console.words import Words; print(Words('fr').fault('not-found'))"

    said = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", program], cwd=tmp_path, check=True, capture_output=True, text=True
    )

    assert said.stdout.strip() == "Il n'y a rien ici."
    assert not list(catalogue_path("fr").parent.glob("*.mo"))
