"""The append-only log and its chain."""

import json
from pathlib import Path

import pytest
from corpus_builder import make_answer

from kmqa.corpus import audit, audit_proof
from kmqa.errors import CorpusFileError


def entry(item: str = "answer:a", to: str = "approved") -> audit.Entry:
    return audit.Entry(by="me", action="move", item=item, to_status=to)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    audit.append(tmp_path, [entry("answer:a"), entry("answer:b")])
    audit.append(tmp_path, [entry("answer:c")])
    return tmp_path


def test_lines_are_appended_and_chained(root: Path) -> None:
    """Every line is there in order, dated, and the chain holds over several writes."""
    lines = audit.read(root)

    assert [line.item for line in lines] == ["answer:a", "answer:b", "answer:c"]
    assert all(line.at.endswith("+00:00") for line in lines)
    assert lines[0].previous_line_sha256 == audit.NO_LINE
    assert audit_proof.verify(root) == ()


@pytest.mark.parametrize(("keep", "line"), [(slice(1, None), 1), (slice(0, None, 2), 2)])
def test_missing_line_breaks_the_chain(root: Path, keep: slice, line: int) -> None:
    """A line that is taken out is noticed at the line after it."""
    path = root / "audit.jsonl"
    path.write_text("".join(path.read_text().splitlines(keepends=True)[keep]))

    assert [(found.line, found.code) for found in audit_proof.verify(root)] == [
        (line, "audit-broken")
    ]


def test_altered_line_breaks_the_chain(root: Path) -> None:
    """A line whose words change is noticed at the line after it."""
    path = root / "audit.jsonl"
    path.write_text(path.read_text().replace("answer:b", "answer:x"))

    assert [found.line for found in audit_proof.verify(root)] == [3]


def test_unreadable_line_is_named(root: Path) -> None:
    """What kmqa did not write is an error with its line."""
    with (root / "audit.jsonl").open("a") as file:
        file.write('{"by": 3}\n')

    with pytest.raises(CorpusFileError, match="audit log is unreadable"):
        audit.read(root)
    assert [(found.line, found.code) for found in audit_proof.verify(root)] == [
        (4, "audit-unreadable")
    ]


def test_no_log_is_no_history(tmp_path: Path) -> None:
    """A corpus without a log has no lines and no problem."""
    assert audit.read(tmp_path) == ()
    assert audit_proof.verify(tmp_path) == ()
    assert not audit.exists(tmp_path)


def test_meaning_ignores_status_and_version_only() -> None:
    """An approval holds while the words, people and dates do."""
    answer = make_answer()
    same = make_answer(status="retired", version=9, related=[])

    assert audit.meaning_sha256(answer) == audit.meaning_sha256(same)
    for change in ({"title": "x"}, {"text": {"en": "x"}}, {"review_by": "2030-01-01"}):
        assert audit.meaning_sha256(answer) != audit.meaning_sha256(make_answer(**change))


def test_lines_are_plain_json(root: Path) -> None:
    """Each line can be read by any program."""
    first = json.loads((root / "audit.jsonl").read_text().splitlines()[0])

    assert first["to_status"] == "approved"


def torn(root: Path) -> Path:
    """The log of `root` with half a line at its end, as a full disk leaves it."""
    path = root / "audit.jsonl"
    with path.open("ab") as file:
        file.write('{"at": "2026-11-30T09:00:00+00:00", "by": "Rahel Ké'.encode()[:-1])
    return path


def test_a_torn_last_line_is_a_warning_and_stops_nothing(root: Path) -> None:
    """The whole lines are read, and what is wrong is told without an error."""
    torn(root)

    assert [line.item for line in audit.read(root)] == ["answer:a", "answer:b", "answer:c"]
    found = audit_proof.verify(root)
    assert [(one.line, one.code, one.severity) for one in found] == [(4, "audit-torn", "warning")]


def test_the_next_line_takes_the_place_of_a_torn_one(root: Path) -> None:
    """The chain goes on from the last whole line, and nothing is wrong any more."""
    torn(root)

    audit.append(root, [entry("answer:d")])

    items = [line.item for line in audit.read(root)]
    assert items == ["answer:a", "answer:b", "answer:c", "answer:d"]
    assert audit_proof.verify(root) == ()


def test_a_log_of_half_a_line_is_not_begun(tmp_path: Path) -> None:
    """What was approved before is noted once more when the first line was cut off."""
    torn(tmp_path)

    assert not audit.exists(tmp_path)
