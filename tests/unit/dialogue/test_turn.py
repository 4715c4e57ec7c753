"""What a health worker meets, turn by turn."""

from dataclasses import replace
from pathlib import Path

import pytest
from bundle_builder import make_responder
from corpus_builder import (
    make_corpus,
    make_phrases,
    make_refusals,
    make_urgent,
)
from talk import NOON, Talk
from talk_responder import DANGER, DEPO, HIDING, make_talk_responder

from kmqa.dialogue import events
from kmqa.dialogue.handover import RETURN
from kmqa.dialogue.step import UserMessage
from kmqa.matching.respond import Responder
from kmqa.messages import IncomingKind
from kmqa.records import Profile

SAID = make_phrases("en")


@pytest.fixture(scope="module")
def responder() -> Responder:
    return make_talk_responder()


@pytest.fixture
def talk(responder: Responder) -> Talk:
    """Somebody whose first contact is over."""
    return Talk(responder).known()


# First contact


def test_a_question_asked_first_is_answered_first(responder: Responder) -> None:
    answer, welcome = Talk(responder).say(DEPO)

    assert answer.text.startswith("Inject up to 4 weeks late.")
    assert SAID["welcome"] in welcome.text
    assert "For trial only." in welcome.text


def test_a_greeting_is_answered_by_the_welcome_alone(responder: Responder) -> None:
    [welcome] = Talk(responder).say("hello")

    assert SAID["welcome"] in welcome.text
    assert [option.title for option in welcome.options] == ["Yes", "Other language"]


def test_the_first_contact_asks_language_role_and_country_once(responder: Responder) -> None:
    talk = Talk(responder)
    talk.say("hello")
    [role] = talk.tap("Yes")
    [country] = talk.tap("Community worker")
    [ready] = talk.tap("Kenya")

    assert role.text.startswith(SAID["ask_role"])
    assert country.text.startswith(SAID["ask_country"])
    assert ready.text == SAID["ready"]
    assert talk.state.profile == Profile(language="en", role="chw", country="KE")
    assert len(talk.say("hello")) == 1
    assert SAID["welcome"] not in talk.last.outgoing[0].text


def test_every_question_of_the_profile_can_be_skipped(responder: Responder) -> None:
    talk = Talk(responder)
    talk.say("hello")
    talk.tap("Yes")
    talk.tap("Skip")
    [ready] = talk.tap("Skip")

    assert ready.text == SAID["ready"]
    assert talk.state.profile == Profile(language="en")


def test_going_on_after_the_notice_is_recorded_as_consent_once(responder: Responder) -> None:
    talk = Talk(responder)
    talk.say("hello")
    talk.say(DEPO)
    talk.say(DEPO)

    consents = [e for t in talk.turns for e in t.events if isinstance(e, events.Consented)]
    assert [consent.version for consent in consents] == [talk.state.welcomed]


def test_a_new_wording_of_the_notice_is_shown_again(talk: Talk) -> None:
    talk.state = replace(talk.state, welcomed="before", agreed="before")

    [_, welcome] = talk.say(DEPO)

    assert "For trial only." in welcome.text


# Questions


def test_an_answer_is_one_message_with_its_source_and_three_buttons(talk: Talk) -> None:
    [answer] = talk.say(DEPO)

    assert answer.text == (
        "Inject up to 4 weeks late.\n\nSource: A handbook, p. 3. Reviewed 2026-11."
    )
    assert [option.title for option in answer.options] == ["Helpful", "Not helpful", "More"]


def test_the_profile_picks_the_variant(talk: Talk) -> None:
    talk.state = replace(talk.state, profile=Profile(role="chw"))

    assert talk.say(DEPO)[0].text.startswith("Refer her to the nurse.")


def test_more_leads_to_documents_and_related_questions(talk: Talk) -> None:
    talk.say(DEPO)
    [more] = talk.tap("More")
    [document] = talk.say("1")
    [related] = (talk.tap_id("more:depo-late"), talk.say("2"))[1]

    assert "1. A handbook (0.2 MB)\n2. depo start" in more.text
    assert document.document == "handbook"
    assert related.text.startswith("This is the approved text about depo start.")


