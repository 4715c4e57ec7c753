from pathlib import Path

import pytest
from bundle_builder import make_responder
from corpus_builder import make_answer, make_corpus, make_urgent

from kmqa.matching import danger, danger_patterns


def _fits(pattern: str, message: str) -> bool:
    return danger_patterns.Patterns([("urgent-a", pattern)]).find(message) == "urgent-a"


@pytest.mark.parametrize(
    ("pattern", "message", "expected"),
    [
        ("bleed* soak*", "She is BLEEDING and soaked two pads", True),
        ("bleed* soak*", "soaked ... bleeds", True),
        ("bleed* soak*", "bleeding a little", False),
        ("bleed*|blood heavy", "heavy blood", True),
        ("bleed !spotting", "bleed not spotting", False),
        ("bleed !spotting", "they bleed", True),
        ("fit", "fits", False),
        ("خون بہت", "بہت خون", True),
    ],
)
def test_a_pattern_wants_all_its_words_in_any_order(
    pattern: str, message: str, expected: bool
) -> None:
    assert _fits(pattern, message) is expected


@pytest.mark.parametrize("pattern", ["", "!only", "a| b", "* x", "a !"])
def test_a_pattern_without_words_is_a_mistake(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"names no word|empty alternative"):
        danger_patterns.compile_pattern(pattern)


@pytest.mark.parametrize(
    ("similarity", "near_miss", "ordinary", "expected"),
    [
        (0.8, 0.1, 0.1, "urgent-a"),
        (0.69, 0.1, 0.1, None),
        (0.8, 0.81, 0.1, None),
        (0.8, 0.1, 0.84, "urgent-a"),
        (0.8, 0.1, 0.86, None),
    ],
)
def test_similarity_decides_unless_something_else_is_closer(
    similarity: float, near_miss: float, ordinary: float, expected: str | None
) -> None:
    found = danger.DangerSimilarity({"urgent-a": similarity, "urgent-b": 0.2}, near_miss, ordinary)

    assert danger.detect_by_similarity(found, threshold=0.7) == expected


def test_a_near_miss_is_answered_as_an_ordinary_question(tmp_path: Path) -> None:
    sign = make_urgent(
        near_misses={"en": ["is heavy bleeding a danger sign"]},
        patterns={"en": ["heavy bleeding"]},
    )
    respond = make_responder(make_corpus(tmp_path, urgent=(sign,), answers=(make_answer(),)))

    assert respond("heavy bleeding after birth").outcome == "urgent"
    assert respond("is heavy bleeding a danger sign?").outcome != "urgent"
