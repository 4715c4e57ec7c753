"""Whether what is approved is still what the audit log says was approved."""

from collections.abc import Iterable, Iterator

from kmqa.content import registry
from kmqa.content.corpus import Corpus
from kmqa.corpus import audit, workflow
from kmqa.errors import Problem
from kmqa.records import Reviewed


def problems_of(corpus: Corpus, log: Iterable[audit.Entry]) -> Iterator[Problem]:
    """Problems of items whose state does not follow from the last line about them.

    Args:
        corpus: What to check.
        log: The audit log, oldest line first; an empty one means that no log was begun, and
            nothing can be said.
    """
    # Lines without a status, such as a stop in an emergency, say nothing about the item's words,
    # nor do those about users, which have a role there.
    last = {entry.item: entry for entry in log if entry.to_status in workflow.TRANSITIONS}
    if not last:
        return
    for item in corpus.all_items():
        entry = last.get(registry.name_of(item))
        place = corpus.place(registry.kind_of(item).name, item.id, "status")
        if item.status == "approved":
            yield from _problems_of_approved(corpus, item, entry)
        elif entry and entry.to_status != item.status:
            message = (
                f'the status is "{item.status}", but the audit log says "{entry.to_status}". '
                'Use "kmqa review" for each change of status.'
            )
            yield Problem(*place, "status-unlogged", message, "warning")


def _problems_of_approved(
    corpus: Corpus, item: Reviewed, entry: audit.Entry | None
) -> Iterator[Problem]:
    place = corpus.place(registry.kind_of(item).name, item.id, "status")
    if entry is None or entry.to_status != "approved":
        message = (
            'it is marked approved, but the audit log has no approval. Set it to "in_review" '
            'and approve it with "kmqa review".'
        )
        yield Problem(*place, "approval-unlogged", message)
    elif entry.sha256_after != audit.fingerprint(corpus, item):
        message = (
            f"it was altered after {entry.by} approved it on {entry.at[:10]}. Undo the change, "
            'or set it to "in_review" and have it approved again.'
        )
        yield Problem(*place, "altered-after-approval", message)
