"""What comes in and goes out, in words that no channel owns."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import IntEnum
from typing import Any, Literal

IncomingKind = Literal[
    "text", "choice", "voice", "image", "video", "document", "sticker", "location", "contacts",
    "reaction", "order", "edited", "revoked", "unsupported", "other", "group",
]  # fmt: skip
DeliveryState = Literal["sent", "delivered", "read", "played", "failed"]
Purpose = Literal[
    "answer", "danger", "consent", "service", "handover", "pathway", "course", "survey",
    "broadcast", "basket", "correction", "limit",
]  # fmt: skip
"""What a message is sent for; consent is given, and asked for, by purpose.

``consent`` is the one confirmation that an order to stop, to start or to delete was carried out.
``limit`` says, once, that a bound on what is read or sent is reached.
"""
AFTER_STOP: frozenset[Purpose] = frozenset({"danger", "consent"})
"""What may be sent to a person who said *stop*."""
NEVER_CAPPED: frozenset[Purpose] = frozenset({"danger", "consent", "limit"})
"""What no cap holds back. There is one ``consent`` for an order, and one ``limit`` for a bound."""
OriginKind = Literal["turn", "curator", "schedule", "cap"]
WEB_SESSION = "web."
"""What the user id of a reader of the web chat begins with."""
GROUP = "group."
"""What the user id of a group of people begins with, which the bot knows as one correspondent."""


class Urgency(IntEnum):
    """How a message looks before it is understood; the smaller, the sooner it is read.

    It is an order and no decision: whether there is a danger sign is decided for every message.
    """

    LIKELY = 0
    """It reads like the report of a danger sign."""
    POSSIBLE = 1
    ORDINARY = 2


@dataclass(frozen=True, slots=True)
class Sender:
    """Who wrote, as the channel tells it; at least one of both is known.

    Its text form shows neither, so that no log can hold them by accident.

    Attributes:
        user_id: Business-scoped user id, such as ``US.1349``.
        phone: Digits with country code, without ``+``; people may keep it to themselves.
    """

    user_id: str | None = None
    phone: str | None = None

    def __repr__(self) -> str:
        return "Sender(…)"

    @property
    def is_anonymous(self) -> bool:
        """Whether nothing but a session of a browser tells who it is."""
        return self.phone is None and (self.user_id or "").startswith(WEB_SESSION)

    @property
    def group_id(self) -> str | None:
        """The channel's id of the group that this is; None for a person."""
        is_group = self.user_id is not None and self.user_id.startswith(GROUP)
        return self.user_id[len(GROUP) :] if self.user_id and is_group else None


@dataclass(frozen=True, slots=True)
class Media:
    """A file that a channel holds for a message.

    Attributes:
        id: By which the channel knows it.
        mime_type: As the channel tells it, perhaps with parameters; may be empty.
        sha256: Of its content, as the channel writes it; may be empty.
    """

    id: str
    mime_type: str = ""
    sha256: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """One message of a person.

    Attributes:
        number_id: The business's number that it came to.
        message_id: Unique for that number.
        text: What they typed, also below a picture or in place of what they typed before, or the
            title of what they tapped; None for other kinds.
        choice: Id of the button or row that they tapped, as untrusted as any text.
        sent_at: Unix seconds, by the channel's clock.
        answers_to: Id of the message that they replied to.
        replaces: Id of the earlier message that this one changes, or that was deleted with it.
        urgency: What a first look says; see `kmqa.matching.first_look`.
        media: What was said, of a voice message.
    """

    number_id: str
    message_id: str
    sender: Sender = field(repr=False)
    kind: IncomingKind
    text: str | None = field(default=None, repr=False)
    choice: str | None = None
    sent_at: int
    answers_to: str | None = None
    replaces: str | None = None
    urgency: Urgency = Urgency.ORDINARY
    media: Media | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusUpdate:
    """What became of a message that was sent.

    Attributes:
        message_id: The channel's id of the sent message.
        at: Unix seconds.
        callback: What was given along when it was sent; the id of its outbox row.
        codes: Error codes, where it failed.
        category: What it is billed as, where the channel says so.
        is_billed: Whether it costs money, where the channel says so.
    """

    message_id: str
    state: DeliveryState
    at: int
    callback: str | None = None
    codes: tuple[int, ...] = ()
    category: str | None = None
    is_billed: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Renaming:
    """A person changed their number or their id; both senders are the same person.

    Attributes:
        number_id: The business's number that was told so.
        message_id: Unique for that number.
    """

    number_id: str
    message_id: str
    old: Sender
    new: Sender


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """An item that could not be read; it is kept aside, the rest of the batch goes on.

    Attributes:
        reason: Why, without anything that a person wrote.
        item: What came, for whoever mends it.
    """

    reason: str
    item: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """Everything that one call of a channel's webhook brought, in its order.

    Attributes:
        notices: Fields that were noticed and need no work, such as account updates.
    """

    messages: tuple[Incoming, ...] = ()
    statuses: tuple[StatusUpdate, ...] = ()
    renamings: tuple[Renaming, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Option:
    """Something to tap; its id comes back when it is tapped.

    Attributes:
        detail: A second line, where the channel has room for one.
    """

    id: str
    title: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class ContentRef:
    """A reviewed item of the bundle whose text or file a message carries.

    Attributes:
        kind: Name of its content kind: ``answer``, ``danger_sign``, ``document`` and so on.
        id: Its id in the bundle.
    """

    kind: str
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """What to say in one message, in words that no channel owns.

    Attributes:
        text: What to read.
        options: Up to three become buttons, more become a list of at most ten rows.
        list_label: What opens the list.
        document: Id of a document of the bundle to send along.
        template: Name of an approved template that is sent instead, outside the 24-hour window.
        language: Of the template.
        purpose: What it is sent for.
        content_refs: Every reviewed item whose text or file is in it.
    """

    text: str
    options: tuple[Option, ...] = ()
    list_label: str = ""
    document: str | None = None
    template: str = ""
    language: str = ""
    purpose: Purpose = "service"
    content_refs: tuple[ContentRef, ...] = ()


def number_options(content: Outgoing, first: int = 1) -> Outgoing:
    """Return `content` without anything to tap: every option stands in the text with its number.

    Numbers begin with `first`; whoever reads it answers with one. An option whose title begins with
    its own number stands in the text already.
    """
    lines = [
        f"{number}. {option.title}"
        for number, option in enumerate(content.options, start=first)
        if option.title.partition(".")[0] != str(number)
    ]
    text = "\n\n".join([content.text, "\n".join(lines)]) if lines else content.text
    return replace(content, text=text, options=(), list_label="")


@dataclass(frozen=True, slots=True)
class Origin:
    """Why a message is sent; no two messages have the same origin and place.

    Attributes:
        kind: A turn of the conversation, a curator, a schedule, or a cap that was reached.
        id: Row that it comes from: of the inbox, of the notes, of the jobs, of the people.
    """

    kind: OriginKind
    id: int


@dataclass(frozen=True, slots=True)
class Recipient:
    """To whom a message goes, and through which number of ours.

    Attributes:
        person: Row of the person.
        number_id: The business's number, or the name of a channel that has none.
    """

    person: int
    number_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboundMessage:
    """A message on its way out; sealed where it is stored, rendered by a channel when it is sent.

    Attributes:
        place: Among the messages of the same origin, from 0.
    """

    content: Outgoing
    origin: Origin
    place: int
    to: Recipient

    @property
    def is_danger(self) -> bool:
        """Whether it is the text for a danger sign, which goes before everything else."""
        return self.content.purpose == "danger"
