"""Small PDFs that do more than show a page, made with pypdf."""

import io
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pypdf
import pypdf.annotations
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    StreamObject,
    TextStringObject,
)

PLAIN = Path(__file__).parents[1] / "data" / "pdfs" / "english.pdf"
PAYLOAD = b"EVIL PAYLOAD " * 20


def make_active(*ways: str) -> bytes:
    """The plain PDF, which does something in each of `ways`: of `WAYS`, or a kind, by its first."""
    writer = pypdf.PdfWriter(clone_from=pypdf.PdfReader(PLAIN))
    for way in ways:
        WAYS[way if way in WAYS else FIRST[way]][1](writer)
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def _dict(**entries: Any) -> DictionaryObject:  # noqa: ANN401 - any object of a PDF
    return DictionaryObject({NameObject(f"/{key}"): value for key, value in entries.items()})


def _action(kind: str, **entries: Any) -> DictionaryObject:  # noqa: ANN401 - as above
    return _dict(S=NameObject(f"/{kind}"), **entries)


def _text(value: str) -> TextStringObject:
    return TextStringObject(value)


def _script() -> DictionaryObject:
    return _action("JavaScript", JS=_text("evil()"))


def _put(writer: Any, **entries: Any) -> None:  # noqa: ANN401 - a writer of pypdf
    writer.root_object.update({NameObject(f"/{k}"): v for k, v in entries.items()})


def _annotate(writer: Any, kind: str, **entries: Any) -> None:  # noqa: ANN401 - as above
    rect = ArrayObject([NumberObject(0)] * 4)
    made = _dict(Type=NameObject("/Annot"), Subtype=NameObject(f"/{kind}"), Rect=rect, **entries)
    annotations = writer.pages[0].setdefault(NameObject("/Annots"), ArrayObject())
    annotations.append(writer._add_object(made))


def _file(writer: Any) -> DictionaryObject:  # noqa: ANN401 - as above
    stream = StreamObject()
    stream.set_data(PAYLOAD)
    stream[NameObject("/Type")] = NameObject("/EmbeddedFile")
    return _dict(
        Type=NameObject("/Filespec"), F=_text("evil.exe"), EF=_dict(F=writer._add_object(stream))
    )


def _name_script(writer: Any) -> None:  # noqa: ANN401 - as above
    names = ArrayObject([_text("a"), writer._add_object(_script())])
    _put(writer, Names=_dict(JavaScript=_dict(Names=names)))


def _follow_script(writer: Any) -> None:  # noqa: ANN401 - as above
    """After a harmless jump, when the page is opened."""
    jump = _action("GoTo", Next=ArrayObject([_script()]))
    writer.pages[0][NameObject("/AA")] = _dict(O=writer._add_object(jump))


def _field_script(writer: Any) -> None:  # noqa: ANN401 - as above
    """In the parent of a field that only its picture on the page leads to."""
    parent = writer._add_object(_dict(T=_text("field"), AA=_dict(K=_script())))
    _annotate(writer, "Widget", Parent=parent)


def _attach(writer: Any) -> None:  # noqa: ANN401 - as above
    tree = _dict(Kids=ArrayObject([_dict(Names=ArrayObject([_text("x"), _file(writer)]))]))
    _put(writer, Names=_dict(EmbeddedFiles=writer._add_object(tree)))


def _outline_link(writer: Any) -> None:  # noqa: ANN401 - as above
    item = writer.add_outline_item(title="x", page_number=0).get_object()
    item.pop("/Dest", None)
    item[NameObject("/A")] = _action("URI", URI=_text("https://evil.example"))


WAYS: Mapping[str, tuple[str, Callable[[Any], None]]] = {
    "script when opened": ("javascript", lambda w: _put(w, OpenAction=_script())),
    "script by name": ("javascript", _name_script),
    "script after a jump": ("javascript", _follow_script),
    "script of a field": ("javascript", _field_script),
    "form with scripts": (
        "javascript",
        lambda w: _put(w, AcroForm=_dict(XFA=ArrayObject([_text("template"), _text("<evil/>")]))),
    ),
    "program when opened": (
        "launch",
        lambda w: _put(w, OpenAction=_action("Launch", F=_text("evil.exe"))),
    ),
    "program by a tap": (
        "launch",
        lambda w: _annotate(w, "Link", A=_action("Launch", F=_text("evil.exe"))),
    ),
    "file by name": ("embedded_file", _attach),
    "file on a page": ("embedded_file", lambda w: _annotate(w, "FileAttachment", FS=_file(w))),
    "file of the document": ("embedded_file", lambda w: _put(w, AF=ArrayObject([_file(w)]))),
    "film": ("media", lambda w: _annotate(w, "Movie", Movie=_dict(F=_text("evil.mov")))),
    "film by a tap": ("media", lambda w: _annotate(w, "Link", A=_action("Rendition"))),
    "link": (
        "link",
        lambda w: _annotate(w, "Link", A=_action("URI", URI=_text("https://evil.example"))),
    ),
    "link of the contents": ("link", _outline_link),
    "link to a file": (
        "link",
        lambda w: _annotate(w, "Link", A=_action("GoToR", F=_text("evil.pdf"))),
    ),
    "form that is sent": (
        "link",
        lambda w: _annotate(w, "Link", A=_action("SubmitForm", F=_text("https://evil.example"))),
    ),
}
"""The kind of active content, and what brings it into a document."""

FIRST = {
    kind: next(way for way, (one, _) in WAYS.items() if one == kind)
    for kind in {kind for kind, _ in WAYS.values()}
}
