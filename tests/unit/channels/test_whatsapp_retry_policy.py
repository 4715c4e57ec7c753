import pytest

from kmqa.channels.channel import AMBIGUOUS
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
    assert reaction_to(None, 200) == AMBIGUOUS


@pytest.mark.parametrize("status", [302, 307, 429])
def test_a_portal_or_a_proxy_before_meta_is_waited_for(status: int) -> None:
    """Every reply would else be parked at once while somebody has to sign in to the network."""
    reaction = reaction_to(None, status)

    assert (reaction.action, reaction.alarm) == ("retry", True)


@pytest.mark.parametrize(("code", "status"), [(None, 400), (None, 404), (999_999, 400)])
def test_what_nobody_knows_is_given_up_and_somebody_has_to_look(
    code: int | None, status: int
) -> None:
    reaction = reaction_to(code, status)

    assert (reaction.action, reaction.alarm) == ("give_up", True)


def test_the_code_decides_whatever_the_status_says() -> None:
    """Rate limits come as HTTP 400."""
    assert reaction_to(130429, 400) == reaction_to(130429, 500)


def test_waits_grow_up_to_an_hour() -> None:
    reaction = reaction_to(4, 400)
    waits = [reaction.wait(tried) for tried in range(1, 12)]

    assert waits == sorted(waits)
    assert waits[0] == reaction.delay
    assert waits[-1] == 3600.0
