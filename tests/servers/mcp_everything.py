"""An MCP server with the names that the conformance suite asks for: what it has no use of is there for the suite.

    python tests/servers/mcp_everything.py PORT      serve on loopback until the process is stopped

The names and texts are the suite's own: https://github.com/modelcontextprotocol/conformance (src/scenarios/server)
"""

import asyncio
import base64
import json
import sys
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import mcp.types as t
from mcp.server import MCPServer
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.mcpserver.prompts.base import UserMessage
from mcp.server.mcpserver.tools import Tool
from mcp.server.streamable_http import EventMessage, EventStore

PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg=="
WAV_HEAD = "524946462600000057415645666d74201000000001000100401f0000401f0000010008006461746102000000"
WAV = base64.b64encode(bytes.fromhex(WAV_HEAD) + b"\x80\x80").decode()
ADDRESS = {"type": "object", "properties": {"street": {"type": "string"}, "city": {"type": "string"}}}
SCHEMA_2020_12 = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "$defs": {"address": ADDRESS},
    "properties": {"name": {"type": "string"}, "address": {"$ref": "#/$defs/address"}},
    "additionalProperties": False,
}


def text(words: str) -> t.TextContent:
    return t.TextContent(type="text", text=words)


def picture() -> t.ImageContent:
    return t.ImageContent(type="image", data=PNG, mime_type="image/png")


def embedded(uri: str, mime_type: str, words: str) -> t.EmbeddedResource:
    contents = t.TextResourceContents(uri=uri, mime_type=mime_type, text=words)
    return t.EmbeddedResource(type="resource", resource=contents)


CONTENT: Mapping[str, Callable[[], list[Any]]] = {
    "test_simple_text": lambda: [text("This is a simple text response for testing.")],
    "test_image_content": lambda: [picture()],
    "test_audio_content": lambda: [t.AudioContent(type="audio", data=WAV, mime_type="audio/wav")],
    "test_embedded_resource": lambda: [
        embedded("test://embedded-resource", "text/plain", "This is an embedded resource content.")
    ],
    "test_multiple_content_types": lambda: [
        text("Multiple content types test:"),
        picture(),
        embedded("test://mixed-content-resource", "application/json", '{"test":"data","value":123}'),
    ],
}
"""The tools that answer with one fixed content each."""


def test_error_handling() -> str:
    raise ToolError("This tool intentionally returns an error for testing")


async def test_tool_with_logging(ctx: Context[Any, Any]) -> str:
    for words in ("Tool execution started", "Tool processing data", "Tool execution completed"):
        await ctx.info(words)
        await asyncio.sleep(0.05)
    return "done"


async def test_tool_with_progress(ctx: Context[Any, Any]) -> str:
    for progress in (0, 50, 100):
        await ctx.report_progress(progress, 100)
        await asyncio.sleep(0.05)
    return "done"


async def test_sampling(prompt: str, ctx: Context[Any, Any]) -> str:
    """Ask the client's model."""
    asked = [t.SamplingMessage(role="user", content=text(prompt))]
    reply = await ctx.session.create_message(asked, max_tokens=100, related_request_id=ctx.request_id)
    return f"LLM response: {getattr(reply.content, 'text', reply.content)}"


async def _ask(ctx: Context[Any, Any], message: str, properties: Mapping[str, Any], required: list[str]) -> str:
    """Ask the person behind the client."""
    schema = {"type": "object", "properties": properties, "required": required}
    reply = await ctx.session.elicit(message, schema, related_request_id=ctx.request_id)
    return f"action={reply.action}, content={json.dumps(reply.content)}"


async def test_elicitation(message: str, ctx: Context[Any, Any]) -> str:
    asked = {"username": "User's response", "email": "User's email address"}
    properties = {name: {"type": "string", "description": words} for name, words in asked.items()}
    return f"User response: {await _ask(ctx, message, properties, list(asked))}"


async def test_elicitation_sep1034_defaults(ctx: Context[Any, Any]) -> str:
    properties = {
        "name": {"type": "string", "default": "John Doe"},
        "age": {"type": "integer", "default": 30},
        "score": {"type": "number", "default": 95.5},
        "status": {"type": "string", "enum": ["active", "inactive", "pending"], "default": "active"},
        "verified": {"type": "boolean", "default": True},
    }
    return f"Elicitation completed: {await _ask(ctx, 'defaults', properties, [])}"


async def test_elicitation_sep1330_enums(ctx: Context[Any, Any]) -> str:
    options = ["option1", "option2", "option3"]
    words = ("First", "Second", "Third")
    titled = [{"const": f"value{number}", "title": f"{word} Option"} for number, word in enumerate(words, 1)]
    legacy = ["opt1", "opt2", "opt3"], ["Option One", "Option Two", "Option Three"]
    properties = {
        "untitledSingle": {"type": "string", "enum": options},
        "titledSingle": {"type": "string", "oneOf": titled},
        "legacyEnum": {"type": "string", "enum": legacy[0], "enumNames": legacy[1]},
        "untitledMulti": {"type": "array", "items": {"type": "string", "enum": options}},
        "titledMulti": {"type": "array", "items": {"anyOf": titled}},
    }
    return f"Elicitation completed: {await _ask(ctx, 'enums', properties, [])}"


