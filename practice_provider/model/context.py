"""Finds the passages in a prompt, and what is left over when they are taken out (question.py reads that).

Read are, in this order: XML-like tags (`<document id="a1" title="…">…</document>`, `<doc>`, `<article>`, any other
pair of tags), numbered passages (`[1] …`, `Source 2: …`), blocks fenced with ``` or triple quotes, and text after
`Context:`. A long message with none of these is context too, apart from its question. Nothing is ranked here.
The tag format follows https://docs.anthropic.com/en/docs/build-with-claude/prompt-engineering/long-context-tips
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from .question import ANSWER_LABEL, QUESTION_LABEL
from .sentences import split
from .words import spoken

Origin = Literal["prompt", "document", "tool", "user", "system"]


@dataclass(frozen=True)
class Passage:
    """A stretch of text to answer from. `id` is what a citation names; None where the prompt gave none.

    `updated` is the day on which it was last changed (YYYY-MM-DD), "" where nobody said.
    """

    text: str
    id: str | None = None
    title: str = ""
    origin: Origin = "prompt"
    updated: str = ""


@dataclass(frozen=True)
class Found:
    """What a text is made of: the passages, and the rest of the words."""

    passages: tuple[Passage, ...]
    rest: str


_NOT_CONTEXT = (
    "instructions|instruction|rules|rule|format|output|schema|labels|label|categories|role|task|tone|persona|"
    "example|examples|few_shot"
)
_DATE_NAMES = ("updated", "last_updated", "modified", "date", "published")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_FRONT_MATTER = re.compile(r"---[ \t]*\n(?P<fields>.*?)\n---[ \t]*(?:\n|\Z)", re.DOTALL)
_FIELD = re.compile(r"^(?P<name>[\w-]+):[ \t]*(?P<value>.*?)[ \t]*$", re.MULTILINE)
_QUESTION_TAGS = "question|query|user_question|request"
_OPENING = re.compile(r"<(?P<tag>[A-Za-z][\w-]{0,60})(?P<attributes>\s[^<>]{0,2000})?>")
_ATTRIBUTE = re.compile(r"([\w-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_LABEL = r"(?:Document|Source|Passage|Article|Doc|Chunk|Excerpt)"
_NUMBERED = re.compile(
    rf"^[ \t]*(?:\[(?P<id>[\w.#:/-]{{1,60}})\](?!\()|{_LABEL}[ \t]*#?(?P<number>[\w-]*\d[\w-]*))"
    r"(?:[ \t]*\((?P<title>[^)\n]*)\))?[ \t]*:?[ \t]*(?=\S)",
    re.MULTILINE,
)
_FENCE = re.compile(r"```[\w-]*\n(?P<a>.*?)```|\"\"\"(?P<b>.*?)\"\"\"|'''(?P<c>.*?)'''", re.DOTALL)
_CONTEXT_LABEL = re.compile(
    r"^[ \t]*(?:#+\s*)?(?:context|text|article|passage|document|information|background|facts|sources|notes|e-?mail|"
    r"ticket|review|transcript|message|search results|kontext|contexto|texto)s?[ \t]*:[ \t]*",
    re.MULTILINE | re.IGNORECASE,
)
LONG_CHARACTERS, LONG_SENTENCES = 400, 4
_TAGGED = re.compile(r"\s*<([A-Za-z][\w-]*)[^<>]*>(?P<inside>.*)</\1>\s*", re.DOTALL)
_LEAD = re.compile(r"[^\n.!?]{3,160}:\s+")  # "Extract the ticket from this message: …"


def find(text: str, *, long_text: bool = False) -> Found:
    """Take the passages out of a text; with `long_text`, a long unmarked text counts as context too.

    >>> find('<doc id="a1">The pump is loud.</doc> Why?')
    Found(passages=(Passage(text='The pump is loud.', id='a1', title='', origin='prompt', updated=''),), rest='Why?')
    """
    passages: list[Passage] = []
    for step in (_take_tags, _take_fences, _take_labelled, _take_numbered):
        found, text = step(text)
        passages += found
    if not passages and long_text:
        found, text = _take_long(text)
        passages += found
    return Found(tuple(p for p in passages if p.text.strip()), _tidy(text))


@dataclass(frozen=True)
class _Tag:
    """A pair of tags and what stands between them; `end` is the place behind the closing one."""

    name: str
    attributes: str
    inner: str
    start: int
    end: int


def _tags(text: str) -> Iterator[_Tag]:
    """The outermost pairs of tags, found in one pass: a tag that is never closed is just text."""
    position, unclosed = 0, set[str]()
    while match := _OPENING.search(text, position):
        tag, closing = match["tag"], f"</{match['tag']}>"
        end = -1 if tag in unclosed else text.find(closing, match.end())
        if end < 0:
            unclosed.add(tag)
            position = match.end()
            continue
        position = end + len(closing)
        yield _Tag(tag.lower(), match["attributes"] or "", text[match.end() : end].strip(), match.start(), position)


def _take_tags(text: str) -> tuple[list[Passage], str]:
    passages: list[Passage] = []
    rest, position = "", 0
    for tag in _tags(text):
        rest += text[position : tag.start] + "\n"
        position = tag.end
        if re.fullmatch(_QUESTION_TAGS, tag.name):
            rest += f"Question: {tag.inner}\n"
        elif re.fullmatch(_NOT_CONTEXT, tag.name):
            rest += f"{tag.inner}\n"
        else:
            passages += _read_tag(tag)
    return passages, rest + text[position:]


def _read_tag(tag: _Tag) -> list[Passage]:
    """One tag is one passage, unless it is a wrapper around others."""
    given = {name.lower(): double or single for name, double, single in _ATTRIBUTE.findall(tag.attributes)}
    children = {child.name: child.inner for child in _tags(tag.inner)}
    body = next((children[name] for name in ("document_content", "content", "text", "body") if name in children), None)
    if children and body is None:
        return list(find(tag.inner).passages)
    both = {**children, **given}
    identity = next((both[name] for name in ("id", "index", "number", "source", "url", "name") if name in both), None)
    dated = next((both[name][:10] for name in _DATE_NAMES if _DAY.match(both.get(name, ""))), "")
    passage = opened(Passage(body if body is not None else tag.inner, identity, both.get("title", ""), updated=dated))
    if body is None and identity is None:
        return list(_take_numbered(tag.inner)[0]) or [passage]
    return [passage]


def opened(passage: Passage) -> Passage:
    """Take the front matter off a Markdown text: its title, id and date belong to the passage.

    >>> opened(Passage("---\\nid: a1\\nupdated: 2026-03-02\\n---\\nThe pump is loud."))
    Passage(text='The pump is loud.', id='a1', title='', origin='prompt', updated='2026-03-02')
    """
    match = _FRONT_MATTER.match(passage.text)
    if match is None:
        return passage
    fields = {field["name"].lower(): field["value"].strip("\"'") for field in _FIELD.finditer(match["fields"])}
    dated = next((fields[name][:10] for name in _DATE_NAMES if _DAY.match(fields.get(name, ""))), "")
    return replace(
        passage,
        text=passage.text[match.end() :].lstrip(),
        id=passage.id or fields.get("id"),
        title=passage.title or fields.get("title", ""),
        updated=passage.updated or dated,
    )


def _take_fences(text: str) -> tuple[list[Passage], str]:
    """A fenced block is a passage, unless it is JSON: then it shows the wanted form."""
    passages: list[Passage] = []

    def replace(match: re.Match[str]) -> str:
        inner = next(part for part in match.groups() if part is not None).strip()
        if inner.startswith(("{", "[")):
            return f"\n{inner}\n"
        passages.append(Passage(inner))
        return "\n"

    return passages, _FENCE.sub(replace, text)


def _take_labelled(text: str) -> tuple[list[Passage], str]:
    """`Context: …` runs to the next `Question:` or `Answer:`, or to the end."""
    start = _CONTEXT_LABEL.search(text)
    if start is None:
        return [], text
    ends = [m.start() for label in (QUESTION_LABEL, ANSWER_LABEL) if (m := label.search(text, start.end()))]
    end = min(ends, default=len(text))
    body = text[start.end() : end].strip()
    rest = text[: start.start()] + "\n" + text[end:]
    if not ends:
        body, question = _split_trailing_question(body)
        rest += "\n" + question
    return (_take_numbered(body)[0] or [Passage(body)]), rest


def _split_trailing_question(body: str) -> tuple[str, str]:
    head, _, last = body.rpartition("\n\n")
    return (head, last) if head and last.rstrip().endswith("?") else (body, "")


def _take_numbered(text: str) -> tuple[list[Passage], str]:
    """`[1] …` runs to the next one, to an empty line followed by a question, or to the end."""
    starts = list(_NUMBERED.finditer(text))
    passages, rest, position = [], "", 0
    for match, following in zip(starts, [*starts[1:], None], strict=False):
        rest += text[position : match.start()]
        end = following.start() if following else _end_of_last(text, match.end())
        identity = match["id"] or match["number"]
        passage = Passage(text[match.end() : end].strip(), identity, (match["title"] or "").strip())
        passages.append(passage if passage.title else _titled(passage))
        position = end
    return passages, rest + text[position:]


_TITLE_LINE = re.compile(
    r"(?P<title>[^\n|#*•-][^\n]{1,98}?[^\s.!?:;,])[ \t]*(?:\(\D{0,20}(?P<day>\d{4}-\d\d-\d\d)\))?[ \t]*"
    r"\n(?=.*[.!?]|\s*\n)"
)


def _titled(passage: Passage) -> Passage:
    """Take a first line that is no sentence as the title, with the day behind it: "Returns (2026-03-01)"."""
    match = _TITLE_LINE.match(passage.text)
    if match is None or match.end() >= len(passage.text):
        return passage
    text = passage.text[match.end() :].strip()
    return replace(passage, text=text, title=match["title"], updated=match["day"] or passage.updated)


def _end_of_last(text: str, start: int) -> int:
    """The last passage ends before a question label, or before a last paragraph that looks like the request."""
    label = QUESTION_LABEL.search(text, start) or ANSWER_LABEL.search(text, start)
    if label:
        return label.start()
    gap = text.rfind("\n\n", start)
    return gap if gap >= 0 and (len(text) - gap < 300 or text.rstrip().endswith("?")) else len(text)


def _take_long(text: str) -> tuple[list[Passage], str]:
    """The first or last paragraph is the request where it asks or orders; the rest is what it is about."""
    text = text.strip()
    paragraphs = [part for part in re.split(r"\n\s*\n", text) if part.strip()]
    if len(text) < LONG_CHARACTERS and len(split(text)) < LONG_SENTENCES and len(paragraphs) < 2:
        return [], text
    if len(paragraphs) > 1:
        last_asks = paragraphs[-1].rstrip().endswith("?") or len(paragraphs[-1]) < len(paragraphs[0]) / 2
        request = paragraphs.pop(-1 if last_asks else 0)
        return [Passage("\n\n".join(paragraphs))], request
    asked = next((piece.text for piece in reversed(split(text)) if piece.text.endswith("?")), None)
    if asked is not None and asked in text:
        return [Passage(text.replace(asked, " "))], asked
    lead = _LEAD.match(text)
    if lead:
        return [Passage(text[lead.end() :])], lead[0]
    return [Passage(text)], text


def _tidy(text: str) -> str:
    return re.sub(r"\n\s*\n+", "\n\n", text).strip()


_TEXT_KEYS = ("text", "content", "body", "snippet", "passage", "answer", "chunk", "document_content")
_ID_KEYS = ("id", "doc_id", "document_id", "article_id", "slug", "source", "url", "key")


def from_tool(text: str) -> tuple[Passage, ...]:
    """Read a tool's result: JSON becomes 'key: value' lines, and JSON records with a text become passages.

    Tags around JSON, as a careful caller sets them, are no part of it.
    """
    try:
        value = json.loads(_TAGGED.sub(r"\g<inside>", text))
    except ValueError:
        found = find(text)
        return tuple(replace(p, origin="tool") for p in found.passages) or (Passage(text, origin="tool"),)
    return tuple(_records(value)) or (Passage("\n".join(lines(value)), origin="tool"),)


def _records(value: Any) -> Iterator[Passage]:
    if isinstance(value, list):
        for item in value:
            yield from _records(item)
    elif isinstance(value, Mapping):
        words = next((value[key] for key in _TEXT_KEYS if isinstance(value.get(key), str)), None)
        if words is not None and " " in words:
            identity = next((str(value[key]) for key in _ID_KEYS if value.get(key) is not None), None)
            dated = next((str(value[n])[:10] for n in _DATE_NAMES if _DAY.match(str(value.get(n) or ""))), "")
            yield Passage(words, identity, str(value.get("title") or ""), "tool", dated)
        else:
            for item in value.values():
                if isinstance(item, list):
                    yield from _records(item)


def lines(value: Any, name: str = "") -> Iterator[str]:
    """Tell a JSON value as lines.

    >>> list(lines({"order": {"status": "shipped", "items": ["cup", "mat"]}}))
    ['order status: shipped', 'order items: cup, mat']
    """
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from lines(item, f"{name} {spoken(str(key))}".strip())
    elif isinstance(value, list) and any(isinstance(item, dict | list) for item in value):
        for number, item in enumerate(value, start=1):
            yield from lines(item, f"{name} {number}".strip())
    else:
        words = ", ".join(map(_said, value)) if isinstance(value, list) else _said(value)
        yield f"{name}: {words}" if name else words


def _said(value: Any) -> str:
    return {True: "yes", False: "no", None: "none"}[value] if value is None or isinstance(value, bool) else str(value)
