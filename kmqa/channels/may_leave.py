"""The one exit: whether a message may leave, and if not, why.

Every sender asks `may_leave` right before a message goes out: the worker for what is queued, the
web page when it fetches, the console before it takes a curator's reply. The answer depends on its
arguments alone.

How a new sender (a basket, a mail, a broadcast) uses it:

1. Put what to say into `kmqa.messages.Outgoing`, with its purpose and a `ContentRef` for every
   reviewed item whose text or file is in it. What names no reference cannot be stopped.
2. `kmqa.channels.registry.Channels.address` makes `OutboundMessage`s of it, and
   `kmqa.state.outbox.queue` stores them; both in the transaction of whatever is the reason. The
   origin (``schedule`` and the row of the job) makes it happen once.
3. That is all: the worker asks `may_leave`, sends or holds, and shows curators what it held. Who
   wants to know before, as for a count of recipients, asks `may_leave` with the same arguments.
   Caps are given as `caps`; `kmqa.channels.caps` makes them of the corpus's.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal, Protocol

from kmqa.channels.channel import Channel
from kmqa.matching.standing import Standing
from kmqa.messages import AFTER_STOP, NEVER_CAPPED, ContentRef, Outgoing
from kmqa.state.outbox import Reachability

HoldReason = Literal[
    "opted-out", "window", "stopped", "lapsed", "unknown-content", "capped",
    "loop",  # said to a programme that answers by itself; held when it is queued
    "altered",  # said by whoever reads the file that would be sent
]  # fmt: skip
_REASONS: dict[Standing, HoldReason] = {
    "stopped": "stopped",
    "lapsed": "lapsed",
    "unknown": "unknown-content",
}


class BundleView(Protocol):
    """What of the open bundle may be served; `kmqa.matching.respond.Responder` is one."""

    def standing_of(self, ref: ContentRef) -> Standing:
        """Return whether an item may be served today."""


@dataclass(frozen=True, slots=True)
class RecipientState:
    """What counts of the person to whom a message goes.

    Attributes:
        opted_out: Whether the person said *stop*.
        window_ends_at: Unix seconds after which only a template may be sent; None for never.
    """

    opted_out: bool
    window_ends_at: float | None


READER = RecipientState(opted_out=False, window_ends_at=None)
"""A person who fetches the message, and so asks for it in this moment."""

Cap = Callable[[Outgoing, float], bool]
"""Whether one more message like this is within a cap, at this time in Unix seconds."""


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether a message may leave.

    Attributes:
        hold_reason: Why not; None where it may.
        ref: The item because of which it may not, where it is one.
    """

    hold_reason: HoldReason | None = None
    ref: ContentRef | None = None

    @property
    def text(self) -> str:
        """The reason in short for lists and logs, without anything that a person wrote."""
        return f"{self.hold_reason}{f': {self.ref.kind} {self.ref.id}' if self.ref else ''}"


def state_of(channel: Channel, known: Reachability) -> RecipientState:
    """Return what counts of a person who is written to over `channel`."""
    ends = None if channel.window_s is None else known.wrote_at + channel.window_s
    return RecipientState(known.opted_out, ends)


def may_leave(
    content: Outgoing,
    to: RecipientState,
    bundle: BundleView | None,
    now: float,
    caps: Iterable[Cap] = (),
) -> Decision:
    """Decide whether `content` may leave at `now`.

    Args:
        content: With its purpose and its references.
        to: The person as they are just now.
        bundle: The open bundle; None where there is none, so that nothing reviewed may leave.
        now: Unix seconds.
        caps: Each must allow it, unless its purpose is never capped, as a danger sign's.
    """
    if to.opted_out and content.purpose not in AFTER_STOP:
        return Decision("opted-out")
    is_closed = to.window_ends_at is not None and now > to.window_ends_at
    if is_closed and not content.template:
        return Decision("window")
    for ref in content.content_refs:
        standing: Standing = bundle.standing_of(ref) if bundle else "unknown"
        if standing != "served":
            return Decision(_REASONS[standing], ref)
    is_capped = content.purpose not in NEVER_CAPPED
    if is_capped and not all(is_within(content, now) for is_within in caps):
        return Decision("capped")
    return Decision()
