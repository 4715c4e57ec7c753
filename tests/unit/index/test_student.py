import json
from pathlib import Path

import numpy as np
import pytest
from bundle_builder import make_base

from kmqa.index import bundle, head, student

BASE = make_base()
TEXTS = ["missed two pills", "olvidó dos pastillas", "दो गोलियाँ भूल गई"]


def test_a_bag_has_length_1_and_depends_on_its_own_text_alone() -> None:
    together = BASE.bags(TEXTS)

    np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1, rtol=1e-6)
    for text, bag in zip(TEXTS, together, strict=True):
        np.testing.assert_array_equal(BASE.bags([text])[0], bag)


def test_a_bag_is_the_scaled_sum_over_the_parts_of_the_words() -> None:
    parts = ["ab", " ab", "ab ", " ab "]
    slots = sorted({int(next(student.list_slots([part.strip()], 1))[0]) for part in parts})

    assert slots == [0]  # with one slot everything falls into it
    one = student.Base(
        table=np.array([[3, 4]], dtype=np.int8),
        scale=np.ones(2, dtype=np.float32),
        projection=np.eye(2, dtype=np.float32),
        bias=np.zeros(2, dtype=np.float32),
    )
    np.testing.assert_allclose(one.bags(["ab"]), [[0.6, 0.8]])
    np.testing.assert_allclose(one.vectors(["ab"]), [[0.6, 0.8]])


def test_a_word_has_itself_and_its_n_grams_as_parts() -> None:
    assert set(student._list_parts("¡Ab!")) == {"ab", " ab", "ab ", " ab "}


def test_texts_without_words_have_an_empty_bag() -> None:
    assert not BASE.bags(["", "?!"]).any()
    assert BASE.bags([]).shape == (0, 64)


def test_spelling_of_the_same_letters_makes_no_difference() -> None:
    np.testing.assert_array_equal(BASE.bags(["OLVIDÓ  dos"]), BASE.bags(["olvidó dos"]))


def test_a_student_is_the_same_after_it_was_written(tmp_path: Path) -> None:
    weights = np.random.default_rng(2).normal(size=(64, 5)).astype(np.float32)
    made = student.Student(BASE, head.Head(weights, np.zeros(5, dtype=np.float32)))

    made.save(tmp_path / "student")

    read = student.load(tmp_path / "student")
    np.testing.assert_array_equal(read.logits(TEXTS), made.logits(TEXTS))
    np.testing.assert_array_equal(read.base.vectors(TEXTS), made.base.vectors(TEXTS))


def test_the_packaged_base_is_the_one_that_its_description_names() -> None:
    described = json.loads(student.PACKAGED.with_suffix(".json").read_text(encoding="utf-8"))

    assert described["sha256"] == bundle.sha256_of(student.PACKAGED)
    assert described["source_licence"] == "CC0-1.0"
    assert student.PACKAGED.stat().st_size <= 16 * 2**20


@pytest.mark.parametrize(
    "said", ["tengo fiebre y tos", "j'ai de la fièvre et je tousse", "nina homa na kikohozi"]
)
def test_the_packaged_base_knows_a_complaint_in_other_languages(said: str) -> None:
    near, far = student.load_packaged_base().vectors(
        ["I have a fever and a cough", "the airport is closed"]
    )

    vector = student.load_packaged_base().vectors([said])[0]

    assert vector @ near > vector @ far + 0.1
