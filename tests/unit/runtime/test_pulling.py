from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from bundle_builder import write_bundle
from corpus_builder import make_corpus

from kmqa.errors import BundleMissing, SettingsError
from kmqa.index import remote, remote_state, store, withholding
from kmqa.runtime import pulling

NOW = datetime(2026, 11, 23, tzinfo=UTC)


@contextmanager
def quiet(_name: str, _total: int) -> Iterator[Callable[[int], None]]:
    yield lambda _n: None


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """An index with ``aaaa`` live, which is pushed to the folder ``far``."""
    corpus = make_corpus(tmp_path)
    for name in ("aaaa", "bbbb"):
        write_bundle(corpus, tmp_path / "source", name)
    store.publish(tmp_path / "source", "aaaa", NOW)
    remote.push_live(tmp_path / "source", f"file://{tmp_path / 'far'}", quiet)
    return tmp_path / "source"


def _push(source: Path) -> None:
    remote.push_live(source, f"file://{source.parent / 'far'}", quiet)


def _puller(source: Path) -> pulling.Puller:
    return pulling.Puller(f"file://{source.parent / 'far'}", source.parent / "index")


def test_the_index_is_there_before_the_service_opens_it(source: Path, tmp_path: Path) -> None:
    with pulling.follow_remote(f"file://{tmp_path / 'far'}", tmp_path / "index"):
        assert store.current_folder(tmp_path / "index").name == "aaaa"
    assert source.is_dir()


def test_without_a_url_nothing_is_touched(tmp_path: Path) -> None:
    with pulling.follow_remote("", tmp_path / "index"):
        pass

    assert not (tmp_path / "index").exists()


def test_a_start_without_any_bundle_says_why(tmp_path: Path) -> None:
    with (
        pytest.raises(BundleMissing, match="no bundle was pushed"),
        pulling.follow_remote(f"file://{tmp_path / 'far'}", tmp_path / "index"),
    ):
        pass


def test_a_start_without_the_url_serves_what_is_here(source: Path) -> None:
    puller = _puller(source)
    puller.begin()
    (source.parent / "far").rename(source.parent / "away")

    again = _puller(source)
    again.begin()

    assert "no bundle was pushed" in again.problem
    assert store.current_id(source.parent / "index") == "aaaa"


def test_a_url_that_can_never_work_stops_the_start(source: Path) -> None:
    with pytest.raises(SettingsError):
        pulling.Puller("s4://bucket", source).begin()


def test_a_look_finds_the_newer_bundle(source: Path) -> None:
    puller = _puller(source)
    puller.begin()
    store.publish(source, "bbbb", NOW)
    _push(source)

    puller.poll_once()

    assert store.current_id(puller.index) == "bbbb"


def test_while_a_broken_bundle_rests_stops_still_come_and_then_it_is_tried_again(
    source: Path,
) -> None:
    puller = _puller(source)
    puller.begin()
    store.publish(source, "bbbb", NOW)
    _push(source)
    seal = source.parent / "far" / "bbbb" / "SEAL"
    whole = seal.read_text()
    seal.write_text("0")
    puller.poll_once()
    problem = puller.problem
    seal.write_text(whole)
    withholding.withhold(source, "pill-late", "Bilal: wrong dose")
    _push(source)

    puller.poll_once()
    resting = (store.current_id(puller.index), set(withholding.read_withheld(puller.index)))
    puller.poll_once()

    assert "not whole" in problem
    assert resting == ("aaaa", {"pill-late"})
    assert store.current_id(puller.index) == "bbbb"
    assert puller.problem == ""


def test_whatever_goes_wrong_stops_come_again_when_it_is_over(source: Path) -> None:
    """A thread that ended would be noticed by nobody."""
    puller = _puller(source)
    puller.begin()
    note = puller.index / remote_state.PULLED_STATE
    whole = note.read_text()
    note.write_text('{"bundle_id": "aaaa", "withheld": 7}')
    puller.poll_once()
    problem = puller.problem
    note.write_text(whole)
    withholding.withhold(source, "pill-late", "Bilal: wrong dose")
    _push(source)

    puller.poll_once()

    assert "TypeError" in problem
    assert set(withholding.read_withheld(puller.index)) == {"pill-late"}
