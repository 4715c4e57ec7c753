"""The rules of deciding, one row each; `docs/` tells curators the same in words."""

from dataclasses import replace

import pytest
from bundle_builder import POLICY
from hypothesis import example, given
from hypothesis import strategies as st

from kmqa.matching.decide import Evidence, decide
from kmqa.records import Candidate, Passage, PassageHit

PASSAGE = Passage(id="doc#1", document="doc", pages=(1, 1), text="words")


def _candidates(*scores: float) -> tuple[Candidate, ...]:
    return tuple(
        Candidate(answer_id=f"answer-{i}", confidence=score, question="q", language="en")
        for i, score in enumerate(scores)
    )


def _passage(score: float) -> tuple[PassageHit, ...]:
    return (PassageHit(passage=PASSAGE, score=score),)


# The policy of these rows: answer from 0.8, choose from 0.4, lead of 0.05, passages from 0.5.
ROWS = [
    ("a clear best answer", Evidence(candidates=_candidates(0.9, 0.3)), "answer", "above-threshold", 1),
    ("exactly at the threshold", Evidence(candidates=_candidates(0.8)), "answer", "above-threshold", 1),
    ("two close ones", Evidence(candidates=_candidates(0.9, 0.88, 0.3)), "choose", "within-margin", 2),
    ("four close ones show three", Evidence(candidates=_candidates(0.9, 0.89, 0.88, 0.87)), "choose", "within-margin", 3),
    ("close, but the second does not pass", Evidence(candidates=_candidates(0.81, 0.79)), "choose", "within-margin", 2),
    ("nearly sure", Evidence(candidates=_candidates(0.7, 0.5, 0.45, 0.42)), "choose", "below-threshold", 3),
    ("one that may fit", Evidence(candidates=_candidates(0.7, 0.1)), "choose", "below-threshold", 2),
    ("nothing fits", Evidence(candidates=_candidates(0.39)), "refuse", "no-match", 0),
    ("nothing at all", Evidence(), "refuse", "no-match", 0),
    ("only a document", Evidence(candidates=_candidates(0.2), passages=_passage(0.6)), "resources", "passage-only", 0),
    ("a document too far off", Evidence(passages=_passage(0.49)), "refuse", "no-match", 0),
    ("an answer goes before a document", Evidence(candidates=_candidates(0.9), passages=_passage(0.9)), "answer", "above-threshold", 1),
    ("a refusal example wins", Evidence(candidates=_candidates(0.99), refused_by="far"), "refuse", "refusal-example", 0),
    ("a greeting", Evidence(chat="greeting", candidates=_candidates(0.99)), "chat", "greeting", 0),
    ("a danger sign goes before all", Evidence(chat="too_long", urgent_id="urgent-x", candidates=_candidates(0.99), refused_by="far"), "urgent", "danger-sign", 0),
]  # fmt: skip


@pytest.mark.parametrize(("what", "evidence", "outcome", "reason", "n_offered"), ROWS)
def test_each_situation_has_one_outcome_and_names_its_rule(
    what: str, evidence: Evidence, outcome: str, reason: str, n_offered: int
) -> None:
    decision = decide(evidence, POLICY)

    assert (decision.outcome, decision.reason, len(decision.offered)) == (
        outcome,
        reason,
        n_offered,
    ), what


def test_without_a_policy_nothing_is_answered() -> None:
    assert decide(Evidence(candidates=_candidates(1.0)), None).outcome == "refuse"


def test_a_profile_chooses_among_close_answers_that_pass() -> None:
    evidence = Evidence(candidates=_candidates(0.9, 0.88))

    decision = decide(evidence, POLICY, prefer=lambda close: len(close) - 1)

    assert (decision.outcome, decision.reason) == ("answer", "profile-tie-break")
    assert decision.offered[0].answer_id == "answer-1"


SCORES = st.lists(st.floats(0, 1), max_size=6).map(lambda s: sorted(s, reverse=True))


@given(scores=SCORES, preferred=st.integers(0, 2))
@example(scores=[0.8125, 0.78125], preferred=1)
def test_a_profile_never_turns_a_non_match_into_a_match(
    scores: list[float], preferred: int
) -> None:
    evidence = Evidence(candidates=_candidates(*scores))
    plain = decide(evidence, POLICY)

    with_profile = decide(evidence, POLICY, prefer=lambda close: min(preferred, len(close) - 1))

    if plain.outcome in {"refuse", "resources"} or plain.reason == "below-threshold":
        assert with_profile == plain
    if with_profile.outcome == "answer":
        assert with_profile.offered[0].confidence >= POLICY.threshold


@given(scores=SCORES, low=st.floats(0.4, 1), high=st.floats(0.4, 1))
def test_a_higher_threshold_never_adds_an_answer(
    scores: list[float], low: float, high: float
) -> None:
    low, high = sorted((low, high))
    evidence = Evidence(candidates=_candidates(*scores))

    strict = decide(evidence, replace(POLICY, threshold=high, margin=0.0))
    lenient = decide(evidence, replace(POLICY, threshold=low, margin=0.0))

    if strict.outcome == "answer":
        assert lenient.outcome == "answer"
        assert lenient.offered == strict.offered
