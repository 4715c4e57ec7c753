"""A new corpus is fit from the first day, in every language that it can begin with."""

from pathlib import Path

import pytest
from corpus_builder import TODAY

from kmqa import phrases
from kmqa.corpus import files, validate
from kmqa.corpus.starter import new
from kmqa.errors import CorpusFileError


def test_new_corpus_has_no_problem(tmp_path: Path) -> None:
    """With all languages there is neither error nor warning."""
    new.create(tmp_path / "deep" / "corpus", new.languages())

    reading = files.read(tmp_path / "deep" / "corpus")

    assert reading.problems == ()
    assert reading.corpus is not None
    assert validate.problems_of(reading.corpus, {}, TODAY) == ()
    assert validate.problems_of_log(reading.corpus) == ()
    assert reading.corpus.settings.require_sources is False


def test_eight_languages_have_phrases() -> None:
    """The languages of the programme all have a file, with its keys in one order."""
    assert set(new.languages()) == {"ar", "en", "es", "fr", "hi", "pt", "sw", "ur"}
    for language in new.languages():
        lines = [line for line in new.phrases_text(language).splitlines() if line[0] != "#"]
        assert [line.partition(":")[0] for line in lines] == list(phrases.PHRASES)


def test_first_language_is_the_default(tmp_path: Path) -> None:
    """The order of the languages is kept."""
    new.create(tmp_path, ("fr", "en"))

    assert files.read_corpus(tmp_path).settings.languages == ("fr", "en")


@pytest.mark.parametrize("languages", [(), ("en", "xx")])
def test_unknown_language_is_refused(tmp_path: Path, languages: tuple[str, ...]) -> None:
    """Nothing is written for a language without phrases."""
    with pytest.raises(CorpusFileError, match="no phrases to begin with"):
        new.create(tmp_path / "corpus", languages)

    assert not (tmp_path / "corpus").exists()


def test_only_an_empty_folder_is_taken(tmp_path: Path) -> None:
    """Neither a folder with files nor a file is overwritten."""
    (tmp_path / "note.txt").write_text("mine")

    for path in (tmp_path, tmp_path / "note.txt"):
        with pytest.raises(CorpusFileError, match="folder of its own"):
            new.create(path)


def test_failing_disk_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A write that fails is told as our error."""

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("kmqa.disk.write_atomically", full)
    with pytest.raises(CorpusFileError, match="No space left"):
        new.create(tmp_path / "corpus")
