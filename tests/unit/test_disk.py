"""Files that are replaced as a whole, or appended to line by line."""

import os
import resource
import stat
from pathlib import Path

import pytest

from kmqa import disk


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


def test_the_new_name_is_brought_to_disk_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folder is synced after the rename: without it, a power cut may undo the rename."""
    steps = []
    rename, fsync = Path.replace, os.fsync

    def replace(self: Path, target: Path) -> Path:
        steps.append("rename")
        return rename(self, target)

    def sync(descriptor: int) -> None:
        is_folder = stat.S_ISDIR(os.fstat(descriptor).st_mode)
        steps.append("sync folder" if is_folder else "sync file")
        fsync(descriptor)

    monkeypatch.setattr(Path, "replace", replace)
    monkeypatch.setattr(os, "fsync", sync)
    disk.write_atomically(tmp_path / "CURRENT", "new\n")

    assert steps == ["sync file", "rename", "sync folder"]


TORN = (b'{"n": ', b'{"by": "S\xc3', b"\0\0\0\0", b"7")


@pytest.mark.parametrize("torn", TORN)
def test_a_torn_line_is_no_line_and_gives_way_to_the_next(tmp_path: Path, torn: bytes) -> None:
    """What a crash left of a line is told apart, and does not spoil what is appended after it."""
    path = tmp_path / "log.jsonl"
    disk.append_json_lines(path, [b'{"n": 1}', b'{"n": 2}'])
    with path.open("ab") as file:
        file.write(torn)
    assert disk.read_json_lines(path) == disk.JsonLines((b'{"n": 1}', b'{"n": 2}'), torn)

    disk.append_json_lines(path, [b'{"n": 3}'])

    assert path.read_bytes() == b'{"n": 1}\n{"n": 2}\n{"n": 3}\n'


def test_a_whole_last_line_without_its_end_stays(tmp_path: Path) -> None:
    """An editor that strips the last line end takes no line out of a log."""
    path = tmp_path / "log.jsonl"
    path.write_bytes(b'{"n": 1}\n{"n": 2}')

    disk.append_json_lines(path, [b'{"n": 3}'])

    assert disk.read_json_lines(path).whole == (b'{"n": 1}', b'{"n": 2}', b'{"n": 3}')


def test_a_full_disk_leaves_no_half_line(tmp_path: Path) -> None:
    """Where only a part of a line fits, none of it stays and the error is told."""
    path = tmp_path / "log.jsonl"
    disk.append_json_lines(path, [b'{"n": 1}'])
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)

    resource.setrlimit(resource.RLIMIT_FSIZE, (13, hard))  # 9 bytes are there, 4 more fit
    try:
        with pytest.raises(OSError, match="File too large"):
            disk.append_json_lines(path, [b'{"n": 2}', b'{"n": 3}'])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert path.read_bytes() == b'{"n": 1}\n'


def test_no_file_has_no_lines(tmp_path: Path) -> None:
    """A log that nobody began is empty, not an error."""
    assert disk.read_json_lines(tmp_path / "log.jsonl") == disk.JsonLines(())
