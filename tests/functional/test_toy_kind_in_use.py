"""A kind of content that kmqa does not have, through the real commands."""

from pathlib import Path

import pytest
from toy_kinds import NOTICE, PATHWAY, PRICES, write_toys

from kmqa.cli import main
from kmqa.content import registry
from kmqa.index import bundle

ITEMS = ("notice:opening-hours", "pathway:fever", "price-list:drugs")


def _run(home: Path, *arguments: str) -> int:
    return main([*arguments, "--corpus", str(home / "corpus")])


def _build(home: Path, capsys: pytest.CaptureFixture[str]) -> bundle.Bundle:
    capsys.readouterr()
    assert _run(home, "build", "--index", str(home / "index")) == 0
    return bundle.open_bundle(home / "index" / capsys.readouterr().out.split()[0])


def test_a_new_kind_goes_from_its_folder_into_the_bundle(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The commands check, review and build it, and refuse it once a file of its folder changed."""
    with registry.use_kinds(NOTICE, PATHWAY, PRICES):
        before = _build(home, capsys)
        write_toys(home / "corpus")
        assert _run(home, "check") == 0
        assert _build(home, capsys).manifest.counts["notices"] == 0  # drafts
        assert _run(home, "review", "in_review", *ITEMS, "--by", "writer") == 0
        assert _run(home, "review", "approved", *ITEMS, "--by", "reviewer") == 0

        opened = _build(home, capsys)

        assert opened.manifest.bundle_id != before.manifest.bundle_id
        assert opened.manifest.counts["notices"] == 1
        assert opened.contents.find("notice", "opening-hours") is not None
        assert opened.companions("pathway", "fever")["questions.csv"].is_file()
        again = _build(home, capsys)
        assert again.manifest == opened.manifest

        (home / "corpus/pathways/fever/questions.csv").write_text("temperature,text\n")
        assert _run(home, "build", "--index", str(home / "index")) == 11
        assert "altered after reviewer approved it" in capsys.readouterr().err
