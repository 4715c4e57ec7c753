"""Reading a test set: questions as people send them, each with the answers that would be right.

A line of the file is one JSON object: ``text``; ``expected``, an id, a list of ids that are
equally right, or null where the bot must refuse; and if wanted ``lang``, ``kind``, ``profile``
and ``history``. Other keys are kept and written to the predictions again. This is the first
step of `kmqa eval`; `kmqa.eval.run` asks the questions.
"""

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path

from rapidfuzz import fuzz, process

from kmqa import disk
from kmqa.errors import EvaluationError
from kmqa.records import Profile

URGENT = "urgent"
"""An expected id that begins so is a danger sign; alone it stands for any danger sign."""

_PROFILE_KEYS = frozenset(field.name for field in fields(Profile))
_LANGUAGE = re.compile(r"([a-z]{2,3})(?![a-z])", re.IGNORECASE)
_NO_LANGUAGE = frozenset({"und", "mul", "mis", "zxx"})  # ISO 639-2: none, several or not known
_CLOSE = 70  # least rapidfuzz score, of 100, at which a known id is worth suggesting
_MOST_NAMED = 3  # ids named in one message, so that it stays one line


class _LineFault(Exception):
    """What is wrong with one line, until the line's number is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """One line of a test set.

    Attributes:
        line: In the file, counted from 1.
        expected: Ids of which each would be right; empty where the bot must refuse.
        lang: The line's own name for its language, for slices, or None.
        kind: The line's own name for what is tested, for slices, or None.
        profile: Of the person who asks.
        history: What the person sent right before, first to last.
        source: The whole object as it stood in the file.
        file: Name of the file, or empty where it came from none.
    """

    line: int
    text: str
    expected: tuple[str, ...]
    lang: str | None
    kind: str | None
    profile: Profile
    source: Mapping[str, object]
    history: tuple[str, ...] = ()
    file: str = ""

    @property
    def place(self) -> str:
        """File and line, for messages."""
        return f"{self.file}:{self.line}" if self.file else f"line {self.line}"

    @property
    def is_urgent(self) -> bool:
        """Whether a danger sign is reported, even where an answer would be right as well."""
        return any(name.startswith(URGENT) for name in self.expected)

    @property
    def is_answerable(self) -> bool:
        """Whether an answer exists and no danger sign is reported."""
        return bool(self.expected) and not self.is_urgent

    @property
    def is_unanswerable(self) -> bool:
        """Whether no answer exists."""
        return not self.expected


@dataclass(frozen=True, slots=True)
class TestSet:
    """All queries of one file, and the SHA-256 of its bytes."""

    path: Path
    sha256: str
    queries: tuple[Query, ...]


def read_test_set(path: Path) -> TestSet:
    """Return the queries of `path`, in order; lines without anything are passed over.

    Raises:
        EvaluationError: The file cannot be read, has no query, or a line is faulty; the message
            names the first such line and counts the others.
    """
    content = _content(path)
    queries: list[Query] = []
    faults: list[tuple[int, str]] = []
    for number, line in _number_lines(content):
        try:
            queries.append(replace(_query(number, line), file=path.name))
        except _LineFault as fault:
            faults.append((number, str(fault)))
    if faults:
        raise _unreadable(path, faults)
    if not queries:
        raise EvaluationError(
            "the test set has no question",
            which=str(path),
            remedy="Write one JSON object on a line.",
        )
    return TestSet(path, disk.sha256_of(content), tuple(queries))


def check_ids(tests: TestSet, known_ids: Collection[str]) -> None:
    """Every expected id is among `known_ids`, or is the bare word `URGENT`.

    Raises:
        EvaluationError: One or more are not; names the first few with their lines.
    """
    unknown: dict[str, int] = {}
    for query in tests.queries:
        for name in query.expected:
            if name not in known_ids and name != URGENT:
                unknown.setdefault(name, query.line)
    if not unknown:
        return
    named = [_with_suggestion(name, line, known_ids) for name, line in unknown.items()]
    more = f" and {len(named) - _MOST_NAMED} more" if len(named) > _MOST_NAMED else ""
    raise EvaluationError(
        "the test set expects answers that the index does not have",
        which=str(tests.path),
        got=f"{', '.join(named[:_MOST_NAMED])}{more}",
        remedy="Fix the ids, rebuild the index, or give --allow-unknown to count them as misses.",
    )


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise EvaluationError(
            "the test set cannot be read",
            which=str(path),
            got=(error.strerror or type(error).__name__).lower(),
            remedy="Name a .jsonl file.",
        ) from error


def _number_lines(content: bytes) -> Iterator[tuple[int, bytes]]:
    lines = content.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    return ((number, line) for number, line in enumerate(lines, start=1) if line.strip())


def _query(number: int, line: bytes) -> Query:
    data = _object(line)
    lang = _optional_text(data, "lang")
    if not isinstance(data.get("text"), str):
        message = '"text" should be the question as text'
        raise _LineFault(message)
    return Query(
        line=number,
        text=str(data["text"]),
        expected=_read_expected(data),
        lang=lang,
        kind=_optional_text(data, "kind"),
        profile=_profile(data, lang),
        history=_history(data),
        source=data,
    )


def _object(line: bytes) -> dict[str, object]:
    try:
        data = json.loads(line.decode("utf-8"))
        # Neither half a character, such as a lone "\ud83d", nor NaN could be written again.
        json.dumps(data, ensure_ascii=False, allow_nan=False).encode("utf-8")
    except UnicodeError as error:
        message = "text that is not UTF-8"
        raise _LineFault(message) from error
    except (ValueError, RecursionError) as error:
        message = f"not valid JSON ({getattr(error, 'msg', 'nesting or a number out of range')})"
        raise _LineFault(message) from error
    if not isinstance(data, dict):
        message = "not a JSON object"
        raise _LineFault(message)
    return data


def _read_expected(data: Mapping[str, object]) -> tuple[str, ...]:
    """Absent is a fault, because a forgotten key would turn a question into one to refuse."""
    if "expected" not in data:
        message = '"expected" is missing: write an id, a list of ids, or null'
        raise _LineFault(message)
    value = data["expected"]
    if value is None:
        return ()
    names = value if isinstance(value, list) else [value]
    if not all(isinstance(name, str) and name.strip() for name in names):
        message = '"expected" should be an id, a list of ids, or null'
        raise _LineFault(message)
    return tuple(dict.fromkeys(str(name) for name in names))


def _optional_text(data: Mapping[str, object], key: str) -> str | None:
    value = data.get(key)
    if value is not None and not isinstance(value, str):
        message = f'"{key}" should be text'
        raise _LineFault(message)
    return value or None


def _history(data: Mapping[str, object]) -> tuple[str, ...]:
    value = data.get("history")
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(said, str) for said in value):
        message = '"history" should be a list of the messages before, as text'
        raise _LineFault(message)
    return tuple(value)


def _profile(data: Mapping[str, object], lang: str | None) -> Profile:
    """Return the line's profile; its language is `lang` unless the profile says otherwise."""
    value = data.get("profile")
    if value is None:
        value = {}
    if not isinstance(value, dict):
        message = '"profile" should be an object'
        raise _LineFault(message)
    told = {key: _optional_text(value, key) for key in _PROFILE_KEYS & value.keys()}
    return Profile(**({"language": _language_of(lang)} | told))


def _language_of(lang: str | None) -> str | None:
    """Return the language code that `lang` begins with: ``ur`` of ``ur-Latn``, None of ``und``."""
    found = _LANGUAGE.match(lang or "")
    code = found[1].lower() if found else None
    return None if code in _NO_LANGUAGE else code


def _unreadable(path: Path, faults: Sequence[tuple[int, str]]) -> EvaluationError:
    line, detail = faults[0]
    others = f" (the first of {len(faults)} faulty lines)" if len(faults) > 1 else ""
    return EvaluationError(
        "a line of the test set cannot be read",
        which=f"{path}:{line}",
        got=f"{detail}{others}",
        expected='an object such as {"text": "...", "expected": "answer-id"}',
        remedy="Fix the file.",
    )


def _with_suggestion(name: str, line: int, known_ids: Collection[str]) -> str:
    near = process.extractOne(name, sorted(known_ids), scorer=fuzz.ratio, score_cutoff=_CLOSE)
    hint = f', did you mean "{near[0]}"' if near else ""
    return f'"{name}" (line {line}{hint})'
