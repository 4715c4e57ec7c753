"""Names that must exist somewhere else in the corpus."""

from collections.abc import Collection, Iterable, Iterator

from kmqa.corpus import schema
from kmqa.errors import Problem


def unknown(
    place: tuple[str, int], what: str, names: Iterable[str], known: Collection[str]
) -> Iterator[Problem]:
    """A problem for each of `names` that is not `known`, with the nearest known one."""
    for name in names:
        if name not in known:
            message = f'the {what} "{name}" does not exist. {schema.did_you_mean(name, known)}'
            yield Problem(*place, f"{what.replace(' ', '-')}-unknown", message)
