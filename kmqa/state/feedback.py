"""What people said about answers: helpful or not, or a comment; the one place that stores it."""

from dataclasses import dataclass

from sqlalchemy import Connection, func, insert, select

from kmqa.state import tables
from kmqa.state.identity import Identity


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """What somebody said about an answer.

    Attributes:
        is_helpful: None where it is a comment.
        person: None where it came through the API, which names nobody.
    """

    answer_id: str
    bundle_id: str
    is_helpful: bool | None
    comment: str = ""
    person: int | None = None


def record_feedback(
    connection: Connection, identity: Identity, feedback: Feedback, now: float
) -> None:
    """Store the feedback, its comment sealed."""
    connection.execute(
        insert(tables.feedback).values(
            person=feedback.person,
            answer_id=feedback.answer_id[:100],
            bundle_id=feedback.bundle_id[:16],
            is_helpful=feedback.is_helpful,
            comment=identity.seal(feedback.comment) if feedback.comment else "",
            at=now,
        )
    )


def count_feedback(connection: Connection, since: float, *, is_helpful: bool) -> int:
    """Return how many people said since then that an answer helped, or that it did not."""
    feedback = tables.feedback.c
    is_meant = feedback.is_helpful.is_(is_helpful)
    query = select(func.count()).where(feedback.at >= since, is_meant)
    return connection.execute(query).scalar_one()
