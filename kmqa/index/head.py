"""A linear classifier over embeddings: which target a query resembles as a whole.

It adds what no single wording says, and is trained only where targets have several wordings.
"""

import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

FloatArray = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.int64]

# Inverse strength of the ridge penalty. On the validation part of clinc150 and by leaving wordings
# out of the other public sets 10 to 30 are alike, 3 and 100 are worse; the plainest is taken.
INVERSE_PENALTY = 10.0
MEAN_WORDINGS = 2.0  # with fewer wordings a target there is nothing to generalise from
MAX_ITERATIONS = 1_000


@dataclass(frozen=True, slots=True)
class Head:
    """One weight vector and one bias for each of t targets; ``logits = v W + b``.

    Attributes:
        weights: Float32, shape (d, t).
        bias: Float32, shape (t,).
    """

    weights: FloatArray
    bias: FloatArray

    def logits(self, vectors: FloatArray) -> FloatArray:
        """Unbounded scores of q `vectors`, float32, shape (q, t), higher is more likely."""
        return vectors @ self.weights + self.bias

    def save(self, folder: Path) -> None:
        """Write both arrays into `folder` as ``.npy`` files."""
        folder.mkdir(parents=True)
        np.save(folder / "weights.npy", self.weights, allow_pickle=False)
        np.save(folder / "bias.npy", self.bias, allow_pickle=False)


def load(folder: Path) -> Head:
    """Load the head that `Head.save` wrote into `folder`."""
    return Head(
        weights=np.load(folder / "weights.npy", allow_pickle=False),
        bias=np.load(folder / "bias.npy", allow_pickle=False),
    )


def is_enough(targets: IntArray) -> bool:
    """Whether wordings with these target numbers, int64, shape (n,), can teach a head."""
    n_present = len(np.unique(targets))
    return n_present >= 2 and len(targets) >= MEAN_WORDINGS * n_present


def fit(vectors: FloatArray, targets: IntArray, n_targets: int) -> Head | None:
    """Train multinomial logistic regression, or None where fewer than two targets have rows.

    Whether there are wordings enough to be worth it is the caller's question; see `is_enough`.

    Args:
        vectors: Training rows, float32, shape (n, d), each of length 1.
        targets: Target number of each row, int64, shape (n,), in [0, n_targets).
        n_targets: Number of targets t; one without rows gets the lowest logit of all.
    """
    from sklearn.linear_model import LogisticRegression  # 65 MB that what serves need not hold

    present = np.unique(targets)
    if len(present) < 2:
        return None
    model = LogisticRegression(C=INVERSE_PENALTY, max_iter=MAX_ITERATIONS, tol=1e-4)
    # One thread: sums come out the same whatever the number of cores, and matrices this small
    # gain nothing from a second one.
    with threadpool_limits(limits=1), warnings.catch_warnings():
        # scikit-learn doubts that targets with a row or two each are classes; here they are.
        warnings.filterwarnings("ignore", message="The number of unique classes")
        model.fit(vectors, targets)
    coefficients, bias = model.coef_, model.intercept_
    if len(present) == 2:  # scikit-learn keeps one row for two classes
        coefficients, bias = np.vstack([-coefficients, coefficients]), np.r_[-bias, bias]
    weights = np.zeros((vectors.shape[1], n_targets), dtype=np.float32)
    weights[:, present] = coefficients.T
    # A target without wordings must never win: below any logit that unit vectors can reach.
    lowest = bias.min() - np.linalg.norm(coefficients, axis=1).max()
    full_bias = np.full(n_targets, lowest, dtype=np.float32)
    full_bias[present] = bias
    return Head(weights=weights, bias=full_bias)
