"""Import and export: answers as a spreadsheet in and out, the whole corpus as a zip."""

import re
import secrets
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse
from starlette.datastructures import FormData, UploadFile

from kmqa.console.web import Web
from kmqa.corpus import export
from kmqa.corpus.importers import writing
from kmqa.errors import CorpusError, CorpusInvalid, Problem

_KINDS = (".xlsx", ".csv", ".jsonl")
_TOKEN = re.compile(r"[0-9a-f]{32}\.(?:xlsx|csv|jsonl)")
_KEPT = 24 * 3600.0  # seconds that a file waits for its import
_CHUNK = 2**16
_MOST_SHOWN = 200  # problems, and ids
_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def routes(web: Web) -> APIRouter:
    """The routes of this page."""
    router = APIRouter()
    _add_export(router, web)
    _add_import(router, web)
    return router


def _add_export(router: APIRouter, web: Web) -> None:
    @router.get("/exchange")
    async def shown(request: Request) -> Response:
        """What can be taken out, and the form to bring something in."""
        web.user(request)
        return web.page(request, "exchange", plan=None, problems=(), token="", done=None)

    @router.get("/exchange/answers.xlsx")
    async def spreadsheet(request: Request) -> Response:
        """Every answer, in the columns that an import reads."""
        web.user(request)
        content = await run_in_threadpool(export.spreadsheet, web.desk.corpus().answers)
        return Response(content, media_type=_WORKBOOK, headers=_saved_as("answers.xlsx"))

    @router.get("/exchange/corpus.zip")
    async def archive(request: Request) -> Response:
        """All files of the corpus."""
        web.user(request)
        file = await run_in_threadpool(_archive, web.desk.corpus_root)
        return StreamingResponse(
            _chunks(file), media_type="application/zip", headers=_saved_as("corpus.zip")
        )


def _add_import(router: APIRouter, web: Web) -> None:
    @router.post("/exchange")
    async def looked_at(request: Request) -> Response:
        """What an import of this file would do; nothing is changed."""
        user, form = await web.form(request, "write", n_files=1)
        folder = _waiting(web.desk.index)
        path = await _stored(form, folder)
        try:
            plan = await run_in_threadpool(writing.planned, path, web.desk.corpus_root, user.name)
        except CorpusError as error:
            path.unlink(missing_ok=True)
            return _refused(web, request, error, path)
        return web.page(request, "exchange", plan=plan, problems=(), token=path.name, done=None)

    @router.post("/exchange/import")
    async def imported(request: Request) -> Response:
        """The file that was looked at is imported, as drafts of whoever brought it."""
        user, form = await web.form(request, "write")
        path = _named(_waiting(web.desk.index), str(form.get("token", "")))
        try:
            done = await run_in_threadpool(
                writing.import_answers, path, web.desk.corpus_root, None, user.name
            )
        except CorpusError as error:
            return _refused(web, request, error, path)
        finally:
            path.unlink(missing_ok=True)
        return web.page(request, "exchange", plan=None, problems=(), token="", done=done)


def _refused(web: Web, request: Request, error: CorpusError, path: Path) -> Response:
    """The page with each fault and its row; no name of a file of ours."""
    problems = error.problems if isinstance(error, CorpusInvalid) else _as_problem(error)
    ours = (str(path), path.name)
    shown = [(p.line if p.path in ours else 0, p.message) for p in problems[:_MOST_SHOWN]]
    return web.page(request, "exchange", 422, plan=None, problems=shown, token="", done=None)


def _as_problem(error: CorpusError) -> tuple[Problem, ...]:
    facts = f"; got {error.got}" if error.got else ""
    facts += f", expected {error.expected}" if error.expected else ""
    return (Problem("", 0, "file-unreadable", f"{error.what}{facts}. {error.remedy}".strip()),)


def _waiting(index: Path) -> Path:
    """The folder in which files wait until somebody says that they shall be imported."""
    folder = index / ".cache" / "imports"
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.iterdir():
        if time.time() - path.stat().st_mtime > _KEPT:
            path.unlink(missing_ok=True)
    return folder


async def _stored(form: FormData, folder: Path) -> Path:
    """The file that came, under a name that nobody can guess."""
    file = form.get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        raise HTTPException(422, "needs-file")
    suffix = Path(file.filename).suffix.lower()
    if suffix not in _KINDS:
        await file.close()
        raise CorpusError(
            "this kind of file cannot be imported", got=suffix, expected=" or ".join(_KINDS)
        )
    path = folder / f"{secrets.token_hex(16)}{suffix}"
    with path.open("xb") as into:
        while block := await file.read(_CHUNK):
            into.write(block)
    await file.close()
    return path


def _named(folder: Path, token: str) -> Path:
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


def _saved_as(name: str) -> dict[str, str]:
    return {"content-disposition": f'attachment; filename="{name}"'}
