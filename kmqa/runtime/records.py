"""What a turn leaves behind, written with its replies in one transaction."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection

from kmqa.dialogue import events
from kmqa.state import consents, feedback, handovers, personal_data, turns
from kmqa.state.identity import Identity


@dataclass(frozen=True, slots=True, kw_only=True)
class Whose:
    """The person whose turn it was, and how she wrote.

    Attributes:
        number_id: The number that she wrote to.
        now: Unix seconds.
    """

    person: int
    number_id: str
    channel: str
    now: float


def write(
    connection: Connection, identity: Identity, whose: Whose, happened: Iterable[events.Event]
) -> None:
    """Everything that `happened` is stored."""
    for event in happened:
        _write(connection, identity, whose, event)


def _write(c: Connection, identity: Identity, whose: Whose, event: events.Event) -> None:  # noqa: C901
    match event:
        case events.Asked():
            asker = turns.Asker(person=whose.person, channel=whose.channel)
            turns.write(c, identity, asker, event.question, event.reply, whose.now)
        case events.Rejected():
            turns.mark(c, whose.person, wish=event.wish)
        case events.Picked():
            turns.mark(c, whose.person, picked=event.answer_id)
        case events.Feedback():
            _judged(c, identity, whose, event)
        case events.HandedOver():
            cause, message = event.cause, event.message
            number_id = whose.number_id
            handovers.open_for(c, identity, whose.person, number_id, cause, message, whose.now)
        case events.StaffMessage():
            handovers.hear(c, identity, whose.person, event.message, whose.now)
        case events.HandoverEnded():
            handovers.close_of(c, whose.person, "", whose.now)
        case events.Consented():
            consent = consents.Consent(wording_version=event.version)
            consents.record_consent(c, whose.person, consent, whose.now)
        case events.Forgotten():
            personal_data.forget_person(c, identity, whose.person)


def _judged(c: Connection, identity: Identity, whose: Whose, event: events.Feedback) -> None:
    if event.is_helpful:
        turns.praise(c, whose.person, event.answer_id[:100])
    said = feedback.Feedback(
        answer_id=event.answer_id,
        bundle_id=event.bundle_id,
        is_helpful=event.is_helpful,
        comment=event.comment,
        person=whose.person,
    )
    feedback.record_feedback(c, identity, said, whose.now)
