"""What the Cloud API accepts as a message, and how it says that something is wrong.

Limits: Cloud API reference as of 2026-11. Only sending is judged here; windows, rates and accounts
are judged by `kmqa.simulator.world`.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Item = Mapping[str, Any]

MISSING = 131008
INVALID = 131009
PARAMETER = 100
UNSUPPORTED = 131051


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a request is refused.

    Attributes:
        detail: As in ``error_data.details``.
    """

    code: int
    detail: str
    http_status: int = 400
    is_transient: bool = False

    def body(self) -> dict[str, Any]:
        """Return the JSON that Meta answers with."""
        return {
            "error": {
                "message": f"(#{self.code}) {self.detail}",
                "type": "OAuthException",
                "code": self.code,
                "error_data": {"messaging_product": "whatsapp", "details": self.detail},
                "is_transient": self.is_transient,
                "fbtrace_id": "simulated",
            }
        }


class _Wrong(Exception):
    """Carries a fault out of nested checks."""

    def __init__(self, code: int, detail: str) -> None:
        self.fault = Fault(code, detail)
        super().__init__(detail)


def fault_of(payload: object) -> Fault | None:
    """Return what is wrong with a body of ``POST /messages``, or None."""
    try:
        _check(payload)
    except _Wrong as wrong:
        return wrong.fault
    return None


def _check(payload: object) -> None:
    if not isinstance(payload, dict):
        raise _Wrong(PARAMETER, "The body must be a JSON object")
    if payload.get("messaging_product") != "whatsapp":
        raise _Wrong(PARAMETER, "The parameter messaging_product is required")
    if payload.get("status") is not None:
        _check_receipt(payload)
        return
    _check_address(payload)
    # One of Meta's own examples leaves the type out and says by its key what it is.
    kind = payload.get("type") or next((name for name in _CHECKS if name in payload), "text")
    check = _CHECKS.get(str(kind))
    if check is None:
        raise _Wrong(UNSUPPORTED, f"Message type {kind!r} is not supported")
    held = payload.get(str(kind))
    if not isinstance(held, list if kind == "contacts" else dict):
        raise _Wrong(MISSING, f"Parameter {kind} is required for type {kind}")
    check(held)
    if "context" in payload and not _is_text(payload["context"], "message_id"):
        raise _Wrong(MISSING, "Parameter context.message_id is required")
    _at_most(payload, "biz_opaque_callback_data", 512, INVALID)


def _check_receipt(payload: Item) -> None:
    if payload["status"] != "read" or not _is_text(payload, "message_id"):
        raise _Wrong(PARAMETER, "A status needs the value read and a message_id")
    typing = payload.get("typing_indicator")
    if typing is not None and typing != {"type": "text"}:
        raise _Wrong(PARAMETER, "typing_indicator.type must be text")


def _check_address(payload: Item) -> None:
    to = str(payload.get("to", ""))
    digits = to.removeprefix("+")
    kind = payload.get("recipient_type", "individual")
    if kind not in {"individual", "group"}:
        raise _Wrong(PARAMETER, "recipient_type must be individual or group")
    if kind == "group":
        if not _is_text(payload, "to"):
            raise _Wrong(PARAMETER, "The parameter to is required")
        return
    if not to and not _is_text(payload, "recipient"):
        raise _Wrong(PARAMETER, "The parameter to is required")
    if to and not (digits.isascii() and digits.isdigit() and 5 <= len(digits) <= 20):
        raise _Wrong(131026, "Message undeliverable: the recipient is no phone number")


def _text(held: Item) -> None:
    _need(held, "body", 4096)


def _media(held: Item) -> None:
    if not _is_text(held, "id") and not _is_text(held, "link"):
        raise _Wrong(MISSING, "Either id or link is required")
    if _is_text(held, "id") and _is_text(held, "link"):
        raise _Wrong(PARAMETER, "Only one of id and link may be given")
    _at_most(held, "caption", 1024, INVALID)


def _location(held: Item) -> None:
    for name in ("latitude", "longitude"):
        if not isinstance(held.get(name), int | float | str):
            raise _Wrong(MISSING, f"Parameter {name} is required")


def _contacts(held: list[Any]) -> None:
    if not 1 <= len(held) <= 257:
        raise _Wrong(INVALID, "Between 1 and 257 contacts are allowed")


def _reaction(held: Item) -> None:
    if not _is_text(held, "message_id") or "emoji" not in held:
        raise _Wrong(MISSING, "Parameters message_id and emoji are required")


def _template(held: Item) -> None:
    _need(held, "name", 512)
    if not _is_text(held.get("language") or {}, "code"):
        raise _Wrong(MISSING, "Parameter template.language.code is required")


