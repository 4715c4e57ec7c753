"""What goes live is vouched for: by the publisher's key, or by a command on the machine."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from bundle_builder import HashEncoder, write_bundle
from corpus_builder import make_answer, make_corpus

from kmqa.cli import main
from kmqa.commands import answering
from kmqa.errors import BundleUntrusted, SettingsError
from kmqa.index import signature, store
from kmqa.settings import read_settings
from kmqa.state.database import Database
from kmqa.state.serial_floor import SerialFloor

NOW = datetime(2026, 11, 30, tzinfo=UTC)


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two bundles, of which ``aaaa`` is live and unsigned, and a publisher's key."""
    monkeypatch.setattr(answering, "encoder_of", lambda *_opened: HashEncoder())
    monkeypatch.setenv("KMQA_DATABASE_URL", f"sqlite:///{tmp_path}/kmqa.db")
    monkeypatch.setenv("KMQA_CORPUS", str(tmp_path / "no-corpus"))
    write_bundle(make_corpus(tmp_path), tmp_path / "index", "aaaa")
    other = make_corpus(tmp_path, answers=(make_answer("pill-late"), make_answer("depo-late")))
    write_bundle(other, tmp_path / "index", "bbbb")
    store.publish(tmp_path / "index", "aaaa", NOW)
    return tmp_path / "index"


def _trust(index: Path, monkeypatch: pytest.MonkeyPatch, *, with_key: bool) -> str:
    """Ask for signatures from now on; return the public key of the publisher."""
    path = index.parent / "publisher.key"
    if not path.exists():
        signature.make_key_pair(path)
    public = signature.public_key_of(signature.read_private_key(path))
    monkeypatch.setenv("KMQA_BUNDLE_KEYS", public)
    if with_key:
        monkeypatch.setenv("KMQA_SIGNING_KEY", str(path))
    else:
        monkeypatch.delenv("KMQA_SIGNING_KEY", raising=False)
    read_settings.cache_clear()
    return public


def _publish(index: Path, bundle_id: str) -> int:
    return main(["publish", bundle_id, "--index", str(index), "--force", "a test", "--by", "Asha"])


def test_without_the_setting_everything_is_as_it_was(index: Path) -> None:
    assert _publish(index, "bbbb") == 0
    assert answering.open_responder(index).bundle.folder.name == "bbbb"
    assert signature.describe(index / "bbbb", ()) == "not signed"


def test_an_unsigned_bundle_is_not_served_and_not_published_without_the_key(
    index: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _trust(index, monkeypatch, with_key=False)

    for arguments in (["ask", "late", "--index", str(index)], ["rollback", "bbbb"]):
        assert (
            main([*arguments, *(["--index", str(index)] if "ask" not in arguments else [])]) == 18
        )
    assert _publish(index, "bbbb") == 18

    said = capsys.readouterr().err
    assert "is not signed" in said
    assert "KMQA_BUNDLE_KEYS" in said
    assert store.current_id(index) == "aaaa"
    with pytest.raises(BundleUntrusted):
        answering.LiveResponder(index)


def test_what_is_published_with_the_key_is_signed_and_served(
    index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    public = _trust(index, monkeypatch, with_key=True)

    assert _publish(index, "bbbb") == 0

    found = signature.Trust((public,)).check(index / "bbbb")
    assert found is not None
    assert (found.by, found.action) == ("Asha", "publish")
    assert answering.open_responder(index).bundle.folder.name == "bbbb"
    assert store.read_history(index)[-1].by == "Asha"


def test_an_older_bundle_is_served_only_after_a_command_that_names_it(
    index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever writes into the folder cannot go back; the person at the machine can, on record."""
    _trust(index, monkeypatch, with_key=True)
    assert (_publish(index, "aaaa"), _publish(index, "bbbb")) == (0, 0)
    _trust(index, monkeypatch, with_key=False)
    floor = SerialFloor(Database(f"sqlite:///{index.parent}/kmqa.db"))
    live = answering.LiveResponder(index, floor=floor)

    (index / "CURRENT").write_text("aaaa\n")
    kept = live.current().bundle.folder.name
    with pytest.raises(BundleUntrusted, match="older than one that was live"):
        answering.LiveResponder(index, floor=floor)
    (index / "CURRENT").write_text("bbbb\n")

    assert kept == "bbbb"
    assert main(["rollback", "aaaa", "--index", str(index), "--by", "Asha"]) == 0
    assert live.current().bundle.folder.name == "aaaa"
    assert answering.LiveResponder(index, floor=floor).problem == ""
    last = store.read_history(index)[-1]
    assert (last.action, last.bundle_id, last.by) == ("rollback", "aaaa", "Asha")


def test_a_rollback_with_the_key_signs_the_older_bundle_anew(
    index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _trust(index, monkeypatch, with_key=True)
    assert (_publish(index, "aaaa"), _publish(index, "bbbb")) == (0, 0)
    newer = signature.find_highest_serial(index)

    assert main(["rollback", "--index", str(index)]) == 0

    found = signature.read_statement(index / "aaaa")
    assert found is not None
    assert (found.action, found.serial > newer) == ("rollback", True)


def test_a_key_that_nobody_trusts_signs_nothing(
    index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _trust(index, monkeypatch, with_key=True)
    monkeypatch.setenv("KMQA_BUNDLE_KEYS", "0" * 64)
    read_settings.cache_clear()

    assert _publish(index, "bbbb") == 10
    assert store.current_id(index) == "aaaa"
    assert signature.read_text(index / "bbbb") == ""


@pytest.mark.parametrize("value", ["x", "0" * 63, "A" * 64, f"{'0' * 64};{'1' * 64}"])
def test_a_key_that_cannot_be_one_is_refused(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KMQA_BUNDLE_KEYS", value)
    read_settings.cache_clear()

    with pytest.raises(SettingsError, match="KMQA_BUNDLE_KEYS"):
        read_settings()


def test_keys_are_made_and_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "publisher.key"
    assert main(["keys", "new", str(path)]) == 0
    made = capsys.readouterr()

    assert main(["keys", "show", str(path)]) == 0

    assert capsys.readouterr().out == made.out
    assert "KMQA_SIGNING_KEY" in made.err
    assert main(["keys", "new", str(path)]) == 10


def test_the_floor_rises_and_only_a_command_lowers_it(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/kmqa.db")
    floor, other = SerialFloor(database), SerialFloor(database)
    assert floor.read() == 0

    floor.raise_to(5)
    other.raise_to(3)
    assert (floor.read(), other.read()) == (5, 5)

    other.lower_to(2)
    assert floor.read() == 2
