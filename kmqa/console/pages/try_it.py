"""Ask as anybody, and see why the bot decided as it did."""

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from kmqa.console.web import Web
from kmqa.records import Profile

_MOST = 2_000  # characters of a question


def routes(web: Web) -> APIRouter:
    """The routes of this page."""
    router = APIRouter()

    @router.get("/try")
    async def tried(  # noqa: PLR0913 - one argument a field of the form
        request: Request,
        q: str = "",
        language: str = "",
        role: str = "",
        country: str = "",
        age_group: str = "",
        gender: str = "",
    ) -> Response:
        """The form, and the reply where something was asked."""
        web.user(request)
        live = web.desk.live
        responder = live.current() if live else None
        settings = web.desk.corpus().settings
        given = {
            "language": language, "role": role, "country": country, "age_group": age_group,
            "gender": gender,
        }  # fmt: skip
        reply = None
        if q.strip() and responder:
            profile = Profile(**{key: value or None for key, value in given.items()})
            reply = await run_in_threadpool(responder, q[:_MOST], profile)
        contents = responder.bundle.contents if responder else None
        return web.page(
            request,
            "try",
            q=q,
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

    return router
