"""What a URL of bundles says is live and stopped, and what of it was pulled the last time."""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from kmqa import disk
from kmqa.errors import BundleCorrupt, BundleError, BundleMissing
from kmqa.index import bundle
from kmqa.index.remote_folder import RemoteFolder
from kmqa.index.signature import ANYBODY, Trust
from kmqa.index.withholding import WITHHELD

PULLED_STATE = ".PULLED.json"
"""File of a local index that tells what was pulled from the URL the last time."""

_BUNDLE_ID = re.compile(r"[0-9a-z]{1,64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteState:
    """What a URL holds: its live bundle, and its stopped answers with who stopped each and why.

    Attributes:
        signature: The bundle's `SIGNATURE.json`; empty where nobody signed it.
    """

    bundle_id: str = ""
    signature: str = ""
    withheld: Mapping[str, str] = field(default_factory=dict)


def read_remote_state(remote: RemoteFolder, trust: Trust = ANYBODY) -> RemoteState:
    """Read the stops before CURRENT, because a push releases stops after it changes CURRENT.

    Raises:
        BundleError: The URL cannot be read, or nothing was pushed to it.
    """
    if (raw := remote.read(WITHHELD)) is None or (live := remote.read("CURRENT")) is None:
        raise BundleMissing(
            "no bundle was pushed to this URL",
            which=remote.display_url,
            expected=f"CURRENT and {WITHHELD}",
            remedy='Push one with "kmqa push URL".',
        )
    bundle_id = live.decode("utf-8", "replace").strip()
    if not _BUNDLE_ID.fullmatch(bundle_id):
        raise BundleCorrupt(
            "CURRENT at the URL names no bundle",
            which=remote.display_url,
            got=repr(bundle_id[:40]),
            remedy='Push again with "kmqa push URL".',
        )
    return RemoteState(
        bundle_id=bundle_id,
        signature=_read_signature(remote, bundle_id, trust),
        withheld=_parse_withheld(remote, raw),
    )


def _read_signature(remote: RemoteFolder, bundle_id: str, trust: Trust) -> str:
    """Return the bundle's signature file; empty where there is none.

    S3 says that reading is forbidden, not that nothing is there, to who may not list a bucket.
    Where no signature is asked for, that must not end the pulls.
    """
    try:
        found = remote.read(f"{bundle_id}/{bundle.SIGNATURE}") or b""
    except BundleError:
        if trust.keys:
            raise
        found = b""
    return found.decode("utf-8", "replace")


def read_remote_withheld(remote: RemoteFolder) -> Mapping[str, str]:
    """Return what is stopped at the URL; nothing where nobody pushed yet."""
    raw = remote.read(WITHHELD)
    return {} if raw is None else _parse_withheld(remote, raw)


def _parse_withheld(remote: RemoteFolder, raw: bytes) -> Mapping[str, str]:
    try:
        return {str(name): str(why) for name, why in json.loads(raw).items()}
    except (ValueError, AttributeError) as error:
        raise BundleCorrupt(
            "the list of stopped answers at the URL is unreadable",
            which=f"{remote.display_url}/{WITHHELD}",
            remedy="Delete it there and push again; until then what was stopped stays stopped.",
        ) from error


def write_withheld(remote: RemoteFolder, withheld: Mapping[str, str]) -> None:
    """Stop at the URL just what `withheld` names."""
    remote.write(WITHHELD, json.dumps(withheld, ensure_ascii=False, indent=1).encode())


def read_pulled_state(index: Path) -> RemoteState:
    """Return what the last pull found; nothing where there was none, or its file is broken."""
    try:
        return RemoteState(**json.loads((index / PULLED_STATE).read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        return RemoteState()


def write_pulled_state(index: Path, theirs: RemoteState) -> None:
    """Remember what was pulled."""
    if theirs == read_pulled_state(index):
        return
    content = json.dumps(asdict(theirs), ensure_ascii=False, indent=1)
    disk.write_atomically(index / PULLED_STATE, content)
