"""`kmqa user`: who may sign in to the console."""

from typing import Annotated

import typer

app = typer.Typer(help="Who may sign in to the console.", no_args_is_help=True)


@app.command("add")
def add_user(
    name: Annotated[str, typer.Argument(help="The user's name.")],
    role: Annotated[
        str, typer.Option(help="author, reviewer, publisher, evaluator or administrator")
    ] = "author",
) -> None:
    """Add a user and print their one-time password."""
    from kmqa.commands import console as command

    command.add_user(name, role)


@app.command("list")
def list_users() -> None:
    """List the users."""
    from kmqa.commands import console as command

    command.list_users()


@app.command("password")
def new_password(name: Annotated[str, typer.Argument(help="The user's name.")]) -> None:
    """Print a new one-time password for a user who cannot get in."""
    from kmqa.commands import console as command

    command.new_password(name)


@app.command("disable")
def disable_user(name: Annotated[str, typer.Argument(help="The user's name.")]) -> None:
    """Shut a user out."""
    from kmqa.commands import console as command

    command.disable_user(name)