def test_a_document_whose_review_has_lapsed_is_neither_listed_nor_sent(talk: Talk) -> None:
    talk.now = NOON + 400 * 24 * 3600
    [more] = talk.tap_id("more:depo-late")
    [topics] = talk.tap_id("doc:handbook")

    assert "A handbook" not in more.text
    assert topics.document is None
    assert topics.text.startswith(SAID["topics_intro"])


def test_not_helpful_offers_what_came_near_and_a_comment(talk: Talk) -> None:
    talk.say(DEPO)
    [near] = talk.tap("Not helpful")
    talk.tap("Write a comment")
    [thanks] = talk.say("It does not say 0712345678 who may inject")

    assert near.text.startswith(SAID["unhelpful_intro"])
    assert "depo-late" not in [option.id for option in near.options]
    assert thanks.text == SAID["comment_thanks"]
    [comment] = talk.last.events
    assert isinstance(comment, events.Feedback)
    assert comment.comment == "It does not say █ who may inject"


def test_a_danger_sign_in_a_comment_is_answered(talk: Talk) -> None:
    talk.say(DEPO)
    talk.tap("Not helpful")
    talk.tap("Write a comment")

    assert talk.say(DANGER)[0].text.startswith("Go now.")


def test_who_comes_back_a_day_later_asks_and_does_not_comment(talk: Talk) -> None:
    talk.tap_id("comment:depo-late")
    talk.now += 24 * 3600

    assert talk.say(DEPO)[0].text.startswith("Inject")


def test_none_of_these_is_kept_for_curators(talk: Talk) -> None:
    talk.tap_id("none")

    assert talk.last.events == (events.Rejected(wish="none_fits"),)


def test_several_questions_are_answered_in_one_message(talk: Talk) -> None:
    [message] = talk.say("depo client three weeks late? client missed two pills?")

    assert message.text.startswith("a) Inject up to 4 weeks late.")
    assert "b) This is the approved text about pill missed." in message.text
    assert len(talk.last.replies) == 2


def test_every_question_of_a_turn_is_answered(talk: Talk) -> None:
    """As after the service was down: what was asked meanwhile waits, and none may be lost."""
    sent = talk.say(DEPO, "when can she start depo", "client missed two pills", DEPO, "stop")

    assert [message.text.partition(".")[0] for message in sent[:-1]] == [
        "Inject up to 4 weeks late",
        "This is the approved text about depo start",
        "This is the approved text about pill missed",
        "Inject up to 4 weeks late",
    ]
    assert sent[-1].text == SAID["stopped"]


def test_of_many_taps_the_last_are_answered(talk: Talk) -> None:
    """Numbers that are typed next mean the lines of the last one."""
    taps = ("menu:0", "topic:general:0", "ask:role:0", "ask:country:0", "topic:general:0")

    sent = talk.hear(*(UserMessage(kind="choice", text="x", choice=tap) for tap in taps))

    assert len(sent) == 3
    assert [option.id for option in sent[-1].options] == list(talk.state.offered)


def test_the_notice_is_shown_however_much_comes_at_once(responder: Responder) -> None:
    first, *_ = Talk(responder).say("hello", "menu", "help", "menu", "help")

    assert "For trial only." in first.text


def test_a_story_with_one_question_stays_one_question(talk: Talk) -> None:
    talk.say("depo client three weeks late.\nshe lives far away and came on foot")

    assert len(talk.last.replies) == 1


@pytest.mark.parametrize(
    "message",
    [
        "depo client three weeks late.\nclient missed two pills",
        "depo client three weeks late and another client missed two pills",
        "depo client three weeks late, also client missed two pills",
    ],
)
def test_questions_without_question_marks_are_each_answered(talk: Talk, message: str) -> None:
    [sent] = talk.say(message)

    assert sent.text.startswith("a) Inject up to 4 weeks late.")
    assert "b) This is the approved text about pill missed." in sent.text
    assert [event.question for event in talk.last.events if isinstance(event, events.Asked)] != [
        message
    ] * 2


