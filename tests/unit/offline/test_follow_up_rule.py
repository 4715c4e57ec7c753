"""How follow-ups are read is fitted on conversations, and near a prior without them."""

from dataclasses import replace
from pathlib import Path

import numpy as np
from bundle_builder import HashEncoder, make_bundle
from corpus_builder import make_answer, make_corpus

from kmqa.index import bundle
from kmqa.matching import followups, match, prepare
from kmqa.matching.followups import EVIDENCE, Kind, Reading
from kmqa.offline import follow_up_rule
from kmqa.offline.follow_up_rule import FollowUpLine, JudgedLine
from kmqa.records import Candidate, Policy


def _open(tmp_path: Path) -> tuple[bundle.Bundle, Policy]:
    answers = (
        make_answer("depo-late", questions={"en": ["depo client three weeks late"] * 12}),
        make_answer(
            "pill", topic="pills", questions={"en": [f"pill missed {n} days" for n in range(12)]}
        ),
    )
    corpus = make_corpus(tmp_path, answers=answers)
    opened = make_bundle(corpus)
    assert opened.contents.policy is not None
    return opened, opened.contents.policy


def _line(text: str, expected: str) -> FollowUpLine:
    return FollowUpLine(
        text=text, history=("depo",), language="en", expected=frozenset({expected} - {""})
    )


def _reading(kind: Kind, first: str, **evidence: float) -> Reading:
    row = np.array([evidence.get(name, 0.0) for name in EVIDENCE])
    candidate = Candidate(answer_id=first, confidence=0.5, question="", language="en")
    return Reading(kind=kind, asked="", candidates=(candidate,), row=row)


def _judged(n: int) -> list[JudgedLine]:
    """Lines of which those that begin like a follow-up are right in context, the others alone."""
    found = []
    for number in range(n):
        leans = number % 2 == 0
        line = replace(_line(f"{number}", "b" if leans else "a"), history=(f"q{number // 2}",))
        begins = float(leans)
        found.append(
            JudgedLine(
                line,
                (
                    _reading("alone", "a", begins=begins, constant=1.0),
                    _reading("context", "b", begins=begins, constant=1.0),
                ),
            )
        )
    return found


def test_the_fit_learns_what_tells_a_follow_up_from_a_new_question() -> None:
    rule = follow_up_rule.fit_on(_judged(200), follow_up_rule.prior_rule())

    leaning, new = _judged(2)
    for one, kind in ((leaning, "context"), (new, "alone")):
        best = max(one.readings, key=lambda reading: followups.judge(reading, rule))
        assert best.kind == kind
    assert 0 < rule.offer <= rule.answer < 1


def test_few_lines_leave_the_thresholds_of_the_prior() -> None:
    rule = follow_up_rule.fit_on(_judged(10), follow_up_rule.prior_rule())

    assert (rule.answer, rule.offer) == (follow_up_rule.PRIOR_ANSWER, follow_up_rule.PRIOR_OFFER)


def test_lines_of_one_conversation_are_held_out_together() -> None:
    folds = follow_up_rule.fold_of(_judged(40))

    assert folds[0::2] == folds[1::2]
    assert len(set(folds)) == follow_up_rule.N_FOLDS


def test_a_subject_is_a_word_of_one_topic_and_no_unit(tmp_path: Path) -> None:
    opened, _ = _open(tmp_path)

    subjects = follow_up_rule.count_subjects(opened.contents)

    assert subjects["depo"] == 1.0
    assert "days" not in subjects
    assert "3" not in subjects


def test_a_corpus_without_lines_gets_a_rule_with_its_own_subjects(tmp_path: Path) -> None:
    opened, policy = _open(tmp_path)
    tools = follow_up_rule.MatchingTools(
        opened.contents,
        opened.indexes.vocabulary,
        prepare.QueryPreparer(opened.contents, opened.indexes, HashEncoder()),
        match.Matcher(opened.contents, opened.indexes),
    )

    rule = follow_up_rule.fit_follow_up_rule((), tools, policy)

    assert rule.answer == follow_up_rule.PRIOR_ANSWER
    assert rule.subjects["depo"] == 1.0


def _question(text: str, *expected: str, language: str = "en") -> FollowUpLine:
    return FollowUpLine(text=text, history=(), language=language, expected=frozenset(expected))


def test_a_labelled_question_becomes_a_change_of_subject_after_another_ones() -> None:
    asked = _question("depo late by weeks", "depo-late")
    same = _question("shot late", "depo-late")
    pill = _question("missed a pill", "pill")
    foreign = _question("who won the football")

    changes = follow_up_rule.change_subjects([asked, same, pill, foreign])

    found = {(one.text, one.history[0]) for one in changes}
    assert ("who won the football", asked.text) in found
    assert (pill.text, asked.text) in found
    assert not found & {(asked.text, same.text), (same.text, asked.text)}
    assert {one.weight for one in changes} == {follow_up_rule.CHANGE_WEIGHT}


def test_changes_of_subject_stay_in_one_language_and_need_another_question() -> None:
    lines = [_question("depo late", "depo-late"), _question("gol", language="pt")]

    assert follow_up_rule.change_subjects(lines) == []


def test_there_are_never_more_changes_than_lines_can_bear() -> None:
    lines = [_question(f"q {n}", f"a{n % 7}") for n in range(2 * follow_up_rule.MOST_CHANGES + 7)]

    assert len(follow_up_rule.change_subjects(lines)) <= follow_up_rule.MOST_CHANGES


def test_a_line_of_no_weight_changes_no_weights() -> None:
    tools_free = follow_up_rule.prior_rule()
    judged = _judged(20)
    odd = [
        JudgedLine(replace(one.line, expected=frozenset(), weight=0.0), one.readings)
        for one in _judged(40)
    ]

    alone = follow_up_rule.fit_on(judged, tools_free)
    with_odd = follow_up_rule.fit_on([*judged, *odd], tools_free)

    assert alone.context.keys() == with_odd.context.keys()
    for name, value in alone.context.items():
        assert abs(with_odd.context[name] - value) < 0.01
