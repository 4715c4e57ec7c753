"""`kmqa check` end to end."""

import json
from pathlib import Path

import pytest
from corpus_builder import (
    TODAY,
    make_answer,
    make_corpus,
    make_document,
    make_extraction,
    write_corpus,
)

from kmqa.commands import check
from kmqa.records import Extraction


def read_pdf(_: Path) -> Extraction:
    return make_extraction("the only page")


def _wish(root: Path, *, as_json: bool = False) -> check.Wish:
    return check.Wish(corpus=root, index=root / "index", as_json=as_json)


def test_fit_corpus(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Warnings do not block: exit 0, with the counts at the end."""
    few = make_answer(questions={"en": ["[bold]one[/bold]"]})
    root = write_corpus(make_corpus(tmp_path, answers=(few,), documents=(make_document(),)))
    (root / "documents/handbook.pdf").write_bytes(b"%PDF")

    code = check.check_corpus(_wish(root), read_pdf=read_pdf, today=TODAY)

    lines = capsys.readouterr().out.splitlines()
    assert code == 0
    assert lines[0].startswith("answers/general/pill-late.yaml:6: warning [wordings-few]")
    assert lines[-1] == "fit to build: no errors, 1 warning"


def test_unfit_corpus(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Errors block: exit 11, warnings first, each on one line."""
    answer = make_answer(topic="x", related=["y"], questions={})
    root = write_corpus(make_corpus(tmp_path, answers=(answer,)))

    code = check.check_corpus(_wish(root), read_pdf=read_pdf, today=TODAY)

    lines = capsys.readouterr().out.splitlines()
    assert code == 11
    assert [line.split()[1] for line in lines[:-1]] == ["warning", "error", "error"]
    assert lines[-1] == "not fit to build: 2 errors, 1 warning"


def test_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Programs get the same facts as one object."""
    root = write_corpus(make_corpus(tmp_path, answers=(make_answer(topic="x"),)))

    code = check.check_corpus(_wish(root, as_json=True), read_pdf=read_pdf, today=TODAY)

    report = json.loads(capsys.readouterr().out)
    assert code == 11
    assert (report["fit"], report["errors"], report["warnings"]) == (False, 1, 0)
    assert report["problems"][0]["code"] == "topic-unknown"
    assert report["problems"][0]["line"] == 2
