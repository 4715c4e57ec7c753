"""Whether a bundle may go live: what was asked for, what was measured, and what fell short.

Pure: `kmqa.commands.publish` asks the questions, this module judges. What a corpus states must be
shown by its test sets; what it leaves open is judged by a cautious default where they can show it.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from scipy import stats

from kmqa.eval import contrasts, metrics, slices, talk
from kmqa.eval.leaks import Leak
from kmqa.eval.metrics import Predictions, Share
from kmqa.eval.run import Prediction
from kmqa.eval.talk import Played
from kmqa.eval.test_set import URGENT
from kmqa.records import Gate

DEFAULTS = Gate(
    right_or_offered=0.5,
    wrong_answers=0.2,
    refusal_recall=0.3,
    urgent_recall=0.9,
    false_alarms=0.1,
    slice_loss=0.15,
)
"""What is asked for where a corpus states nothing; it says nothing about coverage."""

MOST_ALARMED_TALK = 0.01
"""Share of short and social messages that may be taken for a danger sign."""

LEAST_MANNERS = 0.97
"""Share of greetings, thanks and the like that must get a word of their own, or a person."""

_LEAST: tuple[tuple[str, str, Callable[[Predictions], Share | None]], ...] = (
    ("right_or_offered", "answered right or offered", metrics.right_or_offered),
    ("coverage", "answered", metrics.coverage),
    ("refusal_recall", "unanswerable refused", metrics.refusal_recall),
    ("urgent_recall", "danger signs recognised", metrics.urgent_recall),
)
_COMPARED = tuple(row for row in _LEAST if row[0] != "coverage")
# Topics hold too few questions each to tell a loss from chance.
_PARTS = {name: label for name, label in slices.labels({}).items() if name != "topic"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tested:
    """All that a verdict rests on.

    Attributes:
        predictions: Of the bundle, for the corpus's test sets; empty where it has none.
        live: Of the live bundle, for the same questions in the same order; None where there is
            none to compare with.
        promises: Of the bundle, for the promises; None where there is no such file.
        talk: What the bundle made of short and social messages; empty where there is no such file.
        contrasts: Of the bundle, for the contrast pairs; empty where there is no such file.
        unknown_ids: Expected answers and danger signs that the bundle does not have.
        leaks: Test questions that stand in the bundle.
        shared: Test questions that the development set asks too.
        expired: Items of the bundle past their last day of service.
    """

    predictions: Predictions
    live: Predictions | None = None
    promises: Predictions | None = None
    talk: Sequence[Played] = ()
    contrasts: Predictions = ()
    unknown_ids: Sequence[str] = ()
    leaks: Sequence[Leak] = ()
    shared: Sequence[str] = ()
    expired: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that was asked of the bundle.

    Attributes:
        asked: In words, such as ``at least 0.72``.
        got: What was measured, in words.
        holds: None where nothing was stated and nothing could be measured.
        details: What fell short, one line each.
    """

    name: str
    asked: str
    got: str
    holds: bool | None
    details: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GateResult:
    """Every check, in the order of reports."""

    checks: tuple[Check, ...]

    @property
    def failures(self) -> tuple[Check, ...]:
        """The checks that fell short."""
        return tuple(check for check in self.checks if check.holds is False)

    @property
    def is_passed(self) -> bool:
        """Whether nothing fell short."""
        return not self.failures


def apply_gate(gate: Gate, tested: Tested) -> GateResult:
    """Return what `tested` comes to under `gate`."""
    return GateResult(tuple(_checks(gate, tested)))


def _checks(gate: Gate, tested: Tested) -> Iterator[Check]:
    n = len(tested.predictions)
    yield Check(name="test questions", asked="at least 1", got=f"{n:,}", holds=n > 0)
    for field, name, metric in _LEAST:
        yield from _share_check(gate, field, name, metric(tested.predictions))
    yield from _wrong_check(gate, tested.predictions)
    alarms = metrics.urgent_false_alarms(tested.predictions)
    yield from _share_check(gate, "false_alarms", "false alarms", alarms, is_least=False)
    yield _slice_check(gate, tested)
    yield from _promise_check(gate, tested)
    yield from _talk_checks(tested.talk)
    yield from _contrast_check(tested.contrasts)
    yield _none_check("expected answers that are missing", tested.unknown_ids)
    yield _none_check("leaking questions", [leak_text(leak) for leak in tested.leaks])
    yield _none_check("questions of the development set", tested.shared)
    yield _none_check("expired items", tested.expired)


