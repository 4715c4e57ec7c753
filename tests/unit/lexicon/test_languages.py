import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from kmqa.dialogue import commands
from kmqa.errors import LexiconError
from kmqa.lexicon import languages
from kmqa.lexicon.language import COMMANDS, TABLES

Place = tuple[str, ...]


def _places(code: str) -> Iterator[Place]:
    """Each entry of a language's file, *stop* first."""
    entries = tomllib.loads((languages.FOLDER / f"{code}.toml").read_text("utf-8"))
    # The same check reads all tables; of the largest ones one language is enough.
    tables = TABLES if code == "en" else ("commands",)
    yield from ((table, name) for table in tables for name in entries[table])
    yield from ((name,) for name in entries)


def _write(folder: Path, code: str, text: str) -> Path:
    path = folder / f"{code}.toml"
    path.write_text(text, "utf-8")
    return path


def _without(code: str, place: Place) -> str:
    """The file of a language without one entry."""
    text = (languages.FOLDER / f"{code}.toml").read_text("utf-8")
    kept: list[str] = []
    is_left_out, table = False, ""
    for line in text.splitlines():
        if line.startswith("["):
            table = line.strip("[]")
            is_left_out = place == (table,)
        elif line and line[0].isalpha():
            name = line.partition(" =")[0]
            is_left_out = place in {(table, name) if table else (name,), (table,)}
        if not is_left_out:
            kept.append(line)
    return "\n".join(kept)


@pytest.mark.parametrize(
    ("code", "place"), [(code, place) for code in languages.load() for place in _places(code)]
)
def test_a_language_that_lacks_an_entry_is_refused(code: str, place: Place, tmp_path: Path) -> None:
    path = _write(tmp_path, code, _without(code, place))

    with pytest.raises(LexiconError) as caught:
        languages.read(tmp_path)

    assert caught.value.path == path
    assert str(path) in caught.value.message
    assert place[-1] in caught.value.got


def test_every_language_can_be_stopped_and_has_each_other_command() -> None:
    for code, language in languages.load().items():
        assert language.commands["stop"], code
        assert set(language.commands) == set(COMMANDS), code


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ("stop = [", "stpo = [", "stpo"),
        ('endonym = "English"', 'endonim = "English"', "endonim"),
        ('direction = "ltr"', 'direction = "left"', "direction"),
        ('scripts = ["LATIN"]', 'scripts = ["GREEK"]', "scripts lack LATIN"),
        ('back = ["back", "go back"]', "back = []", "commands.back"),
        ('back = ["back", "go back"]', 'back = "back"', "commands.back"),
        ('back = ["back", "go back"]', 'back = ["..."]', "commands.back.0"),
        ('back = ["back", "go back"]', "back = [7]", "commands.back.0"),
        ("[commands]", "[comands]", "no entry is called comands"),
        ("[commands]", "[[commands]]", "commands must be a table"),
        ('ocr_code = "eng"', "ocr_code = 3", "ocr_code must be a text"),
        ('ocr_code = "eng"', 'ocr_code = " "', "ocr_code is empty"),
        ('scripts = ["LATIN"]', "scripts = [1]", "scripts.0"),
        ('joint = "and,', 'joint = "..., and,', "replies.joint.0"),
        ('numbers = "one,', 'numbers = "zero, one,', "replies.numbers has 11 forms"),
        ('joint = "and', 'joint = ["and"]\n# "', "replies.joint must be a text with commas"),
    ],
)
def test_a_wrong_entry_is_refused_by_its_name(
    before: str, after: str, fault: str, tmp_path: Path
) -> None:
    text = (languages.FOLDER / "en.toml").read_text("utf-8")
    assert before in text
    path = _write(tmp_path, "en", text.replace(before, after))

    with pytest.raises(LexiconError) as caught:
        languages.read(tmp_path)

    assert fault in caught.value.got
    assert caught.value.which == str(path)


@pytest.mark.parametrize("text", ["endonym = ", 'endonym = "a"\nendonym = "b"', "\x00"])
def test_a_file_that_is_no_toml_or_says_a_thing_twice_is_refused(text: str, tmp_path: Path) -> None:
    path = _write(tmp_path, "en", text)

    with pytest.raises(LexiconError, match="cannot be read") as caught:
        languages.read(tmp_path)

    assert caught.value.path == path


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    (tmp_path / "fr.toml").write_bytes('endonym = "Français"'.encode("latin-1"))

    with pytest.raises(LexiconError, match=r"fr\.toml"):
        languages.read(tmp_path)


def test_words_that_are_two_commands_are_refused(tmp_path: Path) -> None:
    text = (languages.FOLDER / "en.toml").read_text("utf-8")
    _write(tmp_path, "en", text.replace('"help me"', '"Go back!"'))

    with pytest.raises(LexiconError, match="two commands") as caught:
        commands.read_meanings(languages.read(tmp_path))

    assert "go back" in caught.value.got


def test_the_same_command_may_be_the_same_word_in_two_languages() -> None:
    assert commands.languages_of("Menu") == ("en", "es", "fr", "pt")


def test_a_language_without_a_file_is_called_by_its_code_and_runs_to_the_right() -> None:
    assert (languages.endonym("xx"), languages.direction("xx")) == ("xx", "ltr")
    assert (languages.endonym("ur"), languages.direction("ur")) == ("اردو", "rtl")


def test_each_form_of_a_command_is_obeyed_and_known_for_its_language() -> None:
    for code, language in languages.load().items():
        for command, forms in language.commands.items():
            for form in forms:
                assert commands.command_in(form.upper() + "!") == command, form
                assert code in commands.languages_of(form), form


def test_a_command_of_one_language_is_small_talk_in_another() -> None:
    assert commands.command_in("acha", "sw") == "stop"
    assert commands.command_in("acha", "ur") is None


def test_files_are_read_in_the_order_of_their_codes(tmp_path: Path) -> None:
    for code in ("sw", "en", "ar"):
        shutil.copy(languages.FOLDER / f"{code}.toml", tmp_path)

    assert tuple(languages.read(tmp_path)) == ("ar", "en", "sw")
