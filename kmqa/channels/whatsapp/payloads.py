"""Messages as the Cloud API wants them, never over one of its limits.

Lengths are counted in UTF-16 units: Meta does not say how it counts, and no other way counts
more. A text is never cut: options that find no room as buttons or rows become numbered lines, and a
text that is too long for a message is divided between paragraphs. Limits: Cloud API reference as of
2026-11.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from kmqa.channels.channel import Payload
from kmqa.messages import Option, Outgoing, Sender, number_options

MOST_TEXT = 4096
MOST_BODY = 1024  # of an interactive message
MOST_CAPTION = 1024
MOST_BUTTONS = 3
MOST_BUTTON_TITLE = 20
MOST_ROWS = 10
MOST_ROW_TITLE = 24
MOST_ROW_DETAIL = 72
MOST_LIST_LABEL = 20
MOST_ROW_ID = 200  # of a button 256; one limit is enough
MOST_CALLBACK = 512
DOCUMENT = "kmqa_document"
"""Key under which a message names a document of the bundle until its file is uploaded."""
_ELLIPSIS = "…"


def length(text: str) -> int:
    """Return the number of UTF-16 units of `text`."""
    return len(text.encode("utf-16-le")) // 2


def divide(content: Outgoing) -> tuple[Outgoing, ...]:
    """Return `content` as contents that each fit one message: one in the ordinary case.

    Options that cannot be tapped stand in the text with their numbers. A document whose text is too
    long for a caption follows after the text.

    Args:
        content: Its text must not be empty, unless it names a template.
    """
    if content.template:
        return (content,)
    content = replace(content, options=tuple(_distinct(content.options)))
    *before, last = parts(content.text, MOST_TEXT)
    if content.options and not _can_tap(content, last):
        content = number_options(content)
        *before, last = parts(content.text, MOST_TEXT)
    if content.document and length(last) > MOST_CAPTION:
        before, last = [*before, last], ""
    bare = replace(content, options=(), list_label="", document=None)
    return (*(replace(bare, text=part) for part in before), replace(content, text=last))


def _can_tap(content: Outgoing, text: str) -> bool:
    """Whether `text` can have all the options below it."""
    is_in_room = length(text) <= MOST_BODY and len(content.options) <= MOST_ROWS
    return is_in_room and not content.document


def render(content: Outgoing) -> Payload:
    """Return the message that shows a content which `divide` gave, without the address.

    A document is named under `DOCUMENT` and has no id of an uploaded file yet.
    """
    if content.template:
        language = {"code": content.language}
        return {"type": "template", "template": {"name": content.template, "language": language}}
    if content.document:
        return _document(content.document, content.text)
    if content.options:
        return _interactive(content.text, content.options, content.list_label)
    return _text(content.text)


def parts(text: str, most: int) -> list[str]:
    """Return `text` whole, or divided where a paragraph, a line or a word ends."""
    if length(text) <= most:
        return [text]
    found: list[str] = []
    rest = text
    while length(rest) > most:
        end = _end(rest, most)
        found.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    return [*found, rest] if rest else found


def _end(text: str, most: int) -> int:
    """Return the last good place to divide `text` at which at most `most` units lie before it."""
    room = 0
    units = 0
    for char in text:
        units += 2 if ord(char) > 0xFFFF else 1
        if units > most:
            break
        room += 1
    for gap in ("\n\n", "\n", " "):
        place = text.rfind(gap, 1, room)
        if place > 0:
            return place
    return room


def address(payload: Payload, to: Sender, callback: str) -> Payload:
    """Return `payload` for a person or a group, with what Meta hands back in every status of it.

    The phone number goes first where it is known: not every account can send to user ids yet.
    """
    head: Payload = {"messaging_product": "whatsapp", "recipient_type": "individual"}
    if to.group_id:
        head |= {"recipient_type": "group", "to": to.group_id}
    elif to.phone:
        head["to"] = f"+{to.phone}"
    else:
        head["recipient"] = to.user_id
    return head | payload | {"biz_opaque_callback_data": callback[:MOST_CALLBACK]}


def read_receipt(message_id: str, *, typing: bool) -> Payload:
    """Mark a message as read and, if `typing`, show that an answer is on its way."""
    payload: Payload = {
        "messaging_product": "whatsapp",
        "status": "read",
        "message_id": message_id,
    }
    return payload | ({"typing_indicator": {"type": "text"}} if typing else {})


def _text(body: str) -> Payload:
    return {"type": "text", "text": {"body": body, "preview_url": False}}


def _document(name: str, caption: str) -> Payload:
    held = {DOCUMENT: name, "filename": f"{name}.pdf"} | ({"caption": caption} if caption else {})
    return {"type": "document", "document": held}


def _interactive(body: str, options: Sequence[Option], list_label: str) -> Payload:
    as_buttons = _fit_buttons(options)
    interactive: Payload = {"type": "button" if as_buttons else "list", "body": {"text": body}}
    if as_buttons:
        interactive["action"] = {"buttons": [_button(option) for option in options]}
    else:
        rows = [_row(option) for option in options]
        label = shorten(list_label, MOST_LIST_LABEL) or _ELLIPSIS
        interactive["action"] = {"button": label, "sections": [{"rows": rows}]}
    return {"type": "interactive", "interactive": interactive}


def _fit_buttons(options: Sequence[Option]) -> bool:
    """Whether few and short options with a title each of its own; rows may share theirs."""
    titles = {option.title for option in options}
    return len(titles) == len(options) <= MOST_BUTTONS and not any(
        length(option.title) > MOST_BUTTON_TITLE or option.detail for option in options
    )


def _distinct(options: Sequence[Option]) -> Iterator[Option]:
    """Each option once, by its id; Meta refuses two that are the same."""
    ids: set[str] = set()
    for option in options:
        name = option.id.strip()[:MOST_ROW_ID].strip()
        if name and name not in ids:
            ids.add(name)
            yield replace(option, id=name)


def _button(option: Option) -> Payload:
    return {"type": "reply", "reply": {"id": option.id, "title": option.title}}


def _row(option: Option) -> Payload:
    row = {
        "id": option.id,
        "title": shorten(option.title, MOST_ROW_TITLE),
    }
    return row | ({"description": shorten(option.detail, MOST_ROW_DETAIL)} if option.detail else {})


def shorten(text: str, most: int) -> str:
    """Return `text`, or as much of it as fits with a sign that there is more; for labels alone."""
    if length(text) <= most:
        return text
    kept = text
    while kept and length(kept) > most - 1:
        kept = kept[:-1]
    return kept.rstrip() + _ELLIPSIS
