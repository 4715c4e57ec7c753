"""Write the file of one item, comments and key order kept; nobody's change is overwritten."""

from pathlib import Path

from kmqa import disk
from kmqa.content import registry
from kmqa.corpus import layout, schema, yaml_file, yaml_writer
from kmqa.errors import CorpusFileError, EditConflict
from kmqa.records import Reviewed


def write_item(root: Path, item: Reviewed, expected_sha256: str | None) -> str:
    """Write what `item` says to its file, safely on disk, comments and key order kept.

    An answer whose topic changed must be moved first; this writes where the item belongs.

    Args:
        root: The corpus folder.
        item: What to write.
        expected_sha256: Of the file's bytes when the item was read (`Origin.sha256`), or None
            for an item that is new.

    Returns:
        SHA-256 of the new bytes.

    Raises:
        EditConflict: The file is no longer the one that was read, or a new item has one.
        CorpusFileError: The path leads out of the corpus, or the file cannot be parsed.
    """
    name = registry.kind_of(item).path_of(item)
    text = render_item(root, name, item, expected_sha256)
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    disk.write_atomically(path, text)
    return disk.sha256_of(text.encode())


def render_item(root: Path, name: str, item: Reviewed, expected_sha256: str | None) -> str:
    """Return what the file `name` will hold once it says what `item` says.

    Nothing is written; for arguments and errors see `write_item`.
    """
    if layout.link_problem(root, name):
        raise CorpusFileError("the path leads out of the corpus", path=root / name)
    path = root / name
    if expected_sha256 is None:
        if path.exists():
            raise _conflict(name, "a file", "no file yet")
        return yaml_writer.dump(schema.plain(item))
    if not path.exists():
        raise _conflict(name, "no file", "the file that was read")
    file = yaml_file.read(path)
    if file.sha256 != expected_sha256:
        raise _conflict(name, "other bytes", "those that were read")
    before, _ = schema.record_of(type(item), file.data, name, file.line)
    old = schema.plain(before) if before else {}
    return yaml_writer.apply_changes(path, old, schema.plain(item))


def _conflict(name: str, got: str, expected: str) -> EditConflict:
    return EditConflict(
        "somebody changed the file meanwhile",
        which=name,
        got=got,
        expected=expected,
        remedy="Read it again and repeat your change.",
    )
