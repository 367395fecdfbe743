"""Chunks: nothing is lost, nothing is too long, tables keep their first row."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stages.s2_llms.articles import HELP_CENTRE
from stages.s3_rag.chunks import chunks
from stages.s3_rag.documents import Document, read

TABLE = "| Code | Meaning |\n|---|---|\n" + "\n".join(f"| E{n:02} | {'what it means ' * 3}|" for n in range(40))
LINES = st.lists(
    st.sampled_from(["# One", "## Two", "Some words here.", "", "- an item", "```", "| a | b |"]), max_size=30
)


def cut(text: str, letters: int = 300) -> list[str]:
    return [chunk.text for chunk in chunks(Document("d", "Title", text), letters)]


def test_a_section_is_a_chunk_with_its_titles_and_an_address() -> None:
    found = chunks(Document("d", "The boiler", "Before.\n\n# The boiler\n\nIt heats.\n\n## Who pays?\n\nWe do."))
    assert [(chunk.id, chunk.title) for chunk in found] == [
        ("d#the-boiler", "The boiler"),
        ("d#the-boiler-1", "The boiler"),
        ("d#who-pays", "The boiler: Who pays?"),
    ]


def test_each_part_of_a_long_table_has_the_first_row() -> None:
    parts = cut(TABLE)
    assert len(parts) > 3
    assert all(part.startswith("| Code | Meaning |\n|---|---|\n| E") for part in parts)
    assert sorted(re.findall(r"E\d\d", "".join(parts))) == [f"E{n:02}" for n in range(40)]


def test_a_heading_in_a_fence_is_no_heading() -> None:
    assert len(cut("# A\n\n```\n# no heading\n```\n\nText.")) == 1


@given(LINES.map("\n".join))
def test_no_word_is_lost_and_ids_are_different(text: str) -> None:
    found = chunks(Document("d", "T", text), 120)
    words = re.findall(r"\w+", text)
    assert [word for chunk in found for word in re.findall(r"\w+", chunk.text) if word not in "ab"] == [
        word for word in words if word not in "ab"
    ]
    assert len({chunk.id for chunk in found}) == len(found)


@given(st.text("abc .\n|", max_size=900))
def test_no_chunk_is_too_long_or_empty(text: str) -> None:
    for part in cut(text, 100):
        assert part.strip()
        longest = max(map(len, part.split()))
        assert len(part) <= 100 or longest > 40


def test_chunks_without_room_are_refused() -> None:
    with pytest.raises(ValueError, match="letters is 10"):
        cut("text", 10)


@pytest.mark.parametrize("letters", [150, 1_200])
def test_a_chunk_stands_in_its_document_where_it_says(letters: int) -> None:
    for path in sorted(HELP_CENTRE.glob("library/*.md")):
        document = read(path, path.parent)
        for chunk in chunks(document, letters):
            there = "".join(document.text[chunk.start :].split())
            whole, below_head = ("".join("".join(lines).split()) for lines in (chunk.text, chunk.text.splitlines()[2:]))
            assert there.startswith((whole[:40], below_head[:40] or whole)), chunk.id
