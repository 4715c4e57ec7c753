"""The pictures and the page of the architecture name only what is there."""

import importlib
import re
from pathlib import Path

import pytest
from draw_architecture import FOLDER, PICTURES, Picture, draw_picture

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")


def exists(name: str) -> bool:
    """Whether a dotted name is a module of kmqa, or something inside one."""
    parts = name.split(".")
    for n_module in range(len(parts), 0, -1):
        try:
            found: object = importlib.import_module(".".join(parts[:n_module]))
        except ModuleNotFoundError:
            continue
        for part in parts[n_module:]:
            found = getattr(found, part, None)
        return found is not None
    return False


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.file)
def test_every_step_of_a_picture_is_there_in_the_code(picture: Picture) -> None:
    assert picture.steps
    assert [step.name for step in picture.steps if not exists(step.name)] == []


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.file)
def test_a_picture_is_drawn_from_its_steps(picture: Picture) -> None:
    assert (FOLDER / picture.file).read_text(encoding="utf-8") == draw_picture(picture)


def test_every_name_on_the_page_is_there_in_the_code() -> None:
    names = set(re.findall(r"`(kmqa(?:\.\w+)+)`", PAGE))

    assert len(names) > 20
    assert sorted(name for name in names if not exists(name)) == []


def test_every_file_and_folder_on_the_page_is_there() -> None:
    paths = set(re.findall(r"`((?:kmqa|tests|corpus|docs|scripts)/[\w./-]*\w/?)`", PAGE))

    assert paths
    assert sorted(path for path in paths if not (ROOT / path).exists()) == []


def test_a_name_that_is_not_there_is_noticed() -> None:
    assert not exists("kmqa.dialogue.nothing_of_that_name")
