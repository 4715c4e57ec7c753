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
