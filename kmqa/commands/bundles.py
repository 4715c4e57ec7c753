"""`kmqa bundles` and `kmqa rollback`: what is built and what is live."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from kmqa.commands import audit_log, signing
from kmqa.errors import BundleMissing
from kmqa.index import signature, store
from kmqa.settings import read_settings


def list_bundles(index: Path, *, as_json: bool) -> None:
    """Print every bundle of `index` with its counts, and which one is live."""
    if not index.is_dir():
        raise BundleMissing(
            "there is no index folder", which=str(index), remedy='Run "kmqa build" first.'
        )
    found = store.list_bundles(index)
    gates = {name: _gate_text(line) for name, line in store.read_verdicts(index).items()}
    if as_json:
        rows = [
            _row(item)
            | {"gate": gates.get(item.bundle_id), "signature": _describe_signature(index, item)}
            for item in found
        ]
        Console(soft_wrap=True).out(json.dumps(rows, indent=2))
        return
    table = Table(box=None, pad_edge=False)
    # An id that is cut off cannot be given to "kmqa publish".
    table.add_column("bundle", min_width=max((len(item.bundle_id) for item in found), default=0))
    for heading in ("live", "answers", "wordings", "passages", "languages", "state"):
        table.add_column(heading)
    for item in found:
        counts = item.manifest.counts if item.manifest else {}
        table.add_row(
            item.bundle_id,
            "yes" if item.is_live else "",
            *(str(counts.get(name, "")) for name in ("answers", "wordings", "passages")),
            " ".join(item.manifest.languages) if item.manifest else "",
            item.problem or _state(gates.get(item.bundle_id), _describe_signature(index, item)),
        )
    Console().print(table)


def _state(gate: str | None, signed: str) -> str:
    return f"whole, gate {gate}, {signed}" if gate else f"whole, {signed}"


def _describe_signature(index: Path, item: store.ListedBundle) -> str:
    return signature.describe(index / item.bundle_id, read_settings().bundle_key_list)


def _gate_text(verdict: Mapping[str, object]) -> str:
    return "passed" if verdict.get("passed") is True else "failed"


def _row(item: store.ListedBundle) -> dict[str, object]:
    return {
        "bundle_id": item.bundle_id,
        "live": item.is_live,
        "counts": dict(item.manifest.counts) if item.manifest else None,
        "languages": list(item.manifest.languages) if item.manifest else None,
        "problem": item.problem,
    }


def rollback(index: Path, named: str | None, *, corpus: Path, by: str) -> None:
    """Make the bundle that was live before the live one again, or the one that is named.

    Raises:
        BundleError: There is none, it is not whole, or nobody signed it whom the settings trust.
    """
    bundle_id = named or store.find_previous(index)
    signing.vouch(
        signing.Act(index=index, bundle_id=bundle_id, action="rollback", by=by, corpus=corpus)
    )
    audit_log.record_rollback(corpus, bundle_id, by)
    authorisation = store.Authorisation(by=by)
    store.publish(index, bundle_id, datetime.now(UTC), "rollback", authorisation)
    Console().print(f"{bundle_id} is live again", highlight=False)
