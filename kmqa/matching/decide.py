"""What to do with a query: one pure function from evidence and policy to one of six outcomes.

Order: small talk that is certain, danger signs, refusal examples, the best answer, a choice,
documents, refusal. Nothing here knows texts, vectors or clocks.
"""

from collections.abc import Callable
from dataclasses import dataclass

from kmqa.records import Candidate, ChatKind, Decision, Outcome, PassageHit, Policy, Reason

MAX_CHOICES = 3  # WhatsApp shows three buttons; a fourth would need a list


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All that a decision rests on.

    Attributes:
        chat: What sort of small talk the whole message is, or None.
        urgent_id: The danger sign that was recognised, or None.
        candidates: Answers that may be served, best first.
        refused_by: Refusal group that fits better than every answer, or None.
        passages: Vetted passages, nearest first.
    """

    chat: ChatKind | None = None
    urgent_id: str | None = None
    candidates: tuple[Candidate, ...] = ()
    refused_by: str | None = None
    passages: tuple[PassageHit, ...] = ()


def decide(
    evidence: Evidence,
    policy: Policy | None,
    prefer: Callable[[tuple[Candidate, ...]], int | None] = lambda _: None,
) -> Decision:
    """Return the outcome for `evidence` under `policy`, with the name of the rule that decided.

    Args:
        evidence: What was found.
        policy: Fitted thresholds; None answers nothing.
        prefer: Number of the candidate that the person's profile prefers among some that lie
            close together and all pass the threshold, or None.
    """
    if evidence.urgent_id:
        return _make_decision(evidence, "urgent", "danger-sign")
    if evidence.chat:
        return _make_decision(evidence, "chat", evidence.chat)
    if policy is None:
        return _make_decision(evidence, "refuse", "no-policy")
    if evidence.refused_by:
        return _make_decision(evidence, "refuse", "refusal-example")
    return _decide_by_match(evidence, policy, prefer)


def _decide_by_match(
    evidence: Evidence,
    policy: Policy,
    prefer: Callable[[tuple[Candidate, ...]], int | None],
) -> Decision:
    close = _list_close(evidence.candidates, policy)
    if len(close) == 1:
        return _make_decision(evidence, "answer", "above-threshold", close)
    if close:
        preferred = prefer(close) if close[-1].confidence >= policy.threshold else None
        if preferred is not None:
            return _make_decision(evidence, "answer", "profile-tie-break", (close[preferred],))
        return _make_decision(evidence, "choose", "within-margin", close)
    if evidence.candidates and evidence.candidates[0].confidence >= policy.choose_threshold:
        offered = evidence.candidates[:MAX_CHOICES]
        return _make_decision(evidence, "choose", "below-threshold", offered)
    if evidence.passages and evidence.passages[0].score >= policy.passage_threshold:
        return _make_decision(evidence, "resources", "passage-only")
    return _make_decision(evidence, "refuse", "no-match")


def _list_close(candidates: tuple[Candidate, ...], policy: Policy) -> tuple[Candidate, ...]:
    """Return the first candidate, if it passes, and those that trail by less than the margin."""
    if not candidates or candidates[0].confidence < policy.threshold:
        return ()
    least = candidates[0].confidence - policy.margin
    return (candidates[0], *(c for c in candidates[1:MAX_CHOICES] if c.confidence > least))


def _make_decision(
    evidence: Evidence, outcome: Outcome, reason: Reason, offered: tuple[Candidate, ...] = ()
) -> Decision:
    return Decision(
        outcome=outcome,
        reason=reason,
        candidates=evidence.candidates,
        offered=offered,
        passages=evidence.passages,
        urgent_id=evidence.urgent_id if outcome == "urgent" else None,
        chat=evidence.chat if outcome == "chat" else None,
    )
