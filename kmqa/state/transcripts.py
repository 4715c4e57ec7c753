"""Voice messages while somebody listens to them, and what was heard: in their rows of the inbox."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, select, update

from kmqa.messages import Urgency
from kmqa.state import tables
from kmqa.state.identity import Identity

_box = tables.inbox
_STILL_WAITING = update(_box).where(
    _box.c.id.in_(bindparam("ids", expanding=True)), _box.c.state == "waiting"
)
_POSTPONED = _STILL_WAITING.values(due_at=bindparam("due"))
_TRANSCRIBED = _STILL_WAITING.values(
    due_at=bindparam("due"), body=bindparam("sealed"), urgency=bindparam("looks")
)
_BODY = select(_box.c.body).where(_box.c.id == bindparam("row"), _box.c.state == "waiting")


@dataclass(frozen=True, slots=True)
class NewTranscript:
    """What was heard in a voice message, and what a first look at it said."""

    text: str
    urgency: Urgency


def postpone(connection: Connection, ids: Sequence[int], due_at: float) -> None:
    """Let messages wait until `due_at`: somebody is listening to them."""
    connection.execute(_POSTPONED, {"ids": list(ids), "due": due_at})


def add_transcript(
    connection: Connection, identity: Identity, row: int, new: NewTranscript, now: float
) -> bool:
    """Add what was heard in a voice message, which is due now; return whether it still waited."""
    found = connection.execute(_BODY, {"row": row}).scalar()
    if found is None:
        return False
    sealed = identity.seal(identity.open(found) | {"transcript": new.text})
    values = {"sealed": sealed, "due": now, "looks": int(new.urgency)}
    connection.execute(_TRANSCRIBED, {"ids": [row]} | values)
    return True
