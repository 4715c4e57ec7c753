"""Whatever is to be said, Meta takes it: checked with the stand-in's rules, which are its own."""

from hypothesis import example, given
from hypothesis import strategies as st

from kmqa.channels.whatsapp import payloads
from kmqa.messages import Option, Outgoing, Sender
from kmqa.simulator import rules

# Letters of two UTF-16 units, combining ones, right-to-left ones, and no lone surrogates.
LETTERS = st.characters(exclude_categories=["Cs"])
WORDS = st.text(LETTERS, min_size=1, max_size=300).filter(str.strip)
TEXTS = st.one_of(
    WORDS,
    st.builds("\n\n".join, st.lists(WORDS, min_size=1, max_size=30)),
    st.builds(lambda word, n: word * n, WORDS, st.integers(1, 60)),
)
OPTIONS = st.builds(
    Option,
    st.one_of(st.text(max_size=300), st.sampled_from(["a", "b", " a ", ""])),
    WORDS,
    st.one_of(st.just(""), WORDS),
)
OUTGOING = st.builds(
    Outgoing,
    text=TEXTS,
    options=st.lists(OPTIONS, max_size=14).map(tuple),
    list_label=st.text(LETTERS, max_size=60),
    document=st.one_of(st.none(), st.just("fp-pills")),
)
TO = Sender(phone="254700000001")


@given(outgoing=OUTGOING)
@example(Outgoing(text="x", options=(Option("a", "Same"), Option("b", "Same"))))
@example(Outgoing(text="x", options=(Option("", "No id"),)))
@example(Outgoing(text="𝒳" * 3000))
def test_no_message_is_over_a_limit_of_the_cloud_api(outgoing: Outgoing) -> None:
    made = [payloads.render(part) for part in payloads.divide(outgoing)]

    assert made
    for payload in made:
        if payloads.DOCUMENT in payload.get("document", {}):
            held = {k: v for k, v in payload["document"].items() if k != payloads.DOCUMENT}
            payload = payload | {"document": held | {"id": "1"}}
        assert rules.fault_of(payloads.address(payload, TO, "callback")) is None


@given(text=TEXTS)
def test_a_long_text_is_parted_and_loses_no_word(text: str) -> None:
    parts = payloads.parts(text, 200)

    assert all(payloads.length(part) <= 200 for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())