def test_a_question_beside_one_that_is_answered_is_not_lost(talk: Talk) -> None:
    outside = "which of the two teams won the big football match yesterday evening in our town"
    [sent] = talk.say(f"{outside}? depo client three weeks late?")

    assert sent.text.startswith(f"a) {SAID['refuse']}")
    assert "b) Inject up to 4 weeks late." in sent.text


def test_one_question_with_and_in_it_is_not_cut(talk: Talk) -> None:
    talk.say("depo client three weeks late and now")

    assert [reply.answer_id for reply in talk.last.replies] == ["depo-late"]


def test_a_danger_sign_among_several_questions_comes_alone(talk: Talk) -> None:
    [message] = talk.say(f"depo client three weeks late? {DANGER}?")

    assert message.text.startswith("Go now.")


def test_numbers_of_clients_are_blacked_out_and_the_reminder_is_said(talk: Talk) -> None:
    [message] = talk.say(DEPO + " her phone is 0712 345 678")

    [asked] = talk.last.events
    assert isinstance(asked, events.Asked)
    assert asked.question.endswith("her phone is █")
    assert message.text.endswith(SAID["privacy_reminder"])


def test_a_late_answer_says_so(talk: Talk) -> None:
    late = UserMessage(kind="text", text=DEPO, is_late=True)

    assert talk.hear(late)[0].text.startswith(SAID["late_prefix"])


# Danger


def test_danger_is_marked_for_curators_and_offers_what_helps_later(talk: Talk) -> None:
    [message] = talk.say(DANGER)

    assert message.text.startswith("Go now.\n\nAsk the nurse in charge.")
    assert message.options[0].id == "answer:depo-late"
    assert events.HandedOver(cause="urgent", message=DANGER) in talk.last.events


def test_danger_comes_before_the_first_contact(responder: Responder) -> None:
    assert Talk(responder).say(DANGER)[0].text.startswith("Go now.")


def test_the_danger_text_stands_alone_and_the_welcome_comes_next(responder: Responder) -> None:
    talk = Talk(responder)
    [danger] = talk.say(f"{DANGER}, call 0712345678")

    assert SAID["privacy_reminder"] not in danger.text
    assert SAID["welcome"] not in danger.text
    assert SAID["welcome"] in talk.say(DEPO)[1].text


@pytest.mark.parametrize(
    ("number_of", "said", "contact"),
    [
        ("KE", None, "Call 999."),
        ("KE", "IN", "Ask anybody."),
        ("FR", None, "Ask anybody."),
        (None, None, "Ask anybody."),
    ],
)
def test_the_emergency_number_is_of_the_country_of_the_number_or_of_the_profile(
    number_of: str | None, said: str | None, contact: str
) -> None:
    contacts = {"default": {"text": {"en": "Ask anybody."}}, "KE": {"text": {"en": "Call 999."}}}
    corpus = make_corpus(
        Path("nowhere"),
        urgent=(make_urgent(examples={"en": [DANGER]}, text={"en": "Go now."}),),
        refusals=make_refusals(contacts=contacts),
    )
    talk = Talk(make_responder(corpus), country=number_of).known()
    talk.state = replace(talk.state, profile=Profile(country=said))

    assert talk.say(DANGER)[0].text == f"Go now.\n\n{contact}"
    assert talk.state.profile.country == said


def test_danger_comes_first_of_several_messages(talk: Talk) -> None:
    first, second = talk.say(DEPO, DANGER)

    assert first.text.startswith("Go now.")
    assert second.text.startswith("Inject")


@pytest.mark.parametrize("before", ["stop", "person", "comment:depo-late"])
def test_danger_in_one_of_several_questions_is_answered_in_every_state(
    talk: Talk, before: str
) -> None:
    talk.tap_id(before) if ":" in before else talk.say(before)

    [message] = talk.say(f"{HIDING}? {DANGER}?")

    assert message.text.startswith("Go now.")


