"""Names that must exist somewhere else in the corpus."""

from collections.abc import Collection, Iterable, Iterator

from rapidfuzz import process

from kmqa.errors import Problem

_LEAST_LIKENESS = 60  # of 100; lower suggestions look arbitrary


def unknown(
    place: tuple[str, int], what: str, names: Iterable[str], known: Collection[str]
) -> Iterator[Problem]:
    """Yield a problem for each of `names` that is not `known`, with the nearest known one."""
    for name in names:
        if name not in known:
            message = f'the {what} "{name}" does not exist. {did_you_mean(name, known)}'
            yield Problem(*place, f"{what.replace(' ', '-')}-unknown", message)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return a sentence that offers the nearest of `known`, or lists them where none is near."""
    names = sorted(known)
    near = process.extractOne(word, names, score_cutoff=_LEAST_LIKENESS)
    if near:
        return f'Did you mean "{near[0]}"?'
    return f"Known: {', '.join(names)}." if names else "None is known yet."
