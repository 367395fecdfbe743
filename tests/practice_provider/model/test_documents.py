"""What the model reads in files: pages, simple tables, and an honest line where there is nothing to read."""

import io
from collections.abc import Callable, Sequence

import pytest
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

from practice_provider.core import Ask, Document, Text, Turn
from practice_provider.model import documents, tokens
from practice_provider.model.page_text import markdown

Say = Callable[..., str]
Line = tuple[int, int, str]  # (from the left, from the bottom, words), in points

TANK: Sequence[Line] = [(72, 700, "The tank holds 2.5 litres and is made of glass.")]
PRICES: Sequence[Line] = [
    (72, 700, "Spare parts"),
    (72, 660, "Part"),
    (200, 660, "Price"),
    (300, 660, "Number"),
    (72, 640, "Steam knob"),
    (200, 640, "14 euros"),
    (300, 640, "TK-77"),
    (72, 620, "Drip tray"),
    (200, 620, "22 euros"),
    (300, 620, "DT-12"),
]


def pdf(*pages: Sequence[Line]) -> bytes:
    """A PDF with these words on its pages, set in Courier."""
    writer, out = PdfWriter(), io.BytesIO()
    font = {"Type": "/Font", "Subtype": "/Type1", "BaseFont": "/Courier"}
    courier = DictionaryObject(
        {NameObject(f"/{key}"): NameObject(f"/{value.strip('/')}") for key, value in font.items()}
    )
    for lines in pages:
        page = writer.add_blank_page(595, 842)
        fonts = DictionaryObject({NameObject("/F1"): courier})
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
        content = DecodedStreamObject()
        content.set_data("".join(f"BT /F1 10 Tf {x} {y} Td ({words}) Tj ET\n" for x, y, words in lines).encode())
        page[NameObject("/Contents")] = writer._add_object(content)
    writer.write(out)
    return out.getvalue()


def locked(data: bytes) -> bytes:
    """The same PDF, behind a password."""
    writer, out = PdfWriter(io.BytesIO(data)), io.BytesIO()
    writer.encrypt("secret", algorithm="AES-256")
    writer.write(out)
    return out.getvalue()


def asked(question: str, data: bytes, title: str | None = "manual") -> Turn:
    """A question about a PDF."""
    return Turn("user", (Text(question), Document("application/pdf", data, title)))


def test_an_answer_from_a_pdf_names_its_page(say: Say) -> None:
    told = say(asked("How much does the tank hold?", pdf([(72, 700, "The pump is loud.")], TANK)))
    assert told == "The tank holds 2.5 litres and is made of glass. [manual, page 2]"


def test_a_pdf_without_a_title_is_cited_by_its_page(say: Say) -> None:
    assert say(asked("How much does the tank hold?", pdf(TANK), None)).endswith("[page 1]")


def test_a_cell_of_a_pdfs_table_is_found(say: Say) -> None:
    assert "22 euros" in say(asked("How much does the drip tray cost?", pdf(TANK, PRICES)))


def test_a_page_without_words_is_named(say: Say) -> None:
    told = say(asked("How much does the tank hold?", pdf([], TANK)))
    assert told.startswith("I can't read page 1 of manual: a picture, without any text.\n\nThe tank holds 2.5 litres")


def test_a_scan_is_said_to_be_one() -> None:
    problems = documents.read(Document("application/pdf", pdf([], []), "scan.pdf")).problems
    assert problems == (
        "I can't read scan.pdf: its pages hold pictures, but no text. A scan has to be made text first.",
    )


def test_a_locked_pdf_is_said_to_be_locked() -> None:
    problems = documents.read(Document("application/pdf", locked(pdf(TANK)), "a.pdf")).problems
    assert problems == ("I can't read a.pdf: it is locked with a password.",)


@pytest.mark.parametrize("data", [b"%PDF", b"\0" * 1000, b"%PDF-1.4\n1 0 obj\n<<>>\nendobj", pdf(TANK)[:400]])
def test_a_broken_pdf_is_said_to_be_broken(data: bytes) -> None:
    problems = documents.read(Document("application/pdf", data, "a.pdf")).problems
    assert problems == (f"I can't read a.pdf: it is not a whole PDF file ({len(data):,} bytes).",)


def test_a_pdf_that_is_too_large_is_not_opened() -> None:
    data = b"%PDF" + b"0" * documents.MOST_BYTES
    assert "20,000,004 bytes, of 20,000,000 at most" in documents.read(Document("application/pdf", data)).problems[0]


def test_of_a_long_pdf_the_first_pages_are_read() -> None:
    read = documents.read(Document("application/pdf", pdf(*[TANK] * (documents.MOST_PAGES + 1)), "long"))
    assert len(read.passages) == documents.MOST_PAGES
    assert read.problems == ("I read the first 200 of the 201 pages of long.",)


def test_a_cell_that_goes_on_in_the_next_line_stays_whole() -> None:
    page = (
        " Sign        Cause           Remedy\n\n"
        " No steam    Boiler off      Switch it on,\n"
        "             in the menu     and wait\n"
    )
    assert markdown(page).splitlines()[1] == "| No steam | Boiler off in the menu | Switch it on, and wait |"


def test_a_line_with_a_wide_gap_is_no_table() -> None:
    assert (
        markdown("Manual          Page 3\n\nThe pump is loud.\nIt hums.")
        == "Manual Page 3\n\nThe pump is loud.\nIt hums."
    )


def test_front_matter_names_a_text_document() -> None:
    text = b"---\nid: a1\ntitle: The tank\nupdated: 2026-03-02\n---\nIt holds 2 l."
    passage = documents.read(Document("text/markdown", text)).passages[0]
    assert (passage.text, passage.id, passage.title, passage.updated) == (
        "It holds 2 l.",
        "a1",
        "The tank",
        "2026-03-02",
    )


def test_a_pdf_costs_its_words_and_a_fixed_price_for_each_page() -> None:
    one, two = (Document("application/pdf", pdf(*pages), "m") for pages in ([TANK], [TANK, TANK]))
    words = tokens.count(documents.read(one).passages[0].text)
    asks = [Ask("practice-large", (Turn("user", (document,)),)) for document in (one, two)]
    empty = tokens.count_ask(Ask("practice-large", (Turn("user", ()),)))
    assert [tokens.count_ask(ask) - empty for ask in asks] == [
        tokens.PER_PAGE + words,
        2 * (tokens.PER_PAGE + words),
    ]


def test_a_pdf_that_cannot_be_read_costs_one_page() -> None:
    broken = Ask("practice-large", (Turn("user", (Document("application/pdf", b"%PDF", "m"),)),))
    empty = Ask("practice-large", (Turn("user", ()),))
    assert tokens.count_ask(broken) - tokens.count_ask(empty) == tokens.PER_PAGE
