"""What a PDF does beyond being read: it runs scripts, starts programs, carries files, leads away.

A health worker opens a document on a telephone with any reader at all. Used by the programs that
read untrusted files (`pdf_child`, `pdf_clean_child`); knows nothing of kmqa but these words:

- ``javascript``: scripts, also those of a form (XFA)
- ``launch``: starts a program or opens a file of the machine
- ``embedded_file``: carries another file
- ``media``: plays a film, a sound or a model, whose players are programs of their own
- ``link``: leads to a web page or another document, or sends a form there
"""

from collections.abc import Iterator
from typing import Any

from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

KINDS = ("javascript", "launch", "embedded_file", "media", "link")
"""The most dangerous first."""

# ISO 32000-2, tables 201 (actions), 171 (annotations), 32 (name dictionary)
_ACTIONS = {
    "/JavaScript": "javascript",
    "/Launch": "launch",
    "/Movie": "media",
    "/Sound": "media",
    "/Rendition": "media",
    "/RichMediaExecute": "media",
    "/URI": "link",
    "/GoToR": "link",
    "/GoToE": "link",
    "/SubmitForm": "link",
    "/ImportData": "link",
    "/Thread": "link",
}
_ANNOTATIONS = {
    "/FileAttachment": "embedded_file",
    "/Movie": "media",
    "/Sound": "media",
    "/Screen": "media",
    "/RichMedia": "media",
    "/3D": "media",
}
_KEYS = {
    "/JS": "javascript",
    "/JavaScript": "javascript",
    "/XFA": "javascript",
    "/EmbeddedFiles": "embedded_file",
    "/EF": "embedded_file",
    "/AF": "embedded_file",
    "/Collection": "embedded_file",
}
# Nothing in these is ever executed, and they are most of a large file.
_SKIPPED = frozenset({"/Resources", "/Contents", "/StructTreeRoot", "/Metadata", "/P"})


def find_active(root: Any) -> list[str]:  # noqa: ANN401 - pypdf's catalogue
    """Return which of `KINDS` can be reached from the catalogue `root`, in their order."""
    found = {kind for _, _, kind in _find_all(root)}
    return [kind for kind in KINDS if kind in found]


def remove_active(root: Any) -> None:  # noqa: ANN401 - pypdf's catalogue
    """Take out of the document below `root` everything that `find_active` finds.

    What a page shows stays: a link's words are no longer a link.
    """
    for holder, place, _ in list(_find_all(root)):
        if isinstance(holder, DictionaryObject):
            holder.pop(place, None)
    for holder, _, _ in list(_find_all(root)):  # what stands in lists, such as annotations
        if isinstance(holder, ArrayObject):
            kept = [item for item in holder if _kind_of(_resolve(item)) is None]
            holder[:] = kept


def _find_all(root: Any) -> Iterator[tuple[Any, Any, str]]:  # noqa: ANN401 - pypdf's objects
    """Yield each thing that is active: what holds it, under which key or number, and its kind."""
    seen: set[tuple[int, int]] = set()
    waiting = [_resolve(root)]
    while waiting:
        holder = waiting.pop()
        for place, value in _parts(holder):
            if place in _SKIPPED:
                continue
            if isinstance(value, IndirectObject):
                name = (value.idnum, value.generation)
                is_new = name not in seen
                seen.add(name)
            else:
                is_new = True
            resolved = _resolve(value)
            kind = _KEYS.get(place) if isinstance(place, str) else None
            kind = kind or _kind_of(resolved)
            if kind and not _is_empty(resolved):
                yield holder, place, kind
            if is_new and isinstance(resolved, DictionaryObject | ArrayObject):
                waiting.append(resolved)


def _parts(holder: Any) -> list[tuple[Any, Any]]:  # noqa: ANN401 - pypdf's objects
    if isinstance(holder, DictionaryObject):
        return [(key, holder.raw_get(key)) for key in list(holder)]
    return list(enumerate(holder))


def _kind_of(value: Any) -> str | None:  # noqa: ANN401 - pypdf's objects
    """Return what an action, an annotation or the description of a file is."""
    if not isinstance(value, DictionaryObject):
        return None
    if value.get("/Type") == "/EmbeddedFile" or "/EF" in value:
        return "embedded_file"
    annotation = _ANNOTATIONS.get(str(value.get("/Subtype"))) if "/Rect" in value else None
    return annotation or _ACTIONS.get(str(value.get("/S")))


def _is_empty(value: Any) -> bool:  # noqa: ANN401 - pypdf's objects
    return value is None or (isinstance(value, DictionaryObject | ArrayObject) and not value)


def _resolve(value: Any) -> Any:  # noqa: ANN401 - pypdf's objects
    """Return what a reference leads to; None where that is damaged, so that the rest is seen."""
    if not isinstance(value, IndirectObject):
        return value
    try:
        return value.get_object()
    except (PyPdfError, ValueError, TypeError, KeyError, AttributeError, IndexError):
        return None
