"""Each change of a corpus as one commit, with a real git."""

import json
from pathlib import Path

import pytest
from corpus_builder import TODAY, make_answer, make_corpus, write_corpus
from real_git import git

from kmqa.corpus import audit, commits, files, workflow
from kmqa.corpus.commits import Repository
from kmqa.errors import SettingsError


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A corpus in a folder of a repository, all of it committed."""
    folder = tmp_path / "programme" / "corpus"
    answers = (make_answer("a", status="draft"), make_answer("b", status="draft"))
    write_corpus(make_corpus(folder, answers=answers))
    git(tmp_path, "init", "--quiet", "programme")
    git(folder, "add", "-A")
    git(folder, "commit", "--quiet", "-m", "Begin")
    return folder


@pytest.fixture
def repository(root: Path) -> Repository:
    return commits.keep(root)


def _send(root: Path, answer_id: str, by: str = "Asha Ö. <x>") -> None:
    step = workflow.Step(to="in_review", by=by, today=TODAY)
    workflow.move(root, "answer", answer_id, step)


def test_each_change_is_one_commit_of_its_curator_with_the_audit_line(
    root: Path, repository: Repository
) -> None:
    _send(root, "a")
    _send(root, "b", "Bilal")

    log = git(root, "log", "--format=%an|%cn|%s").splitlines()
    assert log[:2] == [
        "Bilal|kmqa console|move answer:b: draft to in_review",
        "Asha Ö. x|kmqa console|move answer:a: draft to in_review",
    ]
    line = json.loads(git(root, "log", "-1", "--format=%b"))
    assert (line["by"], line["item"]) == ("Bilal", "answer:b")
    assert git(root, "status", "--porcelain") == ""
    assert repository.problem == ""


def test_what_somebody_else_left_lying_about_is_not_committed(
    root: Path, repository: Repository
) -> None:
    (root / "notes.txt").write_text("half written")
    git(root, "add", "notes.txt")
    _send(root, "a")

    names = git(root, "show", "--name-only", "--format=").splitlines()
    assert names == ["corpus/answers/general/a.yaml", "corpus/audit.jsonl"]
    assert repository.problem == ""


def test_a_failure_of_git_loses_no_change_and_the_next_commit_takes_it_along(
    root: Path, repository: Repository
) -> None:
    lock = root.parent / ".git" / "index.lock"
    lock.touch()
    _send(root, "a")

    assert "index.lock" in repository.problem
    assert {one.id: one.status for one in files.read_corpus(root).answers}["a"] == "in_review"
    lock.unlink()
    _send(root, "b", "Bilal")
    assert repository.problem == ""
    assert git(root, "status", "--porcelain") == ""
    body = git(root, "log", "-1", "--format=%b")
    assert [json.loads(line)["item"] for line in body.splitlines()] == ["answer:a", "answer:b"]


def test_a_repository_that_is_gone_for_a_while_loses_no_change(
    root: Path, repository: Repository
) -> None:
    (root.parent / ".git").rename(root.parent / "elsewhere")
    _send(root, "a")

    assert "not a git repository" in repository.problem
    assert audit.read(root)[-1].item == "answer:a"
    (root.parent / "elsewhere").rename(root.parent / ".git")
    _send(root, "b")
    assert repository.problem == ""
    assert git(root, "status", "--porcelain") == ""


def test_a_hook_that_says_no_is_told(root: Path, repository: Repository) -> None:
    hook = root.parent / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho not on Fridays >&2\nexit 1\n")
    hook.chmod(0o755)
    _send(root, "a")

    assert "not on Fridays" in repository.problem


def test_nothing_is_committed_unless_it_was_asked_for(root: Path) -> None:
    _send(root, "a")

    assert git(root, "log", "--format=%s") == "Begin"


def test_a_folder_without_a_repository_is_told_at_once(tmp_path: Path) -> None:
    write_corpus(make_corpus(tmp_path))

    with pytest.raises(SettingsError, match="KMQA_GIT"):
        commits.keep(tmp_path)
