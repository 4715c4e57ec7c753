"""Files that are only ever appended to: what is read back, whatever a crash left."""

from pathlib import Path

import pytest

from kmqa.index import journal


@pytest.mark.parametrize("cut", [b'{"at": "20', b'{"by": "S\xc3', b"7"])
def test_a_line_that_a_crash_cut_off_takes_none_of_the_others_with_it(
    tmp_path: Path, cut: bytes
) -> None:
    """Also where it ends within a letter; what is written next stands by itself."""
    file = tmp_path / "HISTORY.jsonl"
    journal.append_line(file, {"n": 1})
    with file.open("ab") as stream:
        stream.write(cut)

    journal.append_line(file, {"n": 2})
    journal.append_line(file, {"n": 3})

    assert list(journal.read_lines(file)) == [{"n": 1}, {"n": 2}, {"n": 3}]


@pytest.mark.parametrize("text", ["wrong\u2028dose", "wrong\x85dose", "wrong\ndose", "غلط"])
def test_what_somebody_wrote_is_read_back_as_it_was(tmp_path: Path, text: str) -> None:
    """Some letters part lines in other places than JSON's."""
    file = tmp_path / "HISTORY.jsonl"
    journal.append_line(file, {"reason": text})

    assert list(journal.read_lines(file)) == [{"reason": text}]


def test_a_file_that_is_not_there_has_no_lines(tmp_path: Path) -> None:
    assert list(journal.read_lines(tmp_path / "HISTORY.jsonl")) == []
