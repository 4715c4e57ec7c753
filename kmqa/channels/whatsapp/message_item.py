"""Read what one message of a webhook says; `kmqa.channels.whatsapp.parse` finds it and its sender.

Shapes: Meta's webhook reference as of 2026-11. A type that Meta adds later is of the kind "other".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from kmqa.channels.whatsapp import values
from kmqa.messages import GROUP, IncomingKind, Media, Sender

Item = Mapping[str, Any]

KINDS: Mapping[str, IncomingKind] = {
    "text": "text",
    "button": "choice",
    "interactive": "choice",
    "audio": "voice",
    "image": "image",
    "video": "video",
    "document": "document",
    "sticker": "sticker",
    "location": "location",
    "contacts": "contacts",
    "reaction": "reaction",
    "order": "order",
    "edit": "edited",
    "revoke": "revoked",
    "unsupported": "unsupported",
    "unknown": "unsupported",
}
_HAS_CAPTION = frozenset({"image", "video", "document"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a message says; see `kmqa.messages.Incoming`, whose fields these are."""

    kind: IncomingKind
    text: str | None = None
    choice: str | None = None
    answers_to: str | None = None
    replaces: str | None = None
    media: Media | None = None


def read_content(item: Item) -> Content:
    """Return what a message says.

    Raises:
        KeyError: A part is missing without which its type means nothing.
        TypeError: A text is none.
        AttributeError: A part is no object.
    """
    kind = item.get("type")
    if kind == "edit":
        return _read_edit(_part(item, "edit"))
    quoted = values.aside(_part(item, "context").get("id"))
    if kind == "revoke":
        original = values.aside(_part(item, "revoke").get("original_message_id"))
        return Content(kind="revoked", answers_to=quoted, replaces=original)
    return Content(
        kind=_kind_of(item),
        text=_read_text(item),
        choice=_read_choice(item),
        answers_to=quoted,
        media=_read_voice(item),
    )


def read_group(item: Item) -> Sender | None:
    """Return the group that a message was written to; None for what was written to us alone.

    Raises:
        ValueError: The group has no id that can be stored.
    """
    group = item.get("group_id")
    return Sender(user_id=f"{GROUP}{values.identifier(group)}") if group is not None else None


def _read_edit(edit: Item) -> Content:
    """Return the new words of a message; where there are none, that something was changed."""
    changed = _part(edit, "message")
    kind = "edited" if changed.get("type") in {None, "text"} else _kind_of(changed)
    text = _read_text(changed)
    return Content(
        kind=kind if text else "edited",
        text=text or None,
        answers_to=values.aside(_part(changed, "context").get("id")),
        replaces=values.aside(edit.get("original_message_id")),
    )


def _part(item: Item, name: str) -> Item:
    """Return a part that may be missing; raise AttributeError where it is no object."""
    part = item.get(name) or {}
    if not isinstance(part, Mapping):
        message = f"{name} is no object"
        raise AttributeError(message)
    return part


def _kind_of(item: Item) -> IncomingKind:
    kind = KINDS.get(str(item.get("type")), "other")
    # Where Meta cannot deliver a change it says at least that this is what it was.
    is_edit = kind == "unsupported" and _part(item, "unsupported").get("type") == "edit"
    return "edited" if is_edit else kind


def _read_text(item: Item) -> str | None:
    kind = item.get("type")
    if kind == "text":
        return values.words(item["text"]["body"])
    if kind == "button":
        return values.words(item["button"].get("text", ""))
    if kind == "interactive":
        return values.words(_read_tap(item).get("title", ""))
    if kind in _HAS_CAPTION:
        caption = item[str(kind)].get("caption")
        return values.words(caption) if caption else None
    return None


def _read_choice(item: Item) -> str | None:
    if item.get("type") == "button":
        return values.choice(item["button"].get("payload", ""))
    if item.get("type") == "interactive":
        return values.choice(_read_tap(item).get("id", ""))
    return None


def _read_voice(item: Item) -> Media | None:
    """Return the recording of a voice message, where it is named."""
    held = _part(item, "audio") if item.get("type") == "audio" else {}
    media_id = values.aside(held.get("id"))
    if media_id is None:
        return None
    kind, sha256 = values.aside(held.get("mime_type")), values.aside(held.get("sha256"))
    return Media(media_id, kind or "", sha256 or "")


def _read_tap(item: Item) -> Item:
    interactive = item["interactive"]
    return cast("Item", interactive.get("button_reply") or interactive.get("list_reply") or {})