@pytest.mark.parametrize("before", ["menu", "stop", "person", "comment:depo-late"])
@pytest.mark.parametrize("first", ["please read this " * 150, HIDING])
def test_danger_in_one_message_of_a_burst_is_not_hidden_by_the_others(
    talk: Talk, before: str, first: str
) -> None:
    """What was typed before it may be too long to be read, or hold a word that speaks against."""
    talk.tap_id(before) if ":" in before else talk.say(before)
    pieces = (first, DANGER)

    [message] = talk.hear(UserMessage(kind="text", text="\n".join(pieces), pieces=pieces))

    assert message.text.startswith("Go now.")


def test_danger_behind_many_questions_is_found_though_they_are_too_long_to_be_answered(
    talk: Talk,
) -> None:
    [message] = talk.say(" ".join([f"{HIDING}?"] * 25 + [f"{DANGER}?"]))

    assert message.text.startswith("Go now.")


# Stop


def test_who_said_stop_is_not_written_to_except_in_danger(talk: Talk) -> None:
    talk.say("STOP")

    assert talk.say(DEPO) == []
    assert talk.tap_id("menu:0") == []
    assert talk.send("voice") == []
    assert talk.say(DANGER)[0].text.startswith("Go now.")
    assert talk.say("start")[0].text == SAID["started"]
    assert talk.say(DEPO)


def test_who_says_stop_is_no_longer_written_to_by_a_person(talk: Talk) -> None:
    talk.say("person")
    talk.say("stop")

    assert talk.last.events == (events.HandoverEnded(),)


def test_stop_on_a_button_of_a_template_is_obeyed(talk: Talk) -> None:
    """Whoever wrote the template chose the button's id; only its words are known here."""
    [stopped] = talk.tap_id("STOP_PROMOTIONS", "Stop")

    assert stopped.text == SAID["stopped"]
    assert talk.say(DEPO) == []


@pytest.mark.parametrize(
    ("spoken", "stops"), [("sw", True), ("en", True), ("", True), ("ur", False), ("hi", False)]
)
def test_a_word_of_another_language_does_not_stop_who_means_good_by_it(
    talk: Talk, spoken: str, stops: bool
) -> None:
    """In Swahili "acha" is "stop", in Urdu and Hindi what people say to every answer."""
    talk.state = replace(talk.state, spoken=spoken)
    talk.say("Acha!")

    assert talk.state.opted_out is stops
    assert stops or talk.last.replies[0].reason == "thanks"


# Menu


def test_menu_leads_to_every_question_and_back(talk: Talk) -> None:
    [topics] = talk.say("menu")
    [questions] = talk.say("1")
    [answer] = talk.say("3")
    [again] = talk.say("back")
    [before] = talk.say("0")

    assert "1. General" in topics.text
    assert "3. pill missed" in questions.text
    assert answer.text.startswith("This is the approved text about pill missed.")
    assert again == questions
    assert before == topics


@pytest.mark.parametrize("digit", ["1", "١", "۱", "१", "1.", " 1 "])
def test_a_number_is_understood_in_any_script(talk: Talk, digit: str) -> None:
    talk.say("menu")

    assert talk.say(digit)[0].text.startswith("General")


def test_a_number_that_was_not_offered_is_a_question(talk: Talk) -> None:
    talk.say("menu")
    talk.say("77")

    assert talk.last.replies


def test_low_data_sends_text_and_no_file(talk: Talk) -> None:
    talk.say("low data")
    [answer] = talk.say(DEPO)
    [document] = talk.tap_id("doc:handbook")

    assert answer.options == ()
    assert answer.text.endswith("1. Helpful\n2. Not helpful\n3. More")
    assert document.document is None
    assert talk.say("low data")[0].text == SAID["low_data_off"]


def test_low_data_numbers_every_option_beside_an_answer_with_steps(talk: Talk) -> None:
    """A step of the answer is no option, though its line begins with the same number."""
    talk.say("low data")
    [answer] = talk.say("client missed two pills")
    [near] = talk.say("2")

    assert answer.text.endswith("2. Wait.\n\n1. Helpful\n2. Not helpful\n3. More")
    assert near.text.startswith(SAID["unhelpful_intro"])
    lines = near.text.splitlines()
    assert [line for line in lines if line.endswith(SAID["none_of_these"])] == [
        f"{len(talk.state.offered)}. {SAID['none_of_these']}"
    ]


