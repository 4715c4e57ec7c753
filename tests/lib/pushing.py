"""What tests of bundles at a URL push, and how they break a push off."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from bundle_builder import write_bundle
from corpus_builder import make_answer, make_corpus

from kmqa.index import remote, store

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def write_source(home: Path) -> Path:
    """The index that pushes, with ``aaaa`` live and ``bbbb``, of other answers, built."""
    write_bundle(make_corpus(home), home / "source", "aaaa")
    other = make_corpus(home, answers=(make_answer("pill-late"), make_answer("depo-late")))
    write_bundle(other, home / "source", "bbbb")
    store.publish(home / "source", "aaaa", NOW)
    return home / "source"


def cut_short_by(error: type[BaseException]) -> remote.Progress:
    """A progress that ends a push with `error` once some files are there."""

    @contextmanager
    def progress(_name: str, _total: int) -> Iterator[Callable[[int], None]]:
        def advance(_n: int) -> None:
            raise error

        yield advance

    return progress
