"""Filling the blanks of fixed phrases."""

import pytest

from kmqa import phrases


def test_fill_puts_values_in_once() -> None:
    """A value that looks like a blank is not filled again, and other braces cannot break it."""
    filled = phrases.fill("{title}, p. {pages}", title="{pages} {0}", pages="3")

    assert filled == "{pages} {0}, p. 3"


@pytest.mark.parametrize("values", [{}, {"title": "a", "pages": "b"}])
def test_fill_wants_each_blank_once(values: dict[str, str]) -> None:
    """A missing or needless value is a mistake of the program."""
    with pytest.raises(ValueError, match="blanks"):
        phrases.fill("{title}", **values)


def test_limits_are_of_known_phrases() -> None:
    """A limit on a phrase that does not exist would check nothing."""
    assert phrases.LIMITS.keys() <= phrases.PHRASES.keys()


def test_a_phrase_that_a_corpus_lacks_is_the_packages() -> None:
    """What a corpus says itself goes before, and a language of its own stays as it is."""
    found = phrases.complete({"fr": {"thanks": "De rien"}, "xx": {"thanks": "x"}}, ("en", "yy"))

    assert found["fr"]["thanks"] == "De rien"
    assert found["fr"]["greeting"] == phrases.of_package("fr")["greeting"]
    assert found["xx"] == {"thanks": "x"}
    assert found["en"] == phrases.of_package("en")
    assert set(found) == {"fr", "xx", "en"}


@pytest.mark.parametrize("language", phrases.languages())
def test_the_package_has_every_phrase_with_its_blanks(language: str) -> None:
    """Its files are read without a reader of YAML, and a corpus may begin with them."""
    found = phrases.of_package(language)

    assert list(found) == list(phrases.PHRASES)
    for name, phrase in found.items():
        assert set(phrases.blanks(phrase)) == phrases.PHRASES[name], name