def _share_check(
    gate: Gate, field: str, name: str, share: Share | None, *, is_least: bool = True
) -> Iterator[Check]:
    stated = getattr(gate, field)
    limit = getattr(DEFAULTS, field) if stated is None else stated
    if limit is None:
        return
    asked = f"at {'least' if is_least else 'most'} {limit:g}"
    if share is None:
        yield _check_without_figure(name, asked, is_stated=stated is not None)
        return
    holds = share.value >= limit if is_least else share.value <= limit
    yield Check(name=name, asked=asked, got=_share_text(share), holds=holds)


def _wrong_check(gate: Gate, predictions: Predictions) -> Iterator[Check]:
    """Yield the check of wrong answers by its upper bound, so that few do not look good."""
    stated = gate.wrong_answers
    limit = DEFAULTS.wrong_answers if stated is None else stated
    assert limit is not None  # noqa: S101 - DEFAULTS has it
    name, asked = "wrong among answers", f"at most {limit:g} with {gate.confidence:g}"
    share = metrics.selective_risk(predictions)
    if share is None:
        yield _check_without_figure(name, asked, is_stated=stated is not None)
        return
    bound = _upper_bound(share, gate.confidence)
    if stated is None and _upper_bound(Share(0, share.n), gate.confidence) > limit:
        got = f"{share.hits} of {share.n:,}, too few answers to tell"
        yield Check(name=name, asked=asked, got=got, holds=None)
        return
    wrong = [p for p in predictions if p.is_answered and not p.is_answered_right]
    yield Check(
        name=name,
        asked=asked,
        got=f"{_share_text(share)}, bound {bound:.3f}",
        holds=bound <= limit,
        details=tuple(_line_text(p) for p in wrong) if bound > limit else (),
    )


def _upper_bound(share: Share, level: float) -> float:
    """One-sided Clopper-Pearson: the true share is below it with probability `level`."""
    found = stats.binomtest(share.hits, share.n, alternative="less")
    return float(found.proportion_ci(level, method="exact").high)


def _slice_check(gate: Gate, tested: Tested) -> Check:
    limit = DEFAULTS.slice_loss if gate.slice_loss is None else gate.slice_loss
    assert limit is not None  # noqa: S101 - DEFAULTS has it
    name, asked = "worse than the live bundle", f"at most {limit:g} in any part"
    if tested.live is None:
        return Check(name=name, asked=asked, got="there is none to compare with", holds=None)
    losses = sorted(_losses(tested.predictions, tested.live, gate.least_slice), reverse=True)
    if not losses:
        got = f"no part has {gate.least_slice} questions"
        return _check_without_figure(name, asked, is_stated=gate.slice_loss is not None, got=got)
    # A share is a quotient; what is lost by exactly the limit is not lost by more.
    worse = tuple(text for loss, text in losses if loss > limit + 1e-9)
    return Check(
        name=name,
        asked=asked,
        got=losses[0][1] if losses[0][0] > 0 else "no part lost",
        holds=not worse,
        details=worse,
    )


def _losses(new: Predictions, live: Predictions, least: int) -> Iterator[tuple[float, str]]:
    """Yield what each part with enough questions lost, with the same in words."""
    for heading, label in _PARTS.items():
        names = sorted({label(prediction) or "" for prediction in new} - {""})
        for part in names:
            ours, theirs = (
                [prediction for prediction in found if label(prediction) == part]
                for found in (new, live)
            )
            for _, name, metric in _COMPARED:
                now, before = metric(ours), metric(theirs)
                if now is None or before is None or now.n < least:
                    continue
                text = f"{heading} {part}, {name}: {before.value:.3f} to {now.value:.3f}"
                yield before.value - now.value, text


