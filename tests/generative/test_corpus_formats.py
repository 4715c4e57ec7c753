"""Whatever people write: it survives a round trip, and nothing but our errors comes out."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from kmqa.corpus import audit, audit_proof, yaml_file, yaml_writer
from kmqa.corpus.importers import formats, rows
from kmqa.corpus.importers.raw import TableLimits
from kmqa.errors import CorpusFileError

# Keys and texts as the schema lets them through: no line ends but \n, no outer white space.
characters = st.characters(exclude_categories=["Cs"], exclude_characters="\r")
full = st.text(characters, max_size=12).map(lambda text: text.strip() or "x")
some = st.lists(full, min_size=1, max_size=3)
values = full | some | st.dictionaries(full, full | some, min_size=1, max_size=3)
files = st.dictionaries(full, values, min_size=1, max_size=3)


@contextmanager
def stored(content: bytes, name: str = "a.yaml") -> Iterator[Path]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        yield path


def read(text: str) -> dict[str, Any]:
    with stored(text.encode()) as path:
        return yaml_file.read(path).data


@given(files)
def test_dump_and_read_are_inverse(data: dict[str, Any]) -> None:
    """Every text in every script comes back the same."""
    assert read(yaml_writer.dump(data)) == data


@given(files, files)
def test_changed_says_the_new_data(old: dict[str, Any], new: dict[str, Any]) -> None:
    """A round trip through an edit gives exactly what was asked for."""
    with stored(yaml_writer.dump(old).encode()) as path:
        changed = yaml_writer.apply_changes(path, old, new)

    assert read(changed) == new


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_any_bytes_are_data_or_our_error(content: bytes) -> None:
    """No file of a corpus can raise anything but a `CorpusFileError`."""
    with stored(content) as path, suppress(CorpusFileError):
        assert isinstance(yaml_file.read(path).data, dict)


@given(st.sampled_from([".jsonl", ".csv", ".xlsx"]), st.binary(max_size=300))
def test_any_import_is_rows_or_our_error(suffix: str, content: bytes) -> None:
    """No file to import can raise anything but a `CorpusFileError`."""
    path = Path(f"a{suffix}")
    with suppress(CorpusFileError):
        raw = formats.read_content(content, path, TableLimits())
        assert all(row.id and row.answer for row in rows.check_rows(path, raw).rows)


@given(st.lists(st.tuples(full, st.integers(0, 3)), min_size=1, max_size=6))
def test_any_log_holds_its_chain(entries: list[tuple[str, int]]) -> None:
    """However entries are spread over writes, the chain holds; taking out a line breaks it."""
    with TemporaryDirectory() as folder:
        root = Path(folder)
        for by, count in entries:
            audit.append(root, [audit.Entry(by=by, action="move", item="answer:a")] * count)
        assert audit_proof.verify(root) == ()
        lines = (root / "audit.jsonl").read_bytes().splitlines(keepends=True)
        (root / "audit.jsonl").write_bytes(b"".join(lines[1:]))
        assert (len(lines) > 1) == bool(audit_proof.verify(root))
