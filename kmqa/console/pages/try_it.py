"""Ask as anybody, and see why the bot decided as it did."""

from dataclasses import asdict, dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from kmqa.console.guards import Context, needs
from kmqa.console.messages import message
from kmqa.console.page import Page
from kmqa.console.render import render_page
from kmqa.records import Profile

router = APIRouter()
PAGE = Page(name="try", label=message("Try it"), order=70, router=router)
_MOST = 2_000  # characters of a question


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and whoever asks it; what is empty is not known of them."""

    q: str = ""
    language: str = ""
    role: str = ""
    country: str = ""
    age_group: str = ""
    gender: str = ""


@router.get("/try", dependencies=[needs("read")])
def try_question(
    request: Request, context: Context, asked: Annotated[Asked, Depends()]
) -> Response:
    """Show the form, and the reply where something was asked."""
    live = context.live
    responder = live.current() if live else None
    settings = context.read_corpus().settings
    given = asdict(asked)
    question = given.pop("q")
    reply = None
    if question.strip() and responder:
        profile = Profile(**{key: value or None for key, value in given.items()})
        reply = responder(question[:_MOST], profile)
    contents = responder.bundle.contents if responder else None
    return render_page(
        request,
        "try",
        q=question,
        asked=given,
        fields={
            "language": settings.languages,
            "role": settings.roles,
            "country": settings.countries,
            "age_group": settings.age_groups,
            "gender": settings.genders,
        },
        reply=reply,
        policy=contents.policy if contents else None,
    )
