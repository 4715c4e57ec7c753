"""Summaries, their JSON form and their tables."""

import io
import json
from dataclasses import replace

import pytest
from eval_builder import make_query, predicted
from rich.console import Console

from kmqa.eval import summary, table
from kmqa.eval.run import Prediction


def labelled(lang: str | None, kind: str | None, prediction: Prediction) -> Prediction:
    query = make_query(*prediction.query.expected, lang=lang, kind=kind)
    return replace(prediction, query=query)


MIXED = (
    labelled("sw", "typo", predicted("a", "answer", "a b", 0.9)),
    labelled("en", "typo", predicted("a", "answer", "b a", 0.8)),
    labelled("en", None, predicted((), "refuse", "b a", 0.1)),
    labelled("en", "[danger]", predicted("urgent", "urgent", "b a", 0.1)),
)


def test_slices_part_the_run() -> None:
    """Every query is in one slice of language and one of kind, in the order of names."""
    found = summary.summarise(MIXED, n_resamples=3)

    assert {name: part.n for name, part in found.by_language.items()} == {"en": 3, "sw": 1}
    assert {name: part.n for name, part in found.by_kind.items()} == {
        "(none)": 1,
        "[danger]": 1,
        "typo": 2,
    }
    whole = found.overall
    assert (whole.n, whole.n_answerable, whole.n_unanswerable, whole.n_urgent) == (4, 2, 1, 1)


def test_slice_figures_are_of_the_slice() -> None:
    """A slice knows nothing of the others: one is all right, and the other has no answer right."""
    found = summary.summarise(MIXED, n_resamples=3)

    for language, value in (("sw", 1), ("en", 0)):
        figure = found.by_language[language].figures["top_1"]
        assert figure is not None
        assert (figure.value, figure.n) == (value, 1)


def test_without_resamples_only_the_shares_are_told() -> None:
    """The rest is absent, as where it is not defined, and the shares are the same."""
    brief, full = (summary.slice_of(MIXED, n_resamples=n).figures for n in (0, 3))

    assert {name: brief[name] for name in summary.SHARES} == {
        name: full[name] for name in summary.SHARES
    }
    assert not any(brief[name] for name in summary.NAMES if name not in summary.SHARES)


def test_intervals_hold_the_value() -> None:
    """Every figure lies within its interval, and the interval within [0, 1]."""
    figures = summary.summarise(MIXED * 5, n_resamples=50).overall.figures

    told = {name: figure for name, figure in figures.items() if figure}
    assert set(told) == set(summary.NAMES)
    for name, figure in told.items():
        assert 0 <= figure.interval.low <= figure.value <= figure.interval.high <= 1, name


def test_curves_draw_both_kinds() -> None:
    """Where confidence does not part the kinds, there is doubt about AUROC on both sides."""
    overlapping = [
        predicted(expected, "refuse", "a", score)
        for expected in ("a", ())
        for score in (0.1, 0.2, 0.3, 0.4)
    ]

    figure = summary.summarise(overlapping, n_resamples=50).overall.figures["auroc"]

    assert figure is not None
    assert figure.interval.low < figure.value == 0.5 < figure.interval.high


def test_document_is_json() -> None:
    """Counts, times and every metric are there; what is not defined is null."""
    document = json.loads(json.dumps(summary.document(summary.summarise(MIXED, n_resamples=3))))

    overall, swahili = document["overall"], document["by_language"]["sw"]
    assert (overall["n"], overall["n_urgent"], overall["p50_ms"]) == (4, 1, 1.0)
    assert overall["metrics"]["top_1"] == {
        "value": 0.5,
        "low": pytest.approx(0.0945, abs=1e-3),
        "high": pytest.approx(0.9055, abs=1e-3),
        "n": 2,
    }
    assert list(overall["metrics"]) == list(summary.NAMES)
    assert swahili["metrics"]["refusal_recall"] is None


def printed(found: summary.Summary) -> str:
    screen = io.StringIO()
    console = Console(width=200, file=screen)
    for each in table.tables(found):
        console.print(each)
    return screen.getvalue()


def test_tables_show_all() -> None:
    """Every metric has a row, every slice too, and names with brackets are shown as they are."""
    text = printed(summary.summarise(MIXED, n_resamples=3))

    assert set(table.TITLES) == set(summary.NAMES)
    for words in (*table.TITLES.values(), "p95 ms", "sw", "[danger]", "(none)"):
        assert words in text


def test_tables_of_one_slice_are_left_out() -> None:
    """One language and no kinds give one table; what is not defined is a dash."""
    text = printed(summary.summarise(MIXED[2:3], n_resamples=3))

    assert "language" not in text
    assert "kind" not in text
    row = next(line for line in text.splitlines() if line.startswith("MRR"))
    assert row.split() == ["MRR", table.ABSENT, "0"]
