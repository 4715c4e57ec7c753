"""Who signed a bundle: `SIGNATURE.json` inside of it, Ed25519 over a statement about its manifest.

The manifest holds the sha256 of every other file, so that the signature vouches for all of them:
contents, indexes, the encoder, documents. It stands apart from what the manifest lists, because the
same corpus always gives the same bundle, and a signature has a person and a moment.

Every signature has a serial that is higher than those before it. Whoever puts an older bundle in
the place of the live one, with the signature that it had then, is found by it; who goes back on
purpose signs the older bundle anew, or says so by a command (`kmqa.commands.signing`).
"""

import json
import os
import stat
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from pydantic import TypeAdapter, ValidationError

from kmqa import disk
from kmqa.errors import BundleUntrusted, SettingsError
from kmqa.index import bundle

_PURPOSE = b"kmqa bundle 1\n"  # what is signed here is never valid as anything else
_SHOWN = 8  # digits of a key, by which people tell keys apart
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What a publisher vouches for.

    Attributes:
        manifest_sha256: Of `manifest.json`, in hexadecimal.
        serial: Higher than that of every earlier statement; about the Unix seconds of its making.
        at: Moment in UTC, ISO 8601.
        by: The publisher, as far as was said.
        action: ``build``, ``publish`` or ``rollback``.
        audit_lines: Length of the audit log then; 0 where there was none.
        audit_head: Sha256 of its last line then; empty where there was none.
        key: The public key, in hexadecimal.
    """

    bundle_id: str
    manifest_sha256: str
    serial: int
    at: str
    by: str
    action: str
    audit_lines: int = 0
    audit_head: str = ""
    key: str = ""

    @property
    def key_name(self) -> str:
        """The first digits of the key."""
        return self.key[:_SHOWN]


@dataclass(frozen=True, slots=True)
class _Signed:
    statement: Statement
    signature: str


_SIGNED = TypeAdapter(_Signed)


@dataclass(frozen=True, slots=True)
class Trust:
    """Whose signatures count.

    Attributes:
        keys: Public keys in hexadecimal; none where bundles need no signature.
    """

    keys: tuple[str, ...] = ()

    def check(self, folder: Path) -> Statement | None:
        """Return what was signed of the bundle in `folder`; None where no signature is asked for.

        Raises:
            BundleUntrusted: It is unsigned, or signed by somebody else or for other bytes.
        """
        if not self.keys:
            return None
        return self.check_text(read_text(folder), folder / "manifest.json", str(folder))

    def check_text(self, text: str, manifest: Path | None, which: str) -> Statement:
        """Return what a signature says, where it is good.

        Args:
            text: Of `SIGNATURE.json`; empty where there is none.
            manifest: The file that it must have been made for; None to judge the signature alone.
            which: Names the bundle in errors.
        """
        if not text:
            raise _refusal("the bundle is not signed", which, "no signature", self.keys)
        try:
            signed = _SIGNED.validate_json(text)
        except ValidationError as error:
            raise _refusal("the bundle's signature is unreadable", which, "", self.keys) from error
        statement = signed.statement
        if statement.key not in self.keys:
            got = f"key {statement.key_name}"
            raise _refusal("the bundle is signed by nobody who is known", which, got, self.keys)
        if not _is_good(signed):
            raise _refusal("the bundle's signature is false", which, "", self.keys)
        if manifest is not None and bundle.sha256_of(manifest) != statement.manifest_sha256:
            got = "a signature of another manifest"
            raise _refusal("the bundle is not the one that was signed", which, got, self.keys)
        return statement


ANYBODY = Trust()
"""What asks for no signature."""


def check_is_newest(statement: Statement, least: int, which: str) -> None:
    """Check that nobody put an older bundle in the place of a newer one.

    Args:
        statement: What was signed of the bundle.
        least: Serial of the newest one that was had before.
        which: Names the bundle in errors.

    Raises:
        BundleUntrusted: It is older.
    """
    if statement.serial < least:
        raise BundleUntrusted(
            "the bundle is older than one that was live before",
            which=which,
            got=f"serial {statement.serial}, signed on {statement.at[:10]}",
            expected=f"at least {least}",
            remedy='Publish a newer one. To go back on purpose: "kmqa rollback" or "kmqa publish'
            " ID\", on the machine that serves or with the publisher's key.",
        )


def sign(folder: Path, statement: Statement, private: Ed25519PrivateKey) -> Statement:
    """Put the signature of `statement` into the bundle in `folder`, in place of any other.

    Its key and the hash of the manifest are filled in. A crash leaves the old signature or the new.
    """
    values = asdict(statement) | {
        "manifest_sha256": bundle.sha256_of(folder / "manifest.json"),
        "key": public_key_of(private),
    }
    statement = Statement(**values)
    signed = _Signed(statement, private.sign(_content_of(statement)).hex())
    write_text(folder, json.dumps(asdict(signed), ensure_ascii=False, indent=1))
    return statement


def read_text(folder: Path) -> str:
    """Return the signature file of the bundle in `folder`; empty where it is not signed."""
    try:
        return (folder / bundle.SIGNATURE).read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return ""


def write_text(folder: Path, text: str) -> None:
    """Write the signature file: first beside the bundle, in which no other file may ever lie."""
    beside = folder.with_name(f".signature-{folder.name.lstrip('.')}")
    disk.write_atomically(beside, text)
    beside.replace(folder / bundle.SIGNATURE)
    disk.sync(folder)


def read_statement(folder: Path) -> Statement | None:
    """Return what a signature says, whoever made it; None where there is none to read."""
    try:
        return _SIGNED.validate_json(read_text(folder)).statement
    except ValidationError:
        return None


def find_highest_serial(index: Path) -> int:
    """Return the highest serial of any bundle in the index folder; 0 where none is signed."""
    found = (read_statement(path.parent) for path in index.glob(f"*/{bundle.SIGNATURE}"))
    return max((one.serial for one in found if one), default=0)


def describe(folder: Path, keys: Sequence[str]) -> str:
    """Return in a few words who signed the bundle in `folder`, as `/readyz` and people read it."""
    if not read_text(folder):
        return "not signed"
    try:
        statement = Trust(tuple(keys)).check(folder)
    except BundleUntrusted as error:
        return error.what
    if statement is None:
        return "signed, but not checked: KMQA_BUNDLE_KEYS is empty"
    by = f" by {statement.by}" if statement.by else ""
    return f"signed{by} with key {statement.key_name} on {statement.at[:10]}"


def make_key_pair(path: Path) -> str:
    """Write a new private key to the new file `path`, and the public one beside it; return that.

    Raises:
        SettingsError: There is such a file already, or it cannot be written.
    """
    private = Ed25519PrivateKey.generate()
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise SettingsError(
            "the key cannot be written", which=str(path), got=str(error.strerror),
            remedy="Name a new file in a folder that is yours; no key is ever overwritten.",
        ) from error  # fmt: skip
    with os.fdopen(descriptor, "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())
    public = public_key_of(private)
    disk.write_atomically(path.with_name(f"{path.name}.pub"), f"{public}\n")
    return public


def read_private_key(path: Path) -> Ed25519PrivateKey:
    """Return the publisher's key.

    Raises:
        SettingsError: It is not there, not such a key, or others on the machine may read it.
    """
    try:
        with path.open("rb") as file:
            mode, pem = os.fstat(file.fileno()).st_mode, file.read()
    except OSError as error:
        raise _key_error("the publisher's key cannot be read", path, str(error.strerror)) from error
    if mode & _OTHERS:
        raise _key_error(
            "others may read the publisher's key", path, oct(stat.S_IMODE(mode)),
            expected="0o600", remedy=f'Run: chmod 600 "{path}". If others did read it, make a new'
            " key.",
        )  # fmt: skip
    try:
        private = load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise _key_error("this is no publisher's key", path, "") from error
    if not isinstance(private, Ed25519PrivateKey):
        raise _key_error("this is no publisher's key", path, type(private).__name__)
    return private


def public_key_of(private: Ed25519PrivateKey) -> str:
    """Return the public key, as the setting has it."""
    return private.public_key().public_bytes_raw().hex()


def _content_of(statement: Statement) -> bytes:
    text = json.dumps(asdict(statement), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return _PURPOSE + text.encode("utf-8", "surrogatepass")


def _is_good(signed: _Signed) -> bool:
    try:
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(signed.statement.key))
        public.verify(bytes.fromhex(signed.signature), _content_of(signed.statement))
    except (InvalidSignature, ValueError):
        return False
    return True


def _refusal(what: str, which: str, got: str, keys: Sequence[str]) -> BundleUntrusted:
    return BundleUntrusted(
        what,
        which=which,
        got=got,
        expected=f"a signature of {' or '.join(key[:_SHOWN] for key in keys)} (KMQA_BUNDLE_KEYS)",
        remedy="Nothing is served from it. Publish it with the publisher's key"
        ' ("kmqa publish ID" with KMQA_SIGNING_KEY).',
    )


def _key_error(
    what: str, path: Path, got: str, expected: str = "",
    remedy: str = 'Make one with "kmqa keys new FILE".',
) -> SettingsError:  # fmt: skip
    return SettingsError(what, which=f"{path} (KMQA_SIGNING_KEY)", got=got, expected=expected,
                         remedy=remedy)  # fmt: skip
