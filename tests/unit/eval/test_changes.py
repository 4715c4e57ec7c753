from eval_builder import LookupResponder, make_reply

from kmqa.eval.changes import TurnChange, find_changes
from kmqa.eval.logged import Logged


def test_only_what_would_be_sent_differently_is_a_change() -> None:
    """A score that moved changes nothing; another answer, outcome or choice does."""
    before = LookupResponder(
        {
            "same": make_reply("answer", ["pill"], 0.9),
            "other": make_reply("answer", ["pill"], 0.9),
            "choice": make_reply("choose", ["pill", "coil"], 0.4),
        }
    )
    after = LookupResponder(
        {
            "same": make_reply("answer", ["pill"], 0.8),
            "other": make_reply("answer", ["coil"], 0.9),
            "choice": make_reply("choose", ["pill", "ring"], 0.4),
        }
    )
    log = [Logged(text=text, lang="sw") for text in ("same", "other", "choice", "unknown")]

    found = find_changes(log, before, after)

    assert found == (
        TurnChange(text="other", before="answer pill", after="answer coil"),
        TurnChange(text="choice", before="choose pill, coil", after="choose pill, ring"),
    )
    assert {profile.language for _, profile in after.asked} == {"sw"}


def test_shown_questions_are_masked() -> None:
    text = "call 0712345678"
    before = LookupResponder({text: make_reply("answer", ["pill"])})

    [change] = find_changes([Logged(text=text)], before, LookupResponder({}))

    assert change.text == "call █"
