"""What decides which bundle answers, and which answers are stopped, survives a power cut."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from bundle_builder import write_bundle
from corpus_builder import make_corpus

from kmqa.index import store, withholding


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of what is brought to disk, in order."""
    names: list[str] = []
    monkeypatch.setattr(
        os, "fsync", lambda fd: names.append(Path(f"/proc/self/fd/{fd}").readlink().name)
    )
    return names


def test_the_list_of_stopped_answers_survives_a_power_cut(
    tmp_path: Path, synced: list[str]
) -> None:
    """Its content is synced before the rename, and the folder after it."""
    index = tmp_path / "index"
    index.mkdir()

    withholding.withhold(index, "depo-late", "wrong dose")

    assert [name.split(".")[1:2] or [name] for name in synced] == [["WITHHELD"], ["index"]]


def test_the_name_of_the_live_bundle_survives_a_power_cut(
    tmp_path: Path, synced: list[str]
) -> None:
    """So does the line of the history that says who published it."""
    index = tmp_path / "index"
    write_bundle(make_corpus(tmp_path), index)
    synced.clear()

    store.publish(index, "0123456789abcdef", datetime.now(UTC))

    assert [name.split(".")[1:2] or [name] for name in synced] == [
        ["CURRENT"], ["index"],
        ["jsonl"], ["index"],
    ]  # fmt: skip
