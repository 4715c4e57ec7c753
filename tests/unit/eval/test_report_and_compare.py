"""The report shows what happened; a comparison says what was gained and lost."""

import re
from typing import Any

import numpy as np
import pytest

from kmqa.errors import EvaluationError
from kmqa.eval import compare, curves, pictures, report, slices, summary, table
from kmqa.eval.metrics import Judged
from kmqa.eval.run import Prediction
from kmqa.eval.test_set import Query
from kmqa.records import Candidate, Profile, Reply

FACTS = report.Facts(
    file="t.jsonl", bundle_id="abc", day="2026-11-23", threshold=0.9, topic_of={"a": "pills"}
)


def _prediction(
    text: str, expected: tuple[str, ...], got: str, outcome: str, score: float = 0.5
) -> Prediction:
    candidates = (Candidate(answer_id=got, confidence=score, question="w", language="en"),)
    query = Query(
        line=1, text=text, expected=expected, lang="en", kind=None, profile=Profile(), source={}
    )
    reply = Reply(
        outcome=outcome,  # type: ignore[arg-type]  # one of the six
        reason="r",
        text="x",
        language="en",
        answer_id=got if outcome in {"answer", "urgent"} else None,
        confidence=score,
        candidates=candidates,
        offered=candidates if outcome in {"answer", "choose"} else (),
    )
    return Prediction(query=query, reply=reply, took_ms=1.0)


PREDICTIONS = (
    _prediction("right", ("a",), "a", "answer", 0.9),
    _prediction("<script>alert(1)</script>", ("a",), "b", "answer", 0.8),
    _prediction("outside", (), "b", "refuse", 0.1),
    _prediction("missed danger", ("urgent-x",), "a", "choose"),
    _prediction("false alarm", ("a",), "a", "urgent"),
)
WHOLE = summary.slice_of(PREDICTIONS, n_resamples=50)


def _judged(*rows: tuple[float, bool, bool]) -> Judged:
    columns = list(zip(*rows, strict=True))
    return Judged(np.array(columns[0]), np.array(columns[1]), np.array(columns[2]))


def test_risk_and_coverage_follow_the_threshold_down_and_keep_ties_together() -> None:
    found = _judged((0.9, True, True), (0.5, False, True), (0.5, True, True), (0.1, False, False))

    assert curves.risk_coverage(found) == [(0.25, 0.0), (0.75, pytest.approx(1 / 3)), (1.0, 0.5)]


def test_the_calibration_error_is_the_mean_gap_weighted_by_size() -> None:
    found = _judged((0.95, True, True), (0.95, True, True), (0.15, True, True))

    assert curves.calibration_error(found) == pytest.approx((2 * 0.05 + 0.85) / 3)


def test_the_histogram_counts_every_question_once() -> None:
    inside, outside = curves.histogram(_judged((0.0, True, True), (1.0, False, False)))

    assert (sum(inside), sum(outside)) == (1, 1)
    assert (inside[0], outside[-1]) == (1, 1)


@pytest.mark.parametrize(
    ("text", "script", "length"),
    [("missed pills", "latin", "1-3 words"), ("گولی بھول گئی ہوں میں", "arabic", "4-8 words"),
     ("गोली भूल गई", "devanagari", "1-3 words"), ("123", "none", "1-3 words")],
)  # fmt: skip
def test_scripts_and_lengths(text: str, script: str, length: str) -> None:
    assert (slices.script(text), slices.length(text)) == (script, length)


def test_mistakes_stand_in_the_order_of_what_they_cost() -> None:
    texts = [one.query.text for one in report.mistakes(PREDICTIONS)]

    assert texts == ["missed danger", "<script>alert(1)</script>", "false alarm"]


def test_confusions_count_pairs() -> None:
    assert report.confusions(PREDICTIONS) == [report.Confusion("a", "b", 1)]


def test_the_page_loads_nothing_and_runs_nothing() -> None:
    page = report.html(PREDICTIONS, WHOLE, FACTS)

    assert "<script" not in page
    assert not re.search(r'(?:src|href)="', page)
    assert page.count("<svg") == 3
    assert page.count("<summary>as a table</summary>") == 3
    assert all(one.strip() for one in re.findall(r'role="img" aria-label="([^"]*)"', page))
    assert "(few)" in page
    assert "&lt;script&gt;alert(1)" in page


