"""What holds for every reply and every body, not only for those that somebody thought of."""

import json
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from practice_provider.core import Ask, Fault, Reply, Text, Thinking, ToolCall, Turn, Usage, events
from practice_provider.files import Cabinet
from practice_provider.forms import Upload
from practice_provider.model import chances
from practice_provider.wires import (
    openai_chat,
    openai_embeddings,
    openai_files,
    openai_moderations,
    openai_responses,
    openai_responses_memory,
    openai_speech,
    openai_transcriptions,
)

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
texts = st.text(max_size=30)
blocks = st.lists(st.builds(Text, texts) | st.builds(Thinking, texts) | calls, max_size=4).map(tuple)


@st.composite
def single_replies(draw: st.DrawFn, stop: str | None = None) -> Reply:
    """A reply with chances for its words, as the practice model gives them."""
    stops = st.sampled_from(["end", "tool", "length", "stop_sequence", "refusal"])
    said = draw(blocks)
    told = "".join(block.text for block in said if isinstance(block, Text))
    usage = Usage(1, draw(st.integers(0, 9)), reasoning=draw(st.integers(0, 9)))
    return Reply("1", "m", said, stop or draw(stops), usage, chances=tuple(chances.chances(told, 2)))


@st.composite
def replies(draw: st.DrawFn) -> Reply:
    """A reply with up to two others."""
    first = draw(single_replies())
    others = st.lists(single_replies("refusal" if first.stop == "refusal" else "end"), max_size=2)
    return replace(first, others=tuple(draw(others)))


@pytest.mark.parametrize("ask", [ASK, replace(ASK, logprobs=2)], ids=["plain", "logprobs"])
@settings(deadline=None)
@given(reply=replies())
def test_a_chat_stream_adds_up_to_the_plain_message(ask: Ask, reply: Reply):
    plain = openai_chat.write(ask, reply)["choices"]
    frames = [frame.data for frame in openai_chat.stream(ask, events(reply))]
    assert frames.pop() == "[DONE]"
    assert len(plain) == 1 + len(reply.others)
    for choice in plain:
        assert _added_up([f["choices"][0] for f in frames if f["choices"][0]["index"] == choice["index"]]) == _told(
            choice
        )


def _told(choice: dict[str, Any]) -> dict[str, Any]:
    message, logprobs = choice["message"], choice["logprobs"] or {}
    calls = [(c["id"], c["function"]["name"], c["function"]["arguments"]) for c in message.get("tool_calls", [])]
    return {
        "finish": choice["finish_reason"],
        "content": message["content"] or "",
        "refusal": message["refusal"] or "",
        "calls": calls,
        "logprobs": [*(logprobs.get("content") or []), *(logprobs.get("refusal") or [])],
    }


def _added_up(chunks: list[dict[str, Any]]) -> dict[str, Any]:
    told: dict[str, Any] = {"finish": None, "content": "", "refusal": "", "logprobs": []}
    calls: dict[int, list[dict[str, Any]]] = {}
    for chunk in chunks:
        told["finish"] = chunk["finish_reason"] or told["finish"]
        for name in ("content", "refusal"):
            told[name] += chunk["delta"].get(name) or ""
            told["logprobs"] += (chunk["logprobs"] or {}).get(name) or []
        for call in chunk["delta"].get("tool_calls", []):
            calls.setdefault(call["index"], []).append(call)
    whole = [
        (first["id"], first["function"]["name"], "".join(c["function"]["arguments"] for c in (first, *rest)))
        for first, *rest in calls.values()
    ]
    return told | {"calls": whole}


@settings(deadline=None)
@given(single_replies())
def test_the_tokens_of_the_chances_joined_are_the_words(reply: Reply):
    rows = openai_chat.write(replace(ASK, logprobs=0), reply)["choices"][0]["logprobs"]
    tokens = [row["token"] for row in rows["content"] or rows["refusal"] or []]
    assert "".join(tokens) == "".join(block.text for block in reply.blocks if isinstance(block, Text))


