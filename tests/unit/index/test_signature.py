"""Signed bundles: who may say what is served, and each way to get another one in."""

import json
import stat
from dataclasses import replace
from pathlib import Path

import pytest
from bundle_builder import make_bundle, write_bundle
from corpus_builder import make_answer, make_corpus
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from kmqa.errors import BundleCorrupt, BundleUntrusted, SettingsError
from kmqa.index import bundle, signature
from kmqa.index.signature import Statement, Trust

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
OTHER = Ed25519PrivateKey.from_private_bytes(b"o" * 32)
TRUST = Trust((signature.public_key_of(KEY),))


def statement(bundle_id: str = "aaaa", serial: int = 1) -> Statement:
    return Statement(
        bundle_id=bundle_id,
        manifest_sha256="",
        serial=serial,
        at="2026-11-30T10:00:00+00:00",
        by="Asha",
        action="publish",
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = write_bundle(make_corpus(tmp_path), tmp_path / "index", "aaaa")
    signature.sign(made, statement(), KEY)
    return made


def test_a_signed_bundle_opens_and_its_signature_says_by_whom(folder: Path) -> None:
    found = TRUST.check(folder)

    assert found is not None
    assert (found.by, found.serial, found.key) == ("Asha", 1, TRUST.keys[0])
    assert bundle.open_bundle(folder).manifest.bundle_id == "aaaa"
    assert "SIGNATURE.json" not in bundle.verify(folder).files
    assert signature.describe(folder, TRUST.keys).startswith("signed by Asha with key")


def test_the_same_bundle_is_made_with_and_without_a_signature(folder: Path, tmp_path: Path) -> None:
    unsigned = write_bundle(make_corpus(tmp_path), tmp_path / "other", "aaaa")

    names = ("manifest.json", "SEAL")
    assert [(folder / n).read_bytes() for n in names] == [
        (unsigned / n).read_bytes() for n in names
    ]


def test_a_bundle_without_a_signature_is_refused_where_one_is_asked_for(folder: Path) -> None:
    (folder / "SIGNATURE.json").unlink()

    with pytest.raises(BundleUntrusted, match="is not signed") as caught:
        TRUST.check(folder)

    assert caught.value.exit_code == 18
    assert signature.describe(folder, TRUST.keys) == "not signed"
    assert Trust().check(folder) is None


def test_a_signature_of_somebody_else_is_refused_until_their_key_is_trusted(folder: Path) -> None:
    """Two keys are trusted while one replaces the other."""
    signature.sign(folder, statement(), OTHER)

    with pytest.raises(BundleUntrusted, match="nobody who is known"):
        TRUST.check(folder)

    assert Trust((*TRUST.keys, signature.public_key_of(OTHER))).check(folder)


@pytest.mark.parametrize(
    ("field", "value"),
    [("serial", 9), ("by", "Eve"), ("bundle_id", "bbbb"), ("audit_head", "0" * 64)],
)
def test_no_word_of_a_statement_can_be_changed(folder: Path, field: str, value: object) -> None:
    path = folder / "SIGNATURE.json"
    signed = json.loads(path.read_text())
    signed["statement"][field] = value
    path.write_text(json.dumps(signed))

    with pytest.raises(BundleUntrusted):
        TRUST.check(folder)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"statement": {}}', "\ud800", '{"signature": 1}'])
def test_what_is_no_signature_is_refused(folder: Path, text: str) -> None:
    (folder / "SIGNATURE.json").write_bytes(text.encode("utf-8", "surrogatepass"))

    with pytest.raises(BundleUntrusted):
        TRUST.check(folder)


def test_the_signature_of_one_bundle_does_not_fit_another(folder: Path, tmp_path: Path) -> None:
    """Whoever writes into the index folder can seal what they like, and sign nothing."""
    forged = make_corpus(tmp_path, answers=(make_answer("forged"),))
    other = write_bundle(forged, tmp_path / "other", "aaaa")
    (other / "SIGNATURE.json").write_bytes((folder / "SIGNATURE.json").read_bytes())

    assert bundle.verify(other)
    with pytest.raises(BundleUntrusted, match="not the one that was signed"):
        TRUST.check(other)


def test_a_changed_file_of_a_signed_bundle_is_found_by_its_hash(folder: Path) -> None:
    (folder / "contents" / "answers.json").write_text("[]")

    assert TRUST.check(folder)
    with pytest.raises(BundleCorrupt):
        bundle.open_bundle(folder)


def test_an_older_bundle_is_refused(folder: Path) -> None:
    found = TRUST.check(folder)

    assert found is not None
    signature.check_is_newest(found, 1, "aaaa")
    with pytest.raises(BundleUntrusted, match="older than one that was live"):
        signature.check_is_newest(found, 2, "aaaa")


def test_the_highest_serial_of_a_folder_is_found(folder: Path, tmp_path: Path) -> None:
    other = write_bundle(make_corpus(tmp_path), folder.parent, "bbbb")
    signature.sign(other, statement("bbbb", serial=7), KEY)

    assert signature.find_highest_serial(folder.parent) == 7
    assert signature.find_highest_serial(tmp_path / "nowhere") == 0


# Keys


@pytest.fixture
def private(tmp_path: Path) -> Path:
    signature.make_key_pair(tmp_path / "publisher.key")
    return tmp_path / "publisher.key"


def test_a_new_key_is_for_its_owner_alone(private: Path) -> None:
    assert stat.S_IMODE(private.stat().st_mode) == 0o600
    public = private.with_name("publisher.key.pub").read_text().strip()
    assert signature.public_key_of(signature.read_private_key(private)) == public


def test_no_key_is_overwritten(private: Path) -> None:
    before = private.read_bytes()

    with pytest.raises(SettingsError, match="no key is ever overwritten"):
        signature.make_key_pair(private)

    assert private.read_bytes() == before


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_a_key_that_others_may_read_is_refused(private: Path, mode: int) -> None:
    private.chmod(mode)

    with pytest.raises(SettingsError, match="others may read") as caught:
        signature.read_private_key(private)

    assert "PRIVATE" not in caught.value.message


def test_what_is_no_publishers_key_is_refused(private: Path) -> None:
    curve = generate_private_key(SECP256R1())
    for content in (
        b"",
        b"no key",
        curve.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
    ):
        private.write_bytes(content)
        with pytest.raises(SettingsError, match="no publisher's key"):
            signature.read_private_key(private)
    private.unlink()
    with pytest.raises(SettingsError, match="cannot be read"):
        signature.read_private_key(private)


# Documents


def test_a_document_is_intact_until_a_byte_changes(tmp_path: Path) -> None:
    opened = make_bundle(make_corpus(tmp_path))
    (tmp_path / "documents").mkdir()
    pdf = tmp_path / "documents" / "handbook.pdf"
    pdf.write_bytes(b"%PDF")
    sealed = {"documents/handbook.pdf": bundle.sha256_of(pdf)}
    manifest = replace(opened.manifest, files=sealed)
    opened = replace(opened, folder=tmp_path, manifest=manifest)

    assert opened.is_intact("handbook")
    pdf.write_bytes(b"%PDX")
    assert not opened.is_intact("handbook")
    pdf.unlink()
    assert not opened.is_intact("handbook")
