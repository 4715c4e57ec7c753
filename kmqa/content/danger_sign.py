"""Danger signs: ``urgent/ID.yaml``. The audit log and the bundle call them ``urgent``."""

from dataclasses import replace

from kmqa.content.kind import ContentKind, IsServed
from kmqa.content.rules import danger_signs, sources
from kmqa.messages import ContentRef
from kmqa.records import UrgentEntry


def _prune(item: UrgentEntry, is_served: IsServed) -> UrgentEntry:
    related = tuple(name for name in item.related if is_served(ContentRef("answer", name)))
    return replace(item, related=related)


KIND = ContentKind(
    name="danger_sign",
    label="danger sign",
    record=UrgentEntry,
    folder="urgent",
    rules=(danger_signs.problems_of, sources.rule_for("danger_sign")),
    cites=sources.list_cited_documents,
    prune=_prune,
    log_name="urgent",
)
