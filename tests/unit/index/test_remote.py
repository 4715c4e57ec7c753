"""Bundles at a URL: a folder (`file://`) in its place, which a test can look into and break."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from shutil import rmtree

import pytest
from bundle_builder import make_contents, make_manifest, write_bundle
from corpus_builder import make_corpus
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pushing import NOW, cut_short_by, write_source

from kmqa.errors import (
    BundleCorrupt,
    BundleError,
    BundleMissing,
    BundleUntrusted,
    SettingsError,
)
from kmqa.index import (
    bundle,
    remote,
    remote_folder,
    remote_state,
    signature,
    store,
    withholding,
)

pytestmark = pytest.mark.slow  # pushes and pulls whole bundles


@contextmanager
def quiet(_name: str, _total: int) -> Iterator[Callable[[int], None]]:
    yield lambda _n: None


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return write_source(tmp_path)


@pytest.fixture
def far(tmp_path: Path) -> Path:
    return tmp_path / "far"


@pytest.fixture
def url(far: Path) -> str:
    return f"file://{far}"


@pytest.fixture
def index(source: Path, url: str, tmp_path: Path) -> Path:
    """The index that pulls, which has pulled ``aaaa``."""
    remote.push_live(source, url, quiet)
    remote.pull_live(url, tmp_path / "index", NOW)
    return tmp_path / "index"


def _push(source: Path, url: str, bundle_id: str) -> None:
    store.publish(source, bundle_id, NOW)
    remote.push_live(source, url, quiet)


def _break(path: Path) -> None:
    """One byte changes; the size stays."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def test_what_is_pulled_is_the_bundle_that_was_pushed(source: Path, index: Path) -> None:
    assert store.current_folder(index) == index / "aaaa"
    assert bundle.verify(index / "aaaa") == bundle.verify(source / "aaaa")
    assert [switch.reason for switch in store.read_history(index)] == [
        f"pulled from file://{index.parent}/far"
    ]


def test_a_memory_of_fsspec_is_a_place_as_good_as_a_folder(source: Path, tmp_path: Path) -> None:
    url = f"memory://{tmp_path.name}/bundles"
    remote.push_live(source, url, quiet)

    assert remote.pull_live(url, tmp_path / "index", NOW) == "aaaa"
    assert bundle.verify(tmp_path / "index" / "aaaa") == bundle.verify(source / "aaaa")


def test_the_bundle_that_is_pushed_next_goes_live(source: Path, url: str, index: Path) -> None:
    _push(source, url, "bbbb")

    assert remote.pull_live(url, index, NOW) == "bbbb"
    assert store.current_id(index) == "bbbb"
    assert store.rollback(index, NOW) == "aaaa"


@pytest.mark.parametrize("name", ["contents/answers.json", "manifest.json", "SEAL"])
def test_a_changed_byte_is_refused_and_the_old_bundle_stays(
    source: Path, far: Path, url: str, index: Path, name: str
) -> None:
    _push(source, url, "bbbb")
    _break(far / "bbbb" / name)

    with pytest.raises(BundleCorrupt, match=r"far/bbbb; got .* Push it again"):
        remote.pull_live(url, index, NOW)

    assert store.current_id(index) == "aaaa"
    assert [item.bundle_id for item in store.list_bundles(index)] == ["aaaa"]


def test_a_missing_file_is_refused_and_the_old_bundle_stays(
    source: Path, far: Path, url: str, index: Path
) -> None:
    _push(source, url, "bbbb")
    (far / "bbbb" / "contents" / "answers.json").unlink()

    with pytest.raises(BundleMissing, match=r"answers\.json"):
        remote.pull_live(url, index, NOW)

    assert store.current_id(index) == "aaaa"


def test_a_bundle_that_was_mended_is_taken_after_all(
    source: Path, far: Path, url: str, index: Path
) -> None:
    _push(source, url, "bbbb")
    _break(far / "bbbb" / "contents" / "answers.json")
    with pytest.raises(BundleCorrupt):
        remote.pull_live(url, index, NOW)

    remote.push_live(source, url, quiet, again=True)

    assert remote.pull_live(url, index, NOW) == "bbbb"
    assert not list(index.glob(".pulling-*"))


