"""What a turn leaves behind, written with its replies in one transaction."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection

from kmqa.dialogue import events
from kmqa.state import consents, feedback, handovers, personal_data, turns
from kmqa.state.identity import Identity


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnOrigin:
    """Whose turn it was, and how they wrote.

    Attributes:
        number_id: The number that they wrote to.
        now: Unix seconds.
    """

    person: int
    number_id: str
    channel: str
    now: float


def store_events(
    connection: Connection, identity: Identity, origin: TurnOrigin, happened: Iterable[events.Event]
) -> None:
    """Store everything that `happened`."""
    for event in happened:
        _store(connection, identity, origin, event)


def _store(c: Connection, identity: Identity, origin: TurnOrigin, event: events.Event) -> None:  # noqa: C901
    match event:
        case events.Asked():
            asker = turns.Asker(person=origin.person, channel=origin.channel)
            turns.record_turn(c, identity, asker, event.question, event.reply, origin.now)
        case events.Rejected():
            turns.mark_rejected(c, origin.person, event.wish)
        case events.Picked():
            turns.mark_picked(c, origin.person, event.answer_id)
        case events.Feedback():
            _store_feedback(c, identity, origin, event)
        case events.HandedOver():
            cause, message = event.cause, event.message
            number_id = origin.number_id
            handovers.open_handover(
                c, identity, origin.person, number_id, cause, message, origin.now
            )
        case events.StaffMessage():
            handovers.add_person_note(c, identity, origin.person, event.message, origin.now)
        case events.HandoverEnded():
            handovers.close_asked(c, origin.person, "", origin.now)
        case events.Consented():
            consent = consents.Consent(wording_version=event.version)
            consents.record_consent(c, origin.person, consent, origin.now)
        case events.Forgotten():
            personal_data.forget_person(c, identity, origin.person)


def _store_feedback(
    c: Connection, identity: Identity, origin: TurnOrigin, event: events.Feedback
) -> None:
    if event.is_helpful:
        turns.record_helpful(c, origin.person, event.answer_id[:100])
    said = feedback.Feedback(
        answer_id=event.answer_id,
        bundle_id=event.bundle_id,
        is_helpful=event.is_helpful,
        comment=event.comment,
        person=origin.person,
    )
    feedback.record_feedback(c, identity, said, origin.now)
