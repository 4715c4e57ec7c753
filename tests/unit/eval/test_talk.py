"""Talk: what is due to a message that is no question, and what the bot made of it."""

import json
from pathlib import Path

import pytest
from bundle_builder import make_responder
from corpus_builder import make_answer, make_corpus

from kmqa.errors import EvaluationError
from kmqa.eval import gate, talk, test_set
from kmqa.eval.test_set import Query
from kmqa.records import Gate

NOW = 1_790_000_000.0


def _queries(folder: Path, *lines: dict[str, object]) -> tuple[Query, ...]:
    path = folder / "talk.jsonl"
    whole = [{"lang": "en", "expected": None} | line for line in lines]
    path.write_text("".join(f"{json.dumps(line)}\n" for line in whole), encoding="utf-8")
    return tuple(talk.check_due(test_set.read_test_set(path)))


@pytest.mark.parametrize(
    ("due", "act", "is_right"),
    [
        ("chat", "chat", True),
        ("chat", "question", False),
        ("chat", "silence", False),
        ("handover", "handover", True),
        ("handover", "chat", False),
        ("stop", "stop", True),
        ("stop", "forget", False),
        ("forget", "forget", True),
        ("not-danger", "question", True),
        ("not-danger", "danger", False),
        ("not-stop", "question", True),
        ("not-stop", "stop", False),
        ("not-stop", "forget", False),
    ],
)
def test_a_line_is_right_when_what_is_due_happened(
    tmp_path: Path, due: str, act: talk.Act, is_right: bool
) -> None:
    [query] = _queries(tmp_path, {"text": "hello", "due": due})

    assert talk.Played(query=query, act=act).is_right is is_right


@pytest.mark.parametrize(
    "line",
    [
        {"text": "hello"},
        {"text": "hello", "due": "answer"},
        {"text": "hello", "due": ["chat"]},
        {"text": "hello", "due": "chat", "expected": "pill"},
    ],
)
def test_a_line_that_does_not_say_what_is_due_is_refused(
    tmp_path: Path, line: dict[str, object]
) -> None:
    with pytest.raises(EvaluationError, match="say what is due") as caught:
        _queries(tmp_path, {"text": "thanks", "due": "chat"}, line)

    assert caught.value.which == "talk.jsonl:2"


def _check(name: str, *played: talk.Played) -> gate.Check | None:
    found = gate.apply_gate(Gate(), gate.Tested(predictions=(), talk=played))
    return next((check for check in found.checks if check.name == name), None)


def test_one_alarm_among_a_hundred_passes_the_gate_and_two_do_not(tmp_path: Path) -> None:
    [query] = _queries(tmp_path, {"text": "she is pregnant", "due": "not-danger"})
    calm = talk.Played(query=query, act="question")
    alarmed = talk.Played(query=query, act="danger")

    passing = _check("talk taken for danger", alarmed, *[calm] * 99)
    failing = _check("talk taken for danger", alarmed, alarmed, *[calm] * 98)

    assert passing is not None
    assert failing is not None
    assert (passing.holds, failing.holds) == (True, False)
    assert '"she is pregnant" should be not-danger, got danger' in failing.details[0]


def test_thanks_that_are_taken_for_a_question_fail_the_gate(tmp_path: Path) -> None:
    [query] = _queries(tmp_path, {"text": "thanks doctor", "due": "chat"})
    polite = talk.Played(query=query, act="chat")
    mute = talk.Played(query=query, act="question")

    passing = _check("manners", *[polite] * 97, *[mute] * 3)
    failing = _check("manners", *[polite] * 96, *[mute] * 4)

    assert passing is not None
    assert failing is not None
    assert (passing.holds, failing.holds) == (True, False)


def test_a_corpus_without_talk_is_not_judged_by_it() -> None:
    assert _check("manners") is None
    assert _check("talk taken for danger") is None


RESPONDER = make_responder(
    make_corpus(
        Path("nowhere"),
        answers=(make_answer("pill-missed", questions={"en": ["client missed two pills"]}),),
    )
)


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("hello", "chat"),
        ("stop", "stop"),
        ("delete my data", "forget"),
        ("person", "handover"),
        ("client missed two pills", "question"),
    ],
)
def test_a_message_is_played_as_the_service_would_take_it(
    tmp_path: Path, text: str, act: str
) -> None:
    [query] = _queries(tmp_path, {"text": text, "due": "chat"})

    assert talk.play(query, RESPONDER, NOW).act == act


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("delete my data", "forget"),
        ("efface tout ce que je t'ai dit", "forget"),
        ("please stop sending me all these messages", "stop"),
    ],
)
def test_an_order_counts_in_whatever_words_it_was_given(
    tmp_path: Path, text: str, due: str
) -> None:
    responder = make_responder(make_corpus(tmp_path / "corpus", answers=(make_answer("a"),)))
    [query] = _queries(tmp_path, {"text": text, "due": due})

    assert talk.play(query, responder, NOW).act == due
