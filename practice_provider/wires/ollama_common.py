"""What the Ollama wires share: names with tags, complaints in the words of its server, errors, times in nanoseconds.

Ollama itself ignores a field that it does not know. We refuse it, because a misspelt option that is silently ignored
costs a learner an evening. Source: https://github.com/ollama/ollama/blob/main/docs/api.md
"""

import re
from collections.abc import Mapping
from typing import Any

from ..core import Fault, FaultKind, Usage
from . import ErrorReply, reading

CREATED = "2026-01-01T00:00:00Z"  # stands in every reply, so that replies can be compared byte for byte
TAG = ":latest"  # a name without a tag means this one

# what a token takes, and what every request takes; the practice model's own times, scaled, are the server's affair
_LOAD_NS = 5_000_000
_TOKEN_IN_NS = 1_000_000
_TOKEN_OUT_NS = 10_000_000

_STATUS: Mapping[FaultKind, int] = {
    "auth": 401,
    "forbidden": 403,
    "quota": 429,
    "no_such_path": 404,
    "no_such_model": 404,
    "no_such_file": 404,
    "method": 405,
    "timeout": 504,
    "bad_request": 400,
    "context_too_long": 400,
    "too_large": 413,
    "media_type": 415,
    "rate_limit": 429,
    "server": 500,
    "unavailable": 503,
    "overloaded": 503,
}

# Go's words for the type that a field has, and for the one that was sent
_TYPES: Mapping[reading.Kind, str] = {
    "string": "string",
    "integer": "int",
    "number": "float64",
    "boolean": "bool",
    "list": "[]interface {}",
    "object": "map[string]interface {}",
    "bytes": "[]uint8",
}
_SENT: Mapping[type, str] = {dict: "object", list: "array", str: "string", bool: "bool", int: "number", float: "number"}
_NO_MODEL = re.compile(r"The model '(.*?)' does not exist\.?")


class Node(reading.Node):
    """A value of an Ollama request; places are dotted."""

    def place(self, step: str | int) -> str:
        return f"{self.path}.{step}" if self.path else str(step)

    def fault(self, words: str) -> Fault:
        return Fault("bad_request", words, param=self.path or None)

    def missing(self) -> Fault:
        return self.fault(f"{self.path} is required")

    def unknown(self) -> Fault:
        return self.fault(f'json: unknown field "{self.path}"')

    def wrong(self, kind: reading.Kind) -> Fault:
        sent = _SENT.get(type(self.value), "null")
        if kind == "bytes" and sent == "string":
            return self.fault(f"{self.path}: illegal base64 data")
        return self.fault(f"json: cannot unmarshal {sent} into Go struct field {self.path} of type {_TYPES[kind]}")


def root(body: Mapping[str, Any]) -> Node:
    """The whole body, once it is sure that it can be read."""
    reading.check_sound(body)
    return Node(body)


def untagged(name: str) -> str:
    """The name of a model without the tag that means the latest.

    >>> untagged("practice-small:latest")
    'practice-small'
    """
    return name.removesuffix(TAG)


def tagged(name: str) -> str:
    """The name of a model with a tag.

    >>> tagged("practice-small"), tagged("llama3.2:1b")
    ('practice-small:latest', 'llama3.2:1b')
    """
    return name if ":" in name else name + TAG


def model_of(body: Node) -> tuple[str, str]:
    """The model's name without the tag, and as it was sent."""
    sent = body.need("model")
    if not sent.text():
        raise sent.missing()
    return untagged(sent.text()), sent.text()


def durations(usage: Usage) -> dict[str, int]:
    """Counts, and times in nanoseconds. Made from the counts: the same ask gives the same bytes."""
    reading_ns, writing_ns = usage.tokens_in * _TOKEN_IN_NS, usage.tokens_out * _TOKEN_OUT_NS
    return {
        "total_duration": _LOAD_NS + reading_ns + writing_ns,
        "load_duration": _LOAD_NS,
        "prompt_eval_count": usage.tokens_in,
        "prompt_eval_duration": reading_ns,
        "eval_count": usage.tokens_out,
        "eval_duration": writing_ns,
    }


def embedding_durations(tokens_in: int) -> dict[str, int]:
    """The same for an embedding, which writes nothing."""
    told = durations(Usage(tokens_in, 0))
    return {name: told[name] for name in ("total_duration", "load_duration", "prompt_eval_count")}


def error(fault: Fault) -> ErrorReply:
    """Spell a fault as Ollama does.

    >>> error(Fault("no_such_model", "The model 'x' does not exist.")).body
    {'error': "model 'x' not found"}
    """
    words = _NO_MODEL.sub(r"model '\1' not found", fault.message, count=1)
    if fault.kind == "no_such_model" and "not found" not in words:
        words = f"model not found: {words}"
    retry = {} if fault.retry_after_s is None else {"retry-after": f"{fault.retry_after_s:g}"}
    return ErrorReply(_STATUS[fault.kind], {"error": words}, retry)
