"""The files of a bundle's ``contents/``: one JSON file for each kind of record.

Each kind of reviewed content has one of its own, which `kmqa.content.registry` names.
"""

import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from kmqa import phrases
from kmqa.content import registry
from kmqa.content.kind import ContentKind
from kmqa.index.contents import Contents

_CONTENTS = TypeAdapter(Contents)


def dump(contents: Contents) -> dict[str, Any]:
    """Return `contents` as plain data, by the name of the file that holds it."""
    plain: dict[str, Any] = _CONTENTS.dump_python(replace(contents, items={}), mode="json")
    del plain["items"]
    for kind in registry.kinds():
        items = contents.items.get(kind.name, ())
        plain[kind.part] = _adapter(kind).dump_python(items, mode="json")
    return plain


def write(contents: Contents, folder: Path) -> None:
    """Write `contents` into the new folder `folder`."""
    folder.mkdir(parents=True)
    for name, value in dump(contents).items():
        write_json(folder / f"{name}.json", value)


def read(folder: Path) -> Contents:
    """Return what the files in `folder` say.

    A kind without a file, in a bundle that is older than the kind, has no items; a file of a kind
    that this version does not know is left alone, so nothing of it can be sent. Phrases that such
    a bundle lacks are the package's.

    Raises:
        ValueError: A file is not what its record asks for.
    """
    raw = {path.stem: json.loads(path.read_bytes()) for path in sorted(folder.glob("*.json"))}
    items = {
        kind.name: _adapter(kind).validate_python(raw.pop(kind.part, ()))
        for kind in registry.kinds()
    }
    contents = _CONTENTS.validate_python(raw)
    return replace(contents, items=items, phrases=phrases.complete(contents.phrases))


def write_json(path: Path, value: object) -> None:
    """Write `value` as JSON, keys in their order: people see a corpus's topics in it."""
    content = json.dumps(value, ensure_ascii=False, indent=1)
    path.write_text(content + "\n", encoding="utf-8")


@cache
def _adapter(kind: ContentKind[Any]) -> TypeAdapter[tuple[Any, ...]]:
    record: Any = kind.record
    return TypeAdapter(tuple[record, ...])
