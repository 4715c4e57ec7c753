"""The command line: parses, calls one function of `kmqa.commands`, maps errors to exit codes.

Commands are imported when they are called, so that `kmqa --help` is instant and `kmqa ask` never
waits for what only a build needs.
"""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, cast

import typer
from rich.console import Console
from typer.exceptions import Abort, TyperException

from kmqa.errors import KmqaError
from kmqa.records import Profile, Status
from kmqa.settings import read_settings, today

app = typer.Typer(
    name="kmqa",
    help="Vetted answers from a closed set of documents, word for word, or a refusal.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

_USAGE = 2  # the exit code of every tool for words that it does not understand

EXAMPLES = (
    "My client is 3 weeks late for her Depo shot, can I still give it?",
    "condom broke last night what now",
    "how much amoxicillin for a child of 3",
)

CorpusOption = Annotated[
    Path | None, typer.Option("--corpus", help="Folder of the corpus.  [env: KMQA_CORPUS]")
]
IndexOption = Annotated[
    Path | None, typer.Option("--index", help="Folder of the bundles.  [env: KMQA_INDEX]")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")]
KeyOption = Annotated[
    str | None,
    typer.Option(
        "--key", help="Of the API; on the command line others see it.  [env: KMQA_API_KEY]"
    ),
]
LangOption = Annotated[
    str | None, typer.Option("--lang", help="Language to reply in, such as en or ur.")
]
RoleOption = Annotated[str | None, typer.Option("--role", help="Role of the person, such as chw.")]
CountryOption = Annotated[
    str | None, typer.Option("--country", help="Country of the person, such as KE.")
]


@app.command("init")
def init(
    directory: Annotated[Path, typer.Argument(help="A folder that is missing or empty.")],
    languages: Annotated[
        str, typer.Option(help="Codes parted by commas, the default language first.")
    ] = "en",
) -> int:
    """Begin an empty, valid corpus."""
    from kmqa.commands import init as command

    return command.create_corpus(directory, languages=languages)


@app.command("import")
def import_answers(
    file: Annotated[Path, typer.Argument(help="A .jsonl, .csv or .xlsx file.")],
    corpus: CorpusOption = None,
    approved_by: Annotated[
        str | None, typer.Option(help="Who vouches for the answers; else they are drafts.")
    ] = None,
) -> int:
    """Add answers from a file: all of them, or none and a list of what is wrong."""
    from kmqa.commands import import_answers as command

    return command.import_file(file, corpus=_corpus(corpus), today=today(), approved_by=approved_by)


@app.command("check")
def check(
    corpus: CorpusOption = None, index: IndexOption = None, as_json: JsonOption = False
) -> int:
    """List every problem of a corpus; exit 0 when it is fit to build."""
    from functools import partial

    from kmqa.commands import check as command
    from kmqa.offline import extract as extraction

    read_pdf = partial(extraction.read_pdf, cache=_index(index) / ".cache" / "extractions")
    return command.check_corpus(
        corpus=_corpus(corpus), read_pdf=read_pdf, today=today(), as_json=as_json
    )


@app.command("review")
def review(
    to: Annotated[str, typer.Argument(help="New status: in_review, approved, draft, retired.")],
    ids: Annotated[
        list[str] | None, typer.Argument(help="Ids of answers, documents, signs.")
    ] = None,
    by: Annotated[str, typer.Option(help="Who takes the step.")] = "",
    every: Annotated[
        str | None, typer.Option("--all", help="Also every item that has this status.")
    ] = None,
    corpus: CorpusOption = None,
) -> int:
    """Move items through review: draft, in_review, approved, retired."""
    from kmqa.commands import workflow as command

    which = command.Which(ids=ids or [], every=cast("Status | None", every))
    return command.move_items(
        which, corpus=_corpus(corpus), to=cast("Status", to), by=by, today=today()
    )


@app.command("extract")
def extract(
    pdfs: Annotated[list[Path], typer.Argument(help="PDF files, or folders of them.")],
    as_json: JsonOption = False,
    ocr: Annotated[
        bool, typer.Option("--ocr", help="Write a searchable copy of scans, for review.")
    ] = False,
) -> int:
    """Tell what can be read of PDFs: pages, characters, language, verdict."""
    from kmqa.commands import extract as command

    return command.extract_pdfs(
        pdfs, as_json=as_json, ocr=ocr, cache=read_settings().index / ".cache" / "extractions"
    )


@app.command("build")
def build(corpus: CorpusOption = None, index: IndexOption = None) -> None:
    """Make a bundle of the corpus and print its id; live at once when none is."""
    from kmqa.commands import build as command

    outcome = command.build_index(corpus=_corpus(corpus), index=_index(index), today=today())
    command.print_outcome(outcome)


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
    folder = _index(index)
    if question is not None:
        command.ask_one(question, index=folder, profile=profile, as_json=as_json)
    elif examples or not sys.stdin.isatty():
        command.ask_many(EXAMPLES if examples else _lines(), index=folder, profile=profile)
    else:
        command.prompt(index=folder, profile=profile)


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
) -> int:
    """Run a test set against the live bundle and print its figures with intervals."""
    from kmqa.commands import evaluate as command
    from kmqa.commands import runs

    return command.evaluate(
        file,
        _index(index),
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

    return command.compare_runs(a, b, file, index=_index(index), json_out=json_out)


@app.command("bundles")
def bundles(index: IndexOption = None, as_json: JsonOption = False) -> None:
    """List the bundles, and which one is live."""
    from kmqa.commands import bundles as command

    command.list_bundles(_index(index), as_json=as_json)


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

    return command.publish(
        command.Wish(
            index=_index(index),
            bundle_id=bundle_id,
            corpus=_corpus(corpus),
            force=force,
            by=by,
            log=log,
            is_look=look,
        )
    )


@app.command("rollback")
def rollback(index: IndexOption = None) -> None:
    """Go back to the bundle that was live before."""
    from kmqa.commands import bundles as command

    command.rollback(_index(index))


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

    command.push(_index(index), url or read_settings().bundles_url, again=again)


testset = typer.Typer(
    help="Test sets: check one, draw questions for one, compare and settle labels, split.",
    no_args_is_help=True,
)
app.add_typer(testset, name="testset")
TestFileArgument = Annotated[Path, typer.Argument(help="A test set, .jsonl.")]


@testset.command("check")
def check_testset(file: TestFileArgument, index: IndexOption = None) -> int:
    """List faults, repeats and leaks of a test set, and count its languages and kinds."""
    from kmqa.commands import testset as command

    return command.check(file, _index(index))


@testset.command("sample")
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


LabelsArgument = Annotated[Path, typer.Argument(help="What one person labelled, .jsonl.")]
OtherLabelsArgument = Annotated[Path, typer.Argument(help="What another labelled.")]


@testset.command("agree")
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


@testset.command("settle")
def settle_testset(
    first: LabelsArgument,
    second: OtherLabelsArgument,
    verdicts: Annotated[Path, typer.Argument(help='The list of "agree", with its verdicts.')],
    out: Annotated[Path, typer.Option(help="New file for the test set, .jsonl.")],
    index: IndexOption = None,
) -> int:
    """Make one test set of what two labellers agree on and what a third person settled."""
    from kmqa.commands import testset as command

    return command.settle(first, second, verdicts, out, _index(index))


@testset.command("split")
def split_testset(
    file: TestFileArgument,
    dev: Annotated[Path, typer.Option(help="New file for the development set.")],
    test: Annotated[Path, typer.Option(help="New file for the test set.")],
    share: Annotated[float, typer.Option(min=0, max=1, help="Of the development set.")] = 0.4,
) -> int:
    """Part a file in two by the words of each question, so that none ever moves."""
    from kmqa.commands import testset as command

    return command.split(file, dev, test, dev_share=share)


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
    command.serve(cast("command.Role", role), index=_index(index), host=host, port=port)


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

    command.show(index=_index(index), host=host, port=port, folder=folder, is_check=check)


@app.command("console")
def console(
    corpus: CorpusOption = None,
    index: IndexOption = None,
    host: Annotated[str, typer.Option(help="Address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen at.")] = 8070,
) -> None:
    """Serve the curators' pages."""
    from kmqa.commands import console as command

    command.serve(corpus=_corpus(corpus), index=_index(index), host=host, port=port)


user = typer.Typer(help="Who may sign in to the console.", no_args_is_help=True)
app.add_typer(user, name="user")


@user.command("add")
def add_user(
    name: Annotated[str, typer.Argument(help="Her name.")],
    role: Annotated[
        str, typer.Option(help="author, reviewer, publisher, evaluator or administrator")
    ] = "author",
) -> None:
    """Add a user and print her one-time password."""
    from kmqa.commands import console as command

    command.add_user(name, role)


@user.command("list")
def list_users() -> None:
    """List the users."""
    from kmqa.commands import console as command

    command.list_users()


@user.command("password")
def new_password(name: Annotated[str, typer.Argument(help="Her name.")]) -> None:
    """Print a new one-time password for a user who cannot get in."""
    from kmqa.commands import console as command

    command.new_password(name)


@user.command("disable")
def disable_user(name: Annotated[str, typer.Argument(help="Her name.")]) -> None:
    """Shut a user out."""
    from kmqa.commands import console as command

    command.disable_user(name)


@app.command("parked")
def parked(
    retry: Annotated[bool, typer.Option("--retry", help="Try all of it again.")] = False,
) -> None:
    """List what the service set aside, and try it again."""
    from kmqa.commands import parked as command

    command.list_parked(retry=retry)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; errors that a person can mend are one line."""
    try:
        result = app(args=arguments, standalone_mode=False)
    except TyperException as error:
        usage = f'{error.format_message()} See "kmqa --help", or --help after a command.'
        return _failed(usage, _USAGE)
    except KmqaError as error:
        return _failed(error.message, error.exit_code)
    except (KeyboardInterrupt, Abort):
        return 130  # what shells report for Ctrl-C
    return result if isinstance(result, int) else 0


def _failed(message: str, exit_code: int) -> int:
    console = Console(stderr=True)
    console.print(f"kmqa: {message}", markup=False, highlight=False, soft_wrap=True)
    return exit_code


def _corpus(given: Path | None) -> Path:
    return given or read_settings().corpus


def _index(given: Path | None) -> Path:
    return given or read_settings().index


def _key(given: str | None) -> str:
    return given or read_settings().api_key.get_secret_value()


def _lines() -> list[str]:
    return [line.strip() for line in sys.stdin if line.strip()]
