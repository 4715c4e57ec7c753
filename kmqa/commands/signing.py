"""Who vouches for what goes live: `kmqa keys`, and the signature right before a publication."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from kmqa.commands import audit_log
from kmqa.errors import SettingsError
from kmqa.index import bundle, signature, store
from kmqa.index.signature import Statement, Trust
from kmqa.settings import Settings, read_settings
from kmqa.state.database import Database
from kmqa.state.serial_floor import SerialFloor


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Something that makes a bundle live.

    Attributes:
        action: ``build``, ``publish`` or ``rollback``.
        by: Who does it, as far as was said.
        corpus: Whose audit log the signature anchors; it need not be there.
    """

    index: Path
    bundle_id: str
    action: str
    by: str
    corpus: Path


def vouch(act: Act) -> None:
    """Sign the bundle of `act` with the publisher's key, or see that it needs no new signature.

    Without the key, a bundle that bears a good signature may go live, an older one too: whoever
    names it on this machine wants it, and the service's database is told so.

    Raises:
        BundleError: The bundle is not whole, or not signed though `KMQA_BUNDLE_KEYS` asks for it.
        SettingsError: The key cannot be used.
    """
    settings = read_settings()
    folder = store.bundle_folder(act.index, act.bundle_id)
    if settings.signing_key:
        bundle.verify(folder)
        _sign(act, folder, settings)
        return
    statement = Trust(settings.bundle_key_list).check(folder)
    if statement is not None and statement.serial < signature.find_highest_serial(act.index):
        _allow_older(statement, settings)


def can_vouch() -> bool:
    """Return whether a new bundle can go live: no signature is asked for, or the key is here."""
    settings = read_settings()
    return bool(settings.signing_key) or not settings.bundle_key_list


def _sign(act: Act, folder: Path, settings: Settings) -> None:
    path = Path(settings.signing_key)
    private = signature.read_private_key(path)
    public = signature.public_key_of(private)
    if settings.bundle_key_list and public not in settings.bundle_key_list:
        raise SettingsError(
            "the publisher's key is not one of those that are trusted",
            which=f"KMQA_SIGNING_KEY ({path})",
            got=public,
            expected="one of KMQA_BUNDLE_KEYS",
            remedy="Add it there, on every machine that serves, or use the right key.",
        )
    anchor = audit_log.find_anchor(act.corpus)
    statement = Statement(
        bundle_id=act.bundle_id,
        manifest_sha256="",
        serial=max(int(time.time()), signature.find_highest_serial(act.index) + 1),
        at=datetime.now(UTC).isoformat(timespec="seconds"),
        by=act.by or audit_log.current_user(),
        action=act.action,
        audit_lines=anchor.n_lines,
        audit_head=anchor.head,
    )
    signature.sign(folder, statement, private)


def _allow_older(statement: Statement, settings: Settings) -> None:
    """Tell the service on this machine that an older bundle is wanted."""
    database = Database(settings.database_url.get_secret_value())
    try:
        SerialFloor(database).lower_to(statement.serial)
    finally:
        database.close()


def make_keys(file: Path) -> None:
    """Write a publisher's key pair and print what to set.

    Raises:
        SettingsError: The file is there already or cannot be written.
    """
    public = signature.make_key_pair(file)
    console = Console(soft_wrap=True, highlight=False, markup=False)
    console.print(public)
    Console(stderr=True, soft_wrap=True, highlight=False, markup=False).print(
        f'"{file}" is the publisher\'s private key: set KMQA_SIGNING_KEY to it where you publish, '
        "keep a copy apart, and give it to nobody. The line above is the public key, also in "
        f'"{file}.pub": set KMQA_BUNDLE_KEYS to it wherever the bot is served.'
    )


def show_key(file: Path) -> None:
    """Print the public key of a private one.

    Raises:
        SettingsError: It is no such key, or others may read it.
    """
    public = signature.public_key_of(signature.read_private_key(file))
    Console(soft_wrap=True, highlight=False, markup=False).print(public)
