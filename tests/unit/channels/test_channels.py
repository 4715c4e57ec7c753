"""Every channel shows every kind of content, and one more channel is one more folder."""

from pathlib import Path

import pytest

from kmqa import channels
from kmqa.channels import registry
from kmqa.channels.channel import Channel
from kmqa.channels.registry import Channels, load_channels
from kmqa.channels.whatsapp import payloads
from kmqa.messages import ContentRef, Option, Origin, Outgoing, Recipient

REF = ContentRef("answer", "depo-late")
FEW = (Option("yes", "Helped"), Option("no", "Did not help"))
MANY = tuple(Option(f"topic:{n}", f"Topic {n}") for n in range(5))
TOO_MANY = tuple(Option(f"topic:{n}", f"Topic {n}") for n in range(11))
LONG, TOO_LONG = "word " * 250, "word " * 1000
KINDS = {
    "text": Outgoing(text="text"),
    "buttons": Outgoing(text="text", options=FEW),
    "list": Outgoing(text="text", options=MANY, list_label="Choose"),
    "long list": Outgoing(text="text", options=TOO_MANY, list_label="Choose"),
    "long text with buttons": Outgoing(text=LONG, options=FEW),
    "document": Outgoing(text="text", document="handbook"),
    "document with a long text": Outgoing(text=LONG, document="handbook"),
    "document with buttons": Outgoing(text="text", document="handbook", options=FEW),
    "text over every limit": Outgoing(text=TOO_LONG, options=FEW),
}
TOY = '''
"""A channel of texts alone, as SMS."""

from kmqa.channels.channel import LeftToFetch
from kmqa.messages import number_options


class Toy:
    name = "toy"
    window_s = None
    has_templates = False

    def divide(self, content):
        return (number_options(content),)

    def render(self, content):
        return {"sms": content.text}

    def connect(self, resources):
        return self

    async def send(self, attempt, to):
        return LeftToFetch()


CHANNEL = Toy()
'''


def _texts(channel: Channel, content: Outgoing) -> str:
    """Everything that stands in what the channel shows of `content`."""
    return " ".join(str(channel.render(part)) for part in channel.divide(content))


@pytest.mark.parametrize("channel", load_channels().known, ids=lambda one: one.name)
@pytest.mark.parametrize("kind", KINDS)
def test_whatever_a_channel_cannot_show_is_degraded_and_nothing_is_lost(
    channel: Channel, kind: str
) -> None:
    content = KINDS[kind]

    shown = _texts(channel, content)

    assert shown.count("word") == content.text.count("word")
    assert all(option.title in shown for option in content.options)
    assert content.document is None or "handbook" in shown


@pytest.mark.parametrize("channel", load_channels().known, ids=lambda one: one.name)
@pytest.mark.parametrize("kind", KINDS)
def test_every_part_carries_all_that_the_whole_carries(channel: Channel, kind: str) -> None:
    """Else a stop would hold one part and let another go."""
    whole = Outgoing(
        text=KINDS[kind].text, options=KINDS[kind].options, document=KINDS[kind].document,
        purpose="answer", content_refs=(REF,),
    )  # fmt: skip

    parts = channel.divide(whole)

    assert {(part.purpose, part.content_refs) for part in parts} == {("answer", (REF,))}


@pytest.mark.parametrize(
    ("kind", "shape"),
    [
        ("text", ["text"]),
        ("buttons", ["button"]),
        ("list", ["list"]),
        ("long list", ["text"]),
        ("long text with buttons", ["text"]),
        ("document", ["document"]),
        ("document with a long text", ["text", "document"]),
        ("document with buttons", ["document"]),
        ("text over every limit", ["text", "button"]),
    ],
)
def test_whatsapp_shows_each_kind_in_its_form_or_as_numbered_text(
    kind: str, shape: list[str]
) -> None:
    made = [payloads.render(part) for part in payloads.divide(KINDS[kind])]

    assert [one.get("interactive", one)["type"] for one in made] == shape


def test_options_that_find_no_room_stand_in_the_text_with_the_numbers_that_answer_them() -> None:
    [part] = payloads.divide(KINDS["long text with buttons"])

    assert part.text.endswith("1. Helped\n2. Did not help")
    assert part.options == ()


def test_a_page_has_room_for_a_long_text_with_its_buttons() -> None:
    page = load_channels().of("web")

    [part] = page.divide(KINDS["text over every limit"])

    assert page.render(part)["interactive"]["type"] == "button"


def test_what_names_no_channel_is_a_number_of_whatsapp() -> None:
    found = load_channels()

    assert [found.of(name).name for name in ("web", "100000000000111", "")] == [
        "web", "whatsapp", "whatsapp",
    ]  # fmt: skip


def test_a_third_channel_is_one_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Found by itself, addressed by its name, and asked how it divides a message."""
    (tmp_path / "toy").mkdir()
    (tmp_path / "toy" / "__init__.py").write_text("")
    (tmp_path / "toy" / "channel.py").write_text(TOY)
    monkeypatch.setattr(channels, "__path__", [*channels.__path__, str(tmp_path)])

    found = Channels(tuple(registry._find_channels()))
    to = Recipient(person=1, number_id="toy")
    [message] = found.address([KINDS["list"]], Origin("schedule", 7), to)

    assert {one.name for one in found} == {"web", "whatsapp", "toy"}
    assert found.of("toy").render(message.content)["sms"].endswith("5. Topic 4")
