"""`kmqa testset`: test sets, from the draw to the split."""

from pathlib import Path
from typing import Annotated

import typer

from kmqa.cli.options import IndexOption, index_folder

app = typer.Typer(
    help="Test sets: check one, draw questions for one, compare and settle labels, split.",
    no_args_is_help=True,
)

TestFileArgument = Annotated[Path, typer.Argument(help="A test set, .jsonl.")]
LabelsArgument = Annotated[Path, typer.Argument(help="What one person labelled, .jsonl.")]
OtherLabelsArgument = Annotated[Path, typer.Argument(help="What another labelled.")]


@app.command("check")
def check_testset(file: TestFileArgument, index: IndexOption = None) -> int:
    """List faults, repeats and leaks of a test set, and count its languages and kinds."""
    from kmqa.commands import testset as command

    return command.check(file, index_folder(index))


@app.command("sample")
def sample_testset(
    out: Annotated[Path, typer.Option(help="New file for the questions to label.")],
    log: Annotated[
        Path | None, typer.Argument(help="Exported questions, .jsonl; without it the service's.")
    ] = None,
    n: Annotated[int, typer.Option("--n", min=1, help="Questions to draw.")] = 200,
    evenly: Annotated[
        bool, typer.Option(help="In turn from each outcome and language, so that all are seen.")
    ] = False,
) -> int:
    """Draw masked questions from the service's log, to be labelled."""
    from kmqa.commands import testset as command

    return command.sample(log, out, n=n, evenly=evenly)


@app.command("agree")
def agree_testset(
    first: LabelsArgument,
    second: OtherLabelsArgument,
    out: Annotated[
        Path, typer.Option(help="New file for the questions that they dispute, .csv or .jsonl.")
    ],
) -> int:
    """Compare two labellers: Cohen's kappa, and a list for a third person to settle."""
    from kmqa.commands import testset as command

    return command.agree(first, second, out)


@app.command("settle")
def settle_testset(
    first: LabelsArgument,
    second: OtherLabelsArgument,
    verdicts: Annotated[Path, typer.Argument(help='The list of "agree", with its verdicts.')],
    out: Annotated[Path, typer.Option(help="New file for the test set, .jsonl.")],
    index: IndexOption = None,
) -> int:
    """Make one test set of what two labellers agree on and what a third person settled."""
    from kmqa.commands import testset as command

    return command.settle(first, second, verdicts, out, index_folder(index))


@app.command("split")
def split_testset(
    file: TestFileArgument,
    dev: Annotated[Path, typer.Option(help="New file for the development set.")],
    test: Annotated[Path, typer.Option(help="New file for the test set.")],
    share: Annotated[float, typer.Option(min=0, max=1, help="Of the development set.")] = 0.4,
) -> int:
    """Part a file in two by the words of each question, so that none ever moves."""
    from kmqa.commands import testset as command

    return command.split(file, dev, test, dev_share=share)
