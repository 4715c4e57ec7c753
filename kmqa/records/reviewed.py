"""What all reviewed content has in common, whatever it says."""

from datetime import date
from typing import Protocol

from kmqa.records.values import Status


class Reviewed(Protocol):
    """An item that went through the review workflow: an answer, a document, a danger sign.

    Attributes:
        id: Unique among the items of its kind.
        reviewed_by: Who approved it; never its author.
        review_by: Last day on which it may be served, or None while it is not approved.
    """

    @property
    def id(self) -> str: ...  # noqa: D102 - see the attributes

    @property
    def status(self) -> Status: ...  # noqa: D102

    @property
    def reviewed_by(self) -> tuple[str, ...]: ...  # noqa: D102

    @property
    def review_by(self) -> date | None: ...  # noqa: D102
