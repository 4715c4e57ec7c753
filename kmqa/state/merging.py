"""What becomes of each column of `people` when two of them turn out to be one person."""

from collections.abc import Callable, Mapping
from typing import Any

from kmqa.state import tables

Rule = Callable[[Any, Any, str], object]  # of the row that stays, the one that goes, the column


def merge_columns(kept: Any, gone: Any) -> dict[str, object]:  # noqa: ANN401 - rows of the table
    """Return the values of the row that stays."""
    return {name: rule(kept, gone, name) for name, rule in RULES.items()}


def _of_kept(kept: Any, _gone: Any, name: str) -> object:  # noqa: ANN401 - as above
    return getattr(kept, name)


def _of_conversation(kept: Any, gone: Any, name: str) -> object:  # noqa: ANN401 - as above
    """Return the value of whoever has a conversation; of the one that stays where both have."""
    return getattr(kept if kept.conversation else gone, name)


def _either(kept: Any, gone: Any, name: str) -> object:  # noqa: ANN401 - as above
    return getattr(kept, name) or getattr(gone, name)


def _both(kept: Any, gone: Any, name: str) -> object:  # noqa: ANN401 - as above
    return getattr(kept, name) and getattr(gone, name)


def _latest(kept: Any, gone: Any, name: str) -> object:  # noqa: ANN401 - as above
    return max(getattr(kept, name), getattr(gone, name))


def _earliest(kept: Any, gone: Any, name: str) -> object:  # noqa: ANN401 - as above
    return min(getattr(kept, name), getattr(gone, name))


# A test wants every column here.
RULES: Mapping[str, Rule] = {
    "id": _of_kept,
    "address": _of_kept,  # completed afterwards with the names of the other
    "conversation": _of_conversation,
    "traffic": _of_conversation,
    "opted_out": _either,
    "forgotten": _both,
    "wrote_at": _latest,
    "created_at": _earliest,
    **dict.fromkeys((*tables.PROFILE, "low_data"), _of_conversation),
    "is_anonymous": _both,
    "leased_by": _of_kept,
    "leased_until": _of_kept,
}
