"""The index of the decisions leads to every one of them, and each says why and what follows."""

import re
from pathlib import Path

PAGE = (Path(__file__).parents[2] / "DECISIONS.md").read_text(encoding="utf-8")
HEADINGS = re.findall(r"^## (\d+)\. (.+)$", PAGE, flags=re.MULTILINE)


def anchor(heading: str) -> str:
    """Return the anchor that a heading gets on a page of Markdown."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def test_decisions_are_numbered_without_a_gap() -> None:
    assert [int(number) for number, _ in HEADINGS] == list(range(1, len(HEADINGS) + 1))


def test_the_index_leads_to_every_decision() -> None:
    rows = re.findall(r"^\| \[(\d+)\]\(#([^)]+)\) \|", PAGE, flags=re.MULTILINE)

    assert rows == [(number, anchor(f"{number}. {title}")) for number, title in HEADINGS]


def test_every_decision_has_a_context_and_a_decision() -> None:
    parts = re.split(r"^## \d+\. .+$", PAGE, flags=re.MULTILINE)[1:]

    for (number, _), part in zip(HEADINGS, parts, strict=True):
        assert re.search(r"^(\*\*)?Context[.:]", part, flags=re.MULTILINE), number
        assert re.search(r"^(\*\*)?Decision[.:]", part, flags=re.MULTILINE), number
