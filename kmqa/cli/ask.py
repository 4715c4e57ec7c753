"""The command that asks the live bundle."""

import sys
from typing import Annotated

import typer

from kmqa.cli.options import IndexOption, JsonOption, index_folder
from kmqa.records import Profile

app = typer.Typer()

EXAMPLES = (
    "My client is 3 weeks late for her Depo shot, can I still give it?",
    "condom broke last night what now",
    "how much amoxicillin for a child of 3",
)

LangOption = Annotated[
    str | None, typer.Option("--lang", help="Language to reply in, such as en or ur.")
]
RoleOption = Annotated[str | None, typer.Option("--role", help="Role of the person, such as chw.")]
CountryOption = Annotated[
    str | None, typer.Option("--country", help="Country of the person, such as KE.")
]


@app.command("ask")
def ask(  # noqa: PLR0913 - each argument is an option that a person can give
    question: Annotated[str | None, typer.Argument(help="Without it, a prompt opens.")] = None,
    index: IndexOption = None,
    lang: LangOption = None,
    role: RoleOption = None,
    country: CountryOption = None,
    as_json: JsonOption = False,
    examples: Annotated[bool, typer.Option(help="Ask three example questions.")] = False,
) -> None:
    """Ask the live bundle one question, or many at a prompt."""
    from kmqa.commands import ask as command

    profile = Profile(language=lang, role=role, country=country)
    folder = index_folder(index)
    if question is not None:
        command.ask_one(question, index=folder, profile=profile, as_json=as_json)
    elif examples or not sys.stdin.isatty():
        command.ask_many(EXAMPLES if examples else _lines(), index=folder, profile=profile)
    else:
        command.prompt(index=folder, profile=profile)


def _lines() -> list[str]:
    return [line.strip() for line in sys.stdin if line.strip()]
