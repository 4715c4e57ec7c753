"""`kmqa keys` and `kmqa audit`: who vouches for bundles, and for the audit log."""

from pathlib import Path
from typing import Annotated

import typer

from kmqa.cli.options import CorpusOption, IndexOption, anchor_corpus, index_folder

app = typer.Typer(help="Keys with which publishers sign bundles.", no_args_is_help=True)
audit_app = typer.Typer(help="The audit log of a corpus.", no_args_is_help=True)


@app.command("new")
def make_keys(
    file: Annotated[Path, typer.Argument(help="New file for the private key.")],
) -> None:
    """Make a publisher's key pair and print the public key."""
    from kmqa.commands import signing as command

    command.make_keys(file)


@app.command("show")
def show_key(file: Annotated[Path, typer.Argument(help="A private key.")]) -> None:
    """Print the public key of a private one."""
    from kmqa.commands import signing as command

    command.show_key(file)


@audit_app.command("accept")
def accept_log(
    by: Annotated[str, typer.Option(help="Who looked through the log and vouches for it.")] = "",
    corpus: CorpusOption = None,
    index: IndexOption = None,
) -> int:
    """Vouch for the audit log as it is: after the key is new, or was lost, or a line was."""
    from kmqa.commands import audit_log as command

    return command.accept_log(anchor_corpus(corpus, index_folder(index)), by)
