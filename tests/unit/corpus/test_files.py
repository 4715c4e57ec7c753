"""Reading a corpus folder and writing items back."""

from dataclasses import replace
from pathlib import Path

import pytest
from corpus_builder import make_answer, make_corpus, make_document, make_urgent, write_corpus

from kmqa import disk
from kmqa.corpus import files, item_files, layout, yaml_file
from kmqa.errors import CorpusFileError, CorpusInvalid, EditConflict


def put(root: Path, name: str, text: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def codes(root: Path) -> list[tuple[str, int, str]]:
    return [(found.path, found.line, found.code) for found in files.read(root).problems]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    corpus = make_corpus(
        tmp_path / "corpus",
        answers=(make_answer("a"), make_answer("b")),
        documents=(make_document(),),
        urgent=(make_urgent(),),
    )
    return write_corpus(corpus)


def test_what_is_written_is_read(root: Path) -> None:
    """A written corpus reads back equal, with origins for every thing."""
    corpus = files.read_corpus(root)

    assert [answer.id for answer in corpus.answers] == ["a", "b"]
    assert corpus.answers[0] == make_answer("a")
    assert corpus.documents == (make_document(),)
    assert corpus.urgent == (make_urgent(),)
    assert corpus.settings.policy.wrong_answer_rate == pytest.approx(0.05)
    assert set(corpus.origins) >= {("settings", ""), ("answer", "a"), ("phrases", "en")}


def test_place_names_file_and_line(root: Path) -> None:
    """The place of a part is its line, of an unknown part its parent's, without a file 0."""
    corpus = files.read_corpus(root)

    assert corpus.place("answer", "a", "topic") == ("answers/general/a.yaml", 2)
    assert corpus.place("answer", "a", "questions", "en", 0)[1] == 8
    assert corpus.place("answer", "a", "nowhere") == ("answers/general/a.yaml", 1)
    unread = make_corpus(root)
    assert unread.place("answer", "pill-late", "text") == ("answers/general/pill-late.yaml", 0)


@pytest.mark.parametrize(
    ("name", "text", "line", "code"),
    [
        ("answers/general/c.yaml", "id: c\ntitel: x\ntext: {en: t}\ntopic: x\n", 2, "key-unknown"),
        ("answers/general/c.yaml", "id: c\ntext: {en: t}\n", 1, "key-missing"),
        ("answers/general/c.yaml", "id: ../c\ntopic: general\ntext: {en: t}\n", 1, "value-invalid"),
        ("answers/general/c.yaml", "id: c\n\tx: y\n", 2, "file-unreadable"),
        ("answers/other/a.yaml", "topic: other\nid: a\ntext: {en: t}\n", 2, "id-repeated"),
        ("answers/other/c.yaml", "id: c\ntopic: general\ntext: {en: t}\n", 1, "file-misplaced"),
        ("answers/c.yaml", "id: c\ntopic: general\ntext: {en: t}\n", 1, "file-misplaced"),
        ("answers/general/c.yml", "id: c\n", 0, "file-ignored"),
        ("documents/c.pdf", "", 0, "file-ignored"),
        ("refusals.yaml", "groups: 3\n", 1, "value-invalid"),
        ("phrases/en.yaml", "help: [x]\n", 1, "value-invalid"),
    ],
)
def test_problems_of_form(root: Path, name: str, text: str, line: int, code: str) -> None:
    """Each fault of form is one problem with file and line."""
    put(root, name, text)

    assert codes(root) == [(name, line, code)]


def test_all_problems_are_collected(root: Path) -> None:
    """Faults in several files are told at once, sorted, and raise together."""
    put(root, "answers/general/c.yaml", "id: c\n")
    put(root, "urgent/urgent-x.yaml", "[]\n")

    with pytest.raises(CorpusInvalid) as caught:
        files.read_corpus(root)

    paths = [problem.path for problem in caught.value.problems]
    assert paths == ["answers/general/c.yaml"] * 2 + ["urgent/urgent-x.yaml"]


def test_faulty_settings_leave_no_corpus(root: Path) -> None:
    """Without settings there is no corpus, but the other files are still looked at."""
    put(root, "corpus.yaml", "name: x\nlanguages: []\n")
    put(root, "answers/general/c.yaml", "id: c\n")

    reading = files.read(root)

    assert reading.corpus is None
    assert len(reading.problems) == 3
    with pytest.raises(CorpusInvalid):
        files.read_corpus(root)


def test_no_corpus_is_one_line(tmp_path: Path) -> None:
    """A folder without corpus.yaml is named."""
    with pytest.raises(CorpusFileError, match="there is no corpus here"):
        files.read(tmp_path)


def test_links_out_of_the_corpus_are_refused(root: Path, tmp_path: Path) -> None:
    """Neither a linked file nor a linked folder nor a linked corpus.yaml is followed outside."""
    put(tmp_path, "secret/c.yaml", "id: c\ntopic: t\ntext: {en: t}\n")
    (root / "answers/general/c.yaml").symlink_to(tmp_path / "secret/c.yaml")
    (root / "answers/t").symlink_to(tmp_path / "secret")
    (root / "refusals.yaml").unlink()
    (root / "refusals.yaml").symlink_to(tmp_path / "secret/c.yaml")

    assert [(path, code) for path, _, code in codes(root)] == [
        ("answers/general/c.yaml", "outside-corpus"),
        ("answers/t/c.yaml", "outside-corpus"),
        ("refusals.yaml", "outside-corpus"),
    ]


def test_refusals_may_be_absent(root: Path) -> None:
    """A corpus without refusals.yaml refuses nothing by example."""
    (root / layout.REFUSALS).unlink()

    assert files.read_corpus(root).refusals.groups == ()


def test_edit_keeps_comments(root: Path) -> None:
    """Only the changed key differs in the file."""
    path = root / "answers/general/a.yaml"
    path.write_text("# by hand\n" + path.read_text())
    corpus = files.read_corpus(root)
    before = corpus.origins["answer", "a"].sha256

    after = item_files.write_item(root, replace(corpus.answers[0], title="New"), before)

    assert path.read_text().startswith("# by hand\nid: a\n")
    assert "title: New\n" in path.read_text()
    assert after == disk.sha256_of(path.read_bytes())


@pytest.mark.parametrize("expected", [None, "0" * 64])
def test_stale_edits_are_refused(root: Path, expected: str | None) -> None:
    """Neither a changed nor an unexpected file is overwritten."""
    with pytest.raises(EditConflict):
        item_files.write_item(root, make_answer("a", title="Mine"), expected)

    assert "Mine" not in (root / "answers/general/a.yaml").read_text()


def test_deleted_file_is_a_conflict(root: Path) -> None:
    """Somebody deleted what is being edited."""
    with pytest.raises(EditConflict, match="no file"):
        item_files.write_item(root, make_answer("gone"), "0" * 64)


def test_new_answer_gets_its_folder(root: Path) -> None:
    """Writing a new answer makes its topic's folder."""
    answer = make_answer("c", topic="other")

    item_files.write_item(root, answer, None)

    assert answer in files.read_corpus(root).answers


def test_nothing_is_written_outside(root: Path, tmp_path: Path) -> None:
    """A topic folder that is a link out of the corpus is not written into."""
    (tmp_path / "elsewhere").mkdir()
    (root / "answers/other").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(CorpusFileError, match="leads out"):
        item_files.write_item(root, make_answer("c", topic="other"), None)


def test_invalid_file_can_be_overwritten(root: Path) -> None:
    """A file whose schema is broken is mended by writing the whole record."""
    put(root, "answers/general/c.yaml", "id: c\ntopic: general\n")
    sha256 = disk.sha256_of((root / "answers/general/c.yaml").read_bytes())

    item_files.write_item(root, make_answer("c"), sha256)

    assert make_answer("c") in files.read_corpus(root).answers


def test_a_file_that_has_not_changed_is_not_read_again(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files.remember(root)
    first = files.read(root)
    monkeypatch.setattr(yaml_file, "read", lambda path: pytest.fail(f"{path} read again"))

    assert files.read(root) == first


def test_an_edited_a_new_and_a_removed_file_are_seen_at_once(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files.remember(root)
    files.read(root)
    item_files.write_item(root, make_answer("c"), None)
    (root / "answers" / "general" / "b.yaml").unlink()
    path = root / "answers" / "general" / "a.yaml"
    path.write_text(path.read_text("utf-8").replace("topic: general", "topic: GENERAL"), "utf-8")

    again = files.read(root)
    monkeypatch.setattr(files, "_remembered", {})

    assert again == files.read(root)
    assert again.corpus is not None
    assert [answer.id for answer in again.corpus.answers] != ["a", "b"]


def test_a_bad_file_is_reported_from_memory_as_well(root: Path) -> None:
    files.remember(root)
    put(root, "answers/general/bad.yaml", "id: [")

    assert files.read(root).problems == files.read(root).problems != ()
