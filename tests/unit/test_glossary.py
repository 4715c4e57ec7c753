"""The glossary holds in the code: one word per thing, and functions are verbs.

`names_today.txt` lists what broke these rules when they were written, `PACKAGE NAME` a line. It may
only shrink: whoever renames a function takes its line away.
"""

import ast
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TODAY = Path(__file__).with_name("names_today.txt")
# Past participles that do not end in "ed". Those that are verbs, too (cut, put, read, run, set,
# split), may begin a name.
IRREGULAR = frozenset(
    """
    become been begun bent bitten born bought bound broken brought built burnt caught chosen dealt
    done drawn driven eaten fallen felt flown forgiven forgotten fought found frozen given gone
    grown heard held hidden hung kept known laid leant learnt led left lent lit lost made meant met
    overwritten paid rewritten ridden risen said seen sent shaken shown sold spelt spent spoken
    stolen stood struck stuck sung sunk sworn swept taken taught thought thrown told torn undone
    understood withdrawn withheld woken won worn woven written
    """.split()
)
# Words in "ed" that are no participles.
VERBS = frozenset("embed exceed feed need proceed seed shed shred speed succeed".split())


def is_participle(word: str) -> bool:
    """Whether a word says what was done and not what to do."""
    return word in IRREGULAR or (word.endswith("ed") and len(word) > 3 and word not in VERBS)


@lru_cache
def replaced_words() -> frozenset[str]:
    """The names of the glossary's second table, "not used"."""
    table = (ROOT / "GLOSSARY.md").read_text("utf-8").partition("| not used |")[2]
    return frozenset(
        name
        for line in table.splitlines()
        if line.startswith("| `")
        for name in re.findall(r"`(\w+)`", line.split("|")[1])
    )


def _names_in(path: Path) -> Iterator[tuple[str, bool]]:
    """The names of a module, its classes and functions, and whether each is a function."""
    yield path.stem, False
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ClassDef):
            yield node.name, False
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, True


def _faults_in(path: Path) -> Iterator[str]:
    for name, is_function in _names_in(path):
        bare = name.strip("_")
        begins = bare.partition("_")[0]
        if bare in replaced_words() or (is_function and is_participle(begins)):
            yield name


@lru_cache
def faults() -> frozenset[str]:
    """What breaks the rules today, each as ``PACKAGE NAME``."""
    return frozenset(
        f"{'.'.join(path.relative_to(ROOT).parts[:2]).removesuffix('.py')} {name}"
        for path in (ROOT / "kmqa").rglob("*.py")
        for name in _faults_in(path)
    )


def test_functions_are_verbs_and_no_replaced_word_comes_back() -> None:
    listed = set(TODAY.read_text("utf-8").splitlines())

    new = sorted(faults() - listed)

    assert not new, f"say what it does, not what was done; see GLOSSARY.md: {new}"


@pytest.mark.parametrize(
    ("word", "expected"),
    [("told", True), ("judged", True), ("read", False), ("need", False), ("red", False),
     ("embed", False), ("write", False), ("written", True)],
)  # fmt: skip
def test_a_participle_is_known(word: str, expected: bool) -> None:
    assert is_participle(word) is expected


def test_the_glossary_says_what_to_use_instead_of_each_word() -> None:
    table = (ROOT / "GLOSSARY.md").read_text("utf-8").partition("| not used |")[2]
    rows = [line.split("|")[1:-1] for line in table.splitlines() if line.startswith("| `")]

    assert replaced_words()
    assert all(len(row) == 2 and row[1].strip() for row in rows)
