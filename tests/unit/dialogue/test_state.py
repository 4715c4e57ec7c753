"""What is remembered between turns, as this version and earlier ones wrote it."""

import pytest

from kmqa.dialogue.state import FlowState, State, Topic, restore, serialise, without_topic
from kmqa.records import Profile

# As commit 360ff60 wrote it.
EARLIER = {
    "profile": {"role": "chw", "country": "KE", "language": "sw", "age_group": None,
                "gender": None, "topics": []},
    "opted_out": False, "stopped_at": 5.0, "low_data": True, "welcomed": "abc", "agreed": "abc",
    "is_new": True, "spoken": "sw", "offered": ["menu:0"], "list_id": "menu:0", "is_at_list": True,
    "topic": {"question": "what", "answer_id": "a", "at": 3.0}, "others": ["b"],
    "comments_on": "a", "comment_asked_at": 2.0, "handed_over_at": 1.0, "noted_at": 4.0,
}  # fmt: skip


@pytest.mark.parametrize("is_new", [True, False])
def test_a_state_of_an_earlier_version_is_read_whole(is_new: bool) -> None:
    state = restore({**EARLIER, "is_new": is_new}, opted_out=False)

    assert state == State(
        profile=Profile(role="chw", country="KE", language="sw"),
        stopped_at=5.0, low_data=True, welcomed="abc", agreed="abc", spoken="sw",
        offered=("menu:0",), list_id="menu:0", is_at_list=True,
        topic=Topic(question="what", answer_id="a", at=3.0), others=("b",), comments_on="a",
        comment_asked_at=2.0, handed_over_at=1.0, noted_at=4.0,
        flow=FlowState(name="onboarding") if is_new else None,
    )  # fmt: skip
    assert state.is_new is is_new


@pytest.mark.parametrize("content", [None, {}, {"profile": 3}, ["x"], "x", 7])
def test_what_cannot_be_read_is_forgotten_but_not_that_somebody_said_stop(content: object) -> None:
    assert restore(content, opted_out=True) == State(opted_out=True)


@pytest.mark.parametrize("flow", ["x", {"name": 1}, {"version": 2}])
def test_a_flow_that_cannot_be_read_takes_nothing_else_with_it(flow: object) -> None:
    content = {**EARLIER, "is_new": False, "flow": flow}

    state = restore(content, opted_out=False)

    assert state == restore({**EARLIER, "is_new": False}, opted_out=False)


def test_what_was_asked_and_answered_is_not_kept_for_longer_than_questions() -> None:
    place = FlowState(name="toy", values={"first": "yes"})
    content = serialise(restore({**EARLIER, "flow": place}, opted_out=False))

    aged = restore(without_topic(content), opted_out=False)

    assert aged.topic is None
    assert aged.flow is None
    assert aged.profile.role == "chw"
