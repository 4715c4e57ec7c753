"""`kmqa check`: everything that is wrong with a corpus, in one pass.

`check` reads a folder; `problems_of` judges records that are already read and is pure. Each
rule lives in `kmqa.corpus.rules`, or in `kmqa.content` where it concerns one kind of reviewed
content. Faults of an item that is retired never block a build.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from kmqa.content import registry
from kmqa.content.corpus import Corpus
from kmqa.content.kind import Checking, ContentKind
from kmqa.corpus import audit, audit_proof, files, layout
from kmqa.corpus.rules import approvals, companions, glossary, phrases, review, settings, wordings
from kmqa.errors import CorpusFileError, Problem
from kmqa.limited_child import MAX_RUNNING
from kmqa.records import Extraction

ReadPdf = Callable[[Path], Extraction]


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A corpus with all that was found out about it.

    Attributes:
        corpus: None where `corpus.yaml` is unusable.
        extractions: What could be read of each PDF that exists, by document id.
        problems: Sorted by file and line.
    """

    corpus: Corpus | None
    problems: tuple[Problem, ...]
    extractions: Mapping[str, Extraction] = field(default_factory=dict)

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that block a build."""
        return tuple(problem for problem in self.problems if problem.severity == "error")


def check(root: Path, read_pdf: ReadPdf, today: date) -> Checked:
    """Check the corpus in `root` for every problem of form and content.

    Args:
        root: The corpus folder.
        read_pdf: Extracts a PDF; called once for each document that has one, by several threads.
        today: Day on which dates are judged.

    Raises:
        CorpusFileError: `root` is no corpus.
    """
    reading = files.read(root)
    if reading.corpus is None:
        return Checked(corpus=None, problems=reading.problems)
    extractions = extract_all(reading.corpus, read_pdf)
    problems = (
        *reading.problems,
        *problems_of(reading.corpus, extractions, today),
        *problems_of_log(reading.corpus),
    )
    return Checked(
        corpus=reading.corpus, extractions=extractions, problems=tuple(sorted(set(problems)))
    )


def extract_all(corpus: Corpus, read_pdf: ReadPdf) -> dict[str, Extraction]:
    """Read each document's PDF, by id; documents without a PDF are absent."""
    paths = {
        document.id: layout.pdf_path(corpus.root, document.id) for document in corpus.documents
    }
    there = {
        document_id: path
        for document_id, path in paths.items()
        if path.is_file() and not layout.link_problem(corpus.root, _name(corpus, path))
    }
    # Threads are enough: each PDF is read by a process of its own.
    with ThreadPoolExecutor(max_workers=min(os.cpu_count() or 1, MAX_RUNNING)) as readers:
        return dict(zip(there, readers.map(read_pdf, there.values()), strict=True))


def _name(corpus: Corpus, path: Path) -> str:
    return path.relative_to(corpus.root).as_posix()


def problems_of(
    corpus: Corpus, extractions: Mapping[str, Extraction], today: date
) -> tuple[Problem, ...]:
    """Every problem with what the records of `corpus` say, sorted by file and line.

    Args:
        corpus: As `kmqa.corpus.files.read` gives it.
        extractions: By document id, for each document whose PDF exists.
        today: Day on which dates are judged.
    """
    checking = Checking(corpus=corpus, extractions=extractions, today=today)
    found = [
        *settings.problems_of(corpus, today),
        *phrases.problems_of(corpus),
        *review.problems_of(corpus, today),
        *companions.problems_of(corpus),
        *wordings.problems_of(corpus),
        *glossary.problems_of(corpus),
    ]
    for kind in registry.kinds():
        found += problems_of_kind(kind, checking)
    return tuple(sorted(set(found)))


def problems_of_kind(kind: ContentKind[Any], checking: Checking) -> Iterator[Problem]:
    """Yield what the rules of one kind find."""
    for rule in kind.rules:
        yield from rule(checking)


def problems_of_log(corpus: Corpus) -> tuple[Problem, ...]:
    """Every problem with the audit log of `corpus`, or between it and the items.

    A corpus without a log has no history yet, and nothing is wrong with that.
    """
    try:
        log = audit.read(corpus.root)
    except CorpusFileError:
        return audit_proof.verify(corpus.root)
    return (*audit_proof.verify(corpus.root, log), *approvals.problems_of(corpus, log))
