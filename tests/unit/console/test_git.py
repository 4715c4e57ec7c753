"""A console that commits: whoever saves is the author, and a failure is seen on every page."""

from pathlib import Path

import pytest
from console_client import curator, make_context
from real_git import git

from kmqa.console.context import ConsoleContext
from kmqa.corpus import audit, commits


@pytest.fixture
def context(tmp_path: Path) -> ConsoleContext:
    made = make_context(tmp_path)
    git(made.corpus_root, "init", "--quiet")
    git(made.corpus_root, "add", "-A")
    git(made.corpus_root, "commit", "--quiet", "-m", "Begin")
    made.repository = commits.keep(made.corpus_root)
    return made


def test_what_a_curator_does_is_a_commit_of_hers(context: ConsoleContext) -> None:
    curator(context, "Chen", "administrator").post("/keys", action="issue", name="typebot",
                                                per_minute="60")  # fmt: skip

    assert git(context.corpus_root, "log", "-1", "--format=%an: %s") == "Chen: issue key:typebot"
    assert git(context.corpus_root, "status", "--porcelain") == ""


def test_a_failure_of_git_is_shown_and_loses_nothing(context: ConsoleContext) -> None:
    chief = curator(context, "Chen", "administrator")
    lock = context.corpus_root / ".git" / "index.lock"
    lock.touch()

    chief.post("/keys", action="issue", name="typebot", per_minute="60")

    assert audit.read(context.corpus_root)[-1].item == "key:typebot"
    assert "index.lock" in chief.get("/today")
    lock.unlink()
    chief.post("/keys", action="issue", name="turn", per_minute="60")
    assert "index.lock" not in chief.get("/today")
    assert git(context.corpus_root, "status", "--porcelain") == ""
