"""Every answer, danger sign and list of the starter corpus fits WhatsApp, in every language."""

from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import pytest
from bundle_builder import HashEncoder, make_bundle
from corpus_builder import TODAY
from talk import Talk

from kmqa.channels.whatsapp import payloads
from kmqa.corpus import files
from kmqa.dialogue import choices, commands, profile, typed_answers
from kmqa.matching.respond import Responder
from kmqa.messages import Outgoing, Sender
from kmqa.records import Profile
from kmqa.simulator.rules import fault_of

CORPUS = Path(__file__).parents[2] / "corpus"
LANGUAGES = ("en", "es", "fr", "ur", "sw", "hi", "pt", "ar")


@lru_cache(maxsize=1)
def _responder() -> Responder:
    corpus = files.read_corpus(CORPUS)
    sizes = {document.id: 1_234_567 for document in corpus.documents}
    opened = make_bundle(corpus, document_sizes=sizes)
    return Responder(opened, HashEncoder(), today=lambda: TODAY)


@pytest.fixture(params=LANGUAGES)
def talk(request: pytest.FixtureRequest) -> Talk:
    talk = Talk(_responder()).known()
    talk.state = replace(talk.state, profile=Profile(language=request.param, role="chw"))
    return talk


def _payloads(outgoing: Outgoing) -> list[dict]:
    """What would be sent, each found valid by the stand-in's rules."""
    found = []
    for part in payloads.divide(outgoing):
        whole = payloads.address(payloads.render(part), Sender(phone="254700000001"), "1")
        if whole["type"] == "document":
            whole["document"] = {"id": "1", "filename": "x.pdf"}
        assert fault_of(whole) is None, (fault_of(whole), outgoing.text)
        found.append(whole)
    return found


def test_each_answer_is_one_message_with_its_buttons(talk: Talk) -> None:
    """Text, source and buttons together: one billed message."""
    for answer in talk.responder.bundle.contents.answers:
        [outgoing] = talk.tap_id(choices.PickAnswer(answer.id).button_id)
        [payload] = _payloads(outgoing)
        assert payload["type"] == "interactive", (answer.id, len(outgoing.text))


def test_what_belongs_to_an_answer_is_one_message(talk: Talk) -> None:
    for answer in talk.responder.bundle.contents.answers:
        [outgoing] = talk.tap_id(choices.More(answer.id).button_id)
        assert len(_payloads(outgoing)) == 1


def test_each_danger_sign_is_one_message(talk: Talk) -> None:
    contents = talk.responder.bundle.contents
    for entry in contents.urgent:
        for country in (None, *contents.settings.countries):
            talk.state = replace(talk.state, profile=replace(talk.state.profile, country=country))
            wording = next(iter(entry.examples[talk.state.profile.language]))
            [outgoing] = talk.say(wording)
            assert len(_payloads(outgoing)) == 1, entry.id


def test_every_page_of_every_list_fits_and_leads_to_every_answer(talk: Talk) -> None:
    """From the menu each answer can be reached by taps alone."""
    seen, reached = set(), set()
    left = [choices.Topics().button_id, *(choices.Ask(f).button_id for f in choices.FIELDS[:-1])]
    while left:
        choice = left.pop()
        seen.add(choice)
        [outgoing] = talk.tap_id(choice)
        [payload] = _payloads(outgoing)
        assert payload["type"] == "interactive", (choice, len(outgoing.text))
        for option in outgoing.options:
            kind = option.id.split(":")[0]
            if kind == "answer":
                reached.add(option.id.split(":")[1])
            elif kind in {"menu", "topic", "ask"} and option.id not in seen:
                left.append(option.id)

    assert reached == set(talk.responder.bundle.contents.answer_by_id)


def test_the_first_contact_fits(talk: Talk) -> None:
    talk.state = type(talk.state)(profile=talk.state.profile)

    for outgoing in talk.say("menu"):
        assert len(_payloads(outgoing)) == 1


def test_each_value_of_the_profile_can_be_typed_as_it_is_called() -> None:
    """By its label and by each of its other forms, whatever language they are in."""
    talk = Talk(_responder()).known()
    settings = talk.responder.bundle.contents.settings
    for field in choices.FIELDS[:-1]:
        talk.tap_id(choices.Ask(field).button_id)
        for value in profile.values_of(field, talk.context):
            forms = [form for of_one in settings.forms.get(value, {}).values() for form in of_one]
            for form in (*settings.labels.get(value, {}).values(), *forms):
                assert commands.command_in(form) is None, form
                found = typed_answers.choice_in(form, talk.state, talk.context)
                assert found == choices.Set(field, value), form
