"""What a Converse body means, and which bodies AWS would refuse: pure functions, no server."""

import base64
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from practice_provider.core import (
    Ask,
    Audio,
    Document,
    Fault,
    Image,
    Text,
    Thinking,
    Tool,
    ToolCall,
    ToolResult,
    Turn,
)
from practice_provider.wires import bedrock_converse, bedrock_count, bedrock_invoke

PATH = {"model": "practice-large"}
PNG = base64.b64encode(b"\x89PNG").decode()
TOOLS = {"tools": [{"toolSpec": {"name": "f", "inputSchema": {"json": {"type": "object"}}}}]}
CALL = {"role": "assistant", "content": [{"toolUse": {"toolUseId": "t1", "name": "f", "input": {"a": 1}}}]}


def read(**body: Any) -> Ask:
    return bedrock_converse.read(body, PATH)


def user(*content: Mapping[str, Any]) -> dict[str, Any]:
    return {"role": "user", "content": list(content or ({"text": "x"},))}


def complaint(**body: Any) -> str:
    with pytest.raises(Fault) as caught:
        read(**{"messages": [user()]} | body)
    assert caught.value.kind == "bad_request"
    return caught.value.message


def test_a_whole_request_is_read() -> None:
    ask = read(
        system=[{"text": "Be brief."}, {"cachePoint": {"type": "default"}}],
        messages=[
            user({"text": "a"}, {"image": {"format": "png", "source": {"bytes": PNG}}}),
            CALL,
            user({"toolResult": {"toolUseId": "t1", "content": [{"text": "r"}], "status": "error"}}, {"text": "b"}),
        ],
        toolConfig=TOOLS | {"toolChoice": {"any": {}}},
        inferenceConfig={"maxTokens": 9, "temperature": 0.5, "topP": 1, "stopSequences": ["."]},
        additionalModelRequestFields={"thinking": {"type": "enabled", "budget_tokens": 1500}, "top_k": 3},
        requestMetadata={"team": "a"},
    )
    assert ask == Ask(
        "practice-large",
        (
            Turn("system", (Text("Be brief."),)),
            Turn("user", (Text("a"), Image("image/png", b"\x89PNG"))),
            Turn("assistant", (ToolCall("t1", "f", {"a": 1}),)),
            Turn("tool", (ToolResult("t1", "r", True),)),
            Turn("user", (Text("b"),)),
        ),
        (Tool("f", "", {"type": "object"}),),
        "required",
        max_tokens=9,
        temperature=0.5,
        stop=(".",),
        thinking=1500,
        cache_marks=(1,),
    )


def test_cache_points_are_counted_over_all_messages() -> None:
    point = {"cachePoint": {"type": "default", "ttl": "1h"}}
    ask = read(
        system=[{"text": "s"}],
        messages=[user({"text": "a"}, {"text": "b"}, point), {"role": "assistant", "content": [{"text": "c"}]}, user()],
    )
    assert ask.cache_marks == (3,)
    tools = {"tools": [*TOOLS["tools"], point]}
    assert read(messages=[user({"text": "a"}, point)], toolConfig=tools).cache_marks == (0, 1)


@pytest.mark.parametrize(
    ("content", "blocks"),
    [
        (
            {"document": {"format": "pdf", "name": "a-1", "source": {"bytes": PNG}, "context": "c"}},
            (Text("c"), Document("application/pdf", b"\x89PNG", "a-1")),
        ),
        ({"document": {"name": "n", "source": {"text": "é"}}}, (Document("text/plain", "é".encode(), "n"),)),
        (
            {"document": {"format": "txt", "name": "n", "source": {"content": [{"text": "a"}, {"text": "b"}]}}},
            (Document("text/plain", b"a\nb", "n"),),
        ),
        (
            {"searchResult": {"source": "http://x", "title": "t", "content": [{"text": "a"}]}},
            (Document("text/plain", b"a", "t"),),
        ),
        ({"audio": {"format": "wav", "source": {"bytes": PNG}}}, (Audio("audio/wav", b"\x89PNG"),)),
        ({"guardContent": {"text": {"text": "g", "qualifiers": ["query"]}}}, (Text("g"),)),
    ],
)
def test_what_a_user_may_send(content: dict[str, Any], blocks: tuple[Any, ...]) -> None:
    assert read(messages=[user({"text": "x"}, content)]).turns[0].blocks == (Text("x"), *blocks)


