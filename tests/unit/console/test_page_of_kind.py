"""A kind of content brings its page to the console by naming it."""

from console_client import curator
from fastapi.testclient import TestClient
from toy_kinds import NOTICE

from kmqa.console.app import console
from kmqa.console.context import ConsoleContext
from kmqa.content import registry


def test_the_page_that_a_kind_names_is_there_while_the_kind_is(context: ConsoleContext) -> None:
    """No module of the console knows it."""
    signed_in = curator(context, "Asha", "author").client.cookies
    with registry.use_kinds(NOTICE):
        having = TestClient(console(context), cookies=signed_in)
    lacking = TestClient(console(context), cookies=signed_in)

    assert having.get("/notices").text == "the board"
    assert 'href="/notices"' in having.get("/today").text
    assert lacking.get("/notices").status_code == 404
