"""Make the PDFs under tests/data/pdfs, each named after the defect that it settles.

Run again after a change here; the same fonts and libraries give the same bytes. Needs fpdf2 and
uharfbuzz (group dev) and the Noto fonts (Debian: fonts-noto-core). The texts are made up.
"""

import argparse
import io
import os
import random
import re
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import fpdf
import pypdf
from fpdf.enums import EncryptionMethod
from PIL import Image, ImageDraw
from pypdf.generic import ArrayObject, ByteStringObject

FONTS = Path("/usr/share/fonts/truetype/noto")
LATIN = FONTS / "NotoSans-Regular.ttf"
NASKH = FONTS / "NotoNaskhArabic-Regular.ttf"
NASTALIQ = FONTS / "NotoNastaliqUrdu-Regular.ttf"
DEVANAGARI = FONTS / "NotoSansDevanagari-Regular.ttf"
MADE_ON = datetime(2026, 1, 1, tzinfo=UTC)

ENGLISH = (
    "The pill works best when it is taken at the same hour each day. A woman who forgets one "
    "should take it as soon as she remembers. Two forgotten pills in a row are another matter: "
    "she needs a condom for the next seven days."
)
URDU = (
    "حمل کے دوران خون آنا خطرے کی علامت ہے۔ اگر شدید سر درد ہو تو فوراً مرکز صحت جائیں۔ "
    "ہر تین ماہ بعد انجکشن لگوائیں اور اپنی صحت کا خیال رکھیں۔ کیا آپ کو بخار بھی ہے؟"
)
ARABIC = (
    "يجب على المرأة أن تزور المركز الصحي كل ثلاثة أشهر. إذا كان هناك نزيف شديد فهذه علامة خطر. "
    "لا تتوقفي عن تناول الحبوب من غير نصيحة."
)
HINDI = (
    "गर्भावस्था में खून आना खतरे का संकेत है। अगर तेज सिर दर्द हो तो तुरंत अस्पताल जाएं। हर तीन महीने बाद सुई लगवाएं।"
)


class Pdf(fpdf.FPDF):
    """A small PDF whose bytes depend on nothing but its content."""

    def __init__(self, font: Path | None = None, size: float = 12) -> None:
        super().__init__()
        self.creation_date = MADE_ON
        if font:
            self.add_font("made", fname=font)
        self.set_font("made" if font else "Helvetica", size=size)
        self.add_page()

    def lines(self, *lines: str) -> "Pdf":
        """Each of `lines` is drawn on a line of its own."""
        for line in lines:
            self.cell(text=line, new_x="LMARGIN", new_y="NEXT")
        return self

    def bytes(self) -> bytes:
        """Return the finished file."""
        return bytes(self.output())


def english() -> bytes:
    """One page of plain English."""
    return _paragraph(Pdf(), ENGLISH).bytes()


def headers_and_footers() -> bytes:
    """Four pages with the same header, a footer, and page numbers."""
    pdf = Pdf()
    for number, topic in enumerate(("pills", "implants", "condoms", "injections"), 1):
        if number > 1:
            pdf.add_page()
        pdf.lines("Handbook for health workers, 2nd edition", f"About {topic}")
        pdf.lines(f"This page tells you all that you need about {topic}.")
        pdf.set_y(-30)
        pdf.lines("Ministry of Examples", f"Page {number} of 4")
    return pdf.bytes()


def hyphenation() -> bytes:
    """Words cut at line ends, of which one has a hyphen of its own elsewhere."""
    lines = (
        "Many women choose a method of contra-",
        "ception that they can use alone. With self-",
        "injection no visit is needed. Teach self-injection",
        "well, and the dose for COVID-",
        "19 is not changed by it.",
    )
    return Pdf().lines(*lines).bytes()


def ligatures() -> bytes:
    """Words drawn with pictures of two letters."""
    return Pdf(LATIN).lines("The ﬁrst ofﬁce visit: eﬀective and conﬁdential, in a ﬂash.").bytes()


def two_columns() -> bytes:
    """Return a page in two columns, each read to its end before the other."""
    pdf = Pdf()
    with pdf.text_columns(ncols=2, gutter=10, text_align="LEFT") as columns:
        columns.write("LEFT COLUMN. " + ENGLISH + " ")
        columns.new_column()
        columns.write("RIGHT COLUMN. " + ENGLISH)
    return pdf.bytes()


def table() -> bytes:
    """Return a table, row by row."""
    lines = (
        "Dose by weight of the child",
        "4 to 7 kg 1 tablet 2 times for 3 days",
        "7 to 11 kg 2 tablets 2 times for 3 days",
        "11 to 15 kg 3 tablets 2 times for 3 days",
    )
    return Pdf().lines(*lines).bytes()


def urdu_naskh() -> bytes:
    """Urdu in a Naskh font, shaped."""
    return _shaped(NASKH, URDU, "urd")


def arabic_naskh() -> bytes:
    """Arabic in a Naskh font, shaped."""
    return _shaped(NASKH, ARABIC, "ara")


