"""Every error that kmqa raises on purpose, with its exit code and HTTP status.

::

    KmqaError                          what, which, got and expected, remedy
      UserError                   1    a person can fix it: the command line prints one line
        SettingsError            10    a setting is missing or malformed
        CorpusError              11    CorpusFileError(path, line) · CorpusInvalid(problems)
        ExtractionError          12    a PDF cannot be read (path, page)
        BundleError              13    BundleMissing · BundleCorrupt · BundleIncompatible
                                       BundleUntrusted (18)
        EvaluationError          14    a test set is unreadable or does not fit the bundle
        ServiceError             15    a running service cannot be asked
        LexiconError             16    a language's file lacks an entry (path)
        ReadersBusy              17    too many files are being read at the same time
        WorkflowError            11    NotPermitted 403 · TransitionDenied 409 · EditConflict 409

Abstaining is a decision (`kmqa.matching.decide`), never an exception. Mistakes in the program
stay `ValueError` and `TypeError` and are not caught.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Literal


class KmqaError(Exception):
    """What went wrong, with which thing, what was got and expected, and what to do.

    Args:
        what: The fault in a few words, without a full stop.
        which: The file, setting, id or line that it is about.
        got: What was found there.
        expected: What should have been there.
        remedy: One sentence that says what to do.
    """

    exit_code: ClassVar[int] = 1
    http_status: ClassVar[int] = 500

    def __init__(
        self, what: str, *, which: str = "", got: str = "", expected: str = "", remedy: str = ""
    ) -> None:
        self.what = what
        self.which = which
        self.got = got
        self.expected = expected
        self.remedy = remedy
        super().__init__(self.message)

    @property
    def message(self) -> str:
        """The four parts as one line: ``what: which; got X, expected Y. Remedy``."""
        line = f"{self.what}: {self.which}" if self.which else self.what
        facts = [f"got {self.got}"] if self.got else []
        if self.expected:
            facts.append(f"expected {self.expected}")
        if facts:
            line = f"{line}; {', '.join(facts)}"
        line = line if line.endswith((".", "?", "!")) else f"{line}."
        return " ".join(f"{line} {self.remedy}".split())


class UserError(KmqaError):
    """A person can fix this, so it is shown as one line without a traceback."""

    http_status = 400


class SettingsError(UserError):
    """A setting is missing or malformed; names the setting and never prints a secret."""

    exit_code = 10


class CorpusError(UserError):
    """The files under the corpus folder cannot be used as they are."""

    exit_code = 11


class CorpusFileError(CorpusError):
    """One file of the corpus is unreadable or has the wrong shape at one place."""

    def __init__(self, what: str, *, path: Path, line: int | None = None, **parts: str) -> None:
        self.path = path
        self.line = line
        super().__init__(what, which=f"{path}:{line}" if line else str(path), **parts)


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One finding of `kmqa check`.

    Attributes:
        path: The file, relative to the corpus folder where it lies inside it.
        line: The line in that file, counted from 1, or 0 for the file as a whole.
        code: A short stable name of the rule, such as ``quote-not-found``.
        message: What is wrong and what to do, in one sentence or two.
        severity: An ``error`` blocks a build; a ``warning`` does not.
    """

    path: str
    line: int
    code: str
    message: str
    severity: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}" if self.line else self.path
        return f"{place}: {self.severity} [{self.code}] {self.message}"


class CorpusInvalid(CorpusError):
    """`kmqa check` found errors; carries every problem that it found."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        n_errors = sum(problem.severity == "error" for problem in problems)
        super().__init__(
            "the corpus is not fit to build",
            got=f"{n_errors} error{'s' if n_errors != 1 else ''}",
            expected="none",
            remedy='Fix what "kmqa check" lists.',
        )


class ExtractionError(UserError):
    """A PDF cannot be read; carries its path and, where one page is at fault, the page."""

    exit_code = 12

    def __init__(self, what: str, *, path: Path, page: int | None = None, **parts: str) -> None:
        self.path = path
        self.page = page
        super().__init__(what, which=f"{path} page {page}" if page else str(path), **parts)


class LexiconError(UserError):
    """A language's file in `kmqa/lexicon` lacks, misspells or repeats an entry."""

    exit_code = 16

    def __init__(self, what: str, *, path: Path, **parts: str) -> None:
        self.path = path
        super().__init__(what, which=str(path), **parts)


class BundleError(UserError):
    """The index folder holds no bundle that this process can serve."""

    exit_code = 13
    http_status = 503


class BundleMissing(BundleError):
    """There is no bundle, or CURRENT names none."""


class BundleCorrupt(BundleError):
    """A file of a bundle is absent, unexpected, or not the bytes that the manifest vouches for."""


class BundleIncompatible(BundleError):
    """The bundle was made with another model or bundle format than this process has."""


class BundleUntrusted(BundleError):
    """The bundle bears no signature that this process trusts, or is older than one it had."""

    exit_code = 18


class EvaluationError(UserError):
    """A test set is unreadable, or names answers that the bundle does not have."""

    exit_code = 14


class ServiceError(UserError):
    """A running service cannot be reached, refuses the key, or is no service of kmqa."""

    exit_code = 15
    http_status = 502


class ReadersBusy(UserError):
    """Too many untrusted files are being read at the same time; nothing was read."""

    exit_code = 17
    http_status = 429


class WorkflowError(UserError):
    """A step of the review workflow is not allowed."""

    exit_code = 11


class NotPermitted(WorkflowError):
    """This person may not take this step."""

    http_status = 403


class TransitionDenied(WorkflowError):
    """The item cannot go from its present status to the one asked for."""

    http_status = 409


class EditConflict(WorkflowError):
    """The item changed since it was read, so writing would undo somebody's work."""

    http_status = 409
