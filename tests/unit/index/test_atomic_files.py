import os
from pathlib import Path

import pytest

from kmqa.index import atomic_files


def test_a_replaced_file_survives_a_power_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its content is synced before the rename, and the folder after it."""
    synced: list[str] = []
    monkeypatch.setattr(
        os, "fsync", lambda fd: synced.append(str(Path(f"/proc/self/fd/{fd}").readlink()))
    )

    atomic_files.write_atomically(tmp_path / "CURRENT", "aaaa\n")

    assert (tmp_path / "CURRENT").read_text() == "aaaa\n"
    assert synced == [str(tmp_path / f".CURRENT-{os.getpid()}"), str(tmp_path)]
