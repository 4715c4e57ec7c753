import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from bundle_builder import write_bundle
from corpus_builder import make_corpus

from kmqa.errors import BundleCorrupt, BundleError, BundleMissing
from kmqa.index import bundle, store, withholding

NOW = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.fixture
def index(tmp_path: Path) -> Path:
    corpus = make_corpus(tmp_path)
    for name in ("aaaa", "bbbb", "cccc"):
        write_bundle(corpus, tmp_path / "index", name)
    return tmp_path / "index"


def test_the_published_bundle_is_the_live_one(index: Path) -> None:
    store.publish(index, "aaaa", NOW)
    store.publish(index, "bbbb", NOW)

    assert store.current_folder(index) == index / "bbbb"
    assert [switch.bundle_id for switch in store.read_history(index)] == ["aaaa", "bbbb"]


def test_rollback_goes_back_one_step_at_a_time(index: Path) -> None:
    for name in ("aaaa", "bbbb", "cccc"):
        store.publish(index, name, NOW)

    assert store.rollback(index, NOW) == "bbbb"
    assert store.rollback(index, NOW) == "aaaa"
    with pytest.raises(BundleError, match="nothing to go back to"):
        store.rollback(index, NOW)
    assert store.current_id(index) == "aaaa"


def test_a_corrupt_bundle_cannot_be_published(index: Path) -> None:
    store.publish(index, "aaaa", NOW)
    (index / "bbbb" / "contents" / "answers.json").write_text("[]")

    with pytest.raises(BundleCorrupt):
        store.publish(index, "bbbb", NOW)

    assert store.current_id(index) == "aaaa"


def test_an_unknown_bundle_cannot_be_published(index: Path) -> None:
    with pytest.raises(BundleMissing, match="expected aaaa, bbbb, cccc"):
        store.publish(index, "zzzz", NOW)


@pytest.mark.parametrize("content", [None, "", "zzzz\n"])
def test_a_current_that_names_no_bundle_is_a_clear_error(index: Path, content: str | None) -> None:
    if content is not None:
        (index / "CURRENT").write_text(content)

    with pytest.raises(BundleMissing, match="CURRENT"):
        store.current_folder(index)


def test_a_missing_index_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(BundleMissing, match='Run "kmqa build"'):
        store.current_folder(tmp_path / "nothing")


def test_half_made_bundles_are_never_listed_and_go_when_their_build_is_dead(index: Path) -> None:
    dead = index / ".building-dddd-999999999"
    dead.mkdir()
    mine = store.make_staging_folder(index, "eeee")

    store.remove_leftovers(index)

    assert not dead.exists()
    assert mine.exists()
    assert [item.bundle_id for item in store.list_bundles(index)] == ["aaaa", "bbbb", "cccc"]


def test_a_broken_bundle_is_listed_with_what_is_wrong(index: Path) -> None:
    (index / "bbbb" / "SEAL").unlink()

    problems = {item.bundle_id: item.problem for item in store.list_bundles(index)}

    assert not problems["aaaa"]
    assert "no finished bundle" in problems["bbbb"]


def test_a_history_line_cut_off_by_a_crash_is_left_out(index: Path) -> None:
    store.publish(index, "aaaa", NOW)
    with (index / "HISTORY.jsonl").open("a") as stream:
        stream.write('{"at": "2026')

    assert [switch.bundle_id for switch in store.read_history(index)] == ["aaaa"]


def test_adopting_replaces_a_broken_bundle_in_its_place(index: Path) -> None:
    staged = store.make_staging_folder(index, "aaaa")
    (staged / "new").write_text("x")

    store.move_into_place(index, staged, "aaaa")

    assert (index / "aaaa" / "new").exists()
    assert not staged.exists()


def test_a_live_bundle_of_another_version_is_not_readable(tmp_path: Path) -> None:
    """A build may take its place, because no process of this version can serve it."""
    folder = write_bundle(make_corpus(tmp_path / "corpus"), tmp_path / "index")
    store.publish(tmp_path / "index", folder.name, NOW)
    assert store.is_readable(tmp_path / "index")

    manifest = folder / "manifest.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"format": 1}))
    (folder / "SEAL").write_text(bundle.sha256_of(manifest) + "\n")

    assert not store.is_readable(tmp_path / "index")


def test_what_a_publication_rests_on_stays_on_record(index: Path) -> None:
    authorisation = store.Authorisation(gate="failed", reason="recall", by="Asha")

    store.publish(index, "aaaa", NOW, authorisation=authorisation)

    [switch] = store.read_history(index)
    assert (switch.gate, switch.reason, switch.by) == ("failed", "recall", "Asha")


def test_a_history_of_before_the_gate_can_still_be_read(index: Path) -> None:
    old = '{"at": "2026-01-01", "bundle_id": "aaaa", "previous": null, "action": "publish"}\n'
    (index / "HISTORY.jsonl").write_text(old)

    assert store.read_history(index)[0].gate == ""


def test_the_last_verdict_of_each_bundle_counts_and_all_are_kept(index: Path) -> None:
    """A line cut off by a crash is passed over; verdicts are no bundles."""
    assert store.read_verdicts(index) == {}
    store.record_verdict(index, "aaaa", NOW, {"passed": False})
    store.record_verdict(index, "bbbb", NOW, {"passed": True})
    store.record_verdict(index, "aaaa", NOW, {"passed": True})
    with (index / "VERDICTS.jsonl").open("a") as stream:
        stream.write('{"bundle_id": "bb')

    assert {name: line["passed"] for name, line in store.read_verdicts(index).items()} == {
        "aaaa": True,
        "bbbb": True,
    }
    assert len((index / "VERDICTS.jsonl").read_text().splitlines()) == 4
    assert [item.bundle_id for item in store.list_bundles(index)] == ["aaaa", "bbbb", "cccc"]


def test_answers_that_are_stopped_at_the_same_moment_are_all_stopped(tmp_path: Path) -> None:
    names = [f"answer-{number}" for number in range(16)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda name: withholding.withhold(tmp_path, name, "why"), names))

    assert sorted(withholding.read_withheld(tmp_path)) == sorted(names)
