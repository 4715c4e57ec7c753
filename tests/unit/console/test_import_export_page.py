"""Import and export: what comes out goes in again, and nothing faulty comes in at all."""

import io
import zipfile

import openpyxl
import pytest
from console_client import Curator, curator
from fastapi.testclient import TestClient

from kmqa.console.app import console
from kmqa.console.context import ConsoleContext
from kmqa.content import answer as answer_kind
from kmqa.corpus import audit, export, files
from kmqa.records import Answer

NEW = (
    "id,questions,answer,lang,topic,title\niud-strings,strings are gone,Look.,en,general,Strings\n"
)


def bring(who: Curator, content: bytes, name: str = "answers.csv", status: int = 200) -> str:
    answer = who.client.post(
        "/exchange", data={"form_key": who.key()}, files={"file": (name, content)}
    )
    assert answer.status_code == status, answer.text[:800]
    return answer.text


def token_of(page: str) -> str:
    return page.split('name="token" value="')[1].split('"')[0]


def ids(context: ConsoleContext) -> list[str]:
    return [answer.id for answer in files.read_corpus(context.corpus_root).answers]


def test_a_look_at_a_file_changes_nothing(context: ConsoleContext, author: Curator) -> None:
    page = bring(author, NEW.encode())

    assert "iud-strings" in page
    assert "iud-strings" not in ids(context)
    assert audit.read(context.corpus_root) == ()


def test_what_was_looked_at_comes_in_as_a_draft_of_who_brought_it(
    context: ConsoleContext, author: Curator
) -> None:
    author.post("/exchange/import", token=token_of(bring(author, NEW.encode())))

    answer = {one.id: one for one in files.read_corpus(context.corpus_root).answers}["iud-strings"]
    assert (answer.status, answer.authored_by) == ("draft", "Asha")
    assert audit.read(context.corpus_root)[-1].by == "Asha"


def test_nobody_approves_what_she_imported(context: ConsoleContext) -> None:
    reviewer = curator(context, "Bilal", "reviewer")
    reviewer.post("/exchange/import", token=token_of(bring(reviewer, NEW.encode())))
    sha256 = files.read_corpus(context.corpus_root).origins["answer", "iud-strings"].sha256
    reviewer.post("/answers/iud-strings/move", to="in_review", sha256=sha256)
    sha256 = files.read_corpus(context.corpus_root).origins["answer", "iud-strings"].sha256

    reviewer.post("/answers/iud-strings/move", 403, to="approved", sha256=sha256)


def test_a_file_is_imported_once(author: Curator) -> None:
    token = token_of(bring(author, NEW.encode()))
    author.post("/exchange/import", token=token)

    author.post("/exchange/import", 404, token=token)


@pytest.mark.parametrize("token", ["", "../../corpus/corpus.yaml", "0" * 32 + ".csv"])
def test_no_other_file_can_be_named(author: Curator, token: str) -> None:
    author.post("/exchange/import", 404, token=token)


def test_every_faulty_row_is_named_and_none_comes_in(
    context: ConsoleContext, author: Curator
) -> None:
    rows = (
        NEW + "depo-late,x,Other words.,en,general,\nbad id!,x,Text.,en,general,\n,x,Text.,en,,\n"
    )

    page = bring(author, rows.encode(), status=422)

    for row in ("<td>3</td>", "<td>4</td>", "<td>5</td>"):
        assert row in page
    assert "iud-strings" not in ids(context)
    assert str(context.index) not in page


def test_a_formula_is_not_taken(author: Curator) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["id", "questions", "answer", "lang"])
    book.active.append(["evil", "x", '=HYPERLINK("http://x")', "en"])
    stream = io.BytesIO()
    book.save(stream)

    assert "formula" in bring(author, stream.getvalue(), "answers.xlsx", 422)


def test_a_workbook_made_to_hang_is_refused_in_words(author: Curator) -> None:
    """A row whose number no counting reaches; the page answers, and so does the next one."""
    book, stream = openpyxl.Workbook(), io.BytesIO()
    book.save(stream)
    heading = b'<row r="1"><c r="A1" t="str"><v>id</v></c><c r="B1" t="str"><v>answer</v></c></row>'
    far = heading + b'<row r="99999999999999"><c r="A99999999999999"><v>1</v></c></row>'
    made = io.BytesIO()
    with zipfile.ZipFile(stream) as given, zipfile.ZipFile(made, "w") as packed:
        for name in given.namelist():
            packed.writestr(name, given.read(name).replace(b"</sheetData>", far + b"</sheetData>"))
    assert far in made.getvalue()

    assert "1,048,576 lines" in bring(author, made.getvalue(), "answers.xlsx", 422)
    author.get("/exchange")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("answers.xlsx", b"PK not a workbook"),
        ("answers.exe", b"MZ"),
        ("answers.csv", b"a,b\n1,2\n"),
    ],
)
def test_a_file_of_no_use_is_refused_in_words(author: Curator, name: str, content: bytes) -> None:
    bring(author, content, name, 400 if name == "answers.exe" else 422)


def test_what_is_taken_out_comes_in_again_word_for_word(author: Curator) -> None:
    content = author.client.get("/exchange/answers.xlsx").content

    page = bring(author, content, "answers.xlsx")

    assert "depo-late, pill-missed" in page
    assert 'name="token"' not in page


def test_a_text_that_begins_like_a_formula_stays_a_text() -> None:
    answer = Answer(id="a", topic="t", text={"en": "=1+1"}, questions={"en": ("@x", "+1")})

    book = openpyxl.load_workbook(io.BytesIO(export.spreadsheet(answer_kind.KIND, [answer])))

    assert book.active is not None
    assert "f" not in {cell.data_type for row in book.active.iter_rows() for cell in row}
    assert book.active["C2"].value == "=1+1"


def test_the_zip_holds_every_file_and_nothing_hidden(
    context: ConsoleContext, author: Curator
) -> None:
    (context.corpus_root / ".git").mkdir()
    (context.corpus_root / ".git" / "config").write_text("secret")
    (context.corpus_root / "link.yaml").symlink_to("/etc/passwd")

    content = author.client.get("/exchange/corpus.zip").content

    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        names = packed.namelist()
    assert "corpus.yaml" in names
    assert "answers/general/depo-late.yaml" in names
    assert not [name for name in names if name.startswith(".") or "link" in name]


def test_an_evaluator_takes_out_and_brings_nothing_in(context: ConsoleContext) -> None:
    evaluator = curator(context, "Eve", "evaluator")

    evaluator.get("/exchange")
    bring(evaluator, NEW.encode(), status=403)


def test_nothing_goes_out_or_comes_in_without_signing_in(context: ConsoleContext) -> None:
    client = TestClient(console(context), follow_redirects=False)

    for path in ("/exchange", "/exchange/answers.xlsx", "/exchange/corpus.zip"):
        assert client.get(path).status_code == 303
    assert client.post("/exchange", files={"file": ("a.csv", NEW)}).status_code == 303


def test_no_file_is_taken_without_the_form_s_key(author: Curator) -> None:
    answer = author.client.post("/exchange", files={"file": ("a.csv", NEW)})

    assert answer.status_code == 403