def urdu_nastaliq() -> bytes:
    """Urdu in a Nastaliq font, whose letters no reader gets right."""
    return _shaped(NASTALIQ, URDU, "urd")


def hindi() -> bytes:
    """Hindi, shaped."""
    pdf = Pdf(DEVANAGARI, 14)
    pdf.set_text_shaping(use_shaping_engine=True, script="deva", language="hin")
    return _paragraph(pdf, HINDI).bytes()


def urdu_visual_order() -> bytes:
    """Urdu that readers return from left to right, as the eye sees it."""
    pdf = Pdf(NASKH, 14)
    pdf.multi_cell(0, 12, URDU, align="R")
    return pdf.bytes()


def arabic_presentation_forms() -> bytes:
    """Arabic as pictured letters: initial, medial, final forms and ligatures of lam and alef."""
    return Pdf(NASKH, 14).lines("ﺍﻟﺴﻼﻡ ﻋﻠﻴﻜﻢ ﻓﻲ ﺍﻟﻤﺮﻛﺰ ﺍﻟﺼﺤﻲ").bytes()


def scanned() -> bytes:
    """Return a page that is a picture of text."""
    return _with_picture(Pdf()).bytes()


def scanned_with_stamp() -> bytes:
    """Return a picture of text with a page number written on it."""
    return _with_picture(Pdf()).lines("Page 7 of 9").bytes()


def outlined() -> bytes:
    """Text turned into outlines: nothing but shapes on the page."""
    pdf = Pdf()
    dice = random.Random(1)  # noqa: S311 - a drawing, no secret
    for row in range(30):
        for column in range(40):
            if dice.random() < 0.8:
                pdf.rect(10 + column * 4.5, 10 + row * 8, 3, 4, style="F")
    return pdf.bytes()


def mixed() -> bytes:
    """Five pages: text, text, text, a picture, nothing."""
    pdf = Pdf()
    for sentence in ENGLISH.split(". ", 2):
        _paragraph(pdf, sentence)
        pdf.add_page()
    _with_picture(pdf).add_page()
    return pdf.bytes()


def blank() -> bytes:
    """Two pages without anything."""
    pdf = Pdf()
    pdf.add_page()
    return pdf.bytes()


def garbled_no_tounicode() -> bytes:
    """Return a font without its table of characters, so that glyph numbers pass for letters."""
    writer = _writer_of(_paragraph(Pdf(LATIN), ENGLISH).bytes())
    for font in _fonts(writer):
        del font["/ToUnicode"]
    return _written(writer)


def garbled_wrong_tounicode() -> bytes:
    """Return a table of characters that says another letter for each."""
    writer = _writer_of(_paragraph(Pdf(LATIN), ENGLISH).bytes())
    for font in _fonts(writer):
        font["/ToUnicode"].get_object().set_data(_exchanged(font["/ToUnicode"].get_data()))
    return _written(writer)


def garbled_legacy_font() -> bytes:
    """Signs that look like letters only in a font of their own, as in old Hindi typing."""
    moved = "".join(chr(33 + (ord(char) * 37) % 90) if char != " " else " " for char in ENGLISH)
    return _paragraph(Pdf(), moved).bytes()


def encrypted_password() -> bytes:
    """Return a PDF that opens with a password only."""
    return _encrypted("secret")


def encrypted_empty_password() -> bytes:
    """Encrypted, but opens for everybody."""
    return _encrypted("")


def form_fields() -> bytes:
    """Return a page with a label and a field to fill in."""
    field = (
        b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (name) /V (Filled in) /F 4 "
        b"/Rect [150 690 350 710] /P 3 0 R >>"
    )
    content = _stream(b"BT /F1 14 Tf 50 700 Td (Name of the client:) Tj ET")
    page = _PAGE.replace(b"/Contents", b"/Annots [6 0 R] /Contents")
    catalog = b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [6 0 R] >> >>"
    return _assembled([catalog, _ONE_PAGE, page, content, _HELVETICA, field])


def truncated() -> bytes:
    """Return a download that stopped after two thirds."""
    whole = headers_and_footers()
    return whole[: len(whole) * 2 // 3]


def zero_bytes() -> bytes:
    """Nothing at all."""
    return b""


def fuzzed() -> bytes:
    """Every fortieth byte or so is another, but head and tail are sound."""
    content = bytearray(english())
    dice = random.Random(7)  # noqa: S311 - damage, no secret
    for place in range(30, len(content) - 60):
        if dice.random() < 1 / 40:
            content[place] ^= 1 << dice.randrange(8)
    return bytes(content)


def no_pages() -> bytes:
    """Return a sound file with an empty list of pages."""
    return _assembled([_CATALOG, b"<< /Type /Pages /Kids [] /Count 0 >>"])


def html() -> bytes:
    """Return a web page under the name of a PDF, as failed downloads are."""
    return b"<!DOCTYPE html><html><body>Please log in</body></html>\n"


def bomb_page() -> bytes:
    """Return a small file with one page of 600,000 characters."""
    return _assembled([_CATALOG, _ONE_PAGE, _PAGE, _long_text(5_500), _HELVETICA])


def bomb_file() -> bytes:
    """Return a small file whose 40 pages share one long text, 2.6 million characters in all."""
    kids = b" ".join(b"%d 0 R" % number for number in range(6, 46))
    pages = b"<< /Type /Pages /Count 40 /Kids [" + kids + b"] >>"
    return _assembled([_CATALOG, pages, b"null", _long_text(600), _HELVETICA, *[_PAGE] * 40])


_CATALOG = b"<< /Type /Catalog /Pages 2 0 R >>"
_ONE_PAGE = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
_HELVETICA = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
_PAGE = (
    b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] "
    b"/Resources << /Font << /F1 5 0 R >> >> /Contents 4 0 R >>"
)


