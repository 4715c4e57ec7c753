"""The model of small talk: what it may decide, and what it must leave alone."""

import numpy as np
import pytest

from kmqa.dialogue import commands
from kmqa.lexicon.language import TALK_KINDS
from kmqa.matching import chat, talk_model


def test_its_classes_are_kinds_of_talk_orders_and_questions() -> None:
    known = {*TALK_KINDS, "person", "stop", "delete_my_data", talk_model.QUESTION}

    assert set(talk_model.load().kinds) == known


def test_its_weights_fit_the_slots_and_the_classes() -> None:
    model = talk_model.load()

    assert model.weights.shape == (talk_model.N_SLOTS, len(model.kinds))
    assert np.isfinite(model.weights).all()


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("good evening from our little post by the lake", "greeting"),
        ("may the almighty reward you for this", "thanks"),
        ("buenas noches desde el puesto de salud", "greeting"),
        ("bahut bahut dhanyavaad aapka didi", "thanks"),
    ],
)
def test_talk_in_words_of_its_own_is_known_by_its_kind(message: str, kind: str) -> None:
    assert chat.likely_kind(message) == kind


@pytest.mark.parametrize(
    "message",
    [
        "can she take the pill with tb drugs",
        "thanks, and can she take it while breastfeeding",
        "hello how many days after sex can she still take it",
        "who can remove an implant",
        "she missed two pills",
        "should she stop the injection",
        "j'ai une cliente qui allaite, quelle méthode",
        "kya wo goli band kar sakti hai",
    ],
)
def test_a_question_is_never_talk_nor_an_order(message: str) -> None:
    assert chat.likely_kind(message) is None
    assert commands.likely_order(message) is None


@pytest.mark.parametrize(
    ("message", "is_sure"),
    [
        ("hii sister good mrng", True),
        ("are u a real person or a robot", True),
        ("poa nimeshika", True),
        ("please delete everything i told you", True),
        ("she is bleeding heavily after birth", False),
        ("i want to end it all i cant go on with this baby", False),
        ("good evening sister, my client missed two pills", False),
        ("sdkjf qwlek zzmx", False),
    ],
)
def test_only_talk_beyond_doubt_outweighs_a_learned_score(message: str, is_sure: bool) -> None:
    assert chat.is_surely_talk(message) is is_sure


def test_what_is_too_long_is_not_read() -> None:
    assert talk_model.read("thank you " * 40) is None
    assert talk_model.read("") is None


def test_a_message_is_read_the_same_alone_and_among_others() -> None:
    model = talk_model.load()
    messages = ["thank you so much", "can she take the pill", "hello"]

    together = model.probabilities(messages)

    for message, row in zip(messages, together, strict=True):
        np.testing.assert_allclose(model.probabilities([message])[0], row, atol=1e-6)
