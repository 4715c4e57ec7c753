"""Whether items have the files that their kind asks for beside their YAML."""

from collections.abc import Iterator

from kmqa.content import registry
from kmqa.content.corpus import Corpus
from kmqa.errors import Problem


def problems_of(corpus: Corpus) -> Iterator[Problem]:
    """Yield a problem for each item that lacks a file without which it says nothing."""
    for kind in registry.kinds():
        if kind.companions is None or not kind.companions.is_required:
            continue
        for item in corpus.items.get(kind.name, ()):
            if item.status != "retired" and not corpus.companions(kind.name, item.id):
                names = " or ".join(p.replace("{id}", item.id) for p in kind.companions.patterns)
                message = f'"{names}" is not beside this file. Put it there.'
                yield Problem(*corpus.place(kind.name, item.id, "id"), "file-missing", message)
