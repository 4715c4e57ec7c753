"""What every command owes a person: help, a place in docs/commands.md, errors of one line."""

from pathlib import Path

import pytest
from corpus_builder import make_answer, make_corpus, make_document, write_corpus
from typer.core import TyperGroup
from typer.main import get_group

from kmqa import errors
from kmqa.cli import app, main

ROOT = Path(__file__).parent.parent.parent
COMMANDS_PAGE = ROOT / "docs" / "commands.md"
PDFS = ROOT / "tests" / "data" / "pdfs"
ENTRIES = get_group(app).commands
COMMANDS = [name for name, entry in ENTRIES.items() if not isinstance(entry, TyperGroup)]
GROUPS = [
    (group, name)
    for group, entry in ENTRIES.items()
    if isinstance(entry, TyperGroup)
    for name in entry.commands
]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_and_is_in_the_docs(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([name, "--help"]) == 0

    assert "Usage" in capsys.readouterr().out
    assert f"kmqa {name}" in COMMANDS_PAGE.read_text()


@pytest.mark.parametrize(("group", "name"), GROUPS)
def test_every_command_of_a_group_has_help_and_is_in_the_docs(
    group: str, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([group, name, "--help"]) == 0

    assert "Usage" in capsys.readouterr().out
    assert f"kmqa {group} {name}" in COMMANDS_PAGE.read_text()


def test_every_error_class_is_drawn_in_the_table_of_errors() -> None:
    classes = [
        value.__name__
        for value in vars(errors).values()
        if isinstance(value, type) and issubclass(value, Exception)
    ]

    assert errors.__doc__ is not None
    assert [name for name in classes if name not in errors.__doc__] == []


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["nonsense"], 2, "No such command"),
        (["ask", "hi", "--index", "nowhere"], 13, "no index folder"),
        (["bundles", "--index", "nowhere"], 13, "no index folder"),
        (["publish", "x", "--index", "."], 13, "no such bundle"),
        (["rollback", "--index", "."], 13, "nothing to go back to"),
        (["check", "--corpus", "nowhere"], 11, "nowhere"),
        (["build", "--corpus", "nowhere", "--index", "i"], 11, "nowhere"),
        (["import", "nowhere.csv", "--corpus", "nowhere"], 11, "nowhere"),
        (["eval", "nowhere.jsonl", "--index", "i"], 14, "nowhere.jsonl"),
        (["extract", "nowhere.pdf"], 12, "nowhere.pdf"),
    ],
)
def test_a_mistake_is_told_in_one_line_with_its_exit_code(
    arguments: list[str],
    code: int,
    told: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)

    assert main(arguments) == code

    printed = capsys.readouterr().err.strip()
    assert told in printed
    assert printed.startswith("kmqa: ")
    assert len(printed.splitlines()) == 1


def test_a_malformed_setting_is_named_without_its_value(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    corpus = write_corpus(make_corpus(tmp_path / "c"))
    monkeypatch.setenv("KMQA_MODEL", str(tmp_path / "no-model"))

    code = main(["build", "--corpus", str(corpus), "--index", str(tmp_path / "i")])

    assert code == 10
    assert "KMQA_MODEL" in capsys.readouterr().err


def test_an_empty_corpus_says_what_to_do_next(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    corpus = write_corpus(make_corpus(tmp_path / "c", answers=()))

    code = main(["build", "--corpus", str(corpus), "--index", str(tmp_path / "i")])

    assert code == 11
    assert "kmqa import" in capsys.readouterr().err


@pytest.mark.parametrize("pdf", sorted(path.name for path in PDFS.glob("*.pdf") if any(
    word in path.name for word in ("encrypt", "scan", "truncat", "fuzz", "zero")
)))  # fmt: skip
def test_a_pdf_that_cannot_be_read_backs_no_answer(
    pdf: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from kmqa.index.bundle import sha256_of

    source = {"document": "handbook", "pages": [1], "quote": "anything"}
    corpus = write_corpus(
        make_corpus(
            tmp_path / "c",
            answers=(make_answer(sources=[source]),),
            documents=(make_document(sha256=sha256_of(PDFS / pdf)),),
        )
    )
    (corpus / "documents" / "handbook.pdf").write_bytes((PDFS / pdf).read_bytes())

    code = main(["build", "--corpus", str(corpus), "--index", str(tmp_path / "i")])

    if "empty_user" in pdf or "empty-user" in pdf:
        assert "quote" in capsys.readouterr().err
    assert code == 11


def test_a_pdf_replaced_after_its_review_blocks_the_build(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = {"document": "handbook", "pages": [1], "quote": "anything"}
    corpus = write_corpus(
        make_corpus(
            tmp_path / "c",
            answers=(make_answer(sources=[source]),),
            documents=(make_document(),),
        )
    )
    replacement = next(iter(sorted(PDFS.glob("*.pdf"))))
    (corpus / "documents" / "handbook.pdf").write_bytes(replacement.read_bytes())

    code = main(["build", "--corpus", str(corpus), "--index", str(tmp_path / "i")])

    assert code == 11
    assert "changed" in capsys.readouterr().err