def test_what_an_assistant_has_said() -> None:
    told = {
        "role": "assistant",
        "content": [
            {"reasoningContent": {"reasoningText": {"text": "hm", "signature": "s"}}},
            {"reasoningContent": {"redactedContent": "aGk="}},
            {"citationsContent": {"content": [{"text": "cited"}], "citations": []}},
        ],
    }
    assert read(messages=[user(), told, user()]).turns[1].blocks == (Thinking("hm", "s"), Text("cited"))


def test_a_tools_result_may_hold_json_pictures_and_documents() -> None:
    content = [
        {"json": {"a": "ü"}},
        {"image": {"format": "png", "source": {"bytes": PNG}}},
        {"document": {"name": "n", "source": {"text": "d"}}},
    ]
    ask = read(messages=[user(), CALL, user({"toolResult": {"toolUseId": "t1", "content": content}})], toolConfig=TOOLS)
    media = (Image("image/png", b"\x89PNG"), Document("text/plain", b"d", "n"))
    assert ask.turns[-1].blocks == (ToolResult("t1", '{"a": "ü"}', False, media),)


def test_a_schema_comes_as_a_string() -> None:
    form = {"type": "json_schema", "structure": {"jsonSchema": {"schema": '{"type": "object"}', "name": "n"}}}
    assert read(messages=[user()], outputConfig={"textFormat": form, "effort": "low"}).schema == {"type": "object"}


def test_one_tool_may_be_demanded() -> None:
    ask = read(messages=[user()], toolConfig=TOOLS | {"toolChoice": {"tool": {"name": "f"}}})
    assert (ask.tool_choice, ask.tool_name) == ("named", "f")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"messages": None}, "Value at 'messages' failed to satisfy constraint: Member must not be null"),
        ({"messages": []}, "A conversation must start with a user message."),
        ({"messages": [CALL]}, "A conversation must start with a user message."),
        ({"messages": [user(), {"role": "assistant", "content": [{"text": "a"}]}]}, "must end with a user message"),
        ({"messages": [user(), CALL, user()], "toolConfig": TOOLS}, "Expected toolResult blocks at messages.3.member"),
        (
            {"messages": [user({"toolResult": {"toolUseId": "z", "content": []}})], "toolConfig": TOOLS},
            "exceeds the number of toolUse blocks of previous turn",
        ),
        (
            {"messages": [user(), CALL, user({"toolResult": {"toolUseId": "t1", "content": []}})]},
            "The toolConfig field must be defined when using toolUse and toolResult content blocks.",
        ),
        ({"messages": [{"role": "user", "content": []}]}, "is empty"),
        ({"messages": [{"role": "robot", "content": []}]}, "enum value set: [user, assistant, system]"),
        ({"messages": [user({"text": "a", "image": {}})]}, "Member must have exactly one of"),
        ({"messages": [user({"text": 1})]}, "'messages.1.member.content.1.member.text'"),
        ({"messages": [user({"video": {}})]}, "watch no videos"),
        ({"messages": [user({"image": {"format": "png", "source": {"s3Location": {"uri": "s3://b"}}}})]}, "no S3"),
        ({"messages": [user({"image": {"format": "bmp", "source": {"bytes": PNG}}})]}, "[png, jpeg, gif, webp]"),
        ({"messages": [user({"image": {"format": "png", "source": {"bytes": "?"}}})]}, "base64-encoded bytes"),
        ({"messages": [user({"document": {"name": "a.pdf", "source": {"text": "t"}}})]}, "The document file name"),
        ({"messages": [user({"document": {"name": "a", "source": {"text": "t"}}})]}, "needs a text block"),
        ({"guardrailConfig": {"guardrailIdentifier": "g"}}, "guardrailConfig: the practice provider has no guardrails"),
        ({"promptVariables": {"a": {"text": "b"}}}, "promptVariables"),
        ({"colour": "red"}, "'colour' failed to satisfy constraint: Member is not known here"),
        ({"inferenceConfig": {"maxTokens": 0}}, "'inferenceConfig.maxTokens' failed to satisfy"),
        ({"inferenceConfig": {"temperature": 1.5}}, "Member must have value from 0 to 1"),
        ({"inferenceConfig": {"topK": 1}}, "'inferenceConfig.topK'"),
        ({"inferenceConfig": {"stopSequences": [""]}}, "length greater than or equal to 1"),
        ({"toolConfig": {"tools": []}}, "at least one tool"),
        ({"toolConfig": {"tools": [{"systemTool": {"name": "nova_grounding"}}]}}, "runs no tools of its own"),
        ({"toolConfig": TOOLS | {"toolChoice": {"tool": {"name": "g"}}}}, "'g' of toolConfig.toolChoice"),
        ({"additionalModelRequestFields": {"colour": 1}}, "The model returned the following errors: colour: Extra"),
        ({"additionalModelRequestFields": {"thinking": {"type": "enabled", "budget_tokens": 5}}}, "1024"),
        ({"additionalModelResponseFieldPaths": ["stop"]}, "JSON pointers"),
        ({"performanceConfig": {"latency": "warp"}}, "[standard, optimized]"),
        (
            {"outputConfig": {"textFormat": {"type": "json_schema", "structure": {"jsonSchema": {"schema": "{"}}}}},
            "is not valid JSON",
        ),
    ],
)
def test_what_aws_would_refuse_is_refused_in_its_words(body: dict[str, Any], words: str) -> None:
    assert words in complaint(**body)


