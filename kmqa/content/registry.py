"""The kinds of reviewed content that there are. A new kind is one line here."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from kmqa.content import answer, danger_sign, document
from kmqa.content.kind import ContentKind
from kmqa.records import Reviewed

KINDS: tuple[ContentKind[Any], ...] = (
    answer.KIND,
    document.KIND,
    danger_sign.KIND,
)

_registered: list[ContentKind[Any]] = []


def kinds() -> tuple[ContentKind[Any], ...]:
    """Return every kind, in the order in which they are read and listed."""
    return (*KINDS, *_registered)


def kind_named(name: str) -> ContentKind[Any] | None:
    """Return the kind that code or the audit log calls `name`, or None where there is none."""
    return next((kind for kind in kinds() if name in {kind.name, kind.log_name}), None)


def kind_of(item: Reviewed) -> ContentKind[Any]:
    """Return the kind of `item`, by its record.

    Raises:
        TypeError: It is no item of any kind.
    """
    for kind in kinds():
        if isinstance(item, kind.record):
            return kind
    message = f"{type(item).__name__} is the record of no content kind"
    raise TypeError(message)


def name_of(item: Reviewed) -> str:
    """Return how the audit log names an item, such as ``answer:ec-window``."""
    return f"{kind_of(item).log_name}:{item.id}"


@contextmanager
def use_kinds(*more: ContentKind[Any]) -> Iterator[None]:
    """Add kinds for a while, as a test or a trial of a new kind does.

    Raises:
        ValueError: A kind takes a name, folder, part or record that another one has.
    """
    in_use, before = _registered, list(_registered)
    try:
        for kind in more:
            _check_free(kind)
            in_use.append(kind)
        yield
    finally:
        in_use[:] = before


def _check_free(kind: ContentKind[Any]) -> None:
    for other in kinds():
        shared = {kind.name, kind.log_name} & {other.name, other.log_name}
        shared |= {kind.folder} & {other.folder} | {kind.part} & {other.part}
        if kind.record is other.record:
            shared.add(kind.record.__name__)
        if shared:
            message = f'content kinds "{kind.name}" and "{other.name}" share {sorted(shared)}'
            raise ValueError(message)
