"""What Google's SDK does not show: translated schemas, and how many tokens each frame of a stream carries."""

from practice_provider.core import Delta, Opened, Reply, Text, ToolCall, Usage, events
from practice_provider.wires import anthropic_messages, gemini_generate
from practice_provider.wires.gemini_common import Node
from practice_provider.wires.gemini_schema import json_schema


def test_a_google_schema_becomes_a_json_schema() -> None:
    schema = {
        "type": "OBJECT",
        "properties": {
            "colour": {"type": "STRING", "enum": ["red"], "nullable": True},
            "many": {"type": "array", "items": {"type": "TYPE_UNSPECIFIED"}, "min_items": "2"},
            "either": {"anyOf": [{"type": "NUMBER", "minimum": 0}, {"type": "BOOLEAN"}]},
        },
        "propertyOrdering": ["many", "gone"],
        "required": ["colour"],
    }
    assert json_schema(Node(schema)) == {
        "type": "object",
        "properties": {
            "many": {"type": "array", "items": {}, "minItems": 2},
            "colour": {"type": ["string", "null"], "enum": ["red", None]},
            "either": {"anyOf": [{"type": "number", "minimum": 0.0}, {"type": "boolean"}]},
        },
        "required": ["colour"],
    }
    assert list(json_schema(Node(schema))["properties"]) == ["many", "colour", "either"]


def test_the_frames_of_a_stream_carry_all_tokens_of_the_reply() -> None:
    blocks = (Text("one two three"), ToolCall("c", "f", {"a": "b c"}), ToolCall("d", "g", {}))
    told = list(events(Reply("1", "practice-large", blocks, "tool", Usage(5, 9))))
    tokens = sum(event.tokens for event in told if isinstance(event, Delta))
    assert isinstance(told[0], Opened)
    for wire in (anthropic_messages, gemini_generate):
        request = wire.read(
            {"model": "m", "max_tokens": 9, "messages": [{"role": "user", "content": "x"}]}
            if wire is anthropic_messages
            else {"contents": "x"},
            {"model": "m"},
        )
        assert sum(frame.tokens for frame in wire.stream(request, told)) == tokens