@pytest.mark.parametrize(
    "choice",
    [
        "x", "doc:no", "topic:no:9", "more:no", "set:role:king", "answer:no", "menu:99",
        "ask:country:99", "set:language:xx",
    ],
)  # fmt: skip
def test_an_id_that_nobody_offered_breaks_nothing(talk: Talk, choice: str) -> None:
    assert talk.tap_id(choice)
    assert talk.state.profile == Profile()


@pytest.mark.parametrize("choice", ["yes:a\0:0", "answer:a\0", "comment:\0"])
def test_an_id_that_no_database_holds_is_none_of_ours(talk: Talk, choice: str) -> None:
    """PostgreSQL takes no NUL: the turn would fail again and again, and be set aside."""
    talk.say(DEPO)
    talk.tap_id(choice)

    assert not {type(event) for event in talk.last.events} & {events.Feedback, events.Picked}
    assert not talk.state.comments_on


# Profile and orders


def test_the_profile_shows_and_changes_everything(talk: Talk) -> None:
    [overview] = talk.say("profile")
    talk.tap("Work: not given")
    talk.tap("Community worker")

    assert "1. Language: not given\n2. Work: not given\n3. Country: not given" in overview.text
    assert talk.state.profile.role == "chw"
    assert talk.last.outgoing[0].text == SAID["saved"]


def test_a_new_language_is_spoken_at_once(talk: Talk) -> None:
    talk.say("language")
    [saved] = talk.tap("Français")

    assert saved.text == make_phrases("fr")["saved"]


@pytest.mark.parametrize(
    ("order", "phrase"), [("help", "help"), ("ayuda", "help"), ("privacy", "privacy")]
)
def test_orders_are_obeyed(talk: Talk, order: str, phrase: str) -> None:
    assert talk.say(order)[0].text == SAID[phrase].replace("{days}", "30")


def test_my_data_shows_all_that_is_held(talk: Talk) -> None:
    talk.stored = ("what about █?",)
    talk.state = replace(talk.state, profile=Profile(country="KE"))

    [shown] = talk.say("my data")

    assert "Country: Kenya" in shown.text
    assert shown.text.endswith("- what about █?")


@pytest.mark.parametrize(
    "order",
    ["delete my data", "borrar mis datos", "supprimer mes données", "apagar os meus dados",
     "futa data yangu", "میرا ڈیٹا مٹائیں", "mera data mitao", "मेरा डेटा मिटाएँ", "احذف بياناتي"],
)  # fmt: skip
def test_delete_my_data_forgets_all_at_once_in_every_language(talk: Talk, order: str) -> None:
    talk.state = replace(talk.state, profile=Profile(country="KE"))
    talk.say(DEPO)

    talk.say(order)

    assert talk.last.events == (events.Forgotten(),)
    assert talk.state == replace(type(talk.state)(), opted_out=False)


# Hand-over


def test_the_bot_is_silent_while_a_person_has_the_conversation(talk: Talk) -> None:
    [noted] = talk.say("person")

    assert noted.text == SAID["person_noted"]
    assert talk.say("where are you?") == []
    assert talk.last.events == (events.StaffMessage(message="where are you?"),)
    assert talk.say(DANGER)[0].text.startswith("Go now.")


def test_who_waits_for_a_person_is_told_that_nobody_hears_her_voice_message(talk: Talk) -> None:
    """It would else be neither answered nor shown to anybody."""
    talk.say("person")

    assert [message.text for message in talk.send("voice")] == [SAID["got_voice"]]
    assert talk.send("reaction") == []


def test_menu_brings_the_bot_back(talk: Talk) -> None:
    talk.say("person")
    [topics] = talk.say("menu")

    assert topics.text.startswith(SAID["topics_intro"])
    assert talk.last.events == (events.HandoverEnded(),)


