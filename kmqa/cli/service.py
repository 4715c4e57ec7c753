"""Commands that run until they are stopped, and the one that looks at what they set aside."""

from pathlib import Path
from typing import Annotated, cast

import typer

from kmqa.cli.options import CorpusOption, IndexOption, anchor_corpus, index_folder

app = typer.Typer()


@app.command("serve")
def serve(
    role: Annotated[str, typer.Option("--role", help="web, worker, or all for both.")] = "all",
    host: Annotated[str, typer.Option(help="Address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen at.")] = 8080,
    index: IndexOption = None,
) -> None:
    """Serve WhatsApp and the API: web, worker, or both."""
    from kmqa.commands import serve as command

    if role not in {"all", "web", "worker"}:
        raise typer.BadParameter("choose web, worker or all", param_hint="--role")
    command.serve(cast("command.Role", role), index=index_folder(index), host=host, port=port)


@app.command("reseal")
def reseal(
    former: Annotated[Path, typer.Option("--former", help="File with the pepper before.")],
) -> int:
    """Seal the database anew under KMQA_PEPPER, after the pepper before it has leaked."""
    from kmqa.commands import reseal as command

    return command.reseal(former)


@app.command("simulate")
def simulate(
    webhook: Annotated[
        str, typer.Option(help="Where webhooks go.")
    ] = "http://127.0.0.1:8080/webhooks/whatsapp",
    host: Annotated[str, typer.Option(help="Address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen at.")] = 8090,
) -> None:
    """Play Meta on this machine, so that everything can be tried without it."""
    from kmqa.commands import simulate as command

    command.simulate(host=host, port=port, webhook=webhook)


@app.command("demo")
def demo(
    index: IndexOption = None,
    host: Annotated[str, typer.Option(help="Address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The one port that everything is on.")] = 8000,
    folder: Annotated[
        Path, typer.Option(help="Where the demo keeps its database and its secret.")
    ] = Path("var/demo"),
    check: Annotated[
        bool, typer.Option("--check", help="Play a short conversation, print it and end.")
    ] = False,
) -> None:
    """Show the bot on a phone in the browser, with the real service behind it."""
    from kmqa.commands import demo as command

    command.show(index=index_folder(index), host=host, port=port, folder=folder, is_check=check)


@app.command("console")
def console(
    corpus: CorpusOption = None,
    index: IndexOption = None,
    host: Annotated[str, typer.Option(help="Address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen at.")] = 8070,
) -> None:
    """Serve the curators' pages."""
    from kmqa.commands import console as command

    place = index_folder(index)
    command.serve(corpus=anchor_corpus(corpus, place), index=place, host=host, port=port)


@app.command("parked")
def list_parked(
    retry: Annotated[bool, typer.Option("--retry", help="Try all of it again.")] = False,
) -> None:
    """List what the service set aside, and try it again."""
    from kmqa.commands import parked as command

    command.list_parked(retry=retry)
