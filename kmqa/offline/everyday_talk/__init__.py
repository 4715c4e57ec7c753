"""What people say all day in eight languages and what is no danger: greetings, short statements.

It ships with kmqa. A corpus has hardly any of it, and a model that has never seen a kind of message
takes what it does not know for danger; so the danger model learns from it, and the danger rule is
set in each language so that hardly any of it raises the alarm. It is in no bundle, and no message
is ever answered by it.
"""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from kmqa.index.contents import Contents, Wording
from kmqa.index.glossary import Glossary

FloatArray = npt.NDArray[np.float32]

FOLDER = Path(__file__).parent
NEAR_MISSES = "near_misses"
"""Kind of the lines that speak of danger and report none. They teach the model but do not set the
rule: people send far fewer of them than are listed, and each would cost danger signs."""

TARGET = "everyday-talk"
"""What its rows are of, in place of an answer."""


@dataclass(frozen=True, slots=True)
class EverydayTalk:
    """Rows of everyday talk, and their embeddings, float32, shape (n, d)."""

    wordings: Sequence[Wording]
    vectors: FloatArray


@cache
def read_talk(language: str) -> dict[str, tuple[str, ...]]:
    """Return what is said in `language` by its kind; nothing where kmqa has no file for it."""
    path = FOLDER / f"{language}.toml"
    if not path.is_file():
        return {}
    return {kind: tuple(lines) for kind, lines in tomllib.loads(path.read_text("utf-8")).items()}


def list_wordings(held: Contents) -> tuple[Wording, ...]:
    """Return a row for each line in the languages of `held`, in the terms of its glossary.

    Lines that `held` has as wordings itself are left out: they are known to be no danger.
    """
    glossary = Glossary(held.terms, held.settings.languages[0])
    known = {wording.text for wording in held.wordings}
    return tuple(
        Wording(
            text=line,
            normalised=glossary.normalise(line, language),
            language=language,
            kind="near_miss" if kind == NEAR_MISSES else "refusal",
            target=TARGET,
        )
        for language in held.settings.languages
        for kind, lines in read_talk(language).items()
        for line in lines
        if line not in known
    )