def _interactive(held: Item) -> None:
    kind = str(held.get("type"))
    action = held.get("action")
    if kind not in _ACTIONS or not isinstance(action, dict):
        raise _Wrong(INVALID, f"Interactive type {kind!r} needs an action that fits it")
    _check_frame(held, is_body_needed=kind not in {"product"})
    _ACTIONS[kind](action)


def _check_frame(held: Item, *, is_body_needed: bool) -> None:
    body, header, footer = held.get("body"), held.get("header"), held.get("footer")
    if is_body_needed or body is not None:
        _need(body if isinstance(body, dict) else {}, "text", 1024)
    if isinstance(footer, dict):
        _at_most(footer, "text", 60, INVALID)
    if isinstance(header, dict) and header.get("type") == "text":
        _need(header, "text", 60)
    if isinstance(header, dict) and str(header.get("type")) in {"document", "image", "video"}:
        _media(header.get(header["type"]) or {})


def _buttons(action: Item) -> None:
    buttons = action.get("buttons")
    if not isinstance(buttons, list) or not 1 <= len(buttons) <= 3:
        raise _Wrong(INVALID, "Invalid buttons count. Min allowed buttons: 1, Max: 3")
    replies = [b.get("reply") if isinstance(b, dict) else None for b in buttons]
    for reply in replies:
        if not isinstance(reply, dict):
            raise _Wrong(MISSING, "Each button needs a reply")
        _need(reply, "id", 256)
        _need(reply, "title", 20)
        if reply["id"] != reply["id"].strip():
            raise _Wrong(INVALID, "A button id has a leading or trailing space")
    for name in ("id", "title"):
        if len({r[name] for r in replies if r}) < len(replies):
            raise _Wrong(INVALID, f"Duplicated {name} of a button")


def _list(action: Item) -> None:
    _need(action, "button", 20)
    sections = action.get("sections")
    if not isinstance(sections, list) or not 1 <= len(sections) <= 10:
        raise _Wrong(INVALID, "Between 1 and 10 sections are allowed")
    rows = [row for section in sections for row in _rows_of(section, len(sections))]
    if not 1 <= len(rows) <= 10:
        raise _Wrong(INVALID, "Total row count exceed max allowed count: 10")
    for row in rows:
        _need(row, "id", 200)
        _need(row, "title", 24)
        _at_most(row, "description", 72, INVALID)
    if len({row["id"] for row in rows}) < len(rows):
        raise _Wrong(INVALID, "Duplicated id of a row")


def _rows_of(section: object, n_sections: int) -> Iterator[Item]:
    if not isinstance(section, dict) or not isinstance(section.get("rows"), list):
        raise _Wrong(MISSING, "Each section needs rows")
    _at_most(section, "title", 24, INVALID)
    if n_sections > 1 and not _is_text(section, "title"):
        raise _Wrong(MISSING, "A section needs a title where there are several")
    yield from section["rows"]


def _cta(action: Item) -> None:
    parameters = action.get("parameters") or {}
    _need(parameters, "display_text", 20)
    _need(parameters, "url", 2000)


def _flow(action: Item) -> None:
    parameters = action.get("parameters") or {}
    if not (_is_text(parameters, "flow_id") or _is_text(parameters, "flow_name")):
        raise _Wrong(MISSING, "flow_id or flow_name is required")
    _need(parameters, "flow_cta", 30)


def _check_name(action: Item) -> None:
    _need(action, "name", 100)


def _products(action: Item) -> None:
    _need(action, "catalog_id", 100)


_ACTIONS: Mapping[str, Callable[[Item], None]] = {
    "button": _buttons,
    "list": _list,
    "cta_url": _cta,
    "flow": _flow,
    "catalog_message": _check_name,
    "location_request_message": _check_name,
    "order_details": _check_name,
    "order_status": _check_name,
    "product": _products,
    "product_list": _products,
}
_CHECKS: Mapping[str, Callable[[Any], None]] = {
    "text": _text,
    "image": _media,
    "video": _media,
    "audio": _media,
    "document": _media,
    "sticker": _media,
    "location": _location,
    "contacts": _contacts,
    "reaction": _reaction,
    "template": _template,
    "interactive": _interactive,
}


def _is_text(held: object, name: str) -> bool:
    return isinstance(held, dict) and isinstance(held.get(name), str) and bool(held[name])


def _need(held: Item, name: str, most: int) -> None:
    if not _is_text(held, name):
        raise _Wrong(MISSING, f"Parameter {name} is required")
    _at_most(held, name, most, INVALID)


def _at_most(held: Item, name: str, most: int, code: int) -> None:
    value = held.get(name)
    if isinstance(value, str) and len(value.encode("utf-16-le")) // 2 > most:
        raise _Wrong(code, f"Parameter {name} is too long: at most {most} characters are allowed")
