"""Files that are replaced as a whole."""

from pathlib import Path

import pytest

from kmqa.corpus import disk


def test_write_replaces_and_leaves_nothing_behind(tmp_path: Path) -> None:
    """The new bytes are there and no temporary file is."""
    path = tmp_path / "a.yaml"
    path.write_text("old")

    disk.write_atomically(path, "new\n")

    assert path.read_bytes() == b"new\n"
    assert list(tmp_path.iterdir()) == [path]


def test_failed_write_keeps_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the rename fails (a full disk, say) the old bytes stay and nothing is left over."""
    path = tmp_path / "a.yaml"
    path.write_text("old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space"):
        disk.write_atomically(path, "new")

    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]
