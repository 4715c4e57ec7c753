"""Whether a reviewed item of a bundle may be served on a day: one rule for deciding and sending."""

from collections.abc import Set as AbstractSet
from datetime import date
from typing import Literal

from kmqa.index.contents import Contents
from kmqa.matching import audience
from kmqa.messages import ContentRef
from kmqa.records import Answer

Standing = Literal["served", "stopped", "lapsed", "unknown"]
"""Whether it may be served, was stopped by a curator, is past its review date, or is not there."""


def standing_of(
    ref: ContentRef, contents: Contents, withheld: AbstractSet[str], today: date
) -> Standing:
    """Return whether the item that `ref` names may be served.

    Args:
        ref: What a message carries; its kind or id may be unknown here.
        contents: Of the open bundle.
        withheld: Ids of answers and danger signs that a curator stopped.
        today: By which review dates are judged; an answer needs its cited documents in term.
    """
    item = contents.find(ref.kind, ref.id)
    if item is None:
        return "unknown"
    if ref.kind != "document" and ref.id in withheld:
        return "stopped"
    if not audience.is_in_term(item, today):
        return "lapsed"
    if isinstance(item, Answer):
        return _standing_of_sources(item, contents, today)
    return "served"


def _standing_of_sources(answer: Answer, contents: Contents, today: date) -> Standing:
    for source in answer.sources:
        cited = contents.document_by_id.get(source.document)
        if cited is None:
            return "unknown"
        if not audience.is_in_term(cited, today):
            return "lapsed"
    return "served"
