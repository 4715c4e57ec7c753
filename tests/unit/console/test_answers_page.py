"""Page Answers: every answer that fits can be reached."""

import re
from pathlib import Path

from console_client import curator, make_context
from corpus_builder import make_answer

from kmqa.console.pages.answers import ON_A_PAGE
from kmqa.corpus import item_files


def test_what_does_not_fit_on_a_page_stands_on_the_next_with_the_search_kept(
    tmp_path: Path,
) -> None:
    context = make_context(tmp_path)
    for number in range(ON_A_PAGE + 5):
        item_files.write_item(context.corpus_root, make_answer(f"ring-{number:03}"), None)
    author = curator(context, "Asha", "author")

    first, last = author.get("/answers?q=ring"), author.get("/answers?q=ring&page=99")

    found = [name for page in (first, last) for name in re.findall(r"<small>(ring-\d+)", page)]
    assert found == [f"ring-{number:03}" for number in range(ON_A_PAGE + 5)]
    assert "q=ring&amp;" in first.split("1 / 2")[1]