def _long_text(n_lines: int) -> bytes:
    line = b"(" + b"All work and no play. " * 5 + b") Tj T*\n"
    return _stream(b"BT /F1 10 Tf 12 TL 10 800 Td\n" + line * n_lines + b"ET")


def _stream(content: bytes) -> bytes:
    packed = zlib.compress(content, 9)
    return b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(packed), packed)


def _assembled(objects: list[bytes]) -> bytes:
    """Return a PDF of `objects`, numbered from 1, the first of which is its catalog."""
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size, start = len(objects) + 1, len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, start)
    return bytes(out)


def _paragraph(pdf: Pdf, text: str) -> Pdf:
    pdf.multi_cell(150, 8, text, align="L", new_x="LMARGIN", new_y="NEXT")
    return pdf


def _shaped(font: Path, text: str, language: str) -> bytes:
    pdf = Pdf(font, 14)
    pdf.set_text_shaping(use_shaping_engine=True, direction="rtl", script="arab", language=language)
    pdf.multi_cell(0, 12, text, align="R")
    return pdf.bytes()


def _with_picture(pdf: Pdf) -> Pdf:
    """`pdf` with grey rows that look like lines of text all over its page."""
    picture = Image.new("L", (120, 170), 255)
    pen = ImageDraw.Draw(picture)
    for row in range(8, 160, 8):
        pen.rectangle((8, row, 8 + (row * 7) % 50 + 50, row + 3), fill=40)
    pdf.image(picture, x=5, y=5, w=200, h=287)
    return pdf


def _encrypted(password: str) -> bytes:
    pdf = Pdf()
    # RC4 needs no random numbers, so the bytes stay the same.
    pdf.set_encryption("owner", user_password=password, encryption_method=EncryptionMethod.RC4)
    return _paragraph(pdf, ENGLISH).bytes()


def _exchanged(table: bytes) -> bytes:
    """Return a ToUnicode table whose small letters stand for others."""

    def other(match: re.Match[bytes]) -> bytes:
        code = int(match[2], 16)
        return match[1] + b"<%04X>" % (97 + (code * 7 + 3) % 26 if 97 <= code <= 122 else code)

    entry = rb"(<[0-9A-Fa-f]{4}>\s*(?:<[0-9A-Fa-f]{4}>\s*)?)<([0-9A-Fa-f]{4})>(?=\s*\n)"
    return re.sub(entry, other, table)


def _writer_of(content: bytes) -> pypdf.PdfWriter:
    return pypdf.PdfWriter(clone_from=io.BytesIO(content))


def _fonts(writer: pypdf.PdfWriter) -> list[Any]:
    page: Any = writer.pages[0]
    return [font.get_object() for font in page["/Resources"]["/Font"].values()]


def _written(writer: pypdf.PdfWriter) -> bytes:
    same = ByteStringObject(b"0123456789abcdef")
    writer._ID = ArrayObject((same, same))  # pypdf offers no other way to fix it
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


MADE: tuple[Callable[[], bytes], ...] = (
    english, headers_and_footers, hyphenation, ligatures, two_columns, table, urdu_naskh,
    arabic_naskh, urdu_nastaliq, hindi, urdu_visual_order, arabic_presentation_forms, scanned,
    scanned_with_stamp, outlined, mixed, blank, garbled_no_tounicode, garbled_wrong_tounicode,
    garbled_legacy_font, encrypted_password, encrypted_empty_password, form_fields, truncated,
    zero_bytes, fuzzed, no_pages, html, bomb_page, bomb_file,
)  # fmt: skip


def main() -> None:
    """Write every PDF into the folder given, tests/data/pdfs unless told."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=Path("tests/data/pdfs"))
    folder = parser.parse_args().folder
    # fontTools stamps the fonts that it cuts down with this moment, or else with the clock.
    os.environ["SOURCE_DATE_EPOCH"] = str(int(MADE_ON.timestamp()))
    folder.mkdir(parents=True, exist_ok=True)
    for make in MADE:
        path = folder / f"{make.__name__.replace('_', '-')}.pdf"
        path.write_bytes(make())
        print(f"{path.stat().st_size:7} {path}")


if __name__ == "__main__":
    main()