async def test_reconnection(ctx: Context[Any, Any]) -> str:
    """Close the stream half way: the client comes back for the rest."""
    await ctx.close_sse_stream()
    await asyncio.sleep(0.1)
    return "Reconnection test completed successfully."


def json_schema_2020_12_tool(name: str = "") -> str:
    return name


FUNCTIONS = (
    test_error_handling,
    test_tool_with_logging,
    test_tool_with_progress,
    test_sampling,
    test_elicitation,
    test_elicitation_sep1034_defaults,
    test_elicitation_sep1330_enums,
    test_reconnection,
    json_schema_2020_12_tool,
)


def tools() -> list[Tool]:
    content = [
        Tool.from_function(function, name=name, description=name, structured_output=False)
        for name, function in CONTENT.items()
    ]
    others = [Tool.from_function(f, description=f.__name__, structured_output=False) for f in FUNCTIONS]
    others[-1] = others[-1].model_copy(update={"parameters": SCHEMA_2020_12})
    return content + others


def add_resources(server: MCPServer) -> None:
    @server.resource("test://static-text", mime_type="text/plain")
    def static_text() -> str:
        return "This is the content of the static text resource."

    @server.resource("test://static-binary", mime_type="image/png")
    def static_binary() -> bytes:
        return base64.b64decode(PNG)

    @server.resource("test://watched-resource", mime_type="text/plain")
    def watched() -> str:
        return "watched"

    @server.resource("test://template/{number}/data", mime_type="application/json")
    def template(number: str) -> str:
        return json.dumps({"id": number, "templateTest": True, "data": f"Data for ID: {number}"})


def add_prompts(server: MCPServer) -> None:
    @server.prompt(description="A prompt without arguments.")
    def test_simple_prompt() -> str:
        return "This is a simple prompt for testing."

    @server.prompt(description="A prompt with two arguments.")
    def test_prompt_with_arguments(arg1: str, arg2: str) -> str:
        return f"Prompt with arguments: arg1='{arg1}', arg2='{arg2}'"

    @server.prompt(description="A prompt with a resource in it.")
    def test_prompt_with_embedded_resource(resourceUri: str) -> list[Any]:
        resource = embedded(resourceUri, "text/plain", "Embedded resource content for testing.")
        return [UserMessage(resource), UserMessage("Please process the embedded resource above.")]

    @server.prompt(description="A prompt with a picture in it.")
    def test_prompt_with_image() -> list[Any]:
        return [UserMessage(picture()), UserMessage("Please analyze the image above.")]

    @server.completion()
    async def complete(reference: Any, argument: Any, context: Any) -> t.Completion:
        found = [word for word in ("paris", "park", "party") if word.startswith(argument.value)]
        return t.Completion(values=found, total=len(found), has_more=False)


OLD_METHODS: Mapping[str, type[Any]] = {
    "logging/setLevel": t.SetLevelRequestParams,
    "resources/subscribe": t.SubscribeRequestParams,
    "resources/unsubscribe": t.UnsubscribeRequestParams,
}
"""What the protocol had before 2026-07-28 and the suite still asks for; the SDK's high-level server has dropped it."""


def add_old_methods(server: MCPServer) -> None:
    async def agree(context: Any, params: Any) -> t.EmptyResult:
        return t.EmptyResult()

    handler: Callable[[Any, Any], Awaitable[Any]] = agree
    for method, params in OLD_METHODS.items():
        server._lowlevel_server.add_request_handler(method, params, handler)  # the SDK's advice; it has no public way


class Events(EventStore):
    """All events in a list: enough to give a client that comes back what it has missed."""

    def __init__(self) -> None:
        self.events: list[tuple[str, Any]] = []

    async def store_event(self, stream_id: str, message: Any) -> str:
        self.events.append((stream_id, message))
        return str(len(self.events))

    async def replay_events_after(self, last_event_id: str, send_callback: Any) -> str | None:
        last = int(last_event_id)
        stream = self.events[last - 1][0]
        for number, (stream_id, message) in enumerate(self.events[last:], last + 1):
            if stream_id == stream and message is not None:
                await send_callback(EventMessage(message, str(number)))
        return stream


def build() -> MCPServer:
    server = MCPServer("everything", version="1.0", tools=tools(), log_level="ERROR")
    add_resources(server)
    add_prompts(server)
    add_old_methods(server)
    return server


if __name__ == "__main__":
    build().run("streamable-http", port=int(sys.argv[1]), event_store=Events(), retry_interval=500)