def test_a_bundle_under_a_wrong_name_is_refused(
    source: Path, far: Path, url: str, index: Path
) -> None:
    _push(source, url, "bbbb")
    (far / "bbbb").rename(far / "cccc")
    (far / "CURRENT").write_text("cccc\n")

    with pytest.raises(BundleCorrupt, match="got bundle bbbb"):
        remote.pull_live(url, index, NOW)


@pytest.mark.parametrize("current", ["", "../aaaa", ".cache", "a" * 65, "aa\nbb"])
def test_a_current_that_is_no_id_is_refused(far: Path, url: str, index: Path, current: str) -> None:
    (far / "CURRENT").write_text(current)

    with pytest.raises(BundleCorrupt, match="CURRENT"):
        remote.pull_live(url, index, NOW)

    assert store.current_id(index) == "aaaa"


@pytest.mark.parametrize("name", ["../../outside", "/outside", ""])
def test_no_manifest_can_write_outside_its_bundle(
    tmp_path: Path, far: Path, url: str, index: Path, name: str
) -> None:
    """The seal fits: whoever made this could seal it."""
    manifest = make_manifest(make_contents(make_corpus(tmp_path)))
    files = {name: "0" * 64}
    sealed = far / "eeee"
    bundle.seal(_emptied(sealed), replace(manifest, bundle_id="eeee"))
    raw = json.loads((sealed / "manifest.json").read_text()) | {"files": files}
    (sealed / "manifest.json").write_text(json.dumps(raw))
    (sealed / "SEAL").write_text(bundle.sha256_of(sealed / "manifest.json"))
    (far / "CURRENT").write_text("eeee\n")

    with pytest.raises(BundleCorrupt, match="a file called"):
        remote.pull_live(url, index, NOW)


def _emptied(folder: Path) -> Path:
    folder.mkdir()
    return folder


def test_a_push_that_is_cut_short_leaves_the_old_current(
    source: Path, far: Path, url: str, index: Path
) -> None:
    """Ctrl-C among the files; whoever pulls then gets the old bundle, and a new push ends it."""
    store.publish(source, "bbbb", NOW)
    with pytest.raises(KeyboardInterrupt):
        remote.push_live(source, url, cut_short_by(KeyboardInterrupt))

    assert list((far / "bbbb").rglob("*"))
    assert not (far / "bbbb" / "SEAL").exists()
    assert (far / "CURRENT").read_text() == "aaaa\n"
    assert remote.pull_live(url, index, NOW) == "aaaa"
    remote.push_live(source, url, quiet)
    assert remote.pull_live(url, index, NOW) == "bbbb"


def test_a_bundle_that_is_there_is_not_uploaded_again(source: Path, url: str, index: Path) -> None:
    assert index.is_dir()

    assert remote.push_live(source, url, quiet).n_bytes == 0
    assert remote.push_live(source, url, quiet, again=True).n_bytes > 0


def test_a_bundle_of_which_a_file_is_gone_is_uploaded_again(
    source: Path, far: Path, url: str, index: Path
) -> None:
    assert index.is_dir()
    (far / "aaaa" / "contents" / "answers.json").unlink()

    assert remote.push_live(source, url, quiet).n_bytes > 0
    assert (far / "aaaa" / "contents" / "answers.json").exists()


