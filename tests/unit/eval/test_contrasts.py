"""A contrast line that is answered with its opposite fails the gate, whatever else holds."""

from dataclasses import replace
from pathlib import Path

import pytest
from eval_builder import predicted

from kmqa.errors import EvaluationError
from kmqa.eval import contrasts, gate, test_set
from kmqa.eval.run import Prediction
from kmqa.records import Gate


def _against(prediction: Prediction, opposite: object) -> Prediction:
    source = {**prediction.query.source, "opposite": opposite}
    return replace(prediction, query=replace(prediction.query, source=source))


LATE = _against(predicted("late", "answer", "late"), "early")
WRONG_WAY = _against(predicted("late", "answer", "early"), ["early", "never"])
OFFERED = _against(predicted("late", "choose", "early late"), "early")
ELSEWHERE = _against(predicted("late", "answer", "pill"), "early")


def _check(*predictions: Prediction) -> gate.Check:
    tested = gate.Tested(predictions=[LATE], contrasts=predictions)
    checks = gate.apply_gate(Gate(), tested).checks
    return next(one for one in checks if one.name == "acts in the wrong direction")


def test_one_act_in_the_wrong_direction_fails_the_gate_and_is_named() -> None:
    check = _check(LATE, WRONG_WAY)

    assert check.holds is False
    assert check.got == "1 of 2"
    assert len(check.details) == 1


def test_a_choice_and_an_answer_to_something_else_are_no_act_in_the_wrong_direction() -> None:
    assert _check(LATE, OFFERED, ELSEWHERE).holds is True


@pytest.mark.parametrize("opposite", ["", ', "opposite": "late"', ', "opposite": ["late", "x"]'])
def test_a_line_without_an_opposite_of_its_own_is_refused(tmp_path: Path, opposite: str) -> None:
    path = tmp_path / "contrast.jsonl"
    path.write_text(f'{{"text": "six weeks late", "expected": "late"{opposite}}}')

    with pytest.raises(EvaluationError, match="opposite"):
        contrasts.check_opposites(test_set.read_test_set(path))


def test_the_pairs_of_the_starter_corpus_are_pairs_in_eight_languages() -> None:
    root = Path(__file__).parents[3] / "corpus" / "tests" / "contrast.jsonl"
    queries = contrasts.check_opposites(test_set.read_test_set(root))
    pairs: dict[object, list[set[str]]] = {}
    for query in queries:
        pairs.setdefault(query.source["pair"], []).append(set(query.expected))

    assert len(pairs) >= 60
    assert len({query.lang for query in queries}) == 8
    assert all(len(both) == 2 and not both[0] & both[1] for both in pairs.values())
