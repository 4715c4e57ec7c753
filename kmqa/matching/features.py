"""The features of the score: one table that serving and fitting share.

An entry of `FEATURES` says how one kind of evidence is computed and where its weight starts.
`kmqa.matching.match` measures it for one query, `kmqa.offline.cross_validation` for held-out
questions, `kmqa.offline.fit` and `kmqa.offline.acceptance` fit its weights, and the policy of the
bundle carries them by name. A feature that looks only at what a `Comparison` offers is therefore
one entry here; one that needs a new index is an entry, the index, and a method of `Comparison`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float32]
Array = npt.NDArray[np.float64]
Situation = Literal["several_wordings", "one_wording", "unknown_language"]
"""What a language's weights start from: answers have several wordings or one each, or the encoder
does not know the language."""

FAR = 0.35  # in ranked score, some 4 logits of being right: margins beyond it say no more


class Comparison(Protocol):
    """What features are measured from: q queries beside t targets."""

    @property
    def texts(self) -> Sequence[str]:
        """The q queries after the glossary."""
        ...

    @property
    def wordings(self) -> Sequence[Sequence[str]]:
        """The wordings of each of the t targets after the glossary, without held-out ones."""
        ...

    def max_cosines(self) -> FloatArray:
        """Return the cosine to the nearest wording of each target, in [-1, 1], shape (q, t)."""
        ...

    def max_lexical(self) -> FloatArray:
        """Return the best n-gram cosine to a wording of each target, at most 1, shape (q, t)."""
        ...

    def head_logits(self) -> FloatArray | None:
        """Return the logits of the linear head, shape (q, t); None without a head."""
        ...

    def student_logits(self) -> FloatArray | None:
        """Return the logits of the student, shape (q, t); None without a student."""
        ...

    def word_shares(self) -> FloatArray:
        """Return the share of the query's words that a target knows, in [0, 1], shape (q, t)."""
        ...

    def opposites(self) -> FloatArray:
        """Return how far a target points against the query, at least 0, shape (q, t)."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """One kind of evidence that a target fits a query.

    Attributes:
        name: Of its weight in `kmqa.records.Fit`, and so in every bundle.
        measure: Float32, shape (q, t), the higher the likelier; None where the bundle has no such
            model, which counts as 0.
        prior: Weight in the ranked score from which `kmqa.offline.fit` starts, by situation; 0
            where nothing is said.
        min_scale: How far a weight may move, in logits, whose prior is 0 or little.
        accept_share: Part of the ranking weight that judges the first candidate where there are
            no labelled questions. Logits of a linear model extrapolate, so they count half.
        accept_prior: Weight from which `kmqa.offline.acceptance` starts.
        accept_scale: How far that weight may move.
        is_similarity: Whether it is a cosine to a wording; their ranking weights sum to 1, and
            their weighted mean is the similarity of two texts.
        is_trained: Whether a model that not every bundle has gives it: it is measured last,
            because the model may still be at work, and has no weight where it is 0 everywhere.
    """

    name: str
    measure: Callable[[Comparison], FloatArray | None]
    prior: Mapping[Situation, float]
    min_scale: float = 0.5
    accept_share: float = 0.0
    accept_prior: float = 0.0
    accept_scale: float = 1.0
    is_similarity: bool = False
    is_trained: bool = False


# Priors were chosen on the validation part of clinc150 and on held-out wordings of the other public
# sets, that of the student on held-out wordings of the starter corpus; see DECISIONS.md. Where the
# encoder does not know the language, spelling is the better half of the evidence. Where it does,
# the student starts from nothing: it must earn its weight.
FEATURES: tuple[Feature, ...] = (
    Feature(
        name="cosine",
        measure=lambda compared: compared.max_cosines(),
        prior={"several_wordings": 0.7, "one_wording": 0.8, "unknown_language": 0.4},
        accept_share=1.0,
        accept_prior=1.0,
        is_similarity=True,
    ),
    Feature(
        name="lexical",
        measure=lambda compared: compared.max_lexical(),
        prior={"several_wordings": 0.3, "one_wording": 0.2, "unknown_language": 0.6},
        accept_share=1.0,
        is_similarity=True,
    ),
    Feature(
        name="head",
        measure=lambda compared: compared.head_logits(),
        prior={"several_wordings": 0.1, "unknown_language": 0.05},
        accept_share=0.5,
        accept_scale=0.2,  # logits range wider than cosines
        is_trained=True,
    ),
    Feature(
        name="student",
        measure=lambda compared: compared.student_logits(),
        prior={"unknown_language": 0.1},
        accept_share=0.5,
        accept_scale=0.2,
        is_trained=True,
    ),
    Feature(
        name="words",
        measure=lambda compared: compared.word_shares(),
        prior={"several_wordings": 0.3, "unknown_language": 0.6},
    ),
    Feature(
        # "Before her date" and "after her date" share all other evidence.
        name="opposites",
        measure=lambda compared: -compared.opposites(),
        prior={"several_wordings": 0.2, "one_wording": 0.2, "unknown_language": 0.2},
        accept_share=1.0,
        accept_prior=0.2,
    ),
)
"""Every feature, in the order of the columns of a feature array."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MarginFeature:
    """What the margins of the first candidate say of its being right at all.

    Attributes:
        name: Of its weight in the acceptance of `kmqa.records.Fit`.
        measure: From its margin over the second candidate (at least 0) and over the best refusal
            group (of either sign), each infinite where there is none, shape (q,).
        accept_prior: Weight from which `kmqa.offline.acceptance` starts, and that holds where a
            fit names none.
        accept_scale: How far that weight may move.
    """

    name: str
    measure: Callable[[Array, Array], Array]
    accept_prior: float = 0.0
    accept_scale: float = 1.0


