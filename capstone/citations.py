"""From the ids in an answer to numbered sources, and from a source to the passage that the answer rests on.

Finding the passage is a comparison of words, not of meaning: it shows where to look, it does not prove the claim.
"""

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

MARKER = re.compile(r"\s?\[((?:[a-z0-9]+-)*[a-z0-9]+(?:\s*[,;]\s*(?:[a-z0-9]+-)*[a-z0-9]+)*)\]")
UNFINISHED = re.compile(r"\s?\[[a-z0-9,; -]*$")
SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z0-9])|\n+")
LINE_START = re.compile(r"\s*(?:[-*]\s+|\d+\.\s+|#+\s+)?")
CELL = re.compile(r"(?<=\|)\s*([^|]+?)\s*(?=\|)")
SPECIAL = re.compile(r"([\\`$<>\[\]~])|^(\s*)(#)", re.MULTILINE)
ENOUGH = 0.5
"""The least share of common words for a passage to count as the source of a sentence."""


@dataclass(frozen=True)
class Source:
    """One cited article: its number in the answer, its id, and the sentences that cite it."""

    number: int
    article_id: str
    claims: tuple[str, ...]


def sources(answer: str, known: Collection[str]) -> tuple[Source, ...]:
    """The articles that an answer cites, numbered in order of appearance; unknown ids are no sources.

    >>> [(s.number, s.article_id) for s in sources("Wait [e-07]. Descale it [cal, e-07].", {"e-07", "cal"})]
    [(1, 'e-07'), (2, 'cal')]
    """
    claims: dict[str, list[str]] = {}
    start = 0
    for marker in MARKER.finditer(answer):
        ids = [name for name in _ids(marker) if name in known]
        said = [s.strip() for s in SENTENCE_END.split(answer[start : marker.start()]) if re.search(r"\w", s)]
        for name in ids:
            claims.setdefault(name, []).extend(said)
        start = marker.end() if ids else start
    return tuple(Source(n, name, tuple(said)) for n, (name, said) in enumerate(claims.items(), 1))


def readable(answer: str, known: Collection[str], link: Callable[[int], str]) -> str:
    """The answer as safe Markdown with `[1]` for each citation; `link` gives the address for a number.

    Markdown that could load a picture, run HTML or change colours is shown as plain characters. A marker that has
    not fully arrived yet is left out.
    """
    numbers = {source.article_id: source.number for source in sources(answer, known)}
    answer = UNFINISHED.sub("", answer)
    parts, start = [], 0
    for marker in MARKER.finditer(answer):
        cited = dict.fromkeys(numbers[name] for name in _ids(marker) if name in numbers)
        if cited:
            links = "".join(f" [\\[{number}\\]]({link(number)})" for number in cited)
            parts += [harmless(answer[start : marker.start()]), links]
            start = marker.end()
    return "".join([*parts, harmless(answer[start:])])


def harmless(text: str) -> str:
    r"""The text as Markdown in which only lists and emphasis keep their meaning.

    >>> harmless("![x](http://example.test/?q=1) costs $5")
    '!\\[x\\](http://example.test/?q=1) costs \\$5'
    """
    return SPECIAL.sub(lambda m: f"\\{m[1]}" if m[1] else f"{m[2]}\\{m[3]}", text)


def highlighted(body: str, claims: Collection[str]) -> str:
    """The article's Markdown with `<mark>` around the passages that the claims rest on, if any can be found."""
    places = [place for claim in claims if (place := _passage(body, claim))]
    for start, end in sorted(set(places), reverse=True):
        body = body[:start] + _marked(body[start:end]) + body[end:]
    return body


def _passage(body: str, claim: str) -> tuple[int, int] | None:
    """Where the sentence, list item or table row stands that shares most words with the claim."""
    wanted = _words(claim)
    best = max(_candidates(body), key=lambda place: _likeness(wanted, _words(body[slice(*place)])))
    return best if _likeness(wanted, _words(body[slice(*best)])) >= ENOUGH else None


def _candidates(body: str) -> Iterator[tuple[int, int]]:
    position = 0
    for line in body.splitlines(keepends=True):
        start = position + (LINE_START.match(line) or re.match("", line)).end()  # type: ignore[union-attr]
        end = position + len(line.rstrip())
        position += len(line)
        if body[start:end].startswith("|"):
            yield start, end
            continue
        for gap in SENTENCE_END.finditer(body, start, end):
            yield start, gap.start()
            start = gap.end()
        yield start, end


def _marked(passage: str) -> str:
    if passage.startswith("|"):
        return CELL.sub(r" <mark>\1</mark> ", passage)
    return f"<mark>{passage}</mark>" if passage else ""


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"[a-z0-9]+", text.lower().replace("’", "'")))


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Sørensen–Dice: shared words against all words, from 0 to 1."""
    return 2 * len(one & other) / (len(one) + len(other) or 1)


def _ids(marker: re.Match[str]) -> list[str]:
    return re.split(r"\s*[,;]\s*", marker[1])
