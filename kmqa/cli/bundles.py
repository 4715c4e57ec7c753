"""Commands on bundles: which there are, and which one is live."""

from pathlib import Path
from typing import Annotated

import typer

from kmqa.cli.options import CorpusOption, IndexOption, JsonOption, anchor_corpus, index_folder
from kmqa.settings import read_settings

app = typer.Typer()


@app.command("bundles")
def bundles(index: IndexOption = None, as_json: JsonOption = False) -> None:
    """List the bundles, and which one is live."""
    from kmqa.commands import bundles as command

    command.list_bundles(index_folder(index), as_json=as_json)


@app.command("publish")
def publish(  # noqa: PLR0913 - each argument is an option that a person can give
    bundle_id: Annotated[str, typer.Argument(help='An id from "kmqa bundles".')],
    index: IndexOption = None,
    corpus: CorpusOption = None,
    force: Annotated[
        str, typer.Option(metavar="REASON", help="Publish whatever the gate says; kept on record.")
    ] = "",
    by: Annotated[str, typer.Option(help="Who publishes, for the record.")] = "",
    log: Annotated[
        Path | None,
        typer.Option(help="Exported questions: show which of them would change answer."),
    ] = None,
    look: Annotated[
        bool,
        typer.Option(
            "--look",
            help="Publish nothing: test it, and show which of the service's newest questions "
            "would change answer.",
        ),
    ] = False,
) -> int:
    """Test a bundle on its corpus's test sets, and make it live when it passes the gate."""
    from kmqa.commands import publish as command

    place = index_folder(index)
    return command.publish(
        command.Wish(
            index=place,
            bundle_id=bundle_id,
            corpus=anchor_corpus(corpus, place),
            force=force,
            by=by,
            log=log,
            is_look=look,
        )
    )


@app.command("rollback")
def rollback(
    bundle_id: Annotated[
        str | None, typer.Argument(help="Another one than that which was live before.")
    ] = None,
    index: IndexOption = None,
    corpus: CorpusOption = None,
    by: Annotated[str, typer.Option(help="Who goes back, for the record.")] = "",
) -> None:
    """Go back to the bundle that was live before."""
    from kmqa.commands import bundles as command

    place = index_folder(index)
    command.rollback(place, bundle_id, corpus=anchor_corpus(corpus, place), by=by)


@app.command("push")
def push(
    url: Annotated[
        str | None,
        typer.Argument(help="Such as s3://bucket/folder.  [env: KMQA_BUNDLES_URL]"),
    ] = None,
    index: IndexOption = None,
    again: Annotated[
        bool, typer.Option("--again", help="Upload every file, whatever is there.")
    ] = False,
) -> None:
    """Upload the live bundle and the stopped answers to a URL that services follow."""
    from kmqa.commands import push as command

    command.push(index_folder(index), url or read_settings().bundles_url, again=again)