def test_the_bar_counts_every_kilobyte(source: Path, url: str) -> None:
    totals, steps = [], []

    @contextmanager
    def counted(_name: str, total: int) -> Iterator[Callable[[int], None]]:
        totals.append(total)
        yield steps.append

    pushed = remote.push_live(source, url, counted)

    assert totals == [sum(steps)] == [pushed.n_bytes // 1000]


def test_a_corrupt_bundle_is_not_pushed(source: Path, far: Path, url: str) -> None:
    _break(source / "aaaa" / "contents" / "answers.json")

    with pytest.raises(BundleCorrupt):
        remote.push_live(source, url, quiet)

    assert not far.exists()


def test_files_that_are_here_are_not_downloaded(
    source: Path, far: Path, url: str, index: Path
) -> None:
    """What the new bundle shares with the live one need not even be at the URL any more."""
    _push(source, url, "bbbb")
    (far / "bbbb" / "encoder" / "encoder.json").unlink()

    assert remote.pull_live(url, index, NOW) == "bbbb"
    assert bundle.verify(index / "bbbb").bundle_id == "bbbb"


def test_a_file_that_is_here_but_broken_is_downloaded(source: Path, url: str, index: Path) -> None:
    _push(source, url, "bbbb")
    _break(index / "aaaa" / "encoder" / "encoder.json")

    remote.pull_live(url, index, NOW)

    assert bundle.verify(index / "bbbb").bundle_id == "bbbb"


def test_a_broken_bundle_is_mended_when_asked_to_check(url: str, index: Path) -> None:
    _break(index / "aaaa" / "contents" / "answers.json")

    remote.pull_live(url, index, NOW, check=True)

    assert bundle.verify(index / "aaaa").bundle_id == "aaaa"


def test_a_rollback_here_stays_until_the_url_names_another_bundle(
    source: Path, url: str, index: Path
) -> None:
    _push(source, url, "bbbb")
    remote.pull_live(url, index, NOW)
    store.rollback(index, NOW)

    remote.pull_live(url, index, NOW, check=True)
    after_a_look = store.current_id(index)
    write_bundle(make_corpus(source.parent), source, "cccc")
    _push(source, url, "cccc")
    remote.pull_live(url, index, NOW)

    assert after_a_look == "aaaa"
    assert store.current_id(index) == "cccc"


def test_stops_come_and_go_with_the_url(source: Path, url: str, index: Path) -> None:
    withholding.withhold(source, "pill-late", "Bilal: wrong dose")
    remote.push_live(source, url, quiet)
    remote.pull_live(url, index, NOW)
    stopped = dict(withholding.read_withheld(index))
    withholding.withhold(source, "pill-late", "")
    remote.push_live(source, url, quiet)
    remote.pull_live(url, index, NOW)

    assert stopped == {"pill-late": "Bilal: wrong dose"}
    assert withholding.read_withheld(index) == {}


def test_a_stop_that_was_made_here_is_not_lifted_from_afar(
    source: Path, url: str, index: Path
) -> None:
    withholding.withhold(index, "pill-late", "Asha: look again")
    withholding.withhold(source, "pill-late", "Bilal: wrong dose")
    remote.push_live(source, url, quiet)
    remote.pull_live(url, index, NOW)
    withholding.withhold(source, "pill-late", "")
    remote.push_live(source, url, quiet)
    remote.pull_live(url, index, NOW)

    assert withholding.read_withheld(index) == {"pill-late": "Asha: look again"}


def test_a_stop_is_taken_although_the_bundle_is_broken(
    source: Path, far: Path, url: str, index: Path
) -> None:
    withholding.withhold(source, "pill-late", "Bilal: wrong dose")
    _push(source, url, "bbbb")
    _break(far / "bbbb" / "contents" / "answers.json")

    with pytest.raises(BundleCorrupt):
        remote.pull_live(url, index, NOW)

    assert set(withholding.read_withheld(index)) == {"pill-late"}


def test_a_stop_is_not_lifted_before_the_bundle_that_mends_it_is_live(
    source: Path, far: Path, url: str, index: Path
) -> None:
    withholding.withhold(source, "pill-late", "Bilal: wrong dose")
    remote.push_live(source, url, quiet)
    remote.pull_live(url, index, NOW)
    withholding.withhold(source, "pill-late", "")
    _push(source, url, "bbbb")
    whole = (far / "bbbb" / "SEAL").read_text()
    (far / "bbbb" / "SEAL").write_text("0")

    with pytest.raises(BundleCorrupt):
        remote.pull_live(url, index, NOW)
    before = dict(withholding.read_withheld(index))
    (far / "bbbb" / "SEAL").write_text(whole)
    remote.pull_live(url, index, NOW)

    assert set(before) == {"pill-late"}
    assert withholding.read_withheld(index) == {}


def test_a_rolled_back_bundle_keeps_the_stops_that_its_successor_lifted(
    source: Path, url: str, index: Path
) -> None:
    withholding.withhold(source, "pill-late", "Bilal: wrong dose")
    remote.push_live(source, url, quiet)
    remote.pull_live(url, index, NOW)
    _push(source, url, "bbbb")
    remote.pull_live(url, index, NOW)
    store.rollback(index, NOW)
    withholding.withhold(source, "pill-late", "")
    remote.push_live(source, url, quiet)

    remote.pull_live(url, index, NOW)

    assert store.current_id(index) == "aaaa"
    assert set(withholding.read_withheld(index)) == {"pill-late"}


def test_a_push_lifts_stops_only_after_current_changed(source: Path, far: Path, url: str) -> None:
    """At the moment of the upload the URL still stops what the old bundle has wrong."""
    withholding.withhold(source, "pill-late", "Bilal: wrong dose")
    remote.push_live(source, url, quiet)
    withholding.withhold(source, "pill-late", "")
    withholding.withhold(source, "other", "Asha: look again")
    store.publish(source, "bbbb", NOW)
    during: list[set[str]] = []

    @contextmanager
    def looking(_name: str, _total: int) -> Iterator[Callable[[int], None]]:
        during.append(set(json.loads((far / withholding.WITHHELD).read_text())))
        yield lambda _n: None

    remote.push_live(source, url, looking)

    assert during == [{"pill-late", "other"}]
    assert set(json.loads((far / withholding.WITHHELD).read_text())) == {"other"}


@pytest.mark.parametrize("content", ["{", "[]", None])
def test_an_unreadable_list_of_stops_changes_nothing(
    source: Path, far: Path, url: str, index: Path, content: str | None
) -> None:
    withholding.withhold(source, "pill-late", "Bilal: wrong dose")
    remote.push_live(source, url, quiet)
    remote.pull_live(url, index, NOW)
    if content is None:
        (far / withholding.WITHHELD).unlink()
    else:
        (far / withholding.WITHHELD).write_text(content)

    with pytest.raises(BundleError, match=r"WITHHELD\.json"):
        remote.pull_live(url, index, NOW)

    assert set(withholding.read_withheld(index)) == {"pill-late"}
    assert store.current_id(index) == "aaaa"


def test_an_empty_place_says_that_nobody_pushed(url: str, tmp_path: Path) -> None:
    with pytest.raises(BundleMissing, match="no bundle was pushed"):
        remote.pull_live(url, tmp_path / "index", NOW)


def test_an_index_whose_note_is_broken_pulls_again(url: str, index: Path) -> None:
    (index / remote_state.PULLED_STATE).write_text("{")
    rmtree(index / "aaaa")

    assert remote.pull_live(url, index, NOW) == "aaaa"
    assert bundle.verify(index / "aaaa").bundle_id == "aaaa"


@pytest.mark.parametrize("url", ["bundles", "s4://bucket/folder", ""])
def test_a_url_of_no_known_kind_is_a_clear_error(url: str, source: Path) -> None:
    with pytest.raises(SettingsError, match="no URL for bundles"):
        remote.push_live(source, url, quiet)


def test_a_password_in_the_url_is_never_shown() -> None:
    assert (
        remote_folder.hide_credentials("sftp://asha:secret@host/bundles") == "sftp://…@host/bundles"
    )
    with pytest.raises(SettingsError) as caught:
        remote_folder.open_folder("s4://asha:secret@host/bundles")
    assert "secret" not in str(caught.value)


# Signed bundles

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
TRUST = signature.Trust((signature.public_key_of(KEY),))


def _sign(folder: Path, serial: int) -> None:
    statement = signature.Statement(
        bundle_id=folder.name,
        manifest_sha256="",
        serial=serial,
        at="2026-11-30T10:00:00+00:00",
        by="Asha",
        action="publish",
    )
    signature.sign(folder, statement, KEY)


@pytest.fixture
def signed(source: Path, url: str, tmp_path: Path) -> Path:
    """The index that pulls signed bundles alone, which has pulled ``aaaa`` with the serial 10."""
    _sign(source / "aaaa", 10)
    remote.push_live(source, url, quiet)
    remote.pull_live(url, tmp_path / "index", NOW, trust=TRUST)
    return tmp_path / "index"


def _push_signed(source: Path, url: str, bundle_id: str, serial: int) -> None:
    _sign(source / bundle_id, serial)
    _push(source, url, bundle_id)


def test_a_pull_brings_the_signature_along(source: Path, url: str, signed: Path) -> None:
    _push_signed(source, url, "bbbb", 11)

    remote.pull_live(url, signed, NOW, trust=TRUST)

    assert store.current_id(signed) == "bbbb"
    found = TRUST.check(signed / "bbbb")
    assert found is not None
    assert found.serial == 11
    assert bundle.verify(signed / "bbbb")


@pytest.mark.parametrize("attack", ["unsigned", "forged", "of another bundle"])
def test_a_bundle_without_its_signature_is_not_taken(
    source: Path, far: Path, url: str, signed: Path, attack: str
) -> None:
    """Somebody may write to the URL and has no key; what is live stays live."""
    _push(source, url, "bbbb")
    forged = {
        "unsigned": "",
        "forged": (source / "aaaa" / "SIGNATURE.json").read_text().replace("Asha", "Eve"),
        "of another bundle": (source / "aaaa" / "SIGNATURE.json").read_text(),
    }[attack]
    if forged:
        (far / "bbbb" / "SIGNATURE.json").write_text(forged)

    with pytest.raises(BundleUntrusted):
        remote.pull_live(url, signed, NOW, trust=TRUST)

    assert store.current_id(signed) == "aaaa"
    assert [item.bundle_id for item in store.list_bundles(signed)] == ["aaaa"]


def test_an_older_bundle_at_the_url_is_not_taken(
    source: Path, far: Path, url: str, signed: Path
) -> None:
    """Its signature was good once; a stranger who kept it cannot bring a wrong dose back."""
    _push_signed(source, url, "bbbb", 11)
    remote.pull_live(url, signed, NOW, trust=TRUST)
    (far / "CURRENT").write_text("aaaa")

    with pytest.raises(BundleUntrusted, match="older than one that was live"):
        remote.pull_live(url, signed, NOW, trust=TRUST)

    assert store.current_id(signed) == "bbbb"


def test_an_older_bundle_that_was_signed_anew_is_taken(
    source: Path, url: str, signed: Path
) -> None:
    _push_signed(source, url, "bbbb", 11)
    remote.pull_live(url, signed, NOW, trust=TRUST)
    _push_signed(source, url, "aaaa", 12)

    remote.pull_live(url, signed, NOW, trust=TRUST)

    assert store.current_id(signed) == "aaaa"
    found = signature.read_statement(signed / "aaaa")
    assert found is not None
    assert found.serial == 12


def test_a_signature_for_other_bytes_never_replaces_the_one_that_is_here(
    source: Path, far: Path, url: str, signed: Path
) -> None:
    before = signature.read_text(signed / "aaaa")
    _sign(source / "bbbb", 11)
    (far / "aaaa" / "SIGNATURE.json").write_text(signature.read_text(source / "bbbb"))

    with pytest.raises(BundleUntrusted):
        remote.pull_live(url, signed, NOW, trust=TRUST)

    assert signature.read_text(signed / "aaaa") == before
    assert TRUST.check(signed / "aaaa")


def test_where_a_missing_signature_is_forbidden_unsigned_bundles_are_still_pulled(
    source: Path, far: Path, url: str, tmp_path: Path
) -> None:
    """As S3 answers who may read and not list; a folder of this name cannot be read either."""
    remote.push_live(source, url, quiet)
    (far / "aaaa" / "SIGNATURE.json").mkdir()

    assert remote.pull_live(url, tmp_path / "index", NOW) == "aaaa"
    with pytest.raises(BundleError):
        remote.pull_live(url, tmp_path / "index", NOW, trust=TRUST)
