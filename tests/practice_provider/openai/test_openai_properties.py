"""What holds for every reply and every body, not only for those that somebody thought of."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from practice_provider.core import Ask, Fault, Reply, Text, ToolCall, Turn, Usage, events
from practice_provider.wires import openai_chat, openai_embeddings, openai_responses

ASK = Ask("m", (Turn("user", (Text("x"),)),))
leaf = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8)
anything = st.recursive(
    leaf,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
calls = st.builds(
    ToolCall,
    st.text(min_size=1, max_size=5),
    st.text(min_size=1, max_size=5),
    st.dictionaries(st.text(max_size=5), leaf, max_size=3),
)
blocks = st.lists(st.builds(Text, st.text(max_size=30)) | calls, max_size=4).map(tuple)
replies = st.builds(
    Reply,
    st.just("1"),
    st.just("m"),
    blocks,
    st.sampled_from(["end", "tool", "length", "stop_sequence", "refusal"]),
    st.just(Usage(1, 2)),
)


@settings(deadline=None)
@given(replies)
def test_a_chat_stream_adds_up_to_the_plain_message(reply: Reply):
    plain = openai_chat.write(ASK, reply)["choices"][0]
    words, refusal, calls, finish = "", "", {}, None
    for frame in openai_chat.stream(ASK, events(reply)):
        if isinstance(frame.data, str):
            continue
        choice = frame.data["choices"][0]
        finish = choice["finish_reason"] or finish
        words += choice["delta"].get("content") or ""
        refusal += choice["delta"].get("refusal") or ""
        for call in choice["delta"].get("tool_calls", []):
            calls.setdefault(call["index"], []).append(call)
    assert finish == plain["finish_reason"]
    assert words == (plain["message"]["content"] or "")
    assert refusal == (plain["message"]["refusal"] or "")
    assert [
        (first["id"], first["function"]["name"], "".join(c["function"]["arguments"] for c in (first, *rest)))
        for first, *rest in calls.values()
    ] == [(c["id"], c["function"]["name"], c["function"]["arguments"]) for c in plain["message"].get("tool_calls", [])]


@settings(deadline=None)
@given(replies)
def test_a_responses_stream_adds_up_to_its_last_event(reply: Reply):
    *told, last = (frame.data for frame in openai_responses.stream(ASK, events(reply)))
    assert isinstance(last, dict)
    assert last["response"] == openai_responses.write(ASK, reply)
    pieces: dict[int, str] = {}
    items = []
    for event in told:
        if event["type"].endswith(".delta"):
            pieces[event["output_index"]] = pieces.get(event["output_index"], "") + event["delta"]
        if event["type"] == "response.output_item.done":
            items.append(event["item"])
    assert items == last["response"]["output"]
    assert [pieces.get(n, "") for n in range(len(items))] == [_words(item) for item in items]


def _words(item: dict[str, Any]) -> str:
    if item["type"] == "function_call":
        return item["arguments"]
    part = item["content"][0]
    return part["text"] if part["type"] == "output_text" else part["refusal"]


WIRES = {"chat": openai_chat, "responses": openai_responses, "embeddings": openai_embeddings}
GOOD: dict[str, dict[str, Any]] = {
    "chat": {
        "model": "m",
        "messages": [
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": "json"},
                    {"type": "image_url", "image_url": {"url": "https://a/b"}},
                ],
            },
            {
                "role": "assistant",
                "tool_calls": [{"id": "a", "type": "function", "function": {"name": "f", "arguments": "{}"}}],
            },
            {"role": "tool", "tool_call_id": "a", "content": "done"},
        ],
        "tools": [
            {
                "type": "function",
                "function": {"name": "f", "description": "x", "parameters": {"type": "object"}, "strict": False},
            }
        ],
        "tool_choice": {
            "type": "allowed_tools",
            "allowed_tools": {"mode": "auto", "tools": [{"type": "function", "function": {"name": "f"}}]},
        },
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "x", "schema": {"type": "object"}, "strict": False},
        },
        "stream": True,
        "stream_options": {"include_usage": True},
        "stop": ["a"],
    },
    "responses": {
        "model": "m",
        "instructions": "json",
        "input": [
            {
                "role": "user",
                "content": [
                    {"type": "input_text", "text": "x"},
                    {"type": "input_file", "file_url": "https://a/b", "filename": "b"},
                ],
            },
            {"type": "function_call", "call_id": "a", "name": "f", "arguments": "{}"},
            {"type": "function_call_output", "call_id": "a", "output": [{"type": "input_text", "text": "x"}]},
        ],
        "tools": [
            {"type": "function", "name": "f", "description": "x", "parameters": {"type": "object"}, "strict": True}
        ],
        "tool_choice": {"type": "function", "name": "f"},
        "text": {"format": {"type": "json_schema", "name": "x", "schema": {"type": "object"}}, "verbosity": "low"},
        "reasoning": {"effort": "low"},
        "metadata": {"a": "b"},
    },
    "embeddings": {"model": "m", "input": ["a", "b"], "dimensions": 3, "encoding_format": "base64", "user": "u"},
}
GOOD["responses"]["tools"][0]["parameters"] |= {"additionalProperties": False}


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place inside a JSON value."""
    rows = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place for key, inner in rows for place in [(*path, key), *_places(inner, (*path, key))]]


@pytest.mark.parametrize("name", WIRES)
def test_the_good_bodies_are_good(name: str):
    WIRES[name].read(GOOD[name], {})


@pytest.mark.parametrize("name", WIRES)
@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_a_body_with_anything_in_any_place_is_read_or_refused_but_never_crashes(name: str, data: st.DataObject):
    body = json.loads(json.dumps(GOOD[name]))
    *way, last = data.draw(st.sampled_from(_places(body)))
    owner = body
    for key in way:
        owner = owner[key]
    owner[last] = data.draw(anything)
    try:
        request = WIRES[name].read(body, {})
    except Fault as fault:
        request = fault
    if isinstance(request, Fault):
        assert request.kind == "bad_request"
        assert request.message
    if isinstance(request, Ask):
        reply = Reply("1", "m", (Text("x"),), "end", Usage(1, 1))
        json.dumps(WIRES[name].write(request, reply))
        assert list(WIRES[name].stream(request, events(reply)))