def test_the_bot_comes_back_by_itself(talk: Talk) -> None:
    talk.say("person")
    talk.now += RETURN

    assert talk.say(DEPO)[0].text.startswith("Inject")
    assert events.HandoverEnded() in talk.last.events


def test_outside_the_hours_the_bot_says_when_and_goes_on(talk: Talk) -> None:
    talk.now = NOON + 8 * 3600
    [closed] = talk.say("person")

    assert "08:00–17:00 (UTC)" in closed.text
    assert "Ask the nurse in charge." in closed.text
    assert events.HandedOver(cause="asked") in talk.last.events
    assert talk.say(DEPO)


def test_without_office_hours_nobody_is_promised() -> None:
    talk = Talk(make_talk_responder(office_hours={})).known()

    assert talk.say("person")[0].text.startswith(SAID["person_none"])
    assert talk.last.events == ()


# Messages without words


@pytest.mark.parametrize(
    ("kind", "phrase"),
    [("voice", "got_voice"), ("image", "got_picture"), ("video", "got_picture"),
     ("document", "got_file"), ("sticker", "got_sticker"), ("location", "got_location"),
     ("contacts", "got_contact"), ("reaction", "got_reaction"), ("order", "got_order"),
     ("edited", "got_edited"), ("revoked", "got_revoked"), ("unsupported", "got_unsupported"),
     ("other", "got_unsupported")],
)  # fmt: skip
def test_what_cannot_be_read_gets_one_phrase_a_minute(
    talk: Talk, kind: IncomingKind, phrase: str
) -> None:
    assert [message.text for message in talk.send(kind)] == [SAID[phrase]]
    assert talk.send(kind) == []
    talk.now += 61
    assert len(talk.send(kind)) == 1


# Follow-ups


def test_a_follow_up_leans_on_the_question_before(talk: Talk) -> None:
    talk.say(DEPO)
    talk.say("and if four weeks?")

    assert talk.last.replies[0].offered[0].answer_id == "depo-late"


def test_an_answer_that_was_just_sent_is_pointed_to_and_not_sent_again(talk: Talk) -> None:
    talk.say(DEPO)
    [pointer] = talk.say("and depo three weeks?")

    assert pointer.text == SAID["answered_above"].format(title="depo late")
    assert talk.last.replies[0].answer_id == "depo-late"
    assert pointer.content_refs
    [again] = talk.tap(SAID["button_again"])
    assert again.text.startswith("Inject up to 4 weeks late.")


def test_the_same_words_get_the_same_answer_again(talk: Talk) -> None:
    talk.say(DEPO)

    assert talk.say(DEPO)[0].text.startswith("Inject up to 4 weeks late.")


def test_a_new_question_is_not_read_with_the_one_before(talk: Talk) -> None:
    talk.say(DEPO)

    assert "pill missed" in talk.say("client missed two pills")[0].text


def test_a_follow_up_does_not_lean_on_an_old_question(talk: Talk) -> None:
    talk.say(DEPO)
    talk.now += 31 * 60
    talk.say("and if four weeks?")

    assert not talk.last.replies[0].offered


def test_a_follow_up_does_not_lean_across_a_refusal(talk: Talk) -> None:
    talk.say(DEPO)
    talk.say("who won the football")
    talk.say("and if four weeks?")

    assert not talk.last.replies[0].offered


def test_words_too_few_to_be_guessed_are_answered_as_before(talk: Talk) -> None:
    """Whoever spoke French and types "depo" wants to go on in French."""
    talk.state = replace(talk.state, spoken="fr")

    assert talk.say("late injection")[0].text.startswith("Jusqu'à 4 semaines.")
    assert talk.state.spoken == "fr"


def test_an_order_is_answered_in_its_own_language(talk: Talk) -> None:
    """One word is too short to be guessed, and Urdu letters are Arabic ones too."""
    talk.state = replace(talk.state, spoken="en")

    assert talk.say("langue")[0].text.startswith(make_phrases("fr")["choose_language"])
    assert talk.say("menu")[0].text.startswith(make_phrases("fr")["topics_intro"])
