"""Three kinds of content that kmqa does not have, each declared as docs/add-a-content-kind.md says.

A notice is one YAML file, a pathway a folder of files, a price list an .xlsx with its description
beside it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints

from kmqa.content.kind import Checking, Companions, ContentKind
from kmqa.content.rules import sources, texts
from kmqa.errors import Problem
from kmqa.records import Source, Status, Text
from kmqa.records.values import FORBID_UNKNOWN_KEYS, Identifier, Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What hangs on a notice board."""

    __pydantic_config__ = FORBID_UNKNOWN_KEYS

    id: Annotated[Identifier, StringConstraints(pattern=r"^[a-z-]+$")]
    title: Text
    status: Status = "draft"
    version: Annotated[int, Field(ge=1)] = 1
    text: Texts
    sources: tuple[Source, ...] = ()
    authored_by: str = ""
    reviewed_by: tuple[Text, ...] = ()
    approved_on: date | None = None
    review_by: date | None = None


def _problems_of_notices(checking: Checking) -> Iterator[Problem]:
    corpus = checking.corpus
    for notice in corpus.items["notice"]:
        yield from texts.problems_of_texts(corpus, "notice", notice.id, ("text",), notice.text)


NOTICE = ContentKind(
    name="notice",
    label="notice",
    record=Notice,
    folder="notices",
    rules=(_problems_of_notices, sources.rule_for("notice", is_blocking=True)),
    cites=sources.list_cited_documents,
    page="toy_page",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pathway:
    """A decision tree, whose questions stand in CSV files."""

    __pydantic_config__ = FORBID_UNKNOWN_KEYS

    id: Identifier
    title: Text
    status: Status = "draft"
    authored_by: str = ""
    reviewed_by: tuple[Text, ...] = ()
    approved_on: date | None = None
    review_by: date | None = None


def _problems_of_pathways(checking: Checking) -> Iterator[Problem]:
    corpus = checking.corpus
    for pathway in corpus.items["pathway"]:
        for name in corpus.companions("pathway", pathway.id):
            lines = (corpus.root / name).read_text(encoding="utf-8").splitlines()
            for number, line in enumerate(lines, start=1):
                if "," not in line:
                    yield Problem(name, number, "row-short", "the row has one cell. Write two.")


PATHWAY = ContentKind(
    name="pathway",
    label="pathway",
    record=Pathway,
    folder="pathways",
    file="{id}/pathway.yaml",
    companions=Companions(("*.csv",)),
    rules=(_problems_of_pathways,),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceList:
    """What things cost, in a spreadsheet."""

    __pydantic_config__ = FORBID_UNKNOWN_KEYS

    id: Identifier
    status: Status = "draft"
    reviewed_by: tuple[Text, ...] = ()
    approved_on: date | None = None
    review_by: date | None = None


PRICES = ContentKind(
    name="price-list",
    label="price list",
    record=PriceList,
    folder="prices",
    companions=Companions(("{id}.xlsx",)),
)

KINDS = (NOTICE, PATHWAY, PRICES)

NOTICE_YAML = """\
# hangs in the hall
id: opening-hours
title: Opening hours
text:
  en: The clinic opens at eight.
authored_by: writer
"""


def write_toys(root: Path) -> None:
    """Put one draft of each kind into the corpus `root`."""
    for folder in ("notices", "pathways/fever", "prices"):
        (root / folder).mkdir(parents=True)
    (root / "notices/opening-hours.yaml").write_text(NOTICE_YAML)
    (root / "pathways/fever/pathway.yaml").write_text("id: fever\ntitle: Fever\n")
    (root / "pathways/fever/questions.csv").write_text("temperature,number\n")
    (root / "prices/drugs.yaml").write_text("id: drugs\n")
    (root / "prices/drugs.xlsx").write_bytes(b"PK\3\4 a workbook")
