"""Every rule of `kmqa check`: a corpus that breaks one rule has that one problem."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from corpus_builder import (
    TODAY,
    make_answer,
    make_corpus,
    make_document,
    make_extraction,
    make_phrases,
    make_refusals,
    make_settings,
    make_urgent,
)

from kmqa.corpus import validate

PDF = {"handbook": make_extraction("Give 5 mg daily.", "Self-injec-\ntion is safe.", "")}


def found(root: Path, extractions: Any = PDF, **parts: Any) -> list[tuple[str, str]]:  # noqa: ANN401 - parts of a corpus
    parts.setdefault("documents", (make_document(),))
    problems = validate.problems_of(make_corpus(root, **parts), extractions, TODAY)
    return [(problem.severity, problem.code) for problem in problems]


def citing(pages: list[int], quote: str = "", **changes: Any) -> Any:  # noqa: ANN401 - an answer
    source = {"document": "handbook", "pages": pages, "quote": quote}
    return make_answer(sources=[source], **changes)


def test_builders_make_a_fit_corpus(tmp_path: Path) -> None:
    """What the other tests change is without a problem before."""
    assert found(tmp_path, urgent=(make_urgent(),), refusals=make_refusals()) == []


ANSWERS = (
    ("document-unknown", make_answer(sources=[{"document": "handbok", "pages": [1]}])),
    ("page-missing", citing([1, 4])),
    ("page-unreadable", citing([3])),
    ("quote-not-found", citing([1], "15 mg")),
    ("topic-unknown", make_answer(topic="generel")),
    ("resource-unknown", make_answer(resources=["none"])),
    ("related-answer-unknown", make_answer(related=["none"])),
    (
        "language-unknown",
        make_answer(text={"en": "x", "fr": "x"}, questions=make_answer().questions),
    ),
    ("text-too-long", make_answer(text={"en": "😀" * 2049})),
    ("text-hidden-character", make_answer(text={"en": "a \u202eb"})),
    ("text-empty", make_answer(text={})),
    ("text-hidden-character", make_answer(questions={"en": ["a\u200fb", "x", "y"]})),
    ("approval-incomplete", make_answer(review_by=None)),
    ("reviewer-is-author", make_answer(reviewed_by=["Writer "])),
    ("dates-reversed", make_answer(status="draft", review_by="2026-10-01")),
    ("date-in-future", make_answer(approved_on="2026-11-24")),
    ("role-unknown", make_answer(variants=[{"when": {"role": ["x"]}, "text": {"en": "x"}}])),
    ("country-unknown", make_answer(variants=[{"when": {"country": ["x"]}, "text": {"en": "x"}}])),
    ("variant-unconditional", make_answer(variants=[{"when": {}, "text": {"en": "x"}}])),
    ("text-empty", make_answer(text={"en": "\u200b"})),
)


@pytest.mark.parametrize(("code", "answer"), ANSWERS)
def test_errors_of_answers(tmp_path: Path, code: str, answer: Any) -> None:  # noqa: ANN401 - an answer
    """Each fault of an answer is an error of its own name."""
    assert ("error", code) in found(tmp_path, answers=(answer,))


def test_variant_needs_the_answers_own_text(tmp_path: Path) -> None:
    """A variant in a language without a text of its own would never be reached."""
    settings = make_settings(languages=["en", "fr"])
    answer = make_answer(variants=[{"when": {"role": ["chw"]}, "text": {"fr": "x"}}])

    assert ("error", "variant-without-text") in found(
        tmp_path, answers=(answer,), settings=settings
    )


@pytest.mark.parametrize(
    ("code", "answer"),
    [
        ("text-two-messages", make_answer(text={"en": "x" * 901})),
        ("expired", make_answer(review_by="2026-11-22")),
        ("expires-soon", make_answer(review_by="2027-01-22")),
        ("wordings-few", make_answer(questions={"en": ["one", "two"]})),
        ("wordings-few", make_answer(questions={}, title="")),
        ("wording-repeated", make_answer(questions={"en": ["same", "Same ", "x", "y"]})),
    ],
)
def test_warnings_of_answers(tmp_path: Path, code: str, answer: Any) -> None:  # noqa: ANN401 - an answer
    """Each of these is pointed out once and blocks nothing."""
    assert found(tmp_path, answers=(answer,)) == [("warning", code)]


def test_one_day_makes_the_difference(tmp_path: Path) -> None:
    """Nothing is said on the last comfortable character or before the last 60 days."""
    answer = make_answer(review_by="2027-01-23", text={"en": "x" * 900})

    assert found(tmp_path, answers=(answer,)) == []


@pytest.mark.parametrize("quote", ["5 mg daily", "GIVE  5", "self-injection IS", "selfinjection"])
def test_quotes_are_found_in_any_layout(tmp_path: Path, quote: str) -> None:
    """Case, spaces, and hyphens at line ends make no difference."""
    assert found(tmp_path, answers=(citing([1, 2], quote),)) == []


def test_nearest_page_is_offered(tmp_path: Path) -> None:
    """A quote on another page is told with that page."""
    corpus = make_corpus(tmp_path, answers=(citing([1], "is safe"),), documents=(make_document(),))

    (problem,) = validate.problems_of(corpus, PDF, TODAY)

    assert "It stands on page 2." in problem.message


def test_sources_are_required_from_review_on(tmp_path: Path) -> None:
    """A draft may still lack its source; one in review or approved may not."""
    settings = make_settings(require_sources=True)

    for status, severity in (("draft", "warning"), ("in_review", "error"), ("approved", "error")):
        answers = (make_answer(status=status),)
        assert (severity, "source-missing") in found(tmp_path, answers=answers, settings=settings)


def test_retired_answers_block_nothing(tmp_path: Path) -> None:
    """A fault in the source of a retired answer is only a warning."""
    answers = (citing([9], status="retired"),)

    assert found(tmp_path, answers=answers) == [("warning", "page-missing")]


@pytest.mark.parametrize(
    ("severity", "code", "extractions", "document"),
    [
        ("error", "pdf-missing", {}, make_document()),
        ("warning", "pdf-missing", {}, make_document(status="draft")),
        ("error", "pdf-changed", PDF, make_document(sha256="1" * 64)),
        ("warning", "pdf-unpinned", PDF, make_document(sha256=None)),
        ("error", "pdf-unreadable", {"handbook": make_extraction("")}, make_document()),
        ("error", "topic-unknown", PDF, make_document(topics=["x"])),
    ],
)
def test_problems_of_documents(
    tmp_path: Path,
    severity: str,
    code: str,
    extractions: Any,  # noqa: ANN401 - extractions by id
    document: Any,  # noqa: ANN401 - a document
) -> None:
    """Each fault of a document or its PDF has its own name."""
    assert found(tmp_path, extractions, documents=(document,)) == [(severity, code)]


@pytest.mark.parametrize(
    ("active", "document", "severity"),
    [
        (("javascript",), make_document(), "error"),
        (("link",), make_document(), "warning"),
        (("launch", "link"), make_document(accepted_content=["link"]), "error"),
        (("embedded_file",), make_document(status="draft"), "warning"),
        (("media", "link"), make_document(accepted_content=["media", "link"]), None),
        ((), make_document(), None),
    ],
)
def test_what_a_pdf_does_beyond_being_read_needs_the_yes_of_its_reviewer(
    tmp_path: Path,
    active: Any,  # noqa: ANN401 - of `ActiveContent`
    document: Any,  # noqa: ANN401 - a document
    severity: str | None,
) -> None:
    """A link alone blocks no document that was approved before anybody asked."""
    extractions = {"handbook": replace(PDF["handbook"], active=active)}

    expected = [(severity, "pdf-active")] if severity else []
    assert found(tmp_path, extractions, documents=(document,)) == expected


@pytest.mark.parametrize(
    ("url", "is_taken"),
    [
        ("https://www.who.int/a.pdf?x=1", True),
        ("", True),
        ("http://www.who.int/a.pdf", False),
        ("ftp://who.int/a.pdf", False),
        ("javascript:alert(1)", False),
        ("//who.int/a.pdf", False),
        ("www.who.int", False),
        ("https://", False),
        ("https://who.int@evil.example/", False),
        ("https://evil.example\\@who.int/", False),
        ("https://[who", False),
    ],
)
def test_an_address_of_a_document_is_one_of_https(tmp_path: Path, url: str, is_taken: bool) -> None:
    expected = [] if is_taken else [("error", "url-not-https")]

    assert found(tmp_path, documents=(make_document(url=url),)) == expected


def test_approved_answers_need_approved_documents(tmp_path: Path) -> None:
    """A document under review cannot back what is served; a retired one is not looked at."""
    for status in ("in_review", "retired"):
        documents = (make_document(status=status),)
        problems = found(tmp_path, answers=(citing([1]),), documents=documents)
        assert problems == [("error", "document-not-approved")]


@pytest.mark.parametrize(
    ("code", "phrases"),
    [
        ("phrase-missing", {"help": None}),
        ("phrase-unknown", {"helpp": "x"}),
        ("phrase-blank", {"help": "{title}"}),
        ("phrase-blank", {"source_line": "{title} {pages}"}),
        ("phrase-blank", {"help": "a } brace"}),
        ("text-too-long", {"none_of_these": "x" * 21}),
    ],
)
def test_problems_of_phrases(tmp_path: Path, code: str, phrases: dict[str, str | None]) -> None:
    """Each fault of a phrase is one error."""
    texts = {key: text for key, text in (make_phrases() | phrases).items() if text}

    assert found(tmp_path, phrases={"en": texts}) == [("error", code)]


def test_a_phrase_that_is_not_shown_any_more_is_a_warning(tmp_path: Path) -> None:
    """A corpus that was written for an older version stays buildable."""
    texts = make_phrases() | {"reviewed_line": "Reviewed {reviewed}."}

    assert found(tmp_path, phrases={"en": texts}) == [("warning", "phrase-retired")]


def test_each_language_needs_phrases(tmp_path: Path) -> None:
    """A language without phrases is an error, phrases without a language a warning."""
    phrases = {"fr": make_phrases("fr")}

    assert found(tmp_path, phrases=phrases) == [
        ("error", "phrases-missing"),
        ("warning", "phrases-unused"),
    ]


@pytest.mark.parametrize("pattern", ["!x", "a |b", "a||b", "*", "bl*ed", "a|!b", "", "a !*"])
def test_bad_patterns(tmp_path: Path, pattern: str) -> None:
    """A pattern that could match everything or nothing is an error."""
    entry = make_urgent(patterns={"en": [pattern or " ! "]})

    assert ("error", "pattern-invalid") in found(tmp_path, urgent=(entry,))


@pytest.mark.parametrize(
    ("severity", "code", "changes"),
    [
        ("error", "examples-missing", {"examples": {}}),
        ("error", "related-answer-unknown", {"related": ["x"]}),
        ("error", "language-unknown", {"patterns": {"fr": ["sang"]}}),
        ("error", "approval-incomplete", {"reviewed_by": []}),
        ("error", "text-too-long", {"text": {"en": "x" * 4097}}),
        ("warning", "near-miss-urgent", {"near_misses": make_urgent().examples}),
    ],
)
def test_problems_of_danger_signs(
    tmp_path: Path, severity: str, code: str, changes: dict[str, Any]
) -> None:
    """Each fault of a danger sign is told once."""
    assert found(tmp_path, urgent=(make_urgent(**changes),)) == [(severity, code)]


def test_retired_danger_signs_are_left_alone(tmp_path: Path) -> None:
    """Nothing is expected of a danger sign that is out of service."""
    settings = make_settings(languages=["en", "fr"])
    entry = make_urgent(status="retired")

    problems = found(tmp_path, urgent=(entry,), settings=settings, answers=())

    assert problems == []


def contact(country: str, confirmed_on: str | None) -> dict[str, Any]:
    return {"contacts": {country: {"text": {"en": "x"}, "confirmed_on": confirmed_on}}}


def group(**questions: list[str]) -> dict[str, Any]:
    return {"id": "g", "kind": "far", "questions": questions}


@pytest.mark.parametrize(
    ("severity", "code", "changes"),
    [
        ("error", "country-unknown", contact("US", "2026-11-01")),
        ("warning", "contact-unconfirmed", contact("KE", None)),
        ("warning", "contact-old", contact("KE", "2025-11-01")),
        ("error", "date-in-future", contact("KE", "2027-01-01")),
        ("warning", "group-empty", {"groups": [group()]}),
        ("error", "id-repeated", {"groups": [group(en=["a"]), group(en=["b"])]}),
        ("error", "language-unknown", {"groups": [group(fr=["x", "y"])]}),
    ],
)
def test_problems_of_refusals(
    tmp_path: Path, severity: str, code: str, changes: dict[str, Any]
) -> None:
    """Each fault of refusals.yaml is told once."""
    assert found(tmp_path, refusals=make_refusals(**changes)) == [(severity, code)]


@pytest.mark.parametrize(
    ("severity", "code", "changes"),
    [
        ("warning", "name-repeated", {"roles": ["chw", "nurse", "chw"]}),
        ("error", "language-unknown", {"topics": {"general": {"en": "x", "fr": "x"}}}),
        ("warning", "label-missing", {"topics": {"general": {}}}),
        ("error", "text-too-long", {"notice": {"en": "x" * 4097}}),
    ],
)
def test_problems_of_settings(
    tmp_path: Path, severity: str, code: str, changes: dict[str, Any]
) -> None:
    """Each fault of corpus.yaml is told once."""
    assert found(tmp_path, settings=make_settings(**changes)) == [(severity, code)]


def test_missing_translations_are_pointed_out(tmp_path: Path) -> None:
    """One warning for each item, however many languages.

    Wordings without a text are fine: the question is recognised, and the languages that exist
    are offered.
    """
    settings = make_settings(languages=["en", "fr"])
    answer = make_answer(questions={**make_answer().questions, "fr": ["un", "deux", "trois"]})

    problems = found(tmp_path, settings=settings, answers=(answer,), urgent=(make_urgent(),))

    assert sorted(problems) == [("warning", "translation-missing")] * 2


@pytest.mark.parametrize(
    ("one", "other", "code"),
    [
        ("Can I take it?", "can i  take it?", "wording-repeated"),
        ("how late may the injection be", "how late may the injections be", "wording-near"),
        ("is it safe 2 weeks late", "is it safe 5 weeks late", ""),
        ("how late may the injection be", "what does it cost", ""),
    ],
)
def test_like_wordings_of_two_answers(tmp_path: Path, one: str, other: str, code: str) -> None:
    """The same and nearly the same words are told once; a number can be the difference."""
    answers = (
        make_answer("a", questions={"en": [one, "aaa", "bbb ccc"]}),
        make_answer("b", questions={"en": [other, "ddd", "eee fff"]}),
    )

    assert found(tmp_path, answers=answers) == ([("warning", code)] if code else [])


def test_common_words_do_not_hide_neighbours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full bucket takes no more wordings, so that the search stays fast."""
    monkeypatch.setattr("kmqa.corpus.rules.wordings._MAX_BUCKET", 1)
    answers = tuple(
        make_answer(name, questions={"en": [f"same words {name}", f"{name} x", f"{name} y"]})
        for name in ("aa", "bb", "cc")
    )

    assert found(tmp_path, answers=answers) == []


