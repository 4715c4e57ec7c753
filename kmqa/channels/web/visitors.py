"""Who writes on the chat page, and what: a random session of a browser is all that is known."""

from kmqa.channels.web.channel import CHANNEL
from kmqa.messages import WEB_SESSION, Incoming, Sender

MOST_TEXT = 2000  # characters that somebody may write at once


def incoming(
    session: str, message_id: str, text: str | None, choice: str | None, now: float
) -> Incoming:
    """Return what the reader of a page wrote or tapped, known by a random `session` alone."""
    return Incoming(
        number_id=CHANNEL.name,
        message_id=message_id,
        sender=sender(session),
        kind="choice" if choice else "text",
        text=text,
        choice=choice,
        sent_at=int(now),
    )


def sender(session: str) -> Sender:
    """Return who a session is to the service."""
    return Sender(user_id=f"{WEB_SESSION}{session}")
