from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kmqa.index import dense


def _vectors(n: int, width: int = 16, seed: int = 0) -> np.ndarray:
    vectors = np.random.default_rng(seed).normal(size=(n, width)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@given(n=st.integers(1, 60), k=st.integers(1, 70), seed=st.integers(0, 1000))
def test_search_finds_what_a_plain_product_finds_up_to_ties(n: int, k: int, seed: int) -> None:
    rows, queries = _vectors(n, seed=seed), _vectors(3, seed=seed + 1)

    scores, found = dense.fit(rows).nearest(queries, k)

    plain = np.sort(queries @ rows.T, axis=1)[:, ::-1][:, : min(k, n)]
    np.testing.assert_allclose(scores, plain, atol=1e-5)
    np.testing.assert_allclose(
        np.take_along_axis(queries @ rows.T, found, axis=1), scores, atol=1e-5
    )


def test_stored_vectors_come_back_unchanged(tmp_path: Path) -> None:
    rows = _vectors(20)
    dense.fit(rows).save(tmp_path / "x.faiss")

    opened = dense.load(tmp_path / "x.faiss")

    np.testing.assert_array_equal(opened.vectors(np.array([3, 7])), rows[[3, 7]])
    assert len(opened) == 20


def test_no_rows_can_be_searched_and_read() -> None:
    empty = dense.fit(np.zeros((0, 16), dtype=np.float32))

    assert len(empty) == 0
    assert empty.vectors(np.zeros(0, dtype=np.int64)).shape == (0, 16)


def test_many_rows_are_kept_in_eight_bits_and_the_first_hit_stays(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(dense, "EXACT_ROWS", 100)
    rows = _vectors(500)

    _, found = dense.fit(rows).nearest(rows[:50], 1)

    assert found[:, 0].tolist() == list(range(50))
