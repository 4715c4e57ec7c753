"""What a channel is: how it shows a message, within which limits, and how it sends.

A channel is one folder below `kmqa.channels` with a module `channel` that holds `CHANNEL`;
`kmqa.channels.registry` finds it there. Its description is pure and needs no network, so that the
console and whoever queues a message can ask it. `connect` gives its `Transport`, which sends.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol

from kmqa.messages import Media, Outgoing, Sender
from kmqa.settings import Settings
from kmqa.state.database import Database
from kmqa.state.outbox import Attempt
from kmqa.state.writer import Writer

Payload = dict[str, Any]
CEILING = 300.0  # seconds between two attempts, at most
DANGER_CEILING = 30.0  # seconds; the same for the reply to a danger sign
Action = Literal[
    "retry",  # the same message again, later
    "slow",  # the same; the transport sends less per second by itself
    "wait_for_person",  # the same, and hold back everything for this person
    "ambiguous",  # perhaps it was sent: wait for a status before doing anything
    "lease_lost",  # it was not sent here, but another worker may have taken it over: leave it
    "window",  # only a template may be sent now
    "give_up",  # this message can never be sent
    "pause",  # nothing can be sent over this number until a person acts
]


@dataclass(frozen=True, slots=True)
class Reaction:
    """What to do about a refusal, and how often and how soon.

    Attributes:
        delay: Seconds before the first retry; later ones double it, up to a ceiling.
        most: Attempts in all, before the message is parked; None for what is temporary, which is
            tried again until the person may no longer be written to.
        alarm: Whether somebody has to look, beyond what the numbers show.
        longest: Seconds of the last wait; after it the message is parked. None for a wait that
            grows to the ceiling and stays there.
    """

    action: Action
    delay: float = 0.0
    most: int | None = 1
    alarm: bool = False
    longest: float | None = None

    def is_over(self, waited: float) -> bool:
        """Return whether a message that waited so long before this attempt has waited enough."""
        return self.longest is not None and waited >= self.longest

    def wait(self, waited: float, ceiling: float = CEILING) -> float:
        """Return the seconds to wait before the next attempt, at most `ceiling`.

        What waits for a person to repair the account is tried again and again at one interval, so
        that everything goes out soon after it was repaired.

        Args:
            waited: Seconds between the last two attempts; 0 after the first.
            ceiling: Seconds.
        """
        factor = {"wait_for_person": 4, "pause": 1}.get(self.action, 2)
        return min(max(self.delay, waited * factor), self.longest or ceiling)


GIVE_UP = Reaction("give_up", alarm=True)
AMBIGUOUS = Reaction("ambiguous", delay=90, most=None)
"""A server's fault: it says that it did not take the message, and may have done so."""
UNANSWERED = Reaction("ambiguous", delay=90, most=None, longest=360)
"""The message went out whole and no answer came: perhaps the person reads it each time, so it is
tried four times in eleven minutes (after 90, 180 and 360 seconds) and then shown to a curator."""
LEASE_LOST = Reaction("lease_lost")


@dataclass(frozen=True, slots=True)
class Accepted:
    """The channel took the message; whether it arrives, statuses tell later."""

    message_id: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The channel did not take the message, or nobody can tell.

    Attributes:
        code: The channel's error code, or None.
        detail: What the channel said about the request, without what was in it.
    """

    reaction: Reaction
    code: int | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Postponed:
    """The message was not sent, because so much went to this person just now.

    Attributes:
        delay: Seconds until it may be sent.
    """

    delay: float
    reason: str


@dataclass(frozen=True, slots=True)
class LeftToFetch:
    """The message waits for its reader to fetch it."""


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """What a file that somebody sent may be.

    Attributes:
        most_bytes: Of its content.
        kinds: MIME types without parameters.
    """

    most_bytes: int
    kinds: frozenset[str]


@dataclass(frozen=True, slots=True)
class FetchedFile:
    """A file that somebody sent, in memory alone."""

    content: bytes = field(repr=False)
    mime_type: str


@dataclass(frozen=True, slots=True)
class NotFetched:
    """Why a file was not fetched.

    Attributes:
        reason: ``kind`` and ``size``: it is beyond the limits; ``host``: it lies where our token
            must not go; ``altered``: its hash is another; ``gone``: the channel has it no longer.
        is_temporary: Whether another attempt may help.
    """

    reason: Literal["kind", "size", "host", "altered", "gone", "refused", "slow", "unreachable"]
    is_temporary: bool = False


@dataclass(frozen=True, slots=True)
class Altered:
    """The message was not sent: the file of its document is not the one that was reviewed.

    Attributes:
        document: Id of the document.
    """

    document: str


Outcome = Accepted | Refused | Postponed | LeftToFetch | Altered


@dataclass(frozen=True, slots=True)
class SealedFile:
    """A file of the open bundle that may be sent, if its bytes still have this hash.

    Attributes:
        sha256: In hexadecimal, as it was sealed.
    """

    path: Path
    sha256: str


class Resources(Protocol):
    """What a transport may use of its process; `kmqa.runtime.service.Service` is one."""

    @property
    def settings(self) -> Settings:
        """The settings."""

    @property
    def database(self) -> Database:
        """To read from."""

    @property
    def writer(self) -> Writer:
        """To write with."""

    @property
    def clock(self) -> Callable[[], float]:
        """Unix seconds."""

    async def pdf(self, document: str) -> SealedFile | None:
        """Return the file of a document that may be sent, or None."""


class Transport(Protocol):
    """Sends the messages of one channel for one process."""

    async def send(self, attempt: Attempt, to: Sender) -> Outcome:
        """Send one message by one call; never raise for what the network or the channel does."""

    async def mark_read(self, number_id: str, message_id: str) -> None:
        """Show that a person's message was read, where the channel can show it."""

    async def fetch_media(
        self, number_id: str, media: Media, limits: FetchLimits
    ) -> FetchedFile | NotFetched:
        """Return a file that somebody sent; never raise for what the network does."""

    async def delete_media(self, media: Media) -> None:
        """Let the channel delete a file that somebody sent, where it can."""

    def share_rate(self, n_workers: int) -> None:
        """Send at the share of one among `n_workers`."""

    async def close(self) -> None:
        """Close the connections."""


class Channel(Protocol):
    """A way to reach people."""

    @property
    def name(self) -> str:
        """Name of the channel; it stands as `number_id` where the channel has no numbers."""

    @property
    def window_s(self) -> float | None:
        """Seconds after a person's last message in which they may be written to; None: always."""

    @property
    def has_templates(self) -> bool:
        """Whether a template that was approved before may be sent outside the window."""

    def divide(self, content: Outgoing) -> Sequence[Outgoing]:
        """Return `content` as one or more contents, each of which one payload can show whole.

        What the channel cannot show is degraded here. Each part carries the purpose and all the
        content references of the whole: where one is held, all are.
        """

    def render(self, content: Outgoing) -> Payload:
        """Return the channel's own form of a content that `divide` gave, without an address."""

    def connect(self, resources: Resources) -> Transport:
        """Return what sends for this process."""


Transports = Mapping[str, Transport]
"""Transports by the name of their channel."""
