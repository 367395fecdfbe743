"""Fills a JSON schema from a text, so that the result always fits the schema.

Each field is read from the text by its type, its name and its description (evidence.py). A field without evidence
becomes null where null is allowed, is left out where it is optional, and else gets an empty value that fits.
A schema that no value can fit is refused. Source: https://json-schema.org/understanding-json-schema
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..core import Fault
from . import addresses, candidates, pairing, phrases
from . import schema as schemas
from .empty import empty
from .evidence import read, several
from .fields import Field, Source, labelled
from .options import choice
from .schema import MAX_DEPTH, Schema
from .sentences import split
from .words import spoken


@dataclass(frozen=True)
class Filled:
    """The value, and the paths of required fields for which the text held no evidence."""

    value: Any
    missing: tuple[str, ...] = ()


_NOTHING = object()  # no evidence; None would be JSON's null


@dataclass
class _Filler:
    root: Schema
    known: Mapping[str, Any]
    missing: list[str] = field(default_factory=list)


def fill(schema: Schema, source: Source, known: Mapping[str, Any] | None = None) -> Filled:
    """Fill the schema; `known` are values for field names that the caller found by other means.

    Raises:
        Fault: "bad_request" for a keyword that is not supported, or a schema that no value fits.
    """
    schemas.check(schema)
    filler = _Filler(schema, known or {})
    value = _fill(filler, Field("", schemas.resolve(schema, schema)), source, 0)
    if value is _NOTHING:
        value = empty(filler.root, schema, 0)
    if not schemas.fits(value, schema, schema):
        raise Fault(
            "bad_request",
            "The practice model finds no value that fits the schema: look for bounds that exclude each other.",
        )
    return Filled(value, tuple(filler.missing))


def _fill(filler: _Filler, wanted: Field, source: Source, depth: int, path: str = "") -> Any:
    """Give a value with evidence that fits, else _NOTHING."""
    value = _evidence(filler, wanted, source, depth, path)
    if value is _NOTHING or value is None:
        return value if value is None and schemas.fits(None, wanted.schema, filler.root) else _NOTHING
    value = _adjusted(value, wanted.schema)
    return value if schemas.fits(value, wanted.schema, filler.root) else _NOTHING


def _evidence(filler: _Filler, wanted: Field, source: Source, depth: int, path: str) -> Any:
    schema = wanted.schema
    if "const" in schema:
        return schema["const"]
    if wanted.name in filler.known and schemas.fits(filler.known[wanted.name], schema, filler.root):
        return filler.known[wanted.name]
    if "enum" in schema:
        found = choice(schema["enum"], wanted, source)
        return _NOTHING if found is None else found
    for branch in [*schema.get("anyOf", ()), *schema.get("oneOf", ())]:
        part = {**schemas.resolve(branch, filler.root)}
        if schemas.types(part) == ["null"]:
            continue
        part.setdefault("description", schema.get("description", ""))
        value = _fill(filler, Field(wanted.name, part, wanted.required), source, depth + 1, path)
        if value is not _NOTHING and schemas.fits(value, schema, filler.root):
            return value
    for kind in schemas.types(schema) or (["object"] if "properties" in schema else []):
        value = _by_type(kind, filler, wanted, source, depth, path)
        if value is not _NOTHING and value is not None:
            return value
    return _NOTHING


def _by_type(kind: str, filler: _Filler, wanted: Field, source: Source, depth: int, path: str) -> Any:
    if kind == "null" or depth > MAX_DEPTH:
        return _NOTHING
    if kind == "object":
        return _object(filler, wanted.schema, source, depth, path)
    if kind == "array":
        return _array(filler, wanted, source, depth, path)
    found = read(kind, wanted, source)
    return _NOTHING if found is None else found


def _object(filler: _Filler, schema: Schema, source: Source, depth: int, path: str) -> Any:
    result: dict[str, Any] = {}
    required = schema.get("required", ())
    known = _address(schema, source)
    fields = [Field(name, _flat(part, filler.root), name in required) for name, part in _unknown(schema, known, filler)]
    paired = pairing.pair(fields, _outside_lists(schema, source, filler))
    source.taken.update(paired.values())
    settled = {one.name for one in fields if candidates.kind_of(one) in pairing.FINAL}
    for name, part in schema.get("properties", {}).items():
        part = schemas.resolve(part, filler.root)
        here = f"{path}.{name}".lstrip(".")
        near = source.narrowed(known[name]) if name in known else source
        if name in known and schemas.fits(known[name], part, filler.root):
            result[name] = known[name]
            continue
        value: Any = _NOTHING
        if name in paired:
            value = _fitting(filler, paired[name], part)
        elif name not in settled:
            value = _fill(filler, Field(name, part, name in required), near, depth + 1, here)
        if value is not _NOTHING:
            result[name] = value
        elif schemas.fits(None, part, filler.root):
            result[name] = None
        elif name in required:
            filler.missing.append(here)
            result[name] = empty(filler.root, part, depth + 1)
    for name in required:
        if name not in result:
            result[name] = empty(filler.root, schema.get("additionalProperties", {}), depth + 1)
    return result


def _unknown(schema: Schema, known: Mapping[str, str], filler: _Filler) -> list[tuple[str, Any]]:
    properties = schema.get("properties", {})
    return [(name, part) for name, part in properties.items() if name not in known and name not in filler.known]


def _flat(part: Schema, root: Schema) -> Schema:
    """A field that may be null, as the field that it else is: the branch, with the description, still nullable."""
    part = schemas.resolve(part, root)
    branches = [schemas.resolve(one, root) for one in (*part.get("anyOf", ()), *part.get("oneOf", ()))]
    told = [one for one in branches if schemas.types(one) != ["null"]]
    if len(told) != 1 or len(branches) > 2:
        return part
    kinds = [*schemas.types(told[0]), *(["null"] if len(branches) == 2 else [])]
    return {"description": part.get("description", ""), **told[0], "type": kinds}


def _outside_lists(schema: Schema, source: Source, filler: _Filler) -> Source:
    """Where the form has a list of records, its own fields are read from what is no list item and no table row."""
    parts = [_flat(part, filler.root) for part in schema.get("properties", {}).values()]
    if not any("properties" in schemas.resolve(part.get("items", {}), filler.root) for part in parts):
        return source
    kept = [line for line in source.text.split("\n") if not LISTED.match(line)]
    return Source("\n".join(kept), source.mind, source.context, source.taken, source.about)


ITEM = re.compile(r"^\s*(?:[-*•+]|\(?\d{1,2}[.)])[ \t]+(\S.*)$", re.MULTILINE)  # one line each
LISTED = re.compile(r"\s*(?:[-*•+]|\(?\d{1,2}[.)])\s+\S|\s*\|")


def _fitting(filler: _Filler, value: Any, part: Any) -> Any:
    value = _adjusted(int(value) if isinstance(value, float) and value.is_integer() else value, part)
    return value if schemas.fits(value, part, filler.root) else _NOTHING


def _address(schema: Schema, source: Source) -> dict[str, str]:
    """Where the object is a postal address: what stands in the text for each of its fields."""
    words = {name: f"{spoken(name)}" for name in schema.get("properties", {})}
    fields = addresses.roles(words)
    if not fields or any(labelled(name, source.text) for name in words):
        return {}
    return {fields[role]: text for role, text in addresses.read(source.text).items() if role in fields}


def _array(filler: _Filler, wanted: Field, source: Source, depth: int, path: str) -> Any:
    items = schemas.resolve(wanted.schema.get("items", {}), filler.root)
    most = wanted.schema.get("maxItems", 50)
    if "enum" in items:
        found = [one for one in items["enum"] if isinstance(one, str) and one.lower() in source.text.lower()]
        single = choice(items["enum"], wanted, source) if not found else None
        values = found or ([single] if single is not None else [])
    elif "properties" in items or "anyOf" in items:
        values = _records(filler, Field(wanted.name, items), source, depth, path)
    else:
        kinds = [kind for kind in schemas.types(items) if kind in ("string", "number", "integer")]
        values = several(kinds[0], wanted, source) if kinds else []
    values = [_adjusted(value, items) for value in values]
    values = [value for value in values if schemas.fits(value, items, filler.root)]
    if wanted.schema.get("uniqueItems"):
        values = [value for i, value in enumerate(values) if value not in values[:i]]
    values = values[:most]
    while len(values) < wanted.schema.get("minItems", 0) and depth < MAX_DEPTH:
        values.append(empty(filler.root, items, depth + 1))
    return values


def _records(filler: _Filler, wanted: Field, source: Source, depth: int, path: str) -> list[Any]:
    """One record for each list item, table row or line; else one for the whole text, where it shows anything."""
    rows = [piece.text for piece in split(source.text) if piece.kind == "row"]
    items = [] if rows else [match[1].strip() for match in ITEM.finditer(source.text)]
    parts = rows or items
    before, before_known = list(filler.missing), dict(filler.known)
    values = []
    for text in parts or [source.text]:
        filler.missing = []
        filler.known = {**before_known, **(_entry(wanted.schema, text) if items else {})}
        value = _fill(filler, wanted, source.narrowed(text), depth + 1, path)
        required = wanted.schema.get("required", ())
        if value is not _NOTHING and len(filler.missing) < max(1, len(required)):
            values.append(value)
    filler.missing, filler.known = before, before_known
    return values


_WHO = re.compile(r"\b(?:owner|person|who|assignee|assigned to|responsible|participant)\b")
_WHAT = re.compile(r"\b(?:name|item|product|article|title|ingredient|description|task|what|action|text|dish)\b")


def _entry(schema: Schema, text: str) -> dict[str, str]:
    """What a list's entry gives to the fields for who and for what: "Ann: buy milk", "2 x blue lamp"."""
    names = [name for name, part in schema.get("properties", {}).items() if "string" in schemas.types(part)]
    who, what = phrases.entry(text)
    known: dict[str, str] = {}
    for told, promise in ((who, _WHO), (what, _WHAT)):
        name = next((name for name in names if promise.search(spoken(name)) and name not in known), None)
        if name is not None and told and not labelled(name, text):
            known[name] = told
    return known


def _adjusted(value: Any, schema: Schema) -> Any:
    """Make a number or a text obey simple limits."""
    if isinstance(value, str) and "maxLength" in schema:
        return value[: schema["maxLength"]]
    if isinstance(value, float) and value.is_integer() and "number" not in schemas.types(schema):
        return int(value)
    return value
