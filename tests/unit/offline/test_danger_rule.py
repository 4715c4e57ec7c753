from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from bundle_builder import FIT, HashEncoder, make_contents, make_material, make_responder
from corpus_builder import make_answer, make_corpus, make_refusals, make_urgent

from kmqa.content.corpus import Corpus
from kmqa.index import lexical
from kmqa.matching import danger
from kmqa.offline import danger_model, danger_rule, danger_similarity, policy, wordings
from kmqa.offline.everyday_talk import EverydayTalk
from kmqa.records import DangerRule

pytestmark = pytest.mark.slow  # fits models

WHO = ["mother", "girl", "patient", "woman", "wife", "sister"]
SIGNS = ["blood", "faints", "fits", "gushing", "collapsed", "convulsion"]


def _corpus(tmp_path: Path, patterns: dict[str, list[str]] | None = None) -> Corpus:
    sign = make_urgent(
        examples={"en": [f"the {who} {sign} now help" for who in WHO for sign in SIGNS]},
        near_misses={"en": [f"the {who} had no {sign}" for who in WHO for sign in SIGNS[:2]]},
        patterns=patterns or {},
    )
    answers = tuple(
        make_answer(f"a{n}", questions={"en": [f"the {who} asks about method {n}"]})
        for n, who in enumerate(WHO * 10)
    )
    return make_corpus(tmp_path, urgent=(sign,), answers=answers, refusals=make_refusals())


def test_the_rule_counts_danger_for_and_ordinary_wordings_against(tmp_path: Path) -> None:
    rule = policy.fit_policy(make_material(_corpus(tmp_path))).danger_rule

    assert rule is not None
    assert rule.model > 0 > rule.ordinary


def test_a_pattern_adds_to_the_evidence(tmp_path: Path) -> None:
    corpus = _corpus(tmp_path, {"en": ["now help"]})
    rule = policy.fit_policy(make_material(corpus)).danger_rule

    assert rule is not None
    assert rule.pattern > 0


def test_a_pattern_alone_does_not_outvote_everything_else(tmp_path: Path) -> None:
    corpus = _corpus(tmp_path, {"en": ["method"]})
    fitted = policy.fit_policy(make_material(corpus))

    reply = make_responder(corpus, policy=fitted)("the girl asks about method 7")

    assert reply.outcome != "urgent"


@pytest.mark.parametrize(("pattern", "expected"), [(0.0, False), (2.0, True)])
def test_a_danger_is_where_the_weighed_evidence_reaches_0(pattern: float, expected: bool) -> None:
    rule = DangerRule(
        model=1.0, similarity=2.0, near_miss=-1.0, ordinary=-2.0, pattern=pattern, intercept=-1.0
    )
    seen = danger.DangerSimilarity({"urgent-a": 0.5}, near_miss=0.5, ordinary=0.5, model_score=0.5)

    assert danger.is_danger(seen, rule, is_pattern=True) is expected


def test_few_examples_leave_similarity_and_patterns_to_decide(tmp_path: Path) -> None:
    corpus = make_corpus(tmp_path, urgent=(make_urgent(),), answers=(make_answer(),))

    assert policy.fit_policy(make_material(corpus)).danger_rule is None


def test_a_wording_is_not_compared_with_itself(tmp_path: Path) -> None:
    rows = wordings.wordings_of(_corpus(tmp_path))
    texts = [row.normalised for row in rows]
    vectors = HashEncoder().encode(texts)

    found = danger_similarity.measure_without_self(rows, vectors, lexical.fit(texts), {"*": FIT})

    assert len(found) == len(rows)
    for row, sign in zip(rows, found, strict=True):
        own = {"urgent": sign.by_sign.get(row.target), "near_miss": sign.near_miss}
        assert own.get(row.kind, sign.ordinary) < 1 - 1e-4
    assert np.max([sign.ordinary for sign in found]) > 0.5


def test_everyday_talk_sets_the_alarm_of_its_language(tmp_path: Path) -> None:
    """With lines that share the words of danger signs, their language needs more evidence."""
    contents = make_contents(_corpus(tmp_path))
    rows = contents.wordings
    texts = [row.normalised for row in rows]
    vectors, spelling = HashEncoder().encode(texts), lexical.fit(texts)
    said = [f"the {who} {sign} now" for who in WHO for sign in SIGNS]
    talk = EverydayTalk(
        tuple(replace(rows[0], text=one, normalised=one, kind="refusal") for one in said),
        HashEncoder().encode(said),
    )

    def fitted(lines: EverydayTalk | None) -> DangerRule | None:
        trained = danger_model.fit(rows, vectors, spelling, lines)
        fits = {"*": FIT}
        rule, _ = danger_rule.fit_danger_detection(contents, trained, vectors, spelling, fits)
        return rule

    without, with_talk = fitted(None), fitted(talk)

    assert without is not None
    assert with_talk is not None
    assert without.by_language == {}
    assert with_talk.by_language["en"] <= with_talk.intercept
    assert with_talk.for_language("en").intercept == with_talk.by_language["en"]
    assert with_talk.for_language("sw") == with_talk
