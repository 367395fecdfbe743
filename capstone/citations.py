"""From the ids in an answer to numbered sources, and harmless Markdown with a `[1]` for each.

A source is a document, or one page of it: two passages of the same article are one source. What a source says about
the claim is shown by marking.py; only figures are checked here.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from stages.s3_rag.support import unheld

from .passages import Passage

MARKER = re.compile(r"\s?\[([^\[\]\n]{1,200})\](?!\()")
UNFINISHED = re.compile(r"\s?\[[^\[\]\n]{0,200}$")
SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z0-9¿¡])|\n+")
SPECIAL = re.compile(r"([\\`$<>\[\]~])|^(\s*)(#)", re.MULTILINE)
Known = Mapping[str, Passage]


@dataclass(frozen=True)
class Source:
    """One cited document or page: its number in the answer, its passages, and the sentences that cite it."""

    number: int
    passages: tuple[Passage, ...]
    claims: tuple[str, ...]

    @property
    def first(self) -> Passage:
        """The passage that was cited first."""
        return self.passages[0]


def sources(answer: str, known: Known) -> tuple[Source, ...]:
    """What an answer cites, numbered in order of appearance; unknown ids are no sources.

    >>> shown = {"a#x": Passage("a#x", "a", "A", "", 0), "a#y": Passage("a#y", "a", "A", "", 9)}
    >>> [(s.number, len(s.passages), s.claims) for s in sources("Wait [a#x]. Descale it [a#y, b].", shown)]
    [(1, 2, ('Wait', 'Descale it'))]
    """
    claims: dict[tuple[str, int | None], list[str]] = {}
    cited: dict[tuple[str, int | None], dict[str, Passage]] = {}
    start = 0
    for marker in MARKER.finditer(answer):
        here = [known[name] for name in _ids(marker) if name in known]
        said = [s.strip(" .") for s in SENTENCE_END.split(answer[start : marker.start()]) if re.search(r"\w", s)]
        for one in here:
            cited.setdefault(_place(one), {})[one.id] = one
        for place in dict.fromkeys(_place(one) for one in here):
            claims.setdefault(place, []).extend(said)
        start = marker.end() if here else start
    return tuple(
        Source(n, tuple(cited[place].values()), tuple(said)) for n, (place, said) in enumerate(claims.items(), 1)
    )


def readable(answer: str, known: Known, link: Callable[[int], str]) -> str:
    """The answer as safe Markdown with `[1]` for each citation; `link` gives the address for a number.

    Markdown that could load a picture, run HTML or change colours is shown as plain characters. A marker that has
    not fully arrived yet is left out, and so is one of a passage that was not shown to the model.
    """
    numbers = {one.id: source.number for source in sources(answer, known) for one in source.passages}
    answer = UNFINISHED.sub("", answer)
    parts, start = [], 0
    for marker in MARKER.finditer(answer):
        ids = _ids(marker)
        cited = dict.fromkeys(numbers[name] for name in ids if name in numbers)
        if cited or all("#" in name for name in ids):
            links = "".join(f" [\\[{number}\\]]({link(number)})" for number in cited)
            parts += [harmless(answer[start : marker.start()]), links]
            start = marker.end()
    return "".join([*parts, harmless(answer[start:])])


def loose_figures(answer: str, asked: str, cited: Iterable[Source]) -> tuple[str, ...]:
    """The prices, codes and numbers of an answer that stand neither in its sources nor in what was asked.

    >>> source = Source(1, (Passage("a#x", "a", "A", "It costs £28.", 0),), ())
    >>> loose_figures("It costs £29 [a#x].", "How much?", [source])
    ('£29',)
    """
    passages = [passage for source in cited for passage in source.passages]
    ids = {one.id for one in passages}
    words = MARKER.sub(lambda marker: marker[0] if ids.isdisjoint(_ids(marker)) else "", answer)
    return unheld(words, [f"{one.name} {one.updated} {one.text}" for one in passages], asked)


def harmless(text: str) -> str:
    r"""The text as Markdown in which only lists and emphasis keep their meaning.

    >>> harmless("![x](http://example.test/?q=1) costs $5")
    '!\\[x\\](http://example.test/?q=1) costs \\$5'
    """
    return SPECIAL.sub(lambda m: f"\\{m[1]}" if m[1] else f"{m[2]}\\{m[3]}", text)


def _place(passage: Passage) -> tuple[str, int | None]:
    return passage.document, passage.page


def _ids(marker: re.Match[str]) -> list[str]:
    return list(_split(marker[1]))


def _split(names: str) -> Iterator[str]:
    yield from (name for name in (part.strip() for part in re.split(r"[,;]", names)) if name)
