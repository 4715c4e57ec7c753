"""Structured logs without people in them.

Code logs ids and counts. This module is the second line: whatever looks like a phone number or a
user id is blanked, and keys that hold texts are dropped, wherever a log line comes from.
"""

import logging
import re
import sys
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

import structlog

_NUMBERS = re.compile(r"\+?\d[\d\s().-]{6,}\d")
_USER_IDS = re.compile(r"\b[A-Z]{2}\.\d{6,}\b")
_TEXTS = frozenset({"text", "body", "message_text", "payload", "phone", "address", "question"})
# Times, counts and ids of rows are numbers of ours and stay readable.
_OURS = frozenset({"timestamp", "took_ms", "person", "letter", "at", "bundle", "number_id"})
BLANK = "[…]"


def set_up(level: str = "INFO", file: Path | None = None) -> None:
    """Send all logs, libraries' too, to `file` or standard error, one JSON object a line."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        redact,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.FileHandler(file) if file else logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    # Access lines and request lines carry addresses; our own metrics say more.
    for chatty in ("uvicorn.access", "httpx", "httpcore", "alembic"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def logger(name: str) -> Any:  # noqa: ANN401 - structlog's loggers have no common type
    """Return a logger that takes an event name and key-value pairs."""
    return structlog.stdlib.get_logger(name)


def redact(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Return `event` without texts, numbers and user ids; a processor of structlog."""
    for key in list(event):
        if key in _TEXTS:
            event[key] = BLANK
        elif key not in _OURS:
            event[key] = _blank(event[key])
    return event


def _blank(value: object) -> object:
    if isinstance(value, str):
        return _USER_IDS.sub(BLANK, _NUMBERS.sub(BLANK, value))
    if isinstance(value, dict):
        return {key: BLANK if key in _TEXTS else _blank(held) for key, held in value.items()}
    if isinstance(value, list | tuple):
        return [_blank(held) for held in value]
    return value if isinstance(value, int | float | bool | None) else _blank(str(value))