# ---- any body at all --------------------------------------------------------------------------------------------

GOOD: dict[str, Any] = {
    "system": [{"text": "s"}, {"cachePoint": {"type": "default"}}],
    "messages": [
        user({"text": "a"}, {"image": {"format": "png", "source": {"bytes": PNG}}}),
        CALL,
        user({"toolResult": {"toolUseId": "t1", "content": [{"json": [1]}], "status": "success"}}),
    ],
    "toolConfig": TOOLS | {"toolChoice": {"tool": {"name": "f"}}},
    "inferenceConfig": {"maxTokens": 9, "temperature": 1, "stopSequences": ["x"]},
    "outputConfig": {"textFormat": {"type": "json_schema", "structure": {"jsonSchema": {"schema": "{}"}}}},
    "additionalModelRequestFields": {"thinking": {"type": "adaptive"}},
    "serviceTier": {"type": "default"},
}


def places(value: Any) -> list[tuple[Any, Any]]:
    inner = list(value.items()) if isinstance(value, dict) else list(enumerate(value))
    below = [place for _, item in inner if isinstance(item, dict | list) for place in places(item)]
    return [(value, name) for name, _ in inner] + below


def copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: copy(item) for name, item in value.items()}
    return [copy(item) for item in value] if isinstance(value, list) else value


NAMES = sorted({name for _, name in places(GOOD) if isinstance(name, str)})
scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.just("\ud800")
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4),
    max_leaves=15,
)


def status(wire: Any, body: dict[str, Any]) -> int | None:
    """The status of a refusal; None where the body was read."""
    try:
        wire.read(body, PATH)
    except Fault as fault:
        return int(wire.error(fault).status)
    return None


@settings(max_examples=300, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_good_body_with_changes_is_read_or_refused(data: st.DataObject) -> None:
    bedrock_converse.read(GOOD, PATH)
    body = copy(GOOD)
    for _ in range(data.draw(st.integers(1, 3))):
        container, name = data.draw(st.sampled_from(places(body) or [(body, "messages")]))
        container[name] = data.draw(values)
    invoked = {
        "input": {"converse": {name: body[name] for name in ("messages", "system", "toolConfig") if name in body}}
    }
    for wire, sent in ((bedrock_converse, body), (bedrock_count, invoked), (bedrock_invoke, body)):
        assert status(wire, sent) in (None, 400)
