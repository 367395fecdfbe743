"""Answers in JSON: fills the schema of the ask, or the form that the prompt shows, from the text at hand.

A field named answer, response or reply holds what the model would say in words; one named citations or sources holds
the ids that the words stand on. All others are read from the text (filling.py).
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from . import context
from .answer import Answer
from .fields import Source
from .filling import fill
from .reading import Reading
from .schema import Schema, check

_LEAD = re.compile(
    r"^(?:please\s+)?(?:extract|parse|turn|convert|read|fill|classify|get|return|give|find|identify|pull|from|analy[sz]e|"
    r"here is|below is|the following)\b[^\n]*?:\s+",
    re.IGNORECASE,
)
_ORDER = re.compile(
    r"(?:please\s+)?(?:extract|parse|turn|convert|fill|return|give|identify|pull|analy[sz]e|put)\b", re.IGNORECASE
)
_ORDER_WORDS = 25
_KEYS = re.compile(
    r"\b(?:keys|fields|properties|attributes)\b[^\n:]{0,40}?:?\s+(?P<list>[\"'`\w]+(?:(?:,\s*(?:and\s+)?|\s+and\s+)[\"'`\w]+)*)",
    re.I,
)
_CITATIONS = ("citations", "sources", "source_ids", "document_ids", "cited", "references")
_ASKS_JSON = re.compile(r"\bJSON\b", re.IGNORECASE)


def fill_schema(reading: Reading, schema: Schema, said: Answer) -> str:
    """Give the filled schema as JSON text."""
    check(schema)
    source = Source(_text(reading), reading.mind, f"{reading.system}\n{reading.request}")
    return json.dumps(fill(schema, source, _known(schema, said)).value, ensure_ascii=False)


def _text(reading: Reading) -> str:
    """The text to read from: the passages, else the message without its order."""
    if reading.results:
        return "\n\n".join(result.text for result in reading.results)
    message = next((turn.text() for turn in reversed(reading.ask.turns) if turn.role == "user" and turn.text()), "")
    is_plain = context.find(message, long_text=True).passages and not context.find(message).passages
    if reading.passages and not is_plain:
        return "\n\n".join(passage.text for passage in reading.passages)
    return _without_order(message if is_plain else reading.request)


def _without_order(message: str) -> str:
    """A message without the paragraph that asks for the form, and without "Extract the order from this mail:"."""
    parts = re.split(r"\n\s*\n", message.strip())
    told = [part for part in parts if not (_ORDER.match(part) and len(part.split()) <= _ORDER_WORDS)]
    return _LEAD.sub("", "\n\n".join(told or parts))


def holds_words(schema: Schema) -> bool:
    """Whether a field of the schema is for what the model says in words: an answer, its sources, how sure it is."""
    written = json.dumps(schema)
    return any(f'"{name}":' in written for name in _known(schema, Answer("")))


def _known(schema: Schema, said: Answer) -> dict[str, Any]:
    cited = list(said.cited)
    score = round(min(1.0, max(0.0, said.score)), 2)
    words = said.text
    if set(_CITATIONS) & set(schema.get("properties", {})):  # then the marks stand there, not in the words
        for identity in cited:
            words = words.replace(f" [{identity}]", "")
    return {
        **dict.fromkeys(("answer", "response", "reply"), words),
        **dict.fromkeys(_CITATIONS, cited),
        **dict.fromkeys(("source", "source_id", "document_id", "citation"), cited[0] if cited else None),
        **dict.fromkeys(("found", "answerable", "is_answerable", "has_answer", "grounded"), said.found),
        **dict.fromkeys(("confidence", "score"), score),
    }


def wanted(reading: Reading) -> Schema | None:
    """Give the schema to fill: the ask's own, else what the prompt shows where it asks for JSON."""
    if reading.ask.schema is not None:
        return reading.ask.schema
    prompt = f"{reading.system}\n{reading.request}"
    if not (reading.ask.json_only or _ASKS_JSON.search(prompt)):
        return None
    shown = _shown(prompt)
    if shown is None and reading.ask.json_only:
        return {"type": "object", "properties": {"answer": {"type": "string"}}, "required": ["answer"]}
    return shown


def _shown(prompt: str) -> Schema | None:
    """A JSON schema, an example object or a list of keys in the prompt."""
    for value in _objects(prompt):
        if isinstance(value.get("properties"), dict):
            return value
        if value:
            return _object({name: _like(example) for name, example in value.items()})
    keys = _KEYS.search(prompt)
    if keys is None:
        return None
    names = re.findall(r"\w+", re.sub(r"\s+and\s+", ",", keys["list"]))
    return _object({name: {"type": ["string", "null"]} for name in names})


def _object(properties: Mapping[str, Any]) -> Schema:
    return {"type": "object", "properties": dict(properties), "required": list(properties)}


def _like(example: Any) -> Schema:
    """The schema of an example value; an example may always be missing."""
    if isinstance(example, bool):
        return {"type": ["boolean", "null"]}
    if isinstance(example, int | float):
        return {"type": ["number", "null"]}
    if isinstance(example, list):
        return {"type": "array", "items": _like(example[0]) if example else {"type": "string"}}
    if isinstance(example, dict):
        return _object({name: _like(value) for name, value in example.items()})
    options = re.fullmatch(r"\w[\w -]*(?:\s*\|\s*\w[\w -]*)+", str(example or ""))
    if options:
        return {"enum": [option.strip() for option in str(example).split("|")]}
    return {"type": ["string", "null"], "description": str(example or "")}


def _objects(text: str) -> Iterator[dict[str, Any]]:
    decoder = json.JSONDecoder()
    position = text.find("{")
    while position >= 0:
        try:
            value, end = decoder.raw_decode(text, position)
        except ValueError:
            end = position + 1
        else:
            if isinstance(value, dict):
                yield value
        position = text.find("{", end)
