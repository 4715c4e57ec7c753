"""Make a corpus and a database as large as a big programme has them, for the console's figures.

Everything is invented by `synthetic_data`; the same seed gives the same corpus and the same log.
Build the bundle that the console then asks with ``kmqa build``.
"""

import argparse
import random
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import seed_log
import synthetic_data
from rich.console import Console

from kmqa import disk
from kmqa.commands import progress
from kmqa.content import registry
from kmqa.corpus import audit, layout, schema, workflow, yaml_writer
from kmqa.corpus.starter import new
from kmqa.records import Answer, Document, Source
from kmqa.state.database import Database
from kmqa.state.identity import Identity

PEPPER = "0123456789abcdef0123456789abcdef"  # of a database that holds nobody
_N_TOPICS, _N_DOCUMENTS, _N_PAGES = 20, 5, 60
_WRITERS = ("writer one", "writer two", "writer three")
_STATUSES = ("approved", "in_review", "draft", "retired")
_SHARES = (90, 5, 4, 1)  # of the statuses


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much is made; `today` is the day on which everything is looked at."""

    n_answers: int
    n_turns: int
    n_days: int
    seed: int
    today: date


def write_corpus(root: Path, size: Size) -> list[Answer]:
    """Write the corpus to the folder `root`, which must be missing or empty; return its answers."""
    new.create(root, synthetic_data.LANGUAGES)
    chance = random.Random(size.seed)  # noqa: S311 - nothing secret comes of it
    topics = [f"topic-{number + 1:02}" for number in range(_N_TOPICS)]
    _name_topics(root, topics)
    documents = [_document(root, chance, number, size) for number in range(_N_DOCUMENTS)]
    answers = [_answer(chance, number, topics, size) for number in range(size.n_answers)]
    with progress.bar("writing answers", len(answers)) as advance:
        for answer in answers:
            path = root / layout.answer_path(answer.topic, answer.id)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(yaml_writer.dump(schema.plain(answer)), "utf-8")
            advance(1)
    items: tuple[Answer | Document, ...] = (*documents, *answers)
    with audit.lock(root):
        audit.append(root, [line for item in items for line in _history(item)])
    return answers


def _name_topics(root: Path, topics: list[str]) -> None:
    path = root / layout.SETTINGS
    lines = path.read_text("utf-8").splitlines()
    begin = next(number for number, line in enumerate(lines) if line.startswith("topics:"))
    end = begin + 1
    while end < len(lines) and lines[end].startswith((" ", "#")):
        end += 1
    named = [f"  {name}: {{en: {name.replace('-', ' ')}}}" for name in topics]
    path.write_text("\n".join([*lines[:begin], "topics:", *named, *lines[end:], ""]), "utf-8")


def _document(root: Path, chance: random.Random, number: int, size: Size) -> Document:
    from fpdf import FPDF  # of the development tools

    pdf = FPDF()
    made = datetime.combine(size.today, datetime.min.time(), UTC)
    pdf.set_creation_date(made)  # not the clock's
    pdf.set_font("Helvetica", size=11)
    for _ in range(_N_PAGES):
        pdf.add_page()
        pdf.multi_cell(0, 6, synthetic_data.paragraph(chance, "en", 12))
    content = bytes(pdf.output())
    document = Document(
        id=f"handbook-{number + 1}",
        title=synthetic_data.title(chance, "en"),
        language="en",
        status="approved",
        sha256=disk.sha256_of(content),
        reviewed_by=("reader one",),
        reviewed_on=size.today - timedelta(60),
        review_by=size.today + timedelta(300),
    )
    layout.pdf_path(root, document.id).write_bytes(content)
    path = root / layout.document_path(document.id)
    path.write_text(yaml_writer.dump(schema.plain(document)), "utf-8")
    return document


def _answer(chance: random.Random, number: int, topics: list[str], size: Size) -> Answer:
    languages = [
        code for code in synthetic_data.LANGUAGES if code == "en" or chance.random() < 0.25
    ]
    status = chance.choices(_STATUSES, _SHARES)[0]
    reviewed: dict[str, Any] = {}
    if status == "approved":
        day = size.today - timedelta(chance.randrange(1, 300))
        reviewed = {
            "reviewed_by": ("reader one",),
            "approved_on": day,
            "review_by": workflow.one_year_after(day),
        }
    cited = f"handbook-{chance.randrange(_N_DOCUMENTS) + 1}"
    return Answer(
        id=f"answer-{number + 1:05}",
        topic=topics[number % len(topics)],
        title=synthetic_data.title(chance, "en"),
        status=status,  # type: ignore[arg-type]  # one of the four
        questions={
            code: tuple(dict.fromkeys(synthetic_data.question(chance, code) for _ in range(3)))
            for code in languages
        },
        text={code: synthetic_data.paragraph(chance, code) for code in languages},
        sources=(Source(document=cited, pages=(chance.randrange(1, _N_PAGES),)),),
        authored_by=chance.choice(_WRITERS),
        **reviewed,
    )


def _history(item: Answer | Document) -> list[audit.Entry]:
    """Return what the audit log says of an item: imported, reviewed, approved."""
    path = {"approved": ("draft", "in_review", "approved"), "in_review": ("draft", "in_review")}
    name, found = registry.name_of(item), []
    meaning, before = audit.meaning_sha256(item), ""
    author = getattr(item, "authored_by", "") or _WRITERS[0]
    for status in path.get(item.status, ("draft",)):
        by = "reader one" if status == "approved" else author
        action = "move" if before else "import"
        found.append(
            audit.Entry(
                by=by,
                action=action,
                item=name,
                from_status=before,
                to_status=status,
                sha256_before=meaning if before else "",
                sha256_after=meaning,
            )
        )
        before = status
    return found


def main() -> None:
    """Parse, make, say where it is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="empty or missing; holds corpus and kmqa.db")
    parser.add_argument("--database", help="URL of an empty database; FOLDER/kmqa.db by default")
    parser.add_argument("--answers", type=int, default=5_000)
    parser.add_argument("--turns", type=int, default=200_000, help="logged questions")
    parser.add_argument("--days", type=int, default=90, help="over which they were asked")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--today", type=date.fromisoformat, default=date(2026, 11, 27))
    given = parser.parse_args()
    size = Size(
        n_answers=given.answers, n_turns=given.turns, n_days=given.days, seed=given.seed,
        today=given.today,
    )  # fmt: skip
    given.folder.mkdir(parents=True, exist_ok=True)
    started = time.perf_counter()
    answers = write_corpus(given.folder / "corpus", size)
    database = Database(given.database or f"sqlite:///{given.folder / 'kmqa.db'}")
    seed_log.write(database, Identity(PEPPER), answers, seed_log.Span(
        n_turns=size.n_turns, n_days=size.n_days, today=size.today, seed=size.seed
    ))  # fmt: skip
    database.close()
    Console(highlight=False, soft_wrap=True).print(
        f"{given.folder}: {len(answers):,} answers and {size.n_turns:,} questions in "
        f"{time.perf_counter() - started:.0f} s; KMQA_PEPPER={PEPPER}"
    )


if __name__ == "__main__":
    main()