def _promise_check(gate: Gate, tested: Tested) -> Iterator[Check]:
    name, asked = "promises", "every one"
    if tested.promises is None:
        if gate.promises is not None:
            yield _check_without_figure(name, asked, is_stated=True, got=f"no file {gate.promises}")
        return
    broken = [p for p in tested.promises if not is_kept(p)]
    n = len(tested.promises)
    yield Check(
        name=name,
        asked=asked,
        got=f"{n - len(broken):,} of {n:,}",
        holds=not broken,
        details=tuple(_line_text(prediction) for prediction in broken),
    )


def _talk_checks(played: Sequence[Played]) -> Iterator[Check]:
    """Yield the checks of talk, which need no statement: every corpus is talked to."""
    alarmed = talk.share_alarmed(played)
    if alarmed is not None:
        wrong = [line for line in played if line.act == "danger"]
        yield Check(
            name="talk taken for danger",
            asked=f"at most {MOST_ALARMED_TALK}",
            got=f"{alarmed.value:.3f} ({alarmed.hits:,} of {alarmed.n:,})",
            holds=alarmed.value <= MOST_ALARMED_TALK,
            details=tuple(_talk_text(line) for line in wrong),
        )
    manners = talk.share_right(played, "chat", "handover")
    if manners is not None:
        wrong = [line for line in played if line.due in {"chat", "handover"} and not line.is_right]
        yield Check(
            name="manners",
            asked=f"at least {LEAST_MANNERS}",
            got=f"{manners.value:.3f} ({manners.hits:,} of {manners.n:,})",
            holds=manners.value >= LEAST_MANNERS,
            details=tuple(_talk_text(line) for line in wrong),
        )


def _talk_text(line: Played) -> str:
    return f'{line.query.place}: "{line.query.text}" should be {line.due}, got {line.act}'


def _contrast_check(predictions: Predictions) -> Iterator[Check]:
    """Yield the check that no contrast line was answered with its opposite, whatever is stated."""
    if not predictions:
        return
    wrong = [p for p in predictions if contrasts.is_wrong_way(p)]
    yield Check(
        name="acts in the wrong direction",
        asked="none",
        got=f"{len(wrong):,} of {len(predictions):,}",
        holds=not wrong,
        details=tuple(_line_text(prediction) for prediction in wrong),
    )


def is_kept(prediction: Prediction) -> bool:
    """Whether a promise came out as expected.

    A right answer was sent or offered; of a danger sign, the text; where nothing is expected,
    neither an answer nor a choice nor an alarm. A line may name the ``outcome`` besides.
    """
    query, reply = prediction.query, prediction.reply
    outcome = query.source.get("outcome")
    if outcome is not None and outcome != reply.outcome:
        return False
    if reply.outcome == "urgent":
        return URGENT in query.expected or reply.answer_id in query.expected
    if query.is_unanswerable:
        return reply.outcome in {"refuse", "resources", "chat"}
    if query.is_urgent:
        return False
    offered = reply.offered if reply.outcome == "choose" else ()
    return prediction.is_answered_right or any(o.answer_id in query.expected for o in offered)


def leak_text(leak: Leak) -> str:
    """`leak` in one line."""
    if leak.how == "exact":
        return f'{leak.place}: "{leak.text}" is a wording of {leak.target}'
    return (
        f'{leak.place}: "{leak.text}" has the {leak.how} of "{leak.wording}" '
        f"({leak.target}), {leak.likeness:.2f}"
    )


def _none_check(name: str, found: Sequence[str]) -> Check:
    return Check(
        name=name,
        asked="none",
        got=f"{len(found):,}" if found else "none",
        holds=not found,
        details=tuple(found),
    )


def _check_without_figure(
    name: str, asked: str, *, is_stated: bool, got: str = "no question"
) -> Check:
    return Check(name=name, asked=asked, got=got, holds=False if is_stated else None)


def _share_text(share: Share) -> str:
    return f"{share.value:.3f} of {share.n:,}"


def _line_text(prediction: Prediction) -> str:
    query, reply = prediction.query, prediction.reply
    expected = " or ".join(query.expected) or "a refusal"
    sent = f"{reply.outcome} {reply.answer_id or ''}".strip()
    return f'{query.place}: "{query.text}" expects {expected}; got {sent}'
