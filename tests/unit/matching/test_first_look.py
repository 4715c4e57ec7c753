"""A first look tells which message may be urgent; it decides nothing."""

from pathlib import Path

import pytest
from bundle_builder import make_bundle
from corpus_builder import make_answer, make_corpus, make_urgent

from kmqa.matching.first_look import FirstLook
from kmqa.messages import Urgency

DANGER = ("she bleeds so much that pads are soaked", "blood runs and she fainted", "she fainted")
ORDINARY = ("client missed two pills", "depo client three weeks late", "how long does it last")


def _look(**parts: object) -> FirstLook:
    contents = make_bundle(make_corpus(Path("nowhere"), **parts)).contents  # type: ignore[arg-type]  # any part
    return FirstLook(contents.urgent, contents.wordings)


@pytest.fixture(scope="module")
def look() -> FirstLook:
    answers = [
        make_answer(f"a-{place}", questions={"en": [text, f"please {text}"]})
        for place, text in enumerate(ORDINARY)
    ]
    return _look(answers=tuple(answers), urgent=(make_urgent(examples={"en": list(DANGER)}),))


def test_a_message_that_a_pattern_fits_is_likely(look: FirstLook) -> None:
    assert look.urgency("my neighbour is bleeding heavily") == Urgency.LIKELY


def test_words_of_danger_signs_speak_without_a_pattern(look: FirstLook) -> None:
    assert look.urgency("the woman fainted, blood everywhere") < Urgency.ORDINARY


@pytest.mark.parametrize("text", [*ORDINARY, "", "🙂", "zzz"])
def test_other_messages_are_ordinary(look: FirstLook, text: str) -> None:
    assert look.urgency(text) == Urgency.ORDINARY


def test_a_sign_at_the_end_of_a_long_story_weighs_as_if_alone(look: FirstLook) -> None:
    story = "client missed two pills and asks how long it does last " * 40

    assert look.urgency(story) == Urgency.ORDINARY
    assert look.urgency(story + "now she fainted and blood runs") < Urgency.ORDINARY


def test_a_corpus_without_danger_signs_finds_everything_ordinary() -> None:
    assert _look(urgent=()).urgency("she fainted, blood runs") == Urgency.ORDINARY
