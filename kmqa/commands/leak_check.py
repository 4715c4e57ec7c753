"""Leaks of a test set into a bundle, found with the bundle's own encoder."""

from collections.abc import Sequence

from rich.console import Console

from kmqa.commands import answering
from kmqa.eval import gate, leaks
from kmqa.eval.test_set import Query
from kmqa.index import bundle

_MOST_ENCODED = 3_000  # texts, some ten seconds: a warning is not worth more
_MOST_SHOWN = 5


def leaks_into(opened: bundle.Bundle, queries: Sequence[Query]) -> tuple[leaks.Leak, ...]:
    """Every one of `queries` that stands in `opened`, by words, spelling or meaning."""
    encode = answering.encoder_of(opened)
    return leaks.find_leaks(queries, opened.contents.wordings, encode, language_of(opened))


def language_of(opened: bundle.Bundle) -> str:
    """Return the only language that the encoder of `opened` knows, or `leaks.EVERY_LANGUAGE`."""
    from kmqa.offline import model  # only names and hashes; no torch

    is_default = opened.manifest.model.weights_sha256 == model.DEFAULT_SHA256
    return "en" if is_default else leaks.EVERY_LANGUAGE


def warn_of_leaks(opened: bundle.Bundle, queries: Sequence[Query]) -> None:
    """Say on the error stream which of `queries` stand in `opened`; silent where none does.

    Meaning is compared only where that takes seconds; "kmqa testset check" always compares it.
    """
    wordings = opened.contents.wordings
    if not wordings:
        return
    known = language_of(opened)
    if leaks.n_encoded(queries, wordings, known) > _MOST_ENCODED:
        known = leaks.NO_LANGUAGE
    found = leaks.find_leaks(queries, wordings, answering.encoder_of(opened), known)
    if not found:
        return
    console = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)
    console.print(
        f"warning: {len(found):,} of {len(queries):,} questions stand in the corpus, so the "
        'figures look too good; "kmqa testset check" lists all'
    )
    for leak in found[:_MOST_SHOWN]:
        console.print(f"  {gate.leak_text(leak)}")
