from pathlib import Path

import numpy as np

from kmqa.index import head


def _clusters(n_targets: int, each: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(1)
    centres = np.eye(8, dtype=np.float32)[:n_targets]
    target = np.repeat(np.arange(n_targets), each)
    vectors = centres[target] + rng.normal(scale=0.05, size=(len(target), 8)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True), target.astype(np.int64)


def test_the_right_target_gets_the_highest_logit() -> None:
    vectors, target = _clusters(4, 5)

    trained = head.fit(vectors, target, 4)

    assert trained is not None
    assert (trained.logits(vectors).argmax(axis=1) == target).all()


def test_two_targets_get_a_column_each() -> None:
    vectors, target = _clusters(2, 5)

    trained = head.fit(vectors, target, 2)

    assert trained is not None
    assert trained.logits(vectors).shape == (10, 2)
    assert (trained.logits(vectors).argmax(axis=1) == target).all()


def test_a_target_without_wordings_never_wins() -> None:
    vectors, target = _clusters(3, 5)

    trained = head.fit(vectors, target, 5)

    assert trained is not None
    logits = trained.logits(vectors)
    assert (logits[:, 3:].max(axis=1) <= logits[:, :3].min(axis=1)).all()


def test_one_wording_a_target_is_not_enough_for_a_head() -> None:
    assert not head.is_enough(np.arange(4))
    assert head.is_enough(np.repeat(np.arange(4), 2))


def test_no_head_is_trained_for_a_single_target() -> None:
    vectors, target = _clusters(1, 5)

    assert head.fit(vectors, target, 4) is None


def test_a_head_can_be_trained_on_one_wording_a_target() -> None:
    """Leaving wordings out may leave no more, and nothing is said about it."""
    vectors, target = _clusters(4, 1)

    trained = head.fit(vectors, target, 4)

    assert trained is not None
    assert (trained.logits(vectors).argmax(axis=1) == target).all()


def test_a_head_survives_being_written_and_read(tmp_path: Path) -> None:
    vectors, target = _clusters(3, 4)
    trained = head.fit(vectors, target, 3)
    assert trained is not None
    trained.save(tmp_path / "head")

    np.testing.assert_array_equal(
        head.load(tmp_path / "head").logits(vectors), trained.logits(vectors)
    )
