"""A test line with a history is asked after it, as the service would."""

from pathlib import Path

from bundle_builder import make_responder
from corpus_builder import make_answer, make_corpus

from kmqa.eval import run, test_set

RESPONDER = make_responder(
    make_corpus(
        Path("nowhere"),
        answers=(
            make_answer("depo-late", questions={"en": ["depo client three weeks late"]}),
            make_answer("pill-missed", questions={"en": ["client missed two pills"]}),
        ),
    )
)


def _query(tmp_path: Path, line: str) -> test_set.Query:
    path = tmp_path / "set.jsonl"
    path.write_text(line)
    [query] = test_set.read_test_set(path).queries
    return query


def test_a_follow_up_leans_on_its_history_and_not_without(tmp_path: Path) -> None:
    line = '{"text": "and if four weeks?", "expected": "depo-late"%s}'
    after = _query(tmp_path, line % ', "history": ["depo client three weeks late"]')
    alone = _query(tmp_path, line % "")

    with_history, without = run.predict([after, alone], RESPONDER)

    assert with_history.reply.offered[0].answer_id == "depo-late"
    assert not without.reply.offered


def test_an_order_in_a_history_is_no_question(tmp_path: Path) -> None:
    line = '{"text": "menu", "expected": null, "history": ["depo client three weeks late"]}'

    [prediction] = run.predict([_query(tmp_path, line)], RESPONDER)

    alone = RESPONDER("menu")
    assert (prediction.reply.outcome, prediction.reply.confidence) == (
        alone.outcome,
        alone.confidence,
    )
