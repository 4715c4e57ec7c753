"""A short message is read in the light of the question before it, as the build has fitted."""

from dataclasses import replace

import numpy as np
import pytest

from kmqa import text
from kmqa.index.glossary import Glossary
from kmqa.matching import followups, subjects
from kmqa.matching.followups import EVIDENCE, Kind, Reading
from kmqa.offline import follow_up_rule
from kmqa.records import Candidate, Term

TERMS = (
    Term(term="implant", forms={"en": ("implants",), "es": ("implante",)}),
    Term(term="IUD", forms={"en": ("coil",), "es": ("diu",)}),
    Term(term="week", forms={"en": ("weeks",), "es": ("semana*",)}),
)
SUBJECTS = {"implant": 0.9, "iud": 0.8}
RULE = replace(follow_up_rule.prior_rule(), answer=0.7, offer=0.3, subjects=SUBJECTS)


def _put_in_place(question: str, message: str, language: str = "en") -> list[str]:
    known = Glossary(TERMS, "en")
    before, now = (subjects.parse(one, language, known) for one in (question, message))
    return subjects.put_in_place(before, now, SUBJECTS)


@pytest.mark.parametrize(
    ("question", "message", "language", "expected"),
    [
        ("how long does the implant last", "and the coil?", "en",
         ["how long does the coil last"]),
        ("cuánto dura el implante", "¿y el DIU?", "es", ["cuánto dura el diu"]),
        ("she is 3 weeks late", "and if 6 weeks?", "en", ["she is 6 weeks late"]),
        ("2 pills in 3 weeks", "4 weeks?", "en", ["2 pills in 4 weeks"]),
        ("bp 150/95, pills?", "and 165/110", "en", ["bp 165 110 pills"]),
        ("she is 3 weeks late", "3 weeks", "en", []),
        ("she is late", "and the coil?", "en", []),
        ("implant and coil", "and the coil?", "en", []),
    ],
)  # fmt: skip
def test_what_a_message_names_stands_in_for_what_was_there(
    question: str, message: str, language: str, expected: list[str]
) -> None:
    assert _put_in_place(question, message, language) == expected


@pytest.mark.parametrize(
    ("message", "is_bare"),
    [("and if 6 weeks?", True), ("y si 6 semanas", True), ("and if 165/105?", True),
     ("and what about malaria", False), ("and 500 mg amoxicillin", False), ("and", False)],
)  # fmt: skip
def test_a_bare_number_is_told_from_a_new_subject(message: str, is_bare: bool) -> None:
    assert followups.is_bare_number(text.words(message)) is is_bare


def _reading(kind: Kind, first: str, **evidence: float) -> Reading:
    row = np.array([evidence.get(name, 0.0) for name in EVIDENCE])
    candidate = Candidate(answer_id=first, confidence=0.5, question="", language="en")
    return Reading(kind=kind, asked="", candidates=(candidate,), row=row)


SURE, UNSURE = {"sureness": 6.0, "known_words": 1.0}, {"sureness": -6.0}


def test_the_likeliest_reading_is_answered_where_it_is_sure() -> None:
    chosen = followups.choose(
        [_reading("alone", "a", **UNSURE), _reading("context", "b", **SURE)],
        RULE,
        is_answered=False,
    )

    assert (chosen.kind, chosen.reading.first) == ("answer", "b")


def test_a_message_that_is_sure_by_itself_stands_alone() -> None:
    readings = [_reading("alone", "a", **SURE), _reading("context", "b", **UNSURE)]

    assert followups.choose(readings, RULE, is_answered=True).kind == "leave"


def test_an_answer_that_its_history_makes_unsure_is_offered_with_the_other_reading() -> None:
    readings = [_reading("alone", "a", **UNSURE), _reading("context", "b", **UNSURE)]

    chosen = followups.choose(readings, RULE, is_answered=True)

    assert chosen.kind == "offer"
    assert {one.answer_id for one in chosen.offered} == {"a", "b"}


def test_what_nobody_would_answer_and_no_reading_finds_is_left() -> None:
    readings = [_reading("alone", "a", **UNSURE), _reading("context", "b", **UNSURE)]

    assert followups.choose(readings, RULE, is_answered=False).kind == "leave"
