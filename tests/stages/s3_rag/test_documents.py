"""Files become documents; what cannot be read says why, by name."""

from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfWriter

from stages.s2_llms.brewline import DATASETS
from stages.s3_rag.chunks import chunks
from stages.s3_rag.documents import Unreadable, listing, read

MANUALS = DATASETS / "manuals"


def encrypted() -> bytes:
    writer, made = PdfWriter(), BytesIO()
    writer.add_blank_page(200, 200)
    writer.encrypt("secret")
    writer.write(made)
    return made.getvalue()


def blank() -> bytes:
    writer, made = PdfWriter(), BytesIO()
    writer.add_blank_page(200, 200)
    writer.write(made)
    return made.getvalue()


def test_a_head_gives_id_title_day_language_and_labels(folder: Path) -> None:
    boiler = read(folder / "boiler.md", folder)
    assert (boiler.id, boiler.title, str(boiler.updated), boiler.language) == (
        *("boiler", "The boiler"),
        *("2026-05-04", "en"),
    )
    assert read(folder / "staff" / "prices.md", folder).access == ("staff",)


def test_without_a_head_the_path_is_the_id_and_the_heading_the_title(folder: Path) -> None:
    tank = read(folder / "tank.md", folder)
    assert (tank.id, tank.title) == ("tank.md", "The tank")


def test_a_web_page_keeps_its_table_and_loses_its_menu(folder: Path) -> None:
    page = read(folder / "page.html", folder)
    assert page.title == "Delivery"
    assert "| Ireland | £12 |" in page.text
    assert "Home" not in page.text


def test_a_manual_has_pages_and_its_tables_are_tables() -> None:
    manual = read(MANUALS / "manual-grind.pdf", MANUALS)
    assert len(manual.pages) == 12
    assert "|---|" in manual.text
    pages = {chunk.page for chunk in chunks(manual)}
    assert pages <= set(range(1, 13))
    assert len(pages) > 8


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("empty.md", b"", "no text"),
        ("head.md", b"---\ntitle: [\n---\ntext", "head is no YAML"),
        ("list.md", b"---\n- a\n---\ntext", "head is"),
        ("latin.txt", "Gerät".encode("latin-1"), "byte 0xe4 at 3 is not UTF-8"),
        ("binary.txt", b"GIF89a\0\0\0", "binary"),
        ("broken.pdf", b"%PDF-1.7 and then nothing", "no sound PDF"),
        ("locked.pdf", encrypted(), "encrypted"),
        ("scan.pdf", blank(), "no text"),
    ],
)
def test_what_cannot_be_read_says_its_name_and_why(tmp_path: Path, name: str, data: bytes, reason: str) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(Unreadable, match=reason) as caught:
        read(tmp_path / name, tmp_path)
    assert str(caught.value).startswith(f"{name}: ")
    assert str(caught.value).count(".") >= 2  # the reason, and what to do


def test_text_of_windows_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes("Wärme\r\nmehr".encode("utf-16"))
    assert read(tmp_path / "a.txt", tmp_path).text == "Wärme\nmehr"


def test_a_huge_file_is_not_even_opened(tmp_path: Path) -> None:
    with (tmp_path / "huge.txt").open("wb") as file:
        file.truncate(50_000_001)
    with pytest.raises(Unreadable, match="more than 50,000,000"):
        read(tmp_path / "huge.txt", tmp_path)


def test_links_that_run_in_a_circle_end(folder: Path) -> None:
    (folder / "again").symlink_to(folder, target_is_directory=True)
    (folder / "lost.md").symlink_to(folder / "nowhere.md")
    found = listing(folder).files
    assert len(found) == 6
    with pytest.raises(Unreadable, match=r"lost\.md"):
        read(folder / "lost.md", folder)


def test_every_change_that_counts_is_another_version(folder: Path) -> None:
    before = read(folder / "boiler.md", folder).version
    text = (folder / "boiler.md").read_text(encoding="utf-8")
    for old, new in (("two months", "year"), ("2026-05-04", "2026-05-05"), ("id: boiler", "id: boiler\naccess: staff")):
        (folder / "boiler.md").write_text(text.replace(old, new), encoding="utf-8")
        assert read(folder / "boiler.md", folder).version != before
