"""What the schema refuses is told in a curator's words."""

from typing import Any

import pytest

from kmqa.content.rules import names
from kmqa.corpus import schema
from kmqa.records import Answer, CorpusSettings

ANSWER: dict[str, Any] = {"id": "a", "topic": "t", "text": {"en": "x"}}


def messages(kind: type, data: dict[str, Any]) -> list[str]:
    _, problems = schema.record_of(kind, data, "a.yaml", lambda *_: 1)
    return [problem.message for problem in problems]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"titel": "x"}, 'unknown key "titel". Did you mean "title"?'),
        ({"zzz": "x"}, 'unknown key "zzz". Known: approved_on, authored_by, '),
        ({"topic": "two words"}, '"topic" should be 1 to 100 letters, digits or any of'),
        ({"topic": ["x"]}, '"topic" should be text; got a list.'),
        ({"text": "x"}, '"text" should be keys with values below them; got "x".'),
        ({"text": {"EN": "x"}}, '"text.EN" should be a language code of two or three small'),
        ({"text": {"en": " "}}, '"text.en" should be text that is not empty; got " ".'),
        ({"questions": {"en": "x" * 50}}, f'a list, such as [one, two]; got "{"x" * 40}…"'),
        ({"questions": {"en": [{}]}}, '"questions.en.1" should be text; got nothing.'),
        ({"questions": {"en": [None]}}, '"questions.en.1" should be text; got nothing.'),
        ({"questions": {"en": [{"a": "b"}]}}, "should be text; got keys with values."),
        ({"status": "aproved"}, "\"status\" should be one of 'draft', 'in_review', 'approved'"),
        ({"approved_on": "1.11.2026"}, '"approved_on" should be a date such as 2026-11-01'),
        ({"version": "0"}, '"version" should be greater than or equal to 1; got "0".'),
        ({"version": 0}, '"version" should be greater than or equal to 1; got 0.'),
        ({"sources": [{"document": "d", "pages": ["2", "1"]}]}, '"sources.1.pages" should be'),
        ({"sources": [{"document": "d", "pages": []}]}, "at least one entry; got nothing"),
        ({"sources": [{"document": "d", "page": ["1"]}]}, 'the key "sources.1.pages" is missing.'),
        ({"sources": [{"document": "d", "pages": ["1"], "quot": "x"}]}, 'Did you mean "quote"?'),
        ({"variants": ["x"]}, '"variants.1" should be keys with values below them'),
    ],
)  # fmt: skip
def test_faults_of_answers(change: dict[str, Any], message: str) -> None:
    """Each fault names the key and what belongs there."""
    told = messages(Answer, ANSWER | change)

    assert any(message in line for line in told), told


def test_every_fault_is_told() -> None:
    """Several faults in one file are several problems."""
    assert len(messages(Answer, {"id": "", "tpic": "x"})) == 4


def test_known_names_are_offered() -> None:
    """Without a near one all are listed; without any that is said."""
    assert names.did_you_mean("x", ["aa", "bb"]) == "Known: aa, bb."
    assert names.did_you_mean("x", []) == "None is known yet."


def test_plain_data_is_without_empty_parts() -> None:
    """What was never written is not written, at any depth; text becomes the declared types."""
    data = ANSWER | {"sources": [{"document": "d", "pages": ["1"]}], "review_by": "2027-01-01"}
    answer, _ = schema.record_of(Answer, data, "a.yaml", lambda *_: 1)

    assert schema.plain(answer) == data | {
        "status": "draft",
        "version": 1,
        "sources": [{"document": "d", "pages": [1]}],
    }


def test_false_is_not_empty() -> None:
    """A switch that is off is kept."""
    data = {"name": "n", "languages": ["en"], "require_sources": "false", "policy": {}}
    settings, _ = schema.record_of(CorpusSettings, data, "corpus.yaml", lambda *_: 1)

    assert schema.plain(settings)["require_sources"] is False


@pytest.mark.parametrize(
    ("gate", "message"),
    [
        ({"coverage": 1.5}, '"gate.coverage" should be less than or equal to 1'),
        (
            {"refusal_recal": 0.5},
            'unknown key "gate.refusal_recal". Did you mean "refusal_recall"?',
        ),
        ({"promises": "../p.jsonl"}, '"gate.promises" should be the name of a .jsonl file in'),
        ({"confidence": 1}, '"gate.confidence" should be less than 1'),
    ],
)
def test_faults_of_the_gate(gate: dict[str, Any], message: str) -> None:
    """A limit that could never hold, or that nobody would read, is a fault."""
    told = messages(CorpusSettings, {"name": "c", "languages": ["en"], "gate": gate})

    assert any(message in line for line in told), told


def test_a_clock_time_that_is_none_is_told() -> None:
    """Found by the console's settings: a pattern without words of its own ended the program."""
    hours = {"days": [1], "opens": "8", "closes": "17:00", "zone": "Africa/Nairobi"}
    data = {"name": "x", "languages": ["en"], "office_hours": {"KE": hours}}

    assert messages(CorpusSettings, data) == [
        '"office_hours.KE.opens" should be a time such as 08:30; got "8".'
    ]
