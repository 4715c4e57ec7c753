"""Read a webhook body of the Cloud API: every entry, change, message and status of it.

Unknown types and fields are tolerated, because Meta adds some every year. An item that cannot be
read is set aside, and the rest of the batch goes on. Shapes: Meta's webhook reference as of
2026-11; since spring 2026 people may be known by `user_id` alone.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from kmqa.channels.whatsapp import message_item, values
from kmqa.errors import UserError
from kmqa.messages import (
    Delivery,
    DeliveryState,
    Incoming,
    Renaming,
    Sender,
    StatusUpdate,
    Unreadable,
)

Item = Mapping[str, Any]

_STATES = frozenset({"sent", "delivered", "read", "played", "failed"})
_RENAMED = frozenset({"user_changed_number", "user_changed_user_id", "customer_changed_number"})
_LONGEST_CATEGORY = 40
_TROUBLES = (KeyError, TypeError, ValueError, AttributeError, RecursionError)


class NotAWebhook(UserError):
    """The body is not the JSON object that Meta sends."""


@dataclass(slots=True)
class _Found:
    messages: list[Incoming] = field(default_factory=list)
    statuses: list[StatusUpdate] = field(default_factory=list)
    renamings: list[Renaming] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)


def delivery_of(body: bytes, number_ids: Sequence[str] = ()) -> Delivery:
    """Everything that `body` brings.

    Args:
        body: As received, signature already verified.
        number_ids: The business's numbers; messages to others are set aside. Empty means any.

    Raises:
        NotAWebhook: It is no JSON object with a list of entries.
    """
    found = _Found()
    for change in _changes(_envelope(body), found):
        _read_change(change, number_ids, found)
    return Delivery(
        messages=tuple(found.messages),
        statuses=tuple(found.statuses),
        renamings=tuple(found.renamings),
        unreadable=tuple(found.unreadable),
        notices=tuple(found.notices),
    )


def _envelope(body: bytes) -> Item:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise NotAWebhook("the body is not JSON", got=type(error).__name__) from error
    if not isinstance(value, dict) or not isinstance(value.get("entry"), list):
        raise NotAWebhook("the body is no webhook", expected='an object with a list "entry"')
    return value


def _changes(envelope: Item, found: _Found) -> Iterator[Item]:
    for entry in _whole(envelope.get("entry"), "entry", found):
        yield from _whole(entry.get("changes"), "changes", found)


def _items(value: object) -> list[Item]:
    """Return the objects of a list; whatever else it holds tells nothing and is passed over."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _whole(value: object, name: str, found: _Found) -> Iterator[Item]:
    """As `_items`, but what is no object, or no list at all, is set aside and not passed over."""
    yield from _items(value)
    if isinstance(value, list):
        odd = [item for item in value if not isinstance(item, dict)]
    else:
        odd = [] if value is None else [value]
    for item in odd:
        reason = f"{name} holds {type(item).__name__} where objects are expected"
        found.unreadable.append(Unreadable(reason=reason, item={name: item}))


def _read_change(change: Item, number_ids: Sequence[str], found: _Found) -> None:
    value = change.get("value")
    if change.get("field") != "messages":
        found.notices.append(values.label(change.get("field")))
        return
    if not isinstance(value, dict):
        found.unreadable.append(Unreadable(reason="a change without its value", item=change))
        return
    number_id = _number_of(value)
    if number_ids and number_id not in number_ids:
        _read_foreign(change, value, found)
        return
    people = _People.of(_items(value.get("contacts")))
    for item in _whole(value.get("messages"), "messages", found):
        _read_or_set_aside(
            item, found, lambda item=item: _read_message(item, number_id, people, found)
        )
    for item in _whole(value.get("statuses"), "statuses", found):
        _read_or_set_aside(item, found, lambda item=item: _read_status(item, found))
    for error in _items(value.get("errors")):
        found.notices.append(f"error {values.label(error.get('code'))}")


def _number_of(value: Item) -> str:
    metadata = value.get("metadata")
    told = metadata.get("phone_number_id") if isinstance(metadata, dict) else None
    return values.aside(told) or ""


def _read_foreign(change: Item, value: Item, found: _Found) -> None:
    """Messages to a number that is not ours may mean a wrong setting; its statuses mean nothing."""
    if value.get("messages"):
        found.unreadable.append(Unreadable(reason="for another number", item=change))
    else:
        found.notices.append("for another number")


