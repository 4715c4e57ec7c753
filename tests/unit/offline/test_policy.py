from dataclasses import replace
from pathlib import Path

import pytest
from bundle_builder import make_contents, make_indexes, make_material
from corpus_builder import make_answer, make_corpus, make_refusals, make_urgent

from kmqa.content.corpus import Corpus
from kmqa.offline import policy
from kmqa.records import LanguageThresholds, Passage

pytestmark = pytest.mark.slow


def _corpus(tmp_path: Path, n: int = 40, **parts: object) -> Corpus:
    answers = tuple(
        make_answer(f"a{i}", questions={"en": [f"word{i} one", f"word{i} two", f"word{i} three"]})
        for i in range(n)
    )
    return make_corpus(tmp_path, **{"answers": answers, **parts})


def test_enough_left_out_wordings_carry_the_thresholds(tmp_path: Path) -> None:
    fitted = policy.fit_policy(make_material(_corpus(tmp_path)))

    assert fitted.basis == "left-out"
    assert fitted.fits["en"].n_questions == 240
    assert 0 < fitted.choose_threshold <= fitted.threshold <= 1


def test_labelled_questions_go_before_left_out_ones(tmp_path: Path) -> None:
    labelled = [
        policy.LabelledQuestion(f"word{i} please", "en", frozenset({f"a{i}"})) for i in range(40)
    ] + [policy.LabelledQuestion(f"other{i} thing", "en", frozenset()) for i in range(70)]

    fitted = policy.fit_policy(make_material(_corpus(tmp_path), labelled))

    assert (fitted.basis, fitted.n_labelled) == ("labelled", 110)


def test_one_wording_an_answer_gets_the_prior_and_says_so(tmp_path: Path) -> None:
    answers = tuple(make_answer(f"a{i}", questions={"en": [f"word{i}"]}) for i in range(120))
    fitted = policy.fit_policy(make_material(make_corpus(tmp_path, answers=answers)))

    assert fitted.basis == "prior"
    assert not fitted.target_met
    assert "prior" in policy.describe_targets(fitted, make_corpus(tmp_path).settings.policy)


def test_the_same_material_gives_the_same_policy(tmp_path: Path) -> None:
    corpus = _corpus(tmp_path, refusals=make_refusals(), urgent=(make_urgent(),))

    assert policy.fit_policy(make_material(corpus)) == policy.fit_policy(make_material(corpus))


def test_ordinary_wordings_hardly_ever_look_urgent(tmp_path: Path) -> None:
    sign = make_urgent(examples={"en": ["word1 one help", "she faints", "fainting now"]})
    corpus = _corpus(tmp_path, urgent=(sign,))

    fitted = policy.fit_policy(make_material(corpus))

    assert 0.5 <= fitted.danger_threshold <= 0.95


def test_a_passage_must_be_nearer_than_refusal_examples_come(tmp_path: Path) -> None:
    corpus = _corpus(tmp_path, n=2, refusals=make_refusals())
    passage = Passage(id="d#1", document="d", pages=(1, 1), text="who won the football match")
    material = make_material(corpus)
    contents = make_contents(corpus, passages=(passage,), policy=None)
    fitted = policy.fit_policy(replace(material, contents=contents, indexes=make_indexes(contents)))

    assert fitted.passage_threshold == pytest.approx(1.0, abs=1e-3)


def test_a_report_says_what_is_missing(tmp_path: Path) -> None:
    targets = make_corpus(tmp_path).settings.policy
    fitted = policy.fit_policy(make_material(_corpus(tmp_path)))
    labelled = replace(fitted, basis="labelled", target_met=False)

    assert "100 labelled questions are missing" in policy.describe_targets(fitted, targets)
    for n_missing, told in ((7, "about 7 more labelled questions"), (None, "will not help")):
        text = policy.describe_targets(replace(labelled, n_missing=n_missing), targets)
        assert told in text
    own = {"en": LanguageThresholds(threshold=0.9, choose_threshold=0.5, margin=0.02)}
    assert "kept by en" in policy.describe_targets(replace(labelled, by_language=own), targets)
