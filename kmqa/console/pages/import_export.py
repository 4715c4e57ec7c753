"""Import and export: answers as a spreadsheet in and out, the whole corpus as a zip."""

import re
import secrets
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Annotated, Any

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import StreamingResponse
from starlette.datastructures import FormData, UploadFile

from kmqa.console.form_fields import read_field
from kmqa.console.guards import Context, Form, Upload, needs
from kmqa.console.messages import message
from kmqa.console.page import Page
from kmqa.console.render import render_page
from kmqa.content import answer
from kmqa.corpus import export
from kmqa.corpus.importers import writing
from kmqa.errors import CorpusError, CorpusInvalid, Problem, ReadersBusy
from kmqa.state.accounts import User

router = APIRouter()
PAGE = Page(name="exchange", label=message("Import and export"), order=60, router=router)

_KINDS = (".xlsx", ".csv", ".jsonl")
_TOKEN = re.compile(r"[0-9a-f]{32}\.(?:xlsx|csv|jsonl)")
_KEPT = 24 * 3600.0  # seconds that a file waits for its import
_CHUNK = 2**16
_MOST_SHOWN = 200  # problems; their true number stands beside them
_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.get("/exchange", dependencies=[needs("read")])
def show_import_export(request: Request) -> Response:
    """Show what can be exported, and the form to import something."""
    return _render(request)


@router.get("/exchange/answers.xlsx", dependencies=[needs("read")])
def send_spreadsheet(context: Context) -> Response:
    """Send every answer, in the columns that an import reads."""
    content = export.spreadsheet(answer.KIND, context.read_corpus().answers)
    return Response(content, media_type=_WORKBOOK, headers=_attachment("answers.xlsx"))


@router.get("/exchange/corpus.zip", dependencies=[needs("read")])
def send_corpus(context: Context) -> Response:
    """Send all files of the corpus."""
    file = _archive(context.corpus_root)
    return StreamingResponse(
        _chunks(file), media_type="application/zip", headers=_attachment("corpus.zip")
    )


@router.post("/exchange")
def preview_import(
    request: Request, context: Context, user: Annotated[User, needs("write")], form: Upload
) -> Response:
    """Show what an import of this file would do; nothing is changed."""
    folder = _waiting(context.index)
    path = _store_upload(form, folder)
    try:
        plan = writing.plan_import(path, context.corpus_root, user.name)
    except CorpusError as error:
        path.unlink(missing_ok=True)
        return _render_problems(request, error, path)
    except ReadersBusy:
        path.unlink(missing_ok=True)
        raise
    return _render(request, plan=plan, token=path.name)


@router.post("/exchange/import")
def import_file(
    request: Request, context: Context, user: Annotated[User, needs("write")], form: Form
) -> Response:
    """Import the file that was looked at, as drafts of whoever brought it."""
    path = _find_upload(_waiting(context.index), read_field(form, "token"))
    try:
        done = writing.import_answers(path, context.corpus_root, None, user.name)
    except CorpusError as error:
        return _render_problems(request, error, path)
    finally:
        path.unlink(missing_ok=True)
    return _render(request, done=done)


def _render(request: Request, status: int = 200, **values: Any) -> Response:  # noqa: ANN401 - what the template shows
    shown = {"plan": None, "problems": (), "n_problems": 0, "token": "", "done": None} | values
    return render_page(request, "import-export", status, here="exchange", **shown)


def _render_problems(request: Request, error: CorpusError, path: Path) -> Response:
    """Show each fault and its row; no name of a file of ours."""
    problems = error.problems if isinstance(error, CorpusInvalid) else _as_problem(error)
    ours = (str(path), path.name)
    shown = [(p.line if p.path in ours else 0, p.message) for p in problems[:_MOST_SHOWN]]
    return _render(request, 422, problems=shown, n_problems=len(problems))


def _as_problem(error: CorpusError) -> tuple[Problem, ...]:
    facts = f"; got {error.got}" if error.got else ""
    facts += f", expected {error.expected}" if error.expected else ""
    return (Problem("", 0, "file-unreadable", f"{error.what}{facts}. {error.remedy}".strip()),)


def _waiting(index: Path) -> Path:
    """Return the folder in which files wait until somebody says that they shall be imported."""
    folder = index / ".cache" / "imports"
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.iterdir():
        if time.time() - path.stat().st_mtime > _KEPT:
            path.unlink(missing_ok=True)
    return folder


def _store_upload(form: FormData, folder: Path) -> Path:
    """Store the file that came under a name that nobody can guess."""
    file = form.get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        raise HTTPException(422, "needs-file")
    suffix = Path(file.filename).suffix.lower()
    if suffix not in _KINDS:
        file.file.close()
        raise CorpusError(
            "this kind of file cannot be imported", got=suffix, expected=" or ".join(_KINDS)
        )
    path = folder / f"{secrets.token_hex(16)}{suffix}"
    with path.open("xb") as into:
        while block := file.file.read(_CHUNK):
            into.write(block)
    file.file.close()
    return path


def _find_upload(folder: Path, token: str) -> Path:
    if not _TOKEN.fullmatch(token) or not (folder / token).is_file():
        raise HTTPException(404, "not-found")
    return folder / token


def _archive(root: Path) -> IO[bytes]:
    file = tempfile.TemporaryFile()  # noqa: SIM115 - closed when it was sent
    export.archive(root, file)
    file.seek(0)
    return file


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while block := file.read(_CHUNK):
            yield block


def _attachment(name: str) -> dict[str, str]:
    return {"content-disposition": f'attachment; filename="{name}"'}
