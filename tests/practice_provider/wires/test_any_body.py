"""Whatever JSON a client sends, a wire either reads it or refuses it with a `Fault`; it never breaks."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from practice_provider.core import Fault
from practice_provider.routes import ROUTES, Route

# The tokenizer of OpenAI's wires opens its vocabulary in a way that Python 3.11 warns of.
pytestmark = pytest.mark.filterwarnings("ignore:open_binary is deprecated:DeprecationWarning")

POSTS = [route for route in ROUTES if route.method == "POST"]

VERTEX = "/vertex/{version}/projects/{project}/locations/{location}"

# bodies that are accepted, from which chance then changes one value
GOOD: Mapping[str, dict[str, Any]] = {
    "/openai/v1/chat/completions": {
        "model": "m",
        "messages": [
            {"role": "system", "content": "answer in json"},
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": "t"},
                    {"type": "image_url", "image_url": {"url": "data:image/png;base64,aGk="}},
                ],
            },
            {
                "role": "assistant",
                "content": None,
                "tool_calls": [{"id": "1", "type": "function", "function": {"name": "f", "arguments": "{}"}}],
            },
            {"role": "tool", "tool_call_id": "1", "content": "r"},
        ],
        "tools": [{"type": "function", "function": {"name": "f", "parameters": {"type": "object", "properties": {}}}}],
        "tool_choice": {"type": "function", "function": {"name": "f"}},
        "stop": ["x"],
        "response_format": {"type": "json_object"},
        "stream_options": {"include_usage": True},
        "stream": True,
    },
    "/openai/v1/responses": {
        "model": "m",
        "input": [
            {"role": "user", "content": [{"type": "input_text", "text": "t"}]},
            {"type": "function_call", "call_id": "1", "name": "f", "arguments": "{}"},
            {"type": "function_call_output", "call_id": "1", "output": "r"},
        ],
        "tools": [{"type": "function", "name": "f", "parameters": {"type": "object", "properties": {}}}],
        "tool_choice": "auto",
        "text": {"format": {"type": "text"}},
    },
    "/openai/v1/embeddings": {"model": "m", "input": ["a"], "dimensions": 8, "encoding_format": "base64"},
    "/anthropic/v1/messages": {
        "model": "m",
        "max_tokens": 9,
        "system": [{"type": "text", "text": "s"}],
        "messages": [
            {
                "role": "user",
                "content": [
                    {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "aGk="}},
                    {
                        "type": "document",
                        "source": {"type": "text", "media_type": "text/plain", "data": "d"},
                        "title": "t",
                    },
                ],
            },
            {"role": "assistant", "content": [{"type": "tool_use", "id": "1", "name": "f", "input": {}}]},
            {
                "role": "user",
                "content": [{"type": "tool_result", "tool_use_id": "1", "content": [{"type": "text", "text": "r"}]}],
            },
        ],
        "tools": [{"name": "f", "input_schema": {"type": "object"}}],
        "tool_choice": {"type": "tool", "name": "f"},
        "stop_sequences": ["x"],
        "output_config": {
            "format": {"type": "json_schema", "schema": {"type": "object", "additionalProperties": False}}
        },
        "temperature": 1,
        "stream": True,
    },
    "/foundry/anthropic/v1/messages": {
        "model": "m",
        "max_tokens": 2000,
        "thinking": {"type": "enabled", "budget_tokens": 1024, "display": "omitted"},
        "system": [{"type": "text", "text": "s", "cache_control": {"type": "ephemeral", "ttl": "1h"}}],
        "messages": [
            {
                "role": "user",
                "content": [
                    {
                        "type": "document",
                        "source": {"type": "content", "content": [{"type": "text", "text": "d"}]},
                        "citations": {"enabled": True},
                    },
                    {
                        "type": "search_result",
                        "source": "s",
                        "title": "t",
                        "content": [{"type": "text", "text": "d"}],
                        "citations": {"enabled": True},
                    },
                ],
            },
            {
                "role": "assistant",
                "content": [
                    {"type": "thinking", "thinking": "t", "signature": "s"},
                    {"type": "redacted_thinking", "data": "d"},
                    {"type": "tool_use", "id": "1", "name": "f", "input": {}},
                ],
            },
            {
                "role": "user",
                "content": [
                    {
                        "type": "tool_result",
                        "tool_use_id": "1",
                        "content": [{"type": "text", "text": "r", "cache_control": {"type": "ephemeral"}}],
                    }
                ],
            },
        ],
        "tools": [
            {"name": "f", "input_schema": {"type": "object"}, "cache_control": {"type": "ephemeral", "ttl": "1h"}}
        ],
        "metadata": {"user_id": "u"},
        "service_tier": "auto",
    },
    f"{VERTEX}/publishers/anthropic/models/{{model}}:rawPredict": {
        "anthropic_version": "vertex-2023-10-16",
        "max_tokens": 9,
        "messages": [{"role": "user", "content": "x"}],
    },
    f"{VERTEX}/publishers/google/models/{{model}}:predict": {
        "instances": [{"content": "x", "task_type": "RETRIEVAL_DOCUMENT", "title": "t"}],
        "parameters": {"outputDimensionality": 8, "autoTruncate": True},
    },
    f"{VERTEX}/publishers/google/models/{{model}}:generateContent": {
        "contents": [
            {"role": "user", "parts": [{"fileData": {"mimeType": "image/png", "fileUri": "gs://a"}}]},
            {
                "role": "model",
                "parts": [
                    {"text": "t", "thought": True},
                    {"functionCall": {"name": "f"}, "thoughtSignature": "c2ln"},
                ],
            },
            {
                "role": "user",
                "parts": [
                    {
                        "functionResponse": {
                            "name": "f",
                            "response": {"error": "e"},
                            "parts": [{"inlineData": {"mimeType": "image/png", "data": "aGk="}}],
                        }
                    }
                ],
            },
        ],
        "generationConfig": {
            "candidateCount": 2,
            "responseLogprobs": True,
            "logprobs": 2,
            "thinkingConfig": {"includeThoughts": True, "thinkingBudget": 9},
            "responseMimeType": "text/x.enum",
            "responseSchema": {"type": "STRING", "enum": ["a"]},
        },
    },
    "/gemini/{version}/models/{model}:generateContent": {
        "contents": [
            {"role": "user", "parts": [{"text": "t"}, {"inlineData": {"mimeType": "image/png", "data": "aGk="}}]},
            {"role": "model", "parts": [{"functionCall": {"name": "f", "args": {"a": 1}}}]},
            {"role": "user", "parts": [{"functionResponse": {"name": "f", "response": {"result": 1}}}]},
        ],
        "systemInstruction": {"parts": [{"text": "s"}]},
        "tools": [
            {
                "functionDeclarations": [
                    {
                        "name": "f",
                        "parameters": {
                            "type": "OBJECT",
                            "properties": {"a": {"type": "STRING", "nullable": True, "enum": ["b"]}},
                            "propertyOrdering": ["a"],
                        },
                    }
                ]
            }
        ],
        "toolConfig": {"functionCallingConfig": {"mode": "ANY", "allowedFunctionNames": ["f"]}},
        "generationConfig": {
            "maxOutputTokens": 9,
            "stopSequences": ["x"],
            "responseMimeType": "application/json",
            "responseSchema": {"type": "ARRAY", "items": {"type": "INTEGER"}, "minItems": "1"},
        },
    },
    "/gemini/{version}/models/{model}:batchEmbedContents": {
        "requests": [{"model": "models/m", "content": {"parts": [{"text": "a"}]}, "outputDimensionality": 8}]
    },
}


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every container in a body, with each of its keys."""
    inner = list(value.items()) if isinstance(value, dict) else list(enumerate(value))
    below = [place for _, item in inner if isinstance(item, dict | list) for place in places(item)]
    return [(value, name) for name, _ in inner] + below


def copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: copy(item) for name, item in value.items()}
    return [copy(item) for item in value] if isinstance(value, list) else value


# Field names and words from the bodies above, so that chance builds bodies which get past the first check.
NAMES = sorted({name for body in GOOD.values() for _, name in places(body) if isinstance(name, str)})
WORDS = sorted({box[name] for body in GOOD.values() for box, name in places(body) if isinstance(box[name], str)})

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(min_value=10**300, max_value=10**310),
    st.floats(),
    st.sampled_from([*WORDS, "", "{}", "\ud800", "data:image/png;base64,?"]),
    st.text(max_size=5),
)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=3), inner, max_size=5)
    ),
    max_leaves=25,
)
bodies = st.dictionaries(st.sampled_from(NAMES), values, max_size=8)


@st.composite
def changed(draw: st.DrawFn, good: dict[str, Any]) -> dict[str, Any]:
    """A good body in which up to three values are something else, or are missing."""
    body = copy(good)
    for _ in range(draw(st.integers(0, 3))):
        found = places(body)
        if not found:
            break
        container, name = found[draw(st.integers(0, len(found) - 1))]
        if isinstance(container, dict) and draw(st.booleans()):
            del container[name]
        else:
            container[name] = draw(values)
    return body


def said_by_the_url(route: Route) -> dict[str, str]:
    """What a wire is told of the URL; Azure's wires want one of the versions that they know."""
    versions = getattr(route.wire, "versions", ())
    return {"model": "m", "version": "v1", **({"api-version": versions[-1]} if versions else {}), **route.fixed}


def read(route: Route, body: dict[str, Any]) -> None:
    try:
        route.wire.read(body, said_by_the_url(route))
    except Fault as fault:
        status = route.wire.error(fault).status
    else:
        return
    assert status == 400


@pytest.mark.parametrize("route", POSTS, ids=[route.url for route in POSTS])
@settings(max_examples=40, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(body=bodies)
def test_a_body_made_by_chance_is_read_or_refused(route: Route, body: dict[str, Any]) -> None:
    read(route, body)


CHANGED = [route for route in POSTS if route.url in GOOD]


@pytest.mark.parametrize("route", CHANGED, ids=[route.url for route in CHANGED])
@settings(max_examples=100, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_good_body_with_a_change_is_read_or_refused(route: Route, data: st.DataObject) -> None:
    read(route, data.draw(changed(GOOD[route.url])))


@pytest.mark.parametrize("route", CHANGED, ids=[route.url for route in CHANGED])
def test_the_good_bodies_are_good(route: Route) -> None:
    route.wire.read(GOOD[route.url], said_by_the_url(route))


@pytest.mark.parametrize("route", POSTS, ids=[route.url for route in POSTS])
def test_deep_nesting_is_refused(route: Route) -> None:
    deep: Any = "x"
    for _ in range(400):
        deep = {"properties": {"a": deep}, "type": "object"}
    for name in ("tools", "messages", "contents", "requests", "input", "metadata", "generationConfig"):
        for value in (deep, [deep], [{"content": deep, "parameters": deep}]):
            read(route, {"model": "m", "max_tokens": 1, name: value})
