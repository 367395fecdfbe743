"""What clients in other languages send, byte for byte as they sent it, and what a model has to be asked then.

The bodies in `bodies/` were taken from the journal: Vercel's AI SDK 7 (TypeScript), Spring AI 2.0 (Java), Google's ADK
1.8 (Java) and 2.13 (Python). Each has something that the vendor's own Python SDK never sends; the name of the test's
case says what. Sources: https://ai-sdk.dev, https://docs.spring.io/spring-ai, https://google.github.io/adk-docs
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from practice_provider.core import Ask, Image, ToolCall, ToolResult
from practice_provider.server import create_app
from practice_provider.settings import Settings

from ..conformance.asks import HELLO
from ..conformance.stage import Told
from ..conftest import RunningProvider, running

BODIES = Path(__file__).with_name("bodies")
SHIPPED = '{"order_id":"BL-1042","status":"shipped on Tuesday"}'
Check = Callable[[Ask], bool]


def _result(text: str, *, is_error: bool = False) -> Check:
    """The last turn is the result of the one call before it."""

    def check(ask: Ask) -> bool:
        call, result = ask.turns[-2].blocks[-1], ask.turns[-1].blocks[0]
        assert isinstance(call, ToolCall)
        assert isinstance(result, ToolResult)
        linked = (result.call_id == call.id, ask.turns[-1].role == "tool", dict(call.args) != {})
        return all(linked) and _same(result.text, text) and result.is_error == is_error

    return check


def _same(one: str, other: str) -> bool:
    """Are these the same words, or the same JSON?"""
    try:
        return bool(json.loads(one) == json.loads(other))
    except ValueError:
        return one == other


def _tool(*required: str) -> Check:
    return lambda ask: tuple(ask.tools[0].parameters["required"]) == required and not ask.schema


def _schema(*required: str) -> Check:
    return lambda ask: ask.schema is not None and sorted(ask.schema["required"]) == sorted(required)


def _json_tool(ask: Ask) -> bool:
    return (ask.tools[0].name, ask.tool_choice, ask.parallel_tools, ask.stream) == ("json", "required", False, True)


LESSONS: dict[str, tuple[str, Check]] = {
    "ai-sdk_responses_tool-loop": ("calls come back as items without an id of their own", _result(SHIPPED)),
    "ai-sdk_responses_failing-tool": (
        "an error is told in the result's words",
        _result('{"error":"Error: the shop is closed"}'),
    ),
    "ai-sdk_responses_streamed-object": ("'$schema' in a strict schema", _schema("name", "age")),
    "ai-sdk_responses_image": (
        "a picture without 'detail'",
        lambda ask: isinstance(ask.turns[0].blocks[-1], Image) and len(ask.turns[0].blocks) == 2,
    ),
    "ai-sdk_chat_tool-loop": ("'content': null beside calls", _result(SHIPPED)),
    "ai-sdk_compatible_failing-tool": ("an error as plain words", _result("Error: the shop is closed")),
    "ai-sdk_compatible_streamed-object": ("'$schema', and the usage asked for", _schema("name", "age")),
    "ai-sdk_anthropic_tool-loop": ("'caller' in a tool_use", _result(SHIPPED)),
    "ai-sdk_anthropic_failing-tool": ("'is_error'", _result("Error: the shop is closed", is_error=True)),
    "ai-sdk_anthropic_streamed-object": ("a schema as a forced tool, 'eager_input_streaming'", _json_tool),
    "ai-sdk_google_tool-loop": (
        "a response that wraps the result's content",
        _result(f'{{"name":"order_status","content":{SHIPPED}}}'),
    ),
    "ai-sdk_google_failing-tool": (
        "a response that wraps an error",
        _result('{"name":"order_status","error":"Error: the shop is closed"}', is_error=True),
    ),
    "ai-sdk_google_streamed-object": ("'responseJsonSchema' with '$schema'", _schema("name", "age")),
    "spring-ai_tool-result": ("'content': '' beside calls, a JSON string as the result", _result('"sunny in Oslo"')),
    "spring-ai_schema": ("'$schema', and 'format': 'int32'", _schema("title", "year", "actors")),
    "spring-ai_schema-in-words": (
        "a schema in the prompt's words only",
        lambda ask: ask.schema is None and '"required"' in ask.turns[0].text(),
    ),
    "adk-java_tool": ("'response' in a declaration, an empty generationConfig", _tool("city")),
    "adk-java_tool-result": ("a system instruction with the role user", _result('{"report": "sunny in Oslo"}')),
    "adk-python_tool": ("'parameters_json_schema' among camelCase", _tool("city")),
    "adk-python_tool-result": ("the same with a result", _result('{"report": "sunny in Oslo"}')),
    "adk-python_schema": ("'property_ordering' in a responseSchema", _schema("city", "days")),
}


@pytest.fixture(scope="module")
def _told() -> Iterator[tuple[Told, RunningProvider]]:
    told = Told(says=(HELLO,))
    with running(create_app(told, Settings(speed=0))) as provider:
        yield told, provider


@pytest.fixture
def told(_told: tuple[Told, RunningProvider]) -> Told:
    _told[0].asked.clear()
    return _told[0]


@pytest.fixture
def told_provider(_told: tuple[Told, RunningProvider]) -> RunningProvider:
    return _told[1]


@pytest.mark.parametrize("name", LESSONS, ids=lambda name: f"{name}: {LESSONS[name][0]}")
def test_what_a_client_sends_is_understood(told: Told, told_provider: RunningProvider, key: str, name: str) -> None:
    sent = json.loads((BODIES / f"{name}.json").read_text(encoding="utf-8"))
    reply = told_provider.send("POST", sent["path"], key, json=sent["body"])
    assert reply.status_code == 200, reply.text
    (ask,) = told.asked
    assert LESSONS[name][1](ask), ask


def test_every_body_has_its_lesson() -> None:
    assert {file.stem for file in BODIES.glob("*.json")} == set(LESSONS)


def test_a_stored_item_may_be_named_instead_of_sent_again(told: Told, told_provider: RunningProvider, key: str) -> None:
    """The AI SDK answers with `item_reference` for whatever came with an id."""

    def send(*items: dict[str, Any]) -> dict[str, Any]:
        body = {"model": "practice-large", "input": items}
        reply = told_provider.send("POST", "/openai/v1/responses", key, json=body)
        assert reply.status_code == 200, reply.text
        answer: dict[str, Any] = reply.json()
        return answer

    question = {"role": "user", "content": [{"type": "input_text", "text": "Good day"}]}
    first = send(question)
    send(question, {"type": "item_reference", "id": first["output"][0]["id"]}, question)
    assert [(turn.role, turn.text()) for turn in told.asked[-1].turns] == [
        ("user", "Good day"),
        ("assistant", "Good day to you, Käthe."),
        ("user", "Good day"),
    ]


def test_an_unknown_item_that_is_named_is_refused(told_provider: RunningProvider, key: str) -> None:
    body = {"model": "practice-large", "input": [{"type": "item_reference", "id": "msg_unknown"}]}
    reply = told_provider.send("POST", "/openai/v1/responses", key, json=body)
    assert reply.status_code in (400, 404)
    assert "msg_unknown" in reply.json()["error"]["message"]
