"""The one exit as a table: what may leave, and why not."""

from collections.abc import Mapping

import pytest

from kmqa.channels import may_leave
from kmqa.channels.may_leave import READER, Decision, HoldReason, RecipientState
from kmqa.channels.registry import load_channels
from kmqa.matching.standing import Standing
from kmqa.messages import ContentRef, Outgoing, Purpose
from kmqa.state.outbox import Reachability

NOW = 1_795_435_200.0
DAY = 86_400.0
ANSWER, OTHER = ContentRef("answer", "depo-late"), ContentRef("answer", "other")
OPEN = RecipientState(opted_out=False, window_ends_at=NOW)
CLOSED = RecipientState(opted_out=False, window_ends_at=NOW - 1)
STOPPED = RecipientState(opted_out=True, window_ends_at=NOW)


class Shelf:
    """A bundle of which a test says what may be served."""

    def __init__(self, standings: Mapping[ContentRef, Standing]) -> None:
        self._standings = standings

    def standing_of(self, ref: ContentRef) -> Standing:
        """See `kmqa.channels.may_leave.BundleView`."""
        return self._standings.get(ref, "unknown")


SERVED = Shelf({ANSWER: "served", OTHER: "served"})


@pytest.mark.parametrize(("to", "purpose", "expected"), [
    (OPEN, "answer", None),
    (OPEN, "broadcast", None),
    (STOPPED, "answer", "opted-out"),
    (STOPPED, "service", "opted-out"),
    (STOPPED, "handover", "opted-out"),
    (STOPPED, "broadcast", "opted-out"),
    (STOPPED, "correction", "opted-out"),
    (STOPPED, "danger", None),
    (STOPPED, "consent", None),
    (CLOSED, "answer", "window"),
    (CLOSED, "danger", "window"),
    (READER, "answer", None),
])  # fmt: skip
def test_promise_10_stop_and_window_hold_back_all_but_what_they_must_let_pass(
    to: RecipientState, purpose: Purpose, expected: HoldReason | None
) -> None:
    content = Outgoing(text="text", purpose=purpose)

    assert may_leave.may_leave(content, to, SERVED, NOW).hold_reason == expected


@pytest.mark.parametrize("purpose", ["answer", "danger", "broadcast", "basket"])
@pytest.mark.parametrize(
    ("standing", "expected"),
    [("stopped", "stopped"), ("lapsed", "lapsed"), ("unknown", "unknown-content")],
)
def test_promise_10_one_item_that_is_not_served_holds_the_message_whatever_it_is_for(
    purpose: Purpose, standing: Standing, expected: HoldReason
) -> None:
    content = Outgoing(text="text", purpose=purpose, content_refs=(ANSWER, OTHER))
    bundle = Shelf({ANSWER: "served", OTHER: standing})

    assert may_leave.may_leave(content, OPEN, bundle, NOW) == Decision(expected, OTHER)


def test_promise_10_without_a_bundle_nothing_reviewed_leaves() -> None:
    reviewed = Outgoing(text="text", content_refs=(ANSWER,))

    assert may_leave.may_leave(reviewed, OPEN, None, NOW).hold_reason == "unknown-content"
    assert may_leave.may_leave(Outgoing(text="text"), OPEN, None, NOW).hold_reason is None


def test_a_template_leaves_outside_the_window_and_not_after_stop() -> None:
    content = Outgoing(text="", template="ask_again")
    stopped = RecipientState(opted_out=True, window_ends_at=NOW - 1)

    assert may_leave.may_leave(content, CLOSED, SERVED, NOW).hold_reason is None
    assert may_leave.may_leave(content, stopped, SERVED, NOW).hold_reason == "opted-out"


def test_every_cap_must_allow_a_message() -> None:
    content = Outgoing(text="news", purpose="broadcast")
    few, none = (lambda _content, _now: True), (lambda _content, _now: False)

    assert may_leave.may_leave(content, OPEN, SERVED, NOW, [few]).hold_reason is None
    assert may_leave.may_leave(content, OPEN, SERVED, NOW, [few, none]).hold_reason == "capped"


def test_the_window_is_counted_from_the_last_message_of_the_person() -> None:
    [whatsapp] = [one for one in load_channels() if one.name == "whatsapp"]

    state = may_leave.state_of(whatsapp, Reachability(opted_out=False, wrote_at=NOW))

    assert state == RecipientState(opted_out=False, window_ends_at=NOW + DAY)


def test_the_reason_in_short_names_the_item() -> None:
    assert Decision("stopped", ANSWER).text == "stopped: answer depo-late"
    assert Decision("opted-out").text == "opted-out"
