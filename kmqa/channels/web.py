"""The channel of an organisation's own page: no phone number, nothing is pushed.

Its messages have the shapes of the Cloud API, so that one page shows both; they wait in the outbox
until the page fetches them.
"""

from kmqa.messages import WEB_SESSION, Incoming, Sender

NUMBER = "web"
"""Stands where WhatsApp has the id of the business's number."""
MOST_TEXT = 2000


def incoming(
    session: str, message_id: str, text: str | None, choice: str | None, now: float
) -> Incoming:
    """A message of the reader of a page, known by a random `session` alone."""
    return Incoming(
        number_id=NUMBER,
        message_id=message_id,
        sender=sender(session),
        kind="choice" if choice else "text",
        text=text,
        choice=choice,
        sent_at=int(now),
    )


def sender(session: str) -> Sender:
    """Who a session is to the service."""
    return Sender(user_id=f"{WEB_SESSION}{session}")