def test_the_markdown_tells_all_that_the_page_tells() -> None:
    page = report.markdown(PREDICTIONS, WHOLE, FACTS)

    assert page.count("| AUROC |") == 1
    for heading in ("In short", "Figures", "Risk and coverage", "Confidence and truth",
                    "Where the scores lie", "By topic", "The worst mistakes"):  # fmt: skip
        assert f"\n## {heading}\n" in page
    assert "| <script>alert(1)</script> | a | answer b | wrong answer | b 0.80 |" in page


def test_the_headline_says_what_falls_short() -> None:
    """One danger sign of one is missed, one in four is a false alarm, one in three is served."""
    holds = {check.name: check.holds for check in report.headline(PREDICTIONS)}

    assert holds["danger signs recognised"] is False
    assert holds["unanswerable refused"] is True
    assert holds["wrong among answers"] is None
    assert "3 of 5 checks fall short" in report.html(PREDICTIONS, WHOLE, FACTS)


def test_every_metric_is_explained() -> None:
    assert set(table.MEANINGS) == set(table.TITLES) == set(summary.NAMES)


def test_axes_are_marked_with_their_numbers() -> None:
    """The axis of risk ends at the least of its steps that holds the curve."""
    found = _judged(*[(0.9 - n / 1000, n % 10 != 0, True) for n in range(1, 101)])

    risk, _, scores = pictures.draw_pictures(found, (0.5, 0.1), 0.8)

    assert ">0.025<" in risk.svg
    assert 'class="mark"' in risk.svg
    assert 'class="cut"' in scores.svg
    assert "of 100 answerable questions" in scores.svg


def test_pictures_of_nothing_are_empty() -> None:
    nothing = Judged(np.zeros(0), np.zeros(0, bool), np.zeros(0, bool))

    risk, reliability, _ = pictures.draw_pictures(nothing, None, None)

    assert not risk.rows
    assert not reliability.rows


def _line(text: str, expected: object, outcome: str, got: str) -> dict[str, Any]:
    return {
        "text": text, "lang": "en", "expected": expected, "outcome": outcome,
        "answer_id": got if outcome == "answer" else None,
        "candidates": [{"answer_id": got}], "offered": [got] if outcome != "refuse" else [],
    }  # fmt: skip


def test_a_comparison_counts_what_was_gained_and_lost() -> None:
    a = [
        _line("1", "x", "answer", "x"),
        _line("2", "x", "refuse", "y"),
        _line("3", None, "answer", "x"),
    ]
    b = [
        _line("1", "x", "refuse", "y"),
        _line("2", "x", "choose", "x"),
        _line("3", None, "refuse", "x"),
    ]

    found = compare.compare_lines(a, b)
    by_name = {one.name: one for one in found.overall}

    assert (found.gained, found.lost) == (["2"], ["1"])
    served = by_name["answered right or offered"]
    assert (served.a, served.b, served.gained, served.lost, served.p) == (0.5, 0.5, 1, 1, 1.0)
    assert by_name["unanswerable refused"].b == 1.0
    assert ("answer", "refuse", 2) in found.moves


def test_a_comparison_looks_at_each_part_by_itself() -> None:
    nurse = _line("depo", "x", "answer", "x") | {"kind": "short", "profile": {"role": "nurse"}}
    urdu = _line("ٹیکہ", "x", "refuse", "y") | {"lang": "ur"}

    found = compare.compare_lines([nurse, urdu], [nurse, urdu | {"outcome": "answer"}])

    assert set(found.by_part) == {
        "lang en", "lang ur", "kind short", "role nurse", "length 1-3 words",
        "script latin", "script arabic",
    }  # fmt: skip
    assert {one.n for one in found.by_part["length 1-3 words"]} == {2}


def test_six_gained_and_none_lost_is_hardly_chance() -> None:
    a = [_line(str(n), "x", "refuse", "y") for n in range(6)]
    b = [_line(str(n), "x", "choose", "x") for n in range(6)]

    [first, *_] = compare.compare_lines(a, b).overall

    assert first.p == pytest.approx(2 * 0.5**6)
    assert (first.interval.low, first.interval.high) == (1.0, 1.0)


def test_runs_over_other_questions_cannot_be_compared() -> None:
    with pytest.raises(EvaluationError, match="not over the same questions"):
        compare.compare_lines([_line("1", "x", "refuse", "y")], [_line("2", "x", "refuse", "y")])
