"""Seals what versions before 0008 queued as JSON of the Cloud API; messages in flight included.

A migration has no key, so it leaves the JSON in `legacy_payload`, and each process that has the key
calls `seal_legacy` when it starts, before anything is sent. Ids, places and attempts stay as they
are: a status that names such a row still settles it.
"""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select, update

from kmqa.messages import Option, Outgoing
from kmqa.state import tables
from kmqa.state.database import Database
from kmqa.state.identity import Identity
from kmqa.state.outbox import plain_content


def seal_legacy(database: Database, identity: Identity) -> int:
    """Seal what is left in clear, and return the number of messages; 0 where that was done."""
    box = tables.outbox
    with database.writing() as connection:
        in_clear = select(box.c.id, box.c.legacy_payload).where(box.c.legacy_payload != "")
        rows = connection.execute(in_clear.with_for_update()).all()
        for row in rows:
            values = _seal_values(row.legacy_payload, identity)
            connection.execute(update(box).where(box.c.id == row.id).values(**values))
    return len(rows)


def _seal_values(legacy_payload: str, identity: Identity) -> dict[str, str]:
    """Return the columns that change; what nobody can read is kept, and never sent."""
    changed = {"legacy_payload": ""}
    try:
        content = content_of(json.loads(legacy_payload))
    except (KeyError, TypeError, ValueError, AttributeError):
        content = Outgoing(text=legacy_payload)
        # No bundle has such an item, so `kmqa.channels.may_leave` holds the message.
        changed["content_refs"] = json.dumps([["unreadable", "message of an older version"]])
    return {**changed, "content": identity.seal(plain_content(content))}


def content_of(payload: Mapping[str, Any]) -> Outgoing:
    """Return what the payload of an old row says; purpose and references are the row's columns."""
    kind = payload.get("type")
    held = payload.get(str(kind), {})
    if kind == "template":
        return Outgoing(text="", template=held["name"], language=held["language"]["code"])
    if kind == "document":
        return Outgoing(text=held["caption"], document=held["kmqa_document"])
    if kind == "interactive":
        return _tappable(held)
    return Outgoing(text=held["body"])


def _tappable(held: Mapping[str, Any]) -> Outgoing:
    action, text = held["action"], held["body"]["text"]
    if held["type"] == "button":
        replies = [button["reply"] for button in action["buttons"]]
        options = tuple(Option(one["id"], one["title"]) for one in replies)
        return Outgoing(text=text, options=options)
    rows = [row for section in action["sections"] for row in section["rows"]]
    options = tuple(Option(one["id"], one["title"], one.get("description", "")) for one in rows)
    return Outgoing(text=text, options=options, list_label=action["button"])