def _read_or_set_aside(item: Item, found: _Found, read: Any) -> None:  # noqa: ANN401 - a thunk
    try:
        read()
    except _TROUBLES as error:
        kind = item.get("type")
        named = kind if isinstance(kind, str) and kind in message_item.KINDS else "an item"
        reason = f"{type(error).__name__} while reading {named}"
        found.unreadable.append(Unreadable(reason=reason, item=item))


@dataclass(frozen=True, slots=True)
class _People:
    """The contacts beside the messages of one change, by either of their names."""

    by_phone: Mapping[str, Sender]
    by_user: Mapping[str, Sender]

    @classmethod
    def of(cls, contacts: Sequence[Item]) -> "_People":
        people = [_make_sender(values.aside(c.get("user_id")), c.get("wa_id")) for c in contacts]
        return cls(
            {person.phone: person for person in people if person.phone},
            {person.user_id: person for person in people if person.user_id},
        )

    def sender(self, item: Item) -> Sender:
        told = _make_sender(values.name(item.get("from_user_id")), item.get("from"))
        beside = self.by_user.get(told.user_id or "") or self.by_phone.get(told.phone or "")
        beside = beside or Sender()
        person = Sender(told.user_id or beside.user_id, told.phone or beside.phone)
        if not (person.user_id or person.phone):
            message = "nobody is named as the sender"
            raise ValueError(message)
        return person


def _make_sender(user_id: str | None, number: object) -> Sender:
    """Return who is named; a user id may also stand where a number is expected."""
    return Sender(user_id or values.user_id(number), values.phone(number))


def _read_message(item: Item, number_id: str, people: _People, found: _Found) -> None:
    if item.get("type") == "system":
        _read_system(item, number_id, found)
        return
    group = message_item.read_group(item)
    content = message_item.read_content(item)
    found.messages.append(
        Incoming(
            number_id=number_id,
            message_id=values.identifier(item["id"]),
            # Who writes in a group is not noted: it is the group that gets a word.
            sender=group or people.sender(item),
            kind="group" if group else content.kind,
            text=content.text,
            choice=None if group else content.choice,
            sent_at=values.seconds(item["timestamp"]),
            answers_to=content.answers_to,
            replaces=content.replaces,
            media=None if group else content.media,
        )
    )


def _read_system(item: Item, number_id: str, found: _Found) -> None:
    system = item["system"]
    if system.get("type") not in _RENAMED:
        found.notices.append(f"system {values.label(system.get('type'))}")
        return
    new = _make_sender(
        values.name(system.get("user_id") or system.get("new_user_id")),
        system.get("wa_id") or system.get("new_wa_id"),
    )
    old = _make_sender(
        values.name(item.get("from_user_id")), item.get("from") or system.get("customer")
    )
    if not (old.user_id or old.phone) or not (new.user_id or new.phone):
        message = "a change of name without both names"
        raise ValueError(message)
    renaming = Renaming(
        number_id=number_id, message_id=values.identifier(item["id"]), old=old, new=new
    )
    found.renamings.append(renaming)


def _read_status(item: Item, found: _Found) -> None:
    """Read a status; one that Meta added since is noticed and means nothing here."""
    state = item["status"]
    if isinstance(state, str) and state and state not in _STATES:
        found.notices.append(f"status {values.label(state)}")
    else:
        found.statuses.append(_status(item))


def _status(item: Item) -> StatusUpdate:
    state = str(item["status"])
    if state not in _STATES:
        message = "no status"
        raise ValueError(message)
    pricing = item.get("pricing") or {}
    return StatusUpdate(
        message_id=values.identifier(item["id"]),
        state=cast("DeliveryState", state),
        at=values.seconds(item["timestamp"]),
        callback=values.aside(item.get("biz_opaque_callback_data")),
        codes=tuple(
            values.code(error["code"]) for error in _items(item.get("errors")) if "code" in error
        ),
        category=values.aside(pricing.get("category"), _LONGEST_CATEGORY),
        is_billed=_is_billed(pricing),
    )


def _is_billed(pricing: Item) -> bool | None:
    """By `type`, which replaces the deprecated `billable`."""
    if "type" in pricing:
        return bool(pricing["type"] == "regular")
    return bool(pricing["billable"]) if "billable" in pricing else None
