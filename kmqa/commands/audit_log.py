"""Lines of the audit log about bundles, and `kmqa audit accept`: to vouch for the log as it is."""

import getpass
import os
from pathlib import Path

from rich.console import Console

from kmqa import disk, look_alikes
from kmqa.corpus import anchors, audit, audit_proof, layout
from kmqa.errors import CorpusFileError, KmqaError, NotPermitted, SettingsError
from kmqa.settings import read_settings


def current_user() -> str:
    """Return the machine's user as the log names them; in a container that may be a number."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):  # until Python 3.12, and since 3.13
        name = f"user {os.getuid()}"
    return f"{name} (command line)"


def find_anchor(corpus: Path) -> anchors.Anchor:
    """Return the point that the log of `corpus` has reached; none where there is no log."""
    return anchors.anchor_of(disk.read_json_lines(corpus / layout.AUDIT).whole)


def record_bundle(corpus: Path, action: str, bundle_id: str, by: str) -> None:
    """Write a line about a bundle, where the corpus is here and has a log or shall have one.

    A corpus that nobody changed through kmqa has none, and begins one only with a key.

    Raises:
        CorpusFileError: It cannot be written.
        SettingsError: The log is kept with a key that is not here.
    """
    if not (corpus / layout.SETTINGS).is_file():
        return
    if not audit.exists(corpus) and not read_settings().audit_key_list:
        return
    entry = audit.Entry(by=by or current_user(), action=action, item=f"bundle:{bundle_id}")
    try:
        with audit.lock(corpus):
            audit.append(corpus, (entry,))
    except OSError as error:
        raise CorpusFileError(
            "the audit log cannot be written",
            path=corpus / layout.AUDIT,
            got=error.strerror or type(error).__name__,
            remedy="Nothing was changed. Make room or get the right to write there.",
        ) from error


def record_rollback(corpus: Path, bundle_id: str, by: str) -> None:
    """Write the line of a rollback, or say why not: to go back must never wait for a log."""
    try:
        record_bundle(corpus, "rollback", bundle_id, by)
    except KmqaError as error:
        Console(stderr=True, soft_wrap=True).print(
            f"not in the audit log: {error.message}", highlight=False, markup=False
        )


def accept_log(corpus: Path, by: str) -> int:
    """Let a person vouch for the audit log as it is, in a line of its own; return 0.

    Raises:
        SettingsError: There is no key, with which alone the line would say something.
        NotPermitted: Nobody is named.
        CorpusFileError: The log cannot be read.
    """
    if not read_settings().audit_key_list:
        raise SettingsError(
            "nobody can vouch for the audit log without a key",
            which="KMQA_AUDIT_KEY",
            remedy="Make one with: openssl rand -hex 32",
        )
    if not look_alikes.name_keys(by):
        raise NotPermitted("a name is missing", which="--by", remedy="Say who looked through it.")
    before = audit_proof.verify(corpus)
    n_lines = audit_proof.accept(corpus, by)
    console = Console(soft_wrap=True, highlight=False, markup=False)
    for problem in before:
        console.print(str(problem))
    console.print(f"{by} vouches for the {n_lines} lines of the audit log before")
    return 0
