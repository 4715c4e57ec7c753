"""Make `kmqa/look_alikes.txt` from the table of confusable characters of Unicode (UTS 39).

The table comes in the package `confusable_homoglyphs` (`confusables.json`), which is needed once
here and never by kmqa: its own functions tell dangerous mixtures of scripts, not that two names
look alike.
"""

import argparse
import json
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

TARGET = Path(__file__).parent.parent / "kmqa" / "look_alikes.txt"
_HEAD = """\
# Characters that look alike, one group a line: what stands for all of them, a tab, the others.
# From confusables.txt of the Unicode Consortium (UTS 39; https://www.unicode.org/license.txt), as
# `scripts/make_look_alikes.py` reads it. Letters, digits and the bar alone; what NFKC already makes
# one is left out.
"""


def main() -> None:
    """Write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("table", type=Path, help="confusables.json of confusable_homoglyphs")
    pairs = json.loads(parser.parse_args().table.read_text(encoding="utf-8"))
    lines = sorted(f"{first}\t{''.join(rest)}" for first, *rest in _group(pairs))
    TARGET.write_text(_HEAD + "\n".join(lines) + "\n", encoding="utf-8")
    print(f"{TARGET}: {len(lines)} groups")


def _group(pairs: Mapping[str, Sequence[Mapping[str, str]]]) -> Iterator[list[str]]:
    """Yield groups of characters that look alike, the plainest first."""
    parents: dict[str, str] = {}
    for char, others in pairs.items():
        for other in others:
            if _counts(char) and _counts(other["c"]):
                parents[_find(parents, char)] = _find(parents, other["c"])
    groups = defaultdict(list)
    for char in parents:
        groups[_find(parents, char)].append(char)
    for group in groups.values():
        kept = sorted(char for char in group if unicodedata.normalize("NFKC", char) == char)
        if len(kept) > 1:
            yield kept


def _find(parents: dict[str, str], char: str) -> str:
    """Return what stands for the group of `char` so far."""
    while parents.setdefault(char, char) != char:
        char = parents[char]
    return char


def _counts(char: str) -> bool:
    return len(char) == 1 and (unicodedata.category(char)[0] in "LN" or char == "|")


if __name__ == "__main__":
    main()
