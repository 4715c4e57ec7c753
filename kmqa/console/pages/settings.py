"""Settings: those of the corpus are changed here, those of the machine are shown and explained."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Any
from zoneinfo import available_timezones

from fastapi import APIRouter, Request, Response
from pydantic import SecretStr

from kmqa.console import settings_form
from kmqa.console.answer_form import FormInvalid
from kmqa.console.faults import name_of_error
from kmqa.console.form_fields import read_fields, read_typed_fields
from kmqa.console.guards import Context, Form, needs
from kmqa.console.messages import message
from kmqa.console.page import Page
from kmqa.console.render import redirect, render_page
from kmqa.content.corpus import Corpus
from kmqa.corpus import settings_file
from kmqa.errors import EditConflict, NotPermitted
from kmqa.records import CorpusSettings
from kmqa.settings import Settings, read_settings
from kmqa.state.accounts import User

router = APIRouter()
PAGE = Page(name="settings", label=message("Settings"), order=120, right="manage", router=router)

_IN_URL = re.compile(r"//[^/@\s]+@")
"""A name and a password in the address of a place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineSetting:
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
        """Return what the environment calls it."""
        return f"KMQA_{self.field.upper()}"


@router.get("/settings", dependencies=[needs("manage")])
def show_settings(request: Request, context: Context) -> Response:
    """Show all settings."""
    corpus = context.read_corpus()
    return render_page(
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
        machine=list_machine_settings(read_settings()),
        keep_days=read_settings().keep_days,
    )


@router.post("/settings")
def save_settings(
    request: Request, context: Context, user: Annotated[User, needs("manage")], form: Form
) -> Response:
    """Write what the form says into the corpus's settings."""
    given = read_fields(form)
    try:
        after = settings_form.settings_of(context.read_corpus().settings, given)
        settings_file.edit_settings(context.corpus_root, after, user.name, given.get("sha256", ""))
    except (EditConflict, NotPermitted, FormInvalid) as error:
        return render_page(
            request,
            "conflict",
            error.http_status,
            here="settings",
            what=name_of_error(error),
            detail=error.message,
            again=message("Open the settings as they are now"),
            path="settings",
            yours=read_typed_fields(form),
        )
    return redirect(request, "settings")


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


def list_machine_settings(settings: Settings) -> tuple[MachineSetting, ...]:
    """Return every setting of the environment, without what is secret."""
    found = []
    for field in Settings.model_fields:
        value = getattr(settings, field)
        if isinstance(value, SecretStr):
            found.append(
                MachineSetting(field=field, value=None, is_set=bool(value.get_secret_value()))
            )
        else:
            text = "" if value is None else _IN_URL.sub("//…@", str(value))
            found.append(MachineSetting(field=field, value=text, is_set=bool(text)))
    return tuple(found)
