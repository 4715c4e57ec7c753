"""Settings: those of the corpus are changed here, those of the machine are shown and explained."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from zoneinfo import available_timezones

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import SecretStr

from kmqa.console import settings_form
from kmqa.console.answer_form import FormInvalid
from kmqa.console.fault_words import name_of_error
from kmqa.console.web import Web
from kmqa.corpus import settings_file
from kmqa.corpus.files import Corpus
from kmqa.errors import EditConflict, NotPermitted
from kmqa.records import CorpusSettings
from kmqa.settings import Settings, read_settings

_IN_URL = re.compile(r"//[^/@\s]+@")
"""A name and a password in the address of a place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfMachine:
    """A setting of the environment.

    Attributes:
        field: Of `kmqa.settings.Settings`.
        value: None where it is a secret, which no page shows.
        is_set: Whether it has a value at all.
    """

    field: str
    value: str | None
    is_set: bool

    @property
    def variable(self) -> str:
        """What the environment calls it."""
        return f"KMQA_{self.field.upper()}"


def routes(web: Web) -> APIRouter:
    """The routes of this page."""
    router = APIRouter()
    desk = web.desk

    @router.get("/settings")
    async def shown(request: Request) -> Response:
        """All settings."""
        web.user(request, "manage")
        return await run_in_threadpool(_page, web, request)

    @router.post("/settings")
    async def saved(request: Request) -> Response:
        """The corpus's settings say what the form says."""
        user, form = await web.form(request, "manage")
        given = {str(key): str(value) for key, value in form.multi_items()}
        try:
            after = settings_form.settings_of(desk.corpus().settings, given)
            await run_in_threadpool(
                settings_file.edited, desk.corpus_root, after, user.name, given.get("sha256", "")
            )
        except (EditConflict, NotPermitted, FormInvalid) as error:
            return web.page(
                request,
                "conflict",
                error.http_status,
                here="settings",
                what=name_of_error(error),
                detail=error.message,
                again="open-settings",
                path="settings",
                yours={k: v for k, v in given.items() if v and k not in {"form_key", "sha256"}},
            )
        return web.to(request, "settings")

    return router


def _page(web: Web, request: Request) -> Response:
    corpus = web.desk.corpus()
    return web.page(
        request,
        "settings",
        corpus=corpus.settings,
        sha256=corpus.origins["settings", ""].sha256,
        cover={code: _cover(corpus, code) for code in corpus.settings.languages},
        n_answers=len(corpus.answers),
        n_signs=len(corpus.urgent),
        lines=[*corpus.settings.office_hours.items(), ("", None)],
        places=_places(corpus.settings),
        days=settings_form.DAYS,
        zones=_zones(),
        machine=of_machine(read_settings()),
        keep_days=read_settings().keep_days,
    )


def _cover(corpus: Corpus, language: str) -> Mapping[str, Any]:
    """How much of the corpus speaks this language."""
    return {
        "answers": sum(language in answer.text for answer in corpus.answers),
        "signs": sum(language in sign.text for sign in corpus.urgent),
        "phrases": language in corpus.phrases,
    }


def _places(settings: CorpusSettings) -> tuple[str, ...]:
    """For what office hours may be given."""
    return tuple(dict.fromkeys(("default", *settings.countries, *settings.office_hours)))


@lru_cache(maxsize=1)
def _zones() -> tuple[str, ...]:
    return tuple(sorted(zone for zone in available_timezones() if "/" in zone))


def of_machine(settings: Settings) -> tuple[OfMachine, ...]:
    """Every setting of the environment, without what is secret."""
    found = []
    for field in Settings.model_fields:
        value = getattr(settings, field)
        if isinstance(value, SecretStr):
            found.append(OfMachine(field=field, value=None, is_set=bool(value.get_secret_value())))
        else:
            text = "" if value is None else _IN_URL.sub("//…@", str(value))
            found.append(OfMachine(field=field, value=text, is_set=bool(text)))
    return tuple(found)
