"""What is typed in place of a tap, by what was offered last or by what is quoted."""

import pytest
from talk import Talk
from talk_responder import make_talk_responder

from kmqa.dialogue import choices, typed_choices
from kmqa.dialogue.choices import Choice, Nothing, PickAnswer, Several, Which
from kmqa.dialogue.step import UserMessage
from kmqa.dialogue.typed_choices import Offer
from kmqa.messages import Option

LIST = Offer(
    ids=("answer:a", "answer:b", "answer:c", "none"),
    titles=("When is the next injection due", "Missed pills", "IUD and pain", "None of these"),
)
LANGUAGE = Offer(ids=("set:language:en", "ask:language:0"), titles=("Yes", "Other language"))
A, B, C = PickAnswer("a"), PickAnswer("b"), PickAnswer("c")


def _read(message: str, offer: Offer) -> Choice | None:
    found = typed_choices.read(message, offer)
    return found.choice if found else None


@pytest.mark.parametrize(
    ("message", "meant"),
    [
        *((one, B) for one in ("2", "2.", "(2)", "2️⃣", "#2", "option 2", "two", "2 please")),
        *((one, B) for one in ("the second", "second one", "2nd", "no 2", "No. 2", "i want 2")),
        *((one, B) for one in ("la segunda", "le deuxième", "ya pili", "dusra wala", "numero dos")),
        *((one, B) for one in ("o segundo", "الثاني", "दूसरा वाला", "دوسرا", "२", "٢", "②")),
        *((one, B) for one in ("Missed pills", "missed pils", "MISSED PILLS!")),
        ("1 and 2", Several((A, B))),
        ("2,3", Several((B, C))),
        ("1 & 3", Several((A, C))),
        ("first and third", Several((A, C))),
        ("both", Several((A, B, C))),
        ("dono", Several((A, B, C))),
        *(
            (one, Nothing())
            for one in ("none", "no", "aucune", "ninguna", "hapana", "لا", "कोई नहीं")
        ),
        *((one, Which()) for one in ("yes", "y", "oui", "ndiyo", "1,2,3,4")),
        ("9", None),
        ("2 pills missed", None),
        ("6 weeks", None),
        ("is 2 ok for her", None),
        ("can she take both", None),
        ("no bleeding", None),
    ],
)
def test_an_answer_to_a_list_is_understood(message: str, meant: Choice | None) -> None:
    assert _read(message, LIST) == meant


@pytest.mark.parametrize(
    ("message", "meant"),
    [
        *((one, choices.Set("language", "en")) for one in ("yes", "y", "oui", "haan ji", "ok")),
        *((one, choices.Ask("language")) for one in ("no", "non", "hapana", "other language")),
        *((one, choices.Set("language", "fr")) for one in ("French", "français", "Kifaransa")),
        *((one, choices.Set("language", "ur")) for one in ("urdu please", "اردو", "उर्दू")),
    ],
)
def test_an_answer_to_the_question_of_language(message: str, meant: Choice) -> None:
    assert _read(message, LANGUAGE) == meant


def test_what_was_asked_last_decides_what_yes_means() -> None:
    rated = Offer(ids=("yes:a:b1", "no:a:b1", "more:a"), titles=("Helpful", "Not helpful", "More"))

    assert _read("ok", rated) is None  # nothing was asked
    assert _read("not helpful", rated) == choices.parse_id("no:a:b1")
    assert _read("yes", Offer(rated.ids, rated.titles, LANGUAGE.ids)) == choices.Set(
        "language", "en"
    )
    assert _read("yes", Offer((), ())) is None
    assert _read("yes", Offer(("flow:x:1", "flow:x:2"), ("Fever", "Pain"))) is None
    assert _read("fever", Offer(("flow:x:1", "flow:x:2"), ("Fever", "Pain"))) == choices.InFlow(
        "x", "1"
    )


def test_a_title_is_looked_at_for_danger_and_a_number_is_not() -> None:
    assert typed_choices.read("missed pills", LIST) == typed_choices.Reading(B, is_title=True)
    assert typed_choices.read("2", LIST) == typed_choices.Reading(B, is_title=False)


def test_the_quoted_message_goes_before_the_last_one() -> None:
    talk = Talk(make_talk_responder()).known()
    talk.say("menu")
    topics = talk.last.outgoing[0].options
    talk.say("1")
    quoted = (Option("menu:0", "Back"), *topics)

    talk.hear(UserMessage(kind="text", text="2", answers_to="wamid.1", quoted=quoted))

    assert talk.last.outgoing[0].text.startswith("General")


def test_both_answers_come_in_one_message() -> None:
    talk = Talk(make_talk_responder()).known()
    talk.say("menu")
    talk.say("1")
    [message] = talk.say("1 and 2")

    assert message.text.startswith("a) ")
    assert len(message.content_refs) == 2


def test_yes_to_a_list_asks_which_one() -> None:
    talk = Talk(make_talk_responder()).known()
    talk.say("menu")
    [first] = talk.say("1")
    [again] = talk.say("yes")

    assert "Which one do you mean?" in again.text
    assert again.options[0].id == first.options[0].id
