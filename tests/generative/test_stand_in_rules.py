"""The stand-in judges whatever it is sent: it refuses or accepts, and never stumbles."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from kmqa.simulator import rules

SCALARS = st.none() | st.booleans() | st.integers() | st.text(max_size=5)
ANYTHING = st.recursive(
    SCALARS, lambda held: st.lists(held, max_size=3) | st.dictionaries(st.text(max_size=8), held)
)
KINDS = ["text", "image", "document", "location", "contacts", "reaction", "template", "interactive"]
KEYS = [
    "type", "action", "body", "header", "footer", "buttons", "sections", "button", "parameters",
    "name", "language", "id", "link", "text",
]  # fmt: skip
INTERACTIVE = st.dictionaries(
    st.sampled_from(KEYS), ANYTHING | st.sampled_from(["button", "list", "cta_url", "flow"])
)


@settings(max_examples=100, deadline=None)
@given(kind=st.sampled_from(KINDS), held=ANYTHING | INTERACTIVE, more=ANYTHING)
def test_any_message_is_accepted_or_refused_in_metas_words(kind: str, held: Any, more: Any) -> None:  # noqa: ANN401 - anything at all
    payload = {"messaging_product": "whatsapp", "to": "+254700000001", "type": kind, kind: held}
    for one in (more, payload, payload | {"context": more}, {**payload, "to": more}):
        fault = rules.fault_of(one)
        if fault is not None:
            error = fault.body()["error"]
            assert {"message", "type", "code", "error_data", "fbtrace_id"} <= set(error)
            assert fault.http_status == 400
