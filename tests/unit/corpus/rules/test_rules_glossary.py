from pathlib import Path

import pytest
from corpus_builder import make_corpus, make_settings

from kmqa.corpus.rules import glossary
from kmqa.records import GlossaryFile, Term


def _codes(tmp_path: Path, *terms: Term) -> list[str]:
    corpus = make_corpus(tmp_path, glossary=GlossaryFile(terms=terms), settings=make_settings())
    return [problem.code for problem in glossary.problems_of(corpus)]


def test_forms_that_say_one_thing_are_fine(tmp_path: Path) -> None:
    assert _codes(tmp_path, Term(term="implant", forms={"en": ("rod", "jadelle*", "*plant")})) == []


@pytest.mark.parametrize("form", ["ro*d", "*", "?"])
def test_a_form_that_matches_nothing_is_an_error(tmp_path: Path, form: str) -> None:
    assert _codes(tmp_path, Term(term="implant", forms={"en": (form,)})) == ["form-invalid"]


def test_a_form_under_two_terms_is_an_error(tmp_path: Path) -> None:
    terms = [Term(term=term, forms={"en": ("rod",)}) for term in ("implant", "stick")]

    assert _codes(tmp_path, *terms) == ["form-repeated"]


def test_a_language_that_the_corpus_does_not_have_is_told(tmp_path: Path) -> None:
    assert _codes(tmp_path, Term(term="implant", forms={"xx": ("rod",)})) != []
