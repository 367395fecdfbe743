"""Cuts documents into chunks at their headings and pages, then at paragraphs where a section is too long.

A chunk never begins inside a table without its first row, and it knows the headings that it stands under, because
"It takes 25 minutes" is found by no question without them. It does not look at meanings to find places to cut.
Compare https://python.langchain.com/docs/concepts/text_splitters
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .documents import Document

LETTERS = 1_200  # of a chunk at most, about 250 tokens: what MiniLM reads at once; measured in lesson s3.4
_HEADING = re.compile(r"^(?P<level>#{1,3})[ \t]+(?P<title>.+?)[ \t]*#*$", re.MULTILINE)
_FENCE = re.compile(r"^```.*?^```[ \t]*$", re.MULTILINE | re.DOTALL)
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=\S)")


@dataclass(frozen=True)
class Chunk:
    """A stretch of a document. `id` is "document#section", "document#page-3", with "~2" for what follows of it.

    `title` are the document's title and the headings above, `start` is its place in the document's text.
    """

    id: str
    document: str
    title: str
    text: str
    start: int
    page: int | None = None

    @property
    def told(self) -> str:
        """What is embedded and searched: the text under its titles."""
        return f"{self.title}\n{self.text}"

    @property
    def sha256(self) -> str:
        """The checksum of what is embedded, by which a vector belongs to it."""
        return hashlib.sha256(self.told.encode()).hexdigest()


def chunks(document: Document, letters: int = LETTERS) -> list[Chunk]:
    """All chunks of a document, in its order; none is empty or, a single long word apart, longer than `letters`.

    Raises:
        ValueError: `letters` is too small to hold anything.
    """
    if letters < 50:
        raise ValueError(f"letters is {letters}, a chunk needs 50 or more.")
    made: list[Chunk] = []
    seen: dict[str, int] = {}
    for name, title, start, text, page in _pages(document) if document.pages else _sections(document):
        seen[name] = seen.get(name, -1) + 1
        unique = f"{name}-{seen[name]}" if seen[name] else name
        for number, (place, piece) in enumerate(_pieces(text, letters), start=1):
            identity = f"{document.id}#{unique}" + (f"~{number}" if number > 1 else "")
            made.append(Chunk(identity, document.id, title, piece, start + place, page))
    return made


_Part = tuple[str, str, int, str, int | None]  # name, title, start, text, page


def _pages(document: Document) -> Iterator[_Part]:
    for number, start in enumerate(document.pages, start=1):
        end = document.pages[number] if number < len(document.pages) else len(document.text)
        text = document.text[start:end].strip()
        if text:
            yield f"page-{number}", f"{document.title}, page {number}", start, text, number


def _sections(document: Document) -> Iterator[_Part]:
    """Each heading of the first two levels with the text below it, and what stands before the first one."""
    fenced = [match.span() for match in _FENCE.finditer(document.text)]
    heads = [
        match
        for match in _HEADING.finditer(document.text)
        if len(match["level"]) <= 2 and not any(a <= match.start() < b for a, b in fenced)
    ]
    starts = [match.start() for match in heads]
    first = document.text[: starts[0] if starts else None].strip()
    if first:
        yield _anchor(document.title), document.title, 0, first, None
    for match, end in zip(heads, [*starts[1:], len(document.text)], strict=False):
        text = document.text[match.start() : end].strip()
        same = match["title"] == document.title
        title = document.title if same else f"{document.title}: {match['title']}"
        yield _anchor(match["title"]), title, match.start(), text, None


def _anchor(heading: str) -> str:
    """A heading as an address, as GitHub makes it.

    >>> _anchor("What we do, and when")
    'what-we-do-and-when'
    """
    return re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")


def _pieces(text: str, letters: int) -> Iterator[tuple[int, str]]:
    """Whole paragraphs as long as they fit, with their places; a long paragraph is cut, a table keeps its first row."""
    held, place = "", 0
    for start, block in _blocks(text, letters):
        if held and len(held) + len(block) + 2 > letters:
            yield place, held
            held = ""
        place, held = (place, f"{held}\n\n{block}") if held else (start, block)
    if held:
        yield place, held


def _blocks(text: str, letters: int) -> Iterator[tuple[int, str]]:
    for match in re.finditer(r"\S.*?(?=\n\s*\n|\Z)", text, re.DOTALL):
        block = match[0].rstrip()
        if len(block) <= letters:
            yield match.start(), block
        elif block.startswith("|"):
            lines = block.splitlines()
            yield from _placed(match.start(), block, _rows(lines, letters), head="".join(lines[:2]))
        else:
            yield from _placed(match.start(), block, _joined(_split(block, letters), letters, " "))


def _placed(start: int, block: str, parts: Iterator[str], head: str = "") -> Iterator[tuple[int, str]]:
    """Each part with its place: cutting changes spaces only, and repeats a head, so the other letters are counted."""
    solid = [place for place, letter in enumerate(block) if not letter.isspace()]
    repeated = len("".join(head.split()))
    done = 0
    for part in parts:
        yield start + solid[done + repeated if done else 0], part
        done += len("".join(part.split())) - repeated


def _rows(lines: Sequence[str], letters: int) -> Iterator[str]:
    """A long table in parts, each with the first row and the rule below it."""
    head = "\n".join(lines[:2])
    room = max(letters - len(head) - 1, 50)
    rows = [part for row in lines[2:] for part in ([row] if len(row) <= room else _split(row, room))]
    yield from (f"{head}\n{part}" for part in _joined(rows, room, "\n"))


def _split(text: str, letters: int) -> Iterator[str]:
    """Sentences, and words of a sentence that is too long."""
    for sentence in _SENTENCE.split(text):
        yield from [sentence] if len(sentence) <= letters else _joined(sentence.split(), letters, " ")


def _joined(parts: Iterator[str] | Sequence[str], letters: int, mark: str) -> Iterator[str]:
    held = ""
    for part in parts:
        if held and len(held) + len(mark) + len(part) > letters:
            yield held
            held = ""
        held = f"{held}{mark}{part}" if held else part
    if held:
        yield held
