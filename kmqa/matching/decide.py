"""What to do with a query: one pure function from evidence and policy to one of six outcomes.

Order: small talk that is certain, danger signs, refusal examples, the best answer, a choice,
documents, refusal. Nothing here knows texts, vectors or clocks.
"""

from collections.abc import Callable
from dataclasses import dataclass

from kmqa.records import Candidate, ChatKind, Decision, Outcome, PassageHit, Policy, Reason

MOST_CHOICES = 3  # WhatsApp shows three buttons; a fourth would need a list


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
    """The outcome for `evidence` under `policy`, with the name of the rule that decided.

    Args:
        evidence: What was found.
        policy: Fitted thresholds; None answers nothing.
        prefer: Number of the candidate that the person's profile prefers among some that lie
            close together and all pass the threshold, or None.
    """
    if evidence.urgent_id:
        return _decided(evidence, "urgent", "danger-sign")
    if evidence.chat:
        return _decided(evidence, "chat", evidence.chat)
    if policy is None:
        return _decided(evidence, "refuse", "no-policy")
    if evidence.refused_by:
        return _decided(evidence, "refuse", "refusal-example")
    return _matched(evidence, policy, prefer)


def _matched(
    evidence: Evidence,
    policy: Policy,
    prefer: Callable[[tuple[Candidate, ...]], int | None],
) -> Decision:
    close = _close(evidence.candidates, policy)
    if len(close) == 1:
        return _decided(evidence, "answer", "above-threshold", close)
    if close:
        preferred = prefer(close) if close[-1].score >= policy.threshold else None
        if preferred is not None:
            return _decided(evidence, "answer", "profile-tie-break", (close[preferred],))
        return _decided(evidence, "choose", "within-margin", close)
    if evidence.candidates and evidence.candidates[0].score >= policy.choose_threshold:
        offered = evidence.candidates[:MOST_CHOICES]
        return _decided(evidence, "choose", "below-threshold", offered)
    if evidence.passages and evidence.passages[0].score >= policy.passage_threshold:
        return _decided(evidence, "resources", "passage-only")
    return _decided(evidence, "refuse", "no-match")


def _close(candidates: tuple[Candidate, ...], policy: Policy) -> tuple[Candidate, ...]:
    """The first candidate, if it passes, and those that trail it by less than the margin."""
    if not candidates or candidates[0].score < policy.threshold:
        return ()
    lead = candidates[0].score - policy.margin
    return (candidates[0], *(c for c in candidates[1:MOST_CHOICES] if c.score > lead))


def _decided(
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
