from datetime import date

from corpus_builder import make_answer

from kmqa.matching import audience
from kmqa.records import Profile

ANSWER = make_answer(
    text={"en": "for all", "fr": "pour tous"},
    variants=[
        {"when": {"role": ["chw"], "country": ["IN"]}, "text": {"en": "for an Indian chw"}},
        {"when": {"role": ["chw", "nurse"]}, "text": {"en": "for a worker"}},
    ],
)


def test_the_first_variant_whose_conditions_all_hold_is_used() -> None:
    assert (
        audience.select_texts(ANSWER, Profile(role="chw", country="IN"))["en"]
        == "for an Indian chw"
    )
    assert audience.select_texts(ANSWER, Profile(role="chw", country="KE"))["en"] == "for a worker"


def test_without_a_fitting_variant_the_answers_own_text_is_used() -> None:
    assert audience.select_texts(ANSWER, Profile())["en"] == "for all"
    assert audience.select_texts(ANSWER, Profile(role="manager"))["en"] == "for all"


def test_a_language_that_the_variant_lacks_keeps_the_answers_own_text() -> None:
    assert audience.select_texts(ANSWER, Profile(role="nurse"))["fr"] == "pour tous"


def test_an_item_is_in_term_up_to_and_on_its_last_day() -> None:
    answer = make_answer(review_by=date(2027, 1, 1))

    assert audience.is_in_term(answer, date(2027, 1, 1))
    assert not audience.is_in_term(answer, date(2027, 1, 2))


def test_the_topic_prefers_one_answer_only() -> None:
    answers = [make_answer("a"), make_answer("b", topic="pills"), make_answer("c", topic="pills")]

    assert audience.find_preferred(answers[:2], Profile(topic="pills")) == 1
    assert audience.find_preferred(answers, Profile(topic="pills")) is None
    assert audience.find_preferred(answers, Profile()) is None
