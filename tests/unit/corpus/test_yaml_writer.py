"""Writing YAML that people can read, and changing what they wrote."""

from pathlib import Path

import pytest

from kmqa.corpus import yaml_file, yaml_writer
from kmqa.errors import CorpusFileError


def written(tmp_path: Path, content: str) -> Path:
    path = tmp_path / "a.yaml"
    path.write_text(content, "utf-8", newline="\n")
    return path


def test_dump_is_readable_and_exact(tmp_path: Path) -> None:
    """Blocks for several lines, quotes only where needed, emoji and joiners as they are."""
    data = {
        "id": "42",
        "text": {"en": "one 🤰🏽\n\ntwo", "hi": "क्\u200dष"},
        "no": "yes",
        "day": "2026-11-01",
        "q": [" led", "Plain words, here", "a\u0085b", "# x"],
        "s": [{"document": "d", "pages": "1"}],
        "empty": [],
        "none": {},
    }

    text = yaml_writer.dump(data)

    assert yaml_file.read(written(tmp_path, text)).data == data
    assert 'id: "42"\ntext:\n  en: |-\n    one 🤰🏽\n\n    two\n' in text
    assert "  - Plain words, here\n" in text
    assert "day: 2026-11-01\n" in text


def test_numbers_and_booleans_are_plain() -> None:
    """Values that are not text are written as YAML has them."""
    assert yaml_writer.dump({"count": 3, "wanted": False}) == "count: 3\nwanted: false\n"


def test_changed_touches_only_what_differs(tmp_path: Path) -> None:
    """Comments, order, quotes and list style survive a change, at any depth."""
    text = (
        "# top\nid: 'x'   # kept\ntext:\n  en: |-\n    one\n    two\n  fr: un  # note\n"
        "q:\n  - a\n  - b\nold: 1\n"
    )
    old = {"id": "x", "text": {"en": "one\ntwo", "fr": "un"}, "q": ["a", "b"], "old": "1"}
    new = {
        "id": "x",
        "text": {"en": "one\ntwo", "fr": "deux"},
        "q": ["a", "b"],
        "day": "2026-11-01",
    }

    changed = yaml_writer.apply_changes(written(tmp_path, text), old, new | {"more": ["c\nd"]})

    assert changed == (
        "# top\nid: 'x'   # kept\ntext:\n  en: |-\n    one\n    two\n  fr: deux # note\n"
        "q:\n  - a\n  - b\nday: 2026-11-01\nmore:\n  - |-\n    c\n    d\n"
    )


def test_changed_keeps_lists_that_are_not_indented(tmp_path: Path) -> None:
    """Both common list styles are kept."""
    path = written(tmp_path, "q:\n- a\n- b\n")

    changed = yaml_writer.apply_changes(path, {"q": ["a", "b"]}, {"q": ["a", "b"], "n": {"x": 1}})

    assert changed == "q:\n- a\n- b\nn:\n  x: 1\n"


def test_what_looks_like_a_date_is_text(tmp_path: Path) -> None:
    """A day that does not exist can be written; one that stands in a file stops the round trip."""
    path = written(tmp_path, "a: x\n")
    assert "b: '2026-02-30'" in yaml_writer.apply_changes(
        path, {"a": "x"}, {"a": "x", "b": "2026-02-30"}
    )

    with pytest.raises(CorpusFileError, match="cannot be edited"):
        yaml_writer.apply_changes(
            written(tmp_path, "a: 2026-02-30\n"), {"a": "2026-02-30"}, {"a": "x"}
        )
