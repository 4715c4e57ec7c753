import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import HashingVectorizer

from kmqa.index import hashing

TEXTS = st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs"])), max_size=30))


@given(texts=TEXTS.filter(bool), n_slots=st.sampled_from([1, 7, 2**20]))
def test_slots_and_counts_are_those_of_scikit_learn(texts: list[list[str]], n_slots: int) -> None:
    theirs = HashingVectorizer(
        analyzer=list, n_features=n_slots, alternate_sign=False, norm=None, dtype=np.float32
    ).transform(texts)

    ours = hashing.count_parts(texts, n_slots)

    np.testing.assert_array_equal(ours.indptr, theirs.indptr)
    np.testing.assert_array_equal(ours.indices, theirs.indices)
    np.testing.assert_array_equal(ours.data, theirs.data)


def test_different_slots_come_once_and_in_rising_order() -> None:
    slots = hashing.unique_slots(["b", "a", "b"], 2**20)

    assert slots.tolist() == sorted(
        {*hashing.unique_slots(["a"], 2**20), *hashing.unique_slots(["b"], 2**20)}
    )


def test_what_is_not_kept_is_not_known() -> None:
    places, is_known = hashing.find_slots(np.array([3, 9]), np.array([2, 3, 9, 11], dtype=np.int32))

    assert is_known.tolist() == [False, True, True, False]
    assert places[is_known].tolist() == [0, 1]


@pytest.mark.slow  # starts a process
def test_what_serves_loads_neither_scikit_learn_nor_torch() -> None:
    told = "import sys, kmqa.commands.serve; print({'sklearn', 'torch'} & set(sys.modules))"

    done = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", told], capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "set()"
