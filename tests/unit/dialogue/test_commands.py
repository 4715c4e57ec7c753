"""Commands in the words in which people give them, and not in words that only look so."""

import pytest

from kmqa.dialogue import commands
from kmqa.lexicon.language import Command


@pytest.mark.parametrize(
    ("message", "command"),
    [
        ("Stop. Thank you", "stop"),
        ("kindly stop texting me", "stop"),
        ("I don't want your messages any more", "stop"),
        ("I want to unsubscribe", "stop"),
        ("take me off your list please", "stop"),
        ("ne m'envoyez plus de messages svp", "stop"),
        ("je ne veux plus recevoir vos messages", "stop"),
        ("ya no me manden mensajes por favor", "stop"),
        ("quiero darme de baja", "stop"),
        ("não quero receber mais mensagens", "stop"),
        ("parem de me enviar mensagens", "stop"),
        ("sitaki ujumbe wenu tena", "stop"),
        ("acha kunitumia meseji tafadhali", "stop"),
        ("توقف عن إرسال الرسائل لي", "stop"),
        ("لا ترسل لي رسائل", "stop"),
        ("متبعتليش رسايل تاني", "stop"),
        ("मुझे मैसेज मत भेजो", "stop"),
        ("mujhe aur msg nahi chahiye", "stop"),
        ("مجھے میسج نہ بھیجیں", "stop"),
        ("msg mat bhejo", "stop"),
        ("please delete all my data", "delete_my_data"),
        ("erase everything you know about me", "delete_my_data"),
        ("supprimez toutes mes données", "delete_my_data"),
        ("borren todos mis datos por favor", "delete_my_data"),
        ("apaguem os meus dados", "delete_my_data"),
        ("futeni taarifa zangu zote", "delete_my_data"),
        ("احذفوا كل بياناتي", "delete_my_data"),
        ("mera sara data delete kar do", "delete_my_data"),
        ("मेरी सारी जानकारी मिटा दीजिए", "delete_my_data"),
        ("میرا تمام ڈیٹا ڈیلیٹ کر دیں", "delete_my_data"),
        ("i want to speak to my supervisor", "person"),
        ("can a nurse call me", None),
        ("nataka kuzungumza na muuguzi", "person"),
        ("kisi doctor se baat karwa do", "person"),
        ("menu please", "menu"),
        ("can you help me", "help"),
    ],
)
def test_an_order_may_be_a_sentence(message: str, command: Command | None) -> None:
    assert commands.command_in(message) == command


@pytest.mark.parametrize(
    "message",
    [
        "should she stop the pill?",
        "how do I stop the bleeding",
        "can I stop?",
        "I want to stop",
        "please don't stop sending me messages",
        "I don't receive your messages",
        "peut-elle arrêter la pilule",
        "puede dejar de tomar la pastilla",
        "je, aache vidonge?",
        "kya goli band kar de",
        "msg band mat karo",
        "هل توقف الحبوب",
        "do I need to see a doctor",
        "remove the implant",
        "delete the records of the clinic",
        "no me borren mis datos",
        "acha shukriya",
        "acha ji theek hai",
    ],
)
def test_a_question_about_stopping_is_no_order(message: str) -> None:
    assert commands.command_in(message) is None


def test_a_sentence_tells_its_language() -> None:
    assert commands.languages_of("ne m'envoyez plus de messages svp") == ("fr",)
