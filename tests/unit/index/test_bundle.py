import json
from pathlib import Path

import pytest
from bundle_builder import make_contents, write_bundle
from corpus_builder import make_answer, make_corpus, make_refusals, make_urgent

from kmqa.content.corpus import Corpus
from kmqa.errors import BundleCorrupt, BundleIncompatible, BundleMissing
from kmqa.index import bundle, content_files


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    return make_corpus(
        tmp_path,
        answers=(make_answer("late"), make_answer("early")),
        urgent=(make_urgent(),),
        refusals=make_refusals(),
    )


@pytest.fixture
def folder(corpus: Corpus, tmp_path: Path) -> Path:
    return write_bundle(corpus, tmp_path / "index")


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_what_was_written_is_what_is_read(corpus: Corpus, folder: Path) -> None:
    opened = bundle.open_bundle(folder)

    assert opened.contents == make_contents(corpus)
    assert len(opened.indexes.wordings) == len(opened.contents.wordings)


def test_one_changed_byte_in_any_file_is_an_error(folder: Path) -> None:
    for path in _files(folder):
        content = path.read_bytes()
        middle = len(content) // 2
        path.write_bytes(content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :])

        with pytest.raises(BundleCorrupt):
            bundle.open_bundle(folder)

        path.write_bytes(content)
    bundle.open_bundle(folder)


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "wordings.faiss").unlink()

    with pytest.raises(BundleCorrupt, match=r"missing: .*wordings\.faiss"):
        bundle.open_bundle(folder)


def test_an_added_file_is_named(folder: Path) -> None:
    (folder / "contents" / "extra.json").write_text("{}")

    with pytest.raises(BundleCorrupt, match=r"unexpected: .*extra\.json"):
        bundle.open_bundle(folder)


@pytest.mark.parametrize("name", ["manifest.json", "SEAL"])
def test_a_half_written_bundle_is_no_bundle(folder: Path, name: str) -> None:
    (folder / name).unlink()

    with pytest.raises(BundleMissing, match="no finished bundle"):
        bundle.open_bundle(folder)


def test_a_bundle_of_another_format_is_refused_with_both_numbers(folder: Path) -> None:
    manifest = folder / "manifest.json"
    content = json.loads(manifest.read_text())
    manifest.write_text(json.dumps(content | {"format": 99}))
    (folder / "SEAL").write_text(bundle.sha256_of(manifest) + "\n")

    with pytest.raises(BundleIncompatible, match=f"got 99, expected {bundle.FORMAT}"):
        bundle.open_bundle(folder)


def test_no_pickle_is_ever_read(folder: Path) -> None:
    """Pickles begin with byte 0x80; every file is JSON, npy, FAISS or plain text."""
    kinds = {path.suffix for path in _files(folder)}

    assert kinds <= {".json", ".npy", ".faiss", ".onnx", ""}
    assert not any(path.read_bytes()[:1] == b"\x80" for path in _files(folder))


def test_the_same_bundle_has_the_same_bytes(corpus: Corpus, tmp_path: Path) -> None:
    one, two = write_bundle(corpus, tmp_path / "a"), write_bundle(corpus, tmp_path / "b")

    for path in _files(one):
        assert path.read_bytes() == (two / path.relative_to(one)).read_bytes(), path


def test_a_bundle_that_is_older_than_a_phrase_says_the_packages(tmp_path: Path) -> None:
    """A new version of kmqa serves it, and whoever says thanks is not answered by an error."""
    folder = write_bundle(make_corpus(tmp_path / "made"), tmp_path / "index")
    path = folder / "contents" / "phrases.json"
    found = json.loads(path.read_text("utf-8"))
    del found["en"]["praise"]
    path.write_text(json.dumps(found), "utf-8")

    assert content_files.read(folder / "contents").phrases["en"]["praise"]
