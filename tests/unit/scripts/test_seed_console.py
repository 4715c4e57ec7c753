"""The made-up data of the console's figures: the same for a seed, and what a service could hold."""

from datetime import date
from pathlib import Path

import pytest
import seed_console
import seed_log
from own_database import new_database
from sqlalchemy import func, select

from kmqa.corpus import audit_proof, files
from kmqa.state import tables
from kmqa.state.identity import Identity

SIZE = seed_console.Size(n_answers=12, n_turns=400, n_days=90, seed=3, today=date(2026, 11, 27))


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Little of what takes long."""
    monkeypatch.setattr(seed_console, "_N_PAGES", 2)
    monkeypatch.setattr(seed_log, "_N_POOL", 100)
    monkeypatch.setattr(seed_log, "_N_PEOPLE", 20)
    monkeypatch.setattr(seed_log, "_N_HANDOVERS", 7)


def test_the_same_seed_gives_the_same_files(tmp_path: Path) -> None:
    found = []
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        seed_console.write_corpus(tmp_path / name / "corpus", SIZE)
        paths = sorted((tmp_path / name).rglob("*"))
        found.append({p.name: p.read_bytes() for p in paths if p.suffix in {".yaml", ".pdf"}})

    assert found[0] == found[1]


def test_what_is_made_is_a_corpus_with_a_whole_audit_log(tmp_path: Path) -> None:
    seed_console.write_corpus(tmp_path / "corpus", SIZE)

    assert len(files.read_corpus(tmp_path / "corpus").answers) == 12
    assert audit_proof.verify(tmp_path / "corpus") == ()


def test_the_log_holds_every_outcome_and_language_over_its_days(tmp_path: Path) -> None:
    answers = seed_console.write_corpus(tmp_path / "corpus", SIZE)
    database = new_database(tmp_path)
    span = seed_log.Span(n_turns=400, n_days=90, today=SIZE.today, seed=3)
    seed_log.write(database, Identity(seed_console.PEPPER), answers, span)

    table = tables.turns.c
    with database.reading() as connection:
        turns = connection.execute(select(table.outcome, table.language, table.at)).all()
        n_open = connection.execute(
            select(func.count()).where(tables.handovers.c.closed_at.is_(None))
        ).scalar_one()
    database.close()
    assert {turn.outcome for turn in turns} == {
        "answer", "choose", "resources", "refuse", "urgent", "chat",
    }  # fmt: skip
    assert {turn.language for turn in turns} == {"en", "fr", "es", "ur"}
    assert max(t.at for t in turns) - min(t.at for t in turns) > 89 * 86_400
    assert n_open == 2
