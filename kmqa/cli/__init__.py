"""The command line: parses, calls one function of `kmqa.commands`, maps errors to exit codes.

Each module here holds the commands of one kind. Functions of `kmqa.commands` are imported when
they are called, so that `kmqa --help` is instant and `kmqa ask` never waits for what only a build
needs.
"""

from collections.abc import Sequence

import typer
from rich.console import Console
from typer.exceptions import Abort, TyperException

from kmqa.cli import ask, bundles, corpus, evaluation, keys, service, testset, user
from kmqa.errors import KmqaError

app = typer.Typer(
    name="kmqa",
    help="Vetted answers from a closed set of documents, word for word, or a refusal.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for _kind in (corpus, ask, evaluation, bundles, service):  # the order of `kmqa --help`
    app.add_typer(_kind.app)
app.add_typer(testset.app, name="testset")
app.add_typer(user.app, name="user")
app.add_typer(keys.app, name="keys")
app.add_typer(keys.audit_app, name="audit")

_USAGE = 2  # the exit code of every tool for words that it does not understand


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; errors that a person can fix are one line."""
    try:
        result = app(args=arguments, standalone_mode=False)
    except TyperException as error:
        usage = f'{error.format_message()} See "kmqa --help", or --help after a command.'
        return _print_failure(usage, _USAGE)
    except KmqaError as error:
        return _print_failure(error.message, error.exit_code)
    except (KeyboardInterrupt, Abort):
        return 130  # what shells report for Ctrl-C
    return result if isinstance(result, int) else 0


def _print_failure(message: str, exit_code: int) -> int:
    console = Console(stderr=True)
    console.print(f"kmqa: {message}", markup=False, highlight=False, soft_wrap=True)
    return exit_code
