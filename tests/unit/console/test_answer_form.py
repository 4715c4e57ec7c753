import pytest
from corpus_builder import make_answer

from kmqa.console import answer_form
from kmqa.console.answer_form import FormInvalid

BEFORE = make_answer(
    "pill-late",
    text={"en": "Take it.", "fr": "Prenez-la."},
    questions={"en": ["late pill"], "fr": ["pilule en retard"]},
    sources=[{"document": "handbook", "pages": [3], "quote": "take it"}],
    variants=[{"when": {"role": ["chw"]}, "text": {"en": "Refer her."}}],
    resources=["handbook"],
)


def test_what_a_form_does_not_hold_stays() -> None:
    assert answer_form.answer_of(BEFORE, ["en"], {}) == BEFORE


def test_texts_of_a_language_that_the_corpus_no_longer_has_are_kept() -> None:
    after = answer_form.answer_of(BEFORE, ["en"], {"text-en": "New."})

    assert after.text == {"en": "New.", "fr": "Prenez-la."}


def test_line_ends_of_browsers_become_those_of_the_corpus() -> None:
    after = answer_form.answer_of(BEFORE, ["en"], {"text-en": " One.\r\n\r\nTwo. \r\n"})

    assert after.text["en"] == "One.\n\nTwo."


def test_sources_are_changed_added_and_taken_away() -> None:
    form = {
        "source-0-document": "handbook", "source-0-pages": "8, 3", "source-0-quote": "",
        "source-1-document": "", "source-1-pages": "", "source-1-quote": "",
        "source-2-document": "leaflet", "source-2-pages": "1", "source-2-quote": "at  once",
    }  # fmt: skip

    with pytest.raises(FormInvalid, match="rising order"):
        answer_form.answer_of(BEFORE, ["en"], form)
    after = answer_form.answer_of(BEFORE, ["en"], form | {"source-0-pages": "3, 8"})

    assert [(s.document, s.pages, s.quote) for s in after.sources] == [
        ("handbook", (3, 8), ""),
        ("leaflet", (1,), "at once"),
    ]


def test_a_variant_without_a_text_is_left_out_and_a_new_one_comes() -> None:
    form = {
        "variant-0-role": "chw", "variant-0-text-en": "",
        "variant-1-role": "nurse, clinician", "variant-1-country": "KE",
        "variant-1-text-en": "Prescribe.",
    }  # fmt: skip

    after = answer_form.answer_of(BEFORE, ["en"], form)

    [variant] = after.variants
    assert variant.when == {"role": ("nurse", "clinician"), "country": ("KE",)}
    assert variant.text == {"en": "Prescribe."}


@pytest.mark.parametrize(
    ("form", "named"),
    [
        ({"text-en": " ", "text-fr": ""}, "No language has a text"),
        ({"source-0-document": "handbook", "source-0-pages": "x"}, "pages"),
        ({"source-0-document": "../evil", "source-0-pages": "1"}, "document"),
        ({"resources": "../evil"}, "resources"),
        ({"source-0-document": "handbook", "source-0-pages": ""}, "pages"),
        ({"source-0-document": "handbook", "source-0-pages": "9" * 5_000}, "pages"),
    ],
)
def test_what_no_file_could_say_is_refused_with_the_field_named(
    form: dict[str, str], named: str
) -> None:
    with pytest.raises(FormInvalid, match=named):
        answer_form.answer_of(BEFORE, ["en", "fr"], form)
