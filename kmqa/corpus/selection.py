"""Which part of a corpus may be served on a day: approved, in its review period, well backed."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from kmqa.content import registry
from kmqa.content.corpus import Corpus
from kmqa.messages import ContentRef
from kmqa.records import Reviewed

Items = Mapping[str, tuple[Any, ...]]


def is_in_term(item: Reviewed, today: date) -> bool:
    """Return whether `item` is approved and its last day of service has not passed."""
    return item.status == "approved" and item.review_by is not None and today <= item.review_by


def servable(corpus: Corpus, today: date) -> Corpus:
    """Return `corpus` with only what may be served on `today`.

    An item that rests on something which may not be served, such as a document that it cites, is
    left out too, because its source could not be shown. Links to what is left out are taken from
    the lists that name it. Nothing else changes.
    """
    items: Items = {
        name: tuple(item for item in found if is_in_term(item, today))
        for name, found in corpus.items.items()
    }
    items = _without_unbacked(items)
    served = _refs(items)
    pruned = {
        kind.name: tuple(kind.prune(item, served.__contains__) for item in items[kind.name])
        for kind in registry.kinds()
        if kind.name in items
    }
    return corpus.with_items(**pruned)


def _without_unbacked(items: Items) -> Items:
    """Leave out what rests on something that is left out, until nothing does."""
    served = _refs(items)
    backed = {
        kind.name: tuple(item for item in items[kind.name] if served.issuperset(kind.cites(item)))
        for kind in registry.kinds()
        if kind.name in items
    }
    return backed if backed == items else _without_unbacked(backed)


def _refs(items: Items) -> frozenset[ContentRef]:
    return frozenset(ContentRef(name, item.id) for name, found in items.items() for item in found)
