"""`kmqa user`: what is done at a terminal stands in the history, too."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from corpus_builder import make_answer, make_corpus, write_corpus

from kmqa.commands import console
from kmqa.corpus import audit
from kmqa.settings import read_settings
from kmqa.state import accounts
from kmqa.state import organisation as members
from kmqa.state.accounts import AccountError
from kmqa.state.database import Database
from kmqa.state.organisation import Account


@pytest.fixture
def corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where the command looks for the corpus; there is none yet."""
    monkeypatch.setenv("KMQA_CORPUS", str(tmp_path / "corpus"))
    monkeypatch.setenv("KMQA_DATABASE_URL", f"sqlite:///{tmp_path}/kmqa.db")
    monkeypatch.setattr("getpass.getuser", lambda: "root")
    read_settings.cache_clear()
    yield tmp_path / "corpus"
    read_settings.cache_clear()


def test_each_change_of_a_user_has_its_line(corpus: Path) -> None:
    write_corpus(make_corpus(corpus, answers=(make_answer("depo-late"),)))

    console.add_user("Asha  Rao", "reviewer")
    console.disable_user("Asha Rao")
    with pytest.raises(AccountError):
        console.add_user("Asha Rao", "author")

    lines = [
        (one.by, one.action, one.item, one.from_status, one.to_status)
        for one in audit.read(corpus)
        if one.item.startswith("user:")
    ]
    assert lines == [
        ("root (command line)", "add", "user:Asha Rao", "", "reviewer"),
        ("root (command line)", "disable", "user:Asha Rao", "reviewer", "reviewer"),
    ]


def test_a_user_of_the_machine_without_a_name_is_known_by_her_number(
    corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nameless() -> str:
        raise KeyError("uid not found")

    monkeypatch.setattr("getpass.getuser", nameless)
    monkeypatch.setattr("os.getuid", lambda: 10001)
    write_corpus(make_corpus(corpus, answers=(make_answer("depo-late"),)))

    console.add_user("Asha", "author")

    assert audit.read(corpus)[-1].by == "user 10001 (command line)"


def test_a_new_password_opens_the_console_and_forgets_the_account(
    corpus: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_corpus(make_corpus(corpus, answers=(make_answer("depo-late"),)))
    console.add_user("Asha [ng]", "administrator")
    database = Database(f"sqlite:///{corpus.parent}/kmqa.db")
    with database.writing() as connection:
        members.enter(connection, Account(subject="17", name="Asha [ng]"), 0.0)
    capsys.readouterr()

    console.new_password("Asha [ng]")

    said = re.fullmatch(
        r'"Asha \[ng\]" signs in with the one-time password (\S+)\n', capsys.readouterr().out
    )
    assert said
    with database.reading() as connection:
        user = accounts.find_user(connection, "Asha [ng]")
        assert (user.must_change, user.is_linked) == (True, False)
        assert accounts.is_password_right(connection, "Asha [ng]", said[1])
    database.close()
    line = audit.read(corpus)[-1]
    assert (line.action, line.item) == ("new-password", "user:Asha [ng]")
    assert said[1] not in str(line)


def test_nobody_gets_a_password_without_being_a_user(corpus: Path) -> None:
    write_corpus(make_corpus(corpus, answers=(make_answer("depo-late"),)))

    with pytest.raises(AccountError):
        console.new_password("Zoe")

    assert audit.read(corpus) == ()


def test_a_user_can_be_made_before_there_is_a_corpus(corpus: Path) -> None:
    console.add_user("Asha", "author")

    assert not corpus.exists()
