import pytest

from kmqa.channels.channel import AMBIGUOUS, DANGER_CEILING, UNANSWERED
from kmqa.channels.whatsapp.retry_policy import reaction_to


@pytest.mark.parametrize(
    ("code", "action"),
    [
        (130429, "slow"),
        (131056, "wait_for_person"),
        (131047, "window"),
        (131026, "give_up"),
        (131049, "give_up"),
        (131042, "pause"),
        (368, "pause"),
        (190, "pause"),
        (200, "pause"),
        (299, "pause"),
        (2, "retry"),
        (4, "retry"),
        (80007, "retry"),
        (131016, "retry"),
        (133004, "retry"),
    ],
)
def test_each_error_has_the_reaction_that_its_cause_asks_for(code: int, action: str) -> None:
    assert reaction_to(code, 400).action == action


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_server_fault_without_a_code_may_have_been_sent(status: int) -> None:
    """A blind retry would say it twice."""
    assert reaction_to(None, status) == AMBIGUOUS


def test_a_good_answer_that_cannot_be_read_may_mean_that_it_was_sent() -> None:
    """Parked at once, it would be sent a second time by whoever tries again what is parked."""
    assert reaction_to(None, 200) == UNANSWERED


def test_a_gateway_that_waited_in_vain_for_meta_passed_the_message_on() -> None:
    assert reaction_to(None, 504) == UNANSWERED


def test_an_unknown_code_with_a_server_fault_may_have_been_sent() -> None:
    assert reaction_to(999_999, 500) == AMBIGUOUS


@pytest.mark.parametrize("code", [2, 4, 131000, 131016, 130429, 131056, 131057, 133004, 134101])
def test_what_passes_by_itself_is_tried_as_long_as_the_person_may_be_written_to(code: int) -> None:
    assert reaction_to(code, 400).most is None


def test_what_may_be_a_wrong_request_is_tried_ten_times() -> None:
    assert reaction_to(1, 400).most == 10


@pytest.mark.parametrize("status", [302, 307, 400, 403, 404, 407, 413, 429])
def test_a_portal_or_a_proxy_before_meta_is_waited_for(status: int) -> None:
    """Every reply would else be parked at once while somebody has to sign in to the network."""
    reaction = reaction_to(None, status)

    assert (reaction.action, reaction.alarm, reaction.most) == ("retry", True, None)


def test_a_code_that_nobody_knows_is_given_up_and_somebody_has_to_look() -> None:
    reaction = reaction_to(999_999, 400)

    assert (reaction.action, reaction.alarm) == ("give_up", True)


def test_the_code_decides_whatever_the_status_says() -> None:
    """Rate limits come as HTTP 400."""
    assert reaction_to(130429, 400) == reaction_to(130429, 500)


def _waits(code: int, n: int, **ceiling: float) -> list[float]:
    """Return the first `n` waits, one after another."""
    waits = [0.0]
    for _ in range(n):
        waits.append(reaction_to(code, 400).wait(waits[-1], **ceiling))
    return waits[1:]


def test_waits_double_up_to_five_minutes() -> None:
    assert _waits(131016, 11) == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]


def test_the_reply_to_a_danger_sign_never_waits_longer_than_half_a_minute() -> None:
    assert _waits(131016, 7, ceiling=DANGER_CEILING) == [1, 2, 4, 8, 16, 30, 30]
    assert _waits(190, 2, ceiling=DANGER_CEILING) == [30, 30]


def test_a_broken_account_is_looked_at_every_five_minutes() -> None:
    assert _waits(190, 3) == [300, 300, 300]
