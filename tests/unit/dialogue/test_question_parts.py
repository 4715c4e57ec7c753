"""Ways to part a message into questions."""

from itertools import pairwise

import pytest

from kmqa.dialogue import question_parts
from kmqa.lexicon import languages


@pytest.mark.parametrize("language", sorted(languages.load()))
def test_a_message_may_end_with_any_beginning_of_a_join(language: str) -> None:
    """What is left of the message may be shorter than the longest join."""
    for join in languages.load()[language].joins:
        words = join.split()
        for n, _ in enumerate(pairwise((*words, "")), start=1):
            message = f"can she take the pill {' '.join(words[:n])}"

            for division in question_parts.list_divisions(message, language):
                assert all(division.parts)


def test_two_questions_that_are_joined_are_parted() -> None:
    message = "can she take the pill while breastfeeding? how long does the implant last?"

    found = question_parts.list_divisions(message, "en")

    assert found[0].parts == (
        "can she take the pill while breastfeeding?",
        "how long does the implant last?",
    )
