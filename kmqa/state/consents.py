"""What a person agreed to, or no longer does: for which purpose, when and after which wording.

Rows are only added, so that it can be shown later what somebody had agreed to at any time; the last
one for a purpose and topic counts.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, insert, select

from kmqa.messages import Purpose
from kmqa.state import tables

NOTICE = "notice"
"""Wording of the first contact: what the bot is, and how to end it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """What somebody said yes or no to.

    Attributes:
        topic: Of a subscription; empty for everything of the purpose.
        wording_id: Which text they were shown.
        wording_version: As it read then.
        is_given: False where they take it back.
    """

    purpose: Purpose = "service"
    topic: str = ""
    wording_id: str = NOTICE
    wording_version: str
    is_given: bool = True


def record_consent(connection: Connection, person: int, consent: Consent, now: float) -> None:
    """Store what the person said yes or no to."""
    connection.execute(
        insert(tables.consents).values(
            person=person,
            purpose=consent.purpose,
            topic=consent.topic[:100],
            wording_id=consent.wording_id[:100],
            wording_version=consent.wording_version[:20],
            is_given=consent.is_given,
            at=now,
        )
    )


def read_current_consents(
    connection: Connection, person: int
) -> dict[tuple[Purpose, str], Consent]:
    """Return what the person said last for each purpose and topic."""
    table = tables.consents
    rows = connection.execute(
        select(table).where(table.c.person == person).order_by(table.c.at, table.c.id)
    )
    said = [
        Consent(
            purpose=row.purpose,
            topic=row.topic,
            wording_id=row.wording_id,
            wording_version=row.wording_version,
            is_given=row.is_given,
        )
        for row in rows
    ]
    return {(consent.purpose, consent.topic): consent for consent in said}
