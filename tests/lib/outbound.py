"""Messages on their way out."""

from typing import Any

from kmqa.messages import Origin, OriginKind, OutboundMessage, Outgoing, Recipient


def make_outbound(
    person: int,
    text: str = "answer",
    *,
    origin: tuple[OriginKind, int] = ("turn", 1),
    place: int = 0,
    number_id: str = "1",
    **content: Any,  # noqa: ANN401 - any key of the content
) -> OutboundMessage:
    """A message to `person`."""
    return OutboundMessage(
        content=Outgoing(text=text, **content),
        origin=Origin(*origin),
        place=place,
        to=Recipient(person, number_id),
    )
