"""Reading YAML from strangers."""

import os
from pathlib import Path

import pytest

from kmqa.corpus import yaml_file
from kmqa.errors import CorpusFileError


def written(tmp_path: Path, content: str | bytes) -> Path:
    path = tmp_path / "a.yaml"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_scalars_stay_text(tmp_path: Path) -> None:
    """Norway, noughts and dates are not reinterpreted; keys without a value are left out."""
    path = written(tmp_path, "lang: no\nid: 042\nday: 2026-11-01\nempty:\nnone: ~\nlist: [1, x]\n")

    data = yaml_file.read(path).data

    assert data == {"lang": "no", "id": "042", "day": "2026-11-01", "list": ["1", "x"]}


def test_lines_are_known(tmp_path: Path) -> None:
    """Each key and list item has its line; an unknown place has that of its nearest parent."""
    file = yaml_file.read(written(tmp_path, "id: a\nq:\n  en:\n    - one\n    - two\n"))

    assert file.line("q", "en", 1) == 5
    assert file.line("q", "fr") == 2
    assert file.line("nothing") == 1


@pytest.mark.parametrize(
    ("content", "line", "what"),
    [
        ("", 1, "the file is empty"),
        ("# only a comment\n", 1, "the file is empty"),
        ("- a\n", 1, "no keys at the top"),
        ("a: 1\nb: 2\na: 3\n", 3, 'the key "a" stands twice (first in line 1)'),
        ("a: &x 1\nb: *x\n", 1, "an anchor or alias"),
        ("a: 1\nb: *x\n", 2, "an anchor or alias"),
        ("a: !!python/object:os.system x\n", 1, "a tag"),
        ("a: 1\n---\nb: 2\n", 2, "a second document"),
        ("a:\n\tb: 1\n", 2, "a tab stands"),
        ("a: b: c\n", 1, "not valid YAML"),
        ("a: [1\n", 2, "not valid YAML"),
        ("? [a]\n: 1\n", 1, "a key is not a plain word"),
        ("a: " + "[" * 100_000, 1, "nested too deep"),
        ("a: 1\nb: \x01\n", 2, "a control character"),
        (b"a: 1\nb: caf\xe9\n", 2, "not UTF-8"),
    ],
)
def test_faults_are_named_with_their_line(
    tmp_path: Path, content: str | bytes, line: int, what: str
) -> None:
    """Whatever is wrong is one line with path, line and remedy."""
    path = written(tmp_path, content)

    with pytest.raises(CorpusFileError) as caught:
        yaml_file.read(path)

    assert caught.value.line == line
    assert what in caught.value.message
    assert "\n" not in caught.value.message


def test_missing_large_and_odd_files_are_refused(tmp_path: Path) -> None:
    """Only a readable regular file of bounded size is read."""
    large = written(tmp_path, b"a: " + b"x" * yaml_file.MAX_BYTES)
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)

    for path in (large, pipe, tmp_path, tmp_path / "missing"):
        with pytest.raises(CorpusFileError):
            yaml_file.read(path)


def test_unreadable_file_is_our_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A right that is missing becomes one line; tests may run as root, who has all."""
    path = written(tmp_path, "a: 1\n")

    def denied(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", denied)
    with pytest.raises(CorpusFileError, match="Permission denied"):
        yaml_file.read(path)
