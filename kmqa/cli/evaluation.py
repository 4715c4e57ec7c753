"""Commands that hold answers against a test set or a recorded run."""

from pathlib import Path
from typing import Annotated

import typer

from kmqa.cli.options import IndexOption, index_folder
from kmqa.settings import read_settings

app = typer.Typer()

KeyOption = Annotated[
    str | None,
    typer.Option(
        "--key", help="Of the API; on the command line others see it.  [env: KMQA_API_KEY]"
    ),
]


@app.command("eval")
def evaluate(  # noqa: PLR0913 - one argument an option
    file: Annotated[Path, typer.Argument(help="A test set, .jsonl.")],
    index: IndexOption = None,
    json_out: Annotated[Path | None, typer.Option("--json", help="Write all figures here.")] = None,
    predictions: Annotated[
        Path | None, typer.Option("--predictions", help="Write one line per question here.")
    ] = None,
    report: Annotated[
        Path | None, typer.Option("--report", help="Write report.html and report.md here.")
    ] = None,
    allow_unknown: Annotated[
        bool, typer.Option(help="Accept expected ids that the bundle does not have.")
    ] = False,
    url: Annotated[
        str | None, typer.Option(help="Ask a running service, such as http://127.0.0.1:8080.")
    ] = None,
    key: KeyOption = None,
    talk: Annotated[
        bool, typer.Option("--talk", help="The file holds talk: lines that say what is due.")
    ] = False,
) -> int:
    """Run a test set against the live bundle and print its figures with intervals."""
    from kmqa.commands import evaluate as command
    from kmqa.commands import evaluate_talk, runs

    if talk:
        if json_out or report or url:
            raise typer.BadParameter("--talk goes with --predictions and --index only")
        return evaluate_talk.evaluate_talk(file, index_folder(index), predictions_out=predictions)
    return command.evaluate(
        file,
        index_folder(index),
        json_out=json_out,
        predictions_out=predictions,
        report_to=report,
        allow_unknown=allow_unknown,
        service=runs.Service(url, _key(key)) if url is not None else None,
    )


@app.command("canary")
def canary(  # noqa: PLR0913 - one argument an option
    file: Annotated[Path, typer.Argument(help="The test set of the recorded run, .jsonl.")],
    url: Annotated[str, typer.Option(help="The service, such as http://127.0.0.1:8080.")],
    recorded: Annotated[
        Path, typer.Option(help='What it said before, from "kmqa eval --predictions".')
    ],
    most_changes: Annotated[
        int, typer.Option(min=0, help="Questions that may have changed without an alarm.")
    ] = 0,
    predictions: Annotated[
        Path | None, typer.Option("--predictions", help="Write what it says now here.")
    ] = None,
    key: KeyOption = None,
) -> int:
    """Compare a running service with a recorded run; exit 1 and name what changed on drift."""
    from kmqa.commands import canary as command
    from kmqa.commands import runs

    baseline = command.Baseline(recorded=recorded, most_changes=most_changes)
    return command.canary(file, runs.Service(url, _key(key)), baseline, predictions)


@app.command("compare")
def compare(
    a: Annotated[str, typer.Argument(help="A bundle's id, or a file of predictions.")],
    b: Annotated[str, typer.Argument(help="What to compare with it.")],
    file: Annotated[Path | None, typer.Argument(help="The test set to ask bundles.")] = None,
    index: IndexOption = None,
    json_out: Annotated[Path | None, typer.Option("--json", help="Write all of it here.")] = None,
) -> int:
    """Show what was gained and lost between two runs, and whether it may be chance."""
    from kmqa.commands import compare as command

    return command.compare_runs(a, b, file, index=index_folder(index), json_out=json_out)


def _key(given: str | None) -> str:
    return given or read_settings().api_key.get_secret_value()