MARGINS: tuple[MarginFeature, ...] = (
    MarginFeature(name="margin", measure=lambda margin, _: np.minimum(margin, FAR)),
    MarginFeature(name="refusal_margin", measure=lambda _, refusal: np.clip(refusal, 0.0, FAR)),
    MarginFeature(
        # What a refusal group leads by, as a number of at most 0.
        name="refusal",
        measure=lambda _, refusal: np.minimum(refusal, 0.0),
        accept_prior=1.0,
    ),
)
"""What judges the first candidate beside its features, after them in an acceptance row."""


def column_of(name: str) -> int:
    """Return the column of a feature; there must be one of that name."""
    return [feature.name for feature in FEATURES].index(name)


def empty(n_queries: int, n_targets: int) -> FloatArray:
    """Return features that are all 0, float32, shape (n_queries, n_targets, f)."""
    return np.zeros((n_queries, n_targets, len(FEATURES)), dtype=np.float32)


def measure(compared: Comparison, features: Iterable[Feature], into: FloatArray) -> FloatArray:
    """Fill the columns of `features` in `into`, float32, shape (q, t, f), and return it."""
    columns = {feature.name: column for column, feature in enumerate(FEATURES)}
    for feature in features:
        values = feature.measure(compared)
        if values is not None:
            into[:, :, columns[feature.name]] = values
    return into


def prior_weights(situation: Situation) -> dict[str, float]:
    """Return the weight of each feature that a fit starts from."""
    return {feature.name: feature.prior.get(situation, 0.0) for feature in FEATURES}


def weight_vector(weights: Mapping[str, float]) -> Array:
    """Return the weight of each feature in the order of `FEATURES`, 0 where none is named.

    Raises:
        ValueError: A weight is of no feature.
    """
    unknown = set(weights) - {feature.name for feature in FEATURES}
    if unknown:
        message = f"weights of features that there are not: {', '.join(sorted(unknown))}"
        raise ValueError(message)
    return np.array([weights.get(feature.name, 0.0) for feature in FEATURES])


def acceptance_names() -> tuple[str, ...]:
    """Return the names of the columns of an acceptance row."""
    return (*(one.name for one in FEATURES), *(one.name for one in MARGINS))


def acceptance_vector(accept: Mapping[str, float]) -> Array:
    """Return the weight of each column of an acceptance row.

    Raises:
        ValueError: A weight is of no column.
    """
    unknown = set(accept) - set(acceptance_names())
    if unknown:
        message = f"acceptance by features that there are not: {', '.join(sorted(unknown))}"
        raise ValueError(message)
    by_margin = [accept.get(one.name, one.accept_prior) for one in MARGINS]
    return np.array([*(accept.get(one.name, 0.0) for one in FEATURES), *by_margin])
