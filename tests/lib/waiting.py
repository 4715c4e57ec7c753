"""Stored messages that nobody has answered yet, as a worker reads them."""

from typing import Any

from kmqa.state.inbox import Waiting

NOON = 1_795_435_200.0


def make_waiting(number: int, text: str, at: float = NOON, **changes: Any) -> Waiting:  # noqa: ANN401 - any field
    """A typed message with the row `number`."""
    values: dict[str, Any] = {
        "id": number,
        "number_id": "100000000000111",
        "message_id": f"wamid.{number}",
        "kind": "text",
        "text": text,
        "choice": None,
        "sent_at": at,
        "tries": 1,
    }
    return Waiting(**(values | changes))