def test_contradictory_examples_are_told(tmp_path: Path) -> None:
    """A wording that is also refused or urgent cannot be answered; retired ones do not count."""
    refused, urgent = "who won the football match", "she bleeds so much that pads are soaked"
    answer = make_answer(questions={"en": [refused, urgent, "x"]})
    retired = make_answer("r", status="retired", questions={"en": [refused]})

    problems = found(
        tmp_path, answers=(answer, retired), urgent=(make_urgent(),), refusals=make_refusals()
    )

    assert sorted(problems) == [("warning", "wording-refused"), ("warning", "wording-urgent")]


def test_pages_of_a_missing_pdf_are_not_judged(tmp_path: Path) -> None:
    """What cannot be read is told once, for the document, and not again for each source."""
    problems = found(tmp_path, {}, answers=(citing([9], "anything"),))

    assert problems == [("error", "pdf-missing")]


@pytest.mark.parametrize(
    ("code", "country", "closes"),
    [("hours-reversed", "default", "06:00"), ("country-unknown", "US", "21:00")],
)
def test_hours_at_which_nobody_is_ever_there_are_an_error(
    tmp_path: Path, code: str, country: str, closes: str
) -> None:
    """Whoever asks for a person would always be told that it is closed, or that there is none."""
    hours = {"days": [1], "opens": "20:00", "closes": closes, "zone": "Africa/Nairobi"}

    assert found(tmp_path, settings=make_settings(office_hours={country: hours})) == [
        ("error", code)
    ]


def test_forms_of_a_code_that_nobody_is_asked_for_are_told(tmp_path: Path) -> None:
    """Most likely the code is misspelt, and what people type is not understood."""
    forms = {"nurse": {"en": ["midwife"]}, "nrse": {"en": ["sister"]}, "en": {"fr": ["anglais"]}}

    problems = found(tmp_path, settings=make_settings(forms=forms))

    assert problems == [("warning", "form-unknown")]