SHOWN = {"reasoning": {"summary": "auto"}, "include": ["message.output_text.logprobs"]}


@pytest.mark.parametrize("ask", [ASK, replace(ASK, logprobs=2, echo=SHOWN)], ids=["plain", "with everything"])
@settings(deadline=None)
@given(reply=single_replies())
def test_a_responses_stream_adds_up_to_its_last_event(ask: Ask, reply: Reply):
    *told, last = (frame.data for frame in openai_responses.stream(ask, events(reply)))
    assert isinstance(last, dict)
    assert last["response"] == openai_responses.write(ask, reply)
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
    if item["type"] == "reasoning":
        return "".join(part["text"] for part in item["summary"])
    part = item["content"][0]
    return part["text"] if part["type"] == "output_text" else part["refusal"]


PATH = {openai_responses.KEPT: "yes", "verb": "store"}
WIRES: dict[str, Any] = {
    "chat": openai_chat,
    "responses": openai_responses,
    "embeddings": openai_embeddings,
    "moderations": openai_moderations,
    "speech": openai_speech,
    "transcriptions": openai_transcriptions,
    "files": openai_files,
}
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
        "stream_options": {"include_usage": True, "include_obfuscation": False},
        "n": 2,
        "logprobs": True,
        "top_logprobs": 2,
        "reasoning_effort": "low",
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
        "reasoning": {"effort": "low", "summary": "auto"},
        "include": ["message.output_text.logprobs"],
        "previous_response_id": "resp_1",
        "metadata": {"a": "b"},
    },
    "moderations": {
        "model": "m",
        "input": [{"type": "text", "text": "a"}, {"type": "image_url", "image_url": {"url": "https://a/b"}}],
    },
    "speech": {
        "model": "m",
        "input": "a",
        "voice": {"id": "mine"},
        "speed": 2,
        "response_format": "wav",
        "stream_format": "sse",
        "instructions": "slowly",
    },
    "transcriptions": {
        "model": "m",
        "file": "a.wav",
        "response_format": "verbose_json",
        "stream": "true",
        "timestamp_granularities": ["word"],
        "language": "de",
        "prompt": "a",
        "temperature": "0.5",
    },
    "files": {"file": "a.txt", "purpose": "batch", "expires_after": {"anchor": "created_at", "seconds": "3600"}},
    "embeddings": {"model": "m", "input": ["a", "b"], "dimensions": 3, "encoding_format": "base64", "user": "u"},
}
GOOD["responses"]["tools"][0]["parameters"] |= {"additionalProperties": False}


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place inside a JSON value."""
    rows = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place for key, inner in rows for place in [(*path, key), *_places(inner, (*path, key))]]


def copy(name: str) -> dict[str, Any]:
    """A good body that may be changed; its file is one that was uploaded."""
    body: dict[str, Any] = json.loads(json.dumps(GOOD[name]))
    return body | ({"file": Upload(body["file"], "a/b", b"data")} if "file" in body else {})


@pytest.mark.parametrize("name", WIRES)
def test_the_good_bodies_are_good(name: str):
    WIRES[name].read(copy(name), PATH)


@pytest.mark.parametrize("name", WIRES)
@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_a_body_with_anything_in_any_place_is_read_or_refused_but_never_crashes(name: str, data: st.DataObject):
    body = copy(name)
    *way, last = data.draw(st.sampled_from(_places(body)))
    owner = body
    for key in way:
        owner = owner[key]
    owner[last] = data.draw(anything)
    if name == "responses":
        with suppress(Fault):
            openai_responses_memory.recall(body, Cabinet())
    try:
        request = WIRES[name].read(body, PATH)
    except Fault as fault:
        request = fault
    if isinstance(request, Fault):
        assert request.kind == "bad_request"
        assert request.message
    if isinstance(request, Ask):
        reply = Reply("1", "m", (Text("x"),), "end", Usage(1, 1))
        json.dumps(WIRES[name].write(request, reply))
        assert list(WIRES[name].stream(request, events(reply)))
