from collections import Counter

import pytest
from eval_builder import make_query
from hypothesis import given
from hypothesis import strategies as st

from kmqa.eval import labelling
from kmqa.records import Profile

LABELS = st.sampled_from(["pill", "coil", "urgent-fits", ""])


def _slow_kappa(pairs: list[tuple[str, str]]) -> float:
    """Cohen's formula, spelt out."""
    n = len(pairs)
    observed = sum(one == other for one, other in pairs) / n
    first, second = (Counter(pair[place] for pair in pairs) for place in (0, 1))
    chance = sum(first[name] * second[name] for name in first) / n**2
    return (observed - chance) / (1 - chance)


@given(st.lists(st.tuples(LABELS, LABELS), min_size=1, max_size=40))
def test_kappa_is_cohens(pairs: list[tuple[str, str]]) -> None:
    first = [make_query(*[one] * bool(one), text=f"q {i}") for i, (one, _) in enumerate(pairs)]
    second = [make_query(*[two] * bool(two), text=f"Q {i}?") for i, (_, two) in enumerate(pairs)]

    found = labelling.agreement(first, second)

    assert found.n == len(pairs)
    assert found.n_agreed + len(found.disputed) == found.n
    assert found.n_agreed == len(found.agreed) == sum(one == two for one, two in pairs)
    if len({name for pair in pairs for name in pair}) == 1:
        assert found.kappa is None
    else:
        assert found.kappa == pytest.approx(_slow_kappa(pairs))


def test_the_order_of_expected_ids_is_no_dispute() -> None:
    one, two = make_query("a", "b"), make_query("b", "a")

    assert labelling.agreement([one], [two]).disputed == ()


def test_two_who_name_other_answers_still_agree_that_there_is_one() -> None:
    first = [make_query("pill", text="x"), make_query(text="y")]
    second = [make_query("coil", text="x"), make_query(text="y")]

    found = labelling.agreement(first, second)

    assert found.kappa_of_kind == 1
    assert found.kappa is not None
    assert found.kappa < 1
    assert found.disputed == ((first[0], second[0]),)


def test_questions_that_only_one_labelled_are_set_aside() -> None:
    one, two, both = (make_query(text=text) for text in ("x", "y", "z"))

    found = labelling.agreement([one, both], [both, two])

    assert (found.n, found.only_in_first, found.only_in_second) == (1, (one,), (two,))


def test_a_question_asked_again_is_a_repeat_unless_another_person_asks() -> None:
    first = make_query("pill", text="Pill late?", line=1)
    again = make_query("pill", text="pill, late", line=2)
    other = make_query("coil", text="pill late", line=3)
    nurse = make_query("coil", text="pill late", line=4, profile=Profile(role="nurse"))

    found = labelling.repeats([first, again, other, nurse])

    assert [(repeat.query.line, repeat.contradicts) for repeat in found] == [(2, False), (3, True)]


@given(
    st.lists(st.text(min_size=1), min_size=1, max_size=60, unique=True),
    st.floats(0, 1),
    st.data(),
)
def test_a_question_never_moves_when_others_come_or_go(
    texts: list[str], share: float, data: st.DataObject
) -> None:
    queries = [make_query(text=text) for text in texts]
    some = data.draw(st.permutations(queries))[: len(queries) // 2]

    dev, test = labelling.split(queries, share)

    assert sorted(map(id, (*dev, *test))) == sorted(map(id, queries))
    for query in some:
        alone, _ = labelling.split([query], share)
        assert bool(alone) == any(query is other for other in dev)


def test_case_and_punctuation_do_not_part_a_question_from_itself() -> None:
    for i in range(50):
        same = [make_query(text=f"pill {i} late"), make_query(text=f"Pill {i}, late?!")]

        assert {len(part) for part in labelling.split(same)} == {0, 2}


def test_a_split_has_about_the_share_that_was_asked_for() -> None:
    dev, _ = labelling.split([make_query(text=f"question {i}") for i in range(2000)], 0.4)

    assert len(dev) / 2000 == pytest.approx(0.4, abs=0.04)
