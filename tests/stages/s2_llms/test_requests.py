"""What the layer would send to each vendor, held against the vendor's own types of a request, unknown fields forbidden.

A server that listens and refuses catches each request as it leaves the SDK; no model and no vendor is needed. The types
are those of the installed SDKs: OpenAI's and Anthropic's parameters, Google's models, botocore's model of Converse.
"""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import botocore.session  # type: ignore[import-untyped]
import pytest
from anthropic.types.message_create_params import MessageCreateParamsStreaming
from botocore.validate import ParamValidator  # type: ignore[import-untyped]
from google.genai import types
from openai.types.chat.completion_create_params import CompletionCreateParamsStreaming
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError
from pydantic_core import SchemaValidator

from stages.s2_llms.chat import Message
from stages.s2_llms.errors import ProviderError
from stages.s2_llms.messages import File, ToolCall, ToolResult
from stages.s2_llms.practice import Control
from stages.s2_llms.schema import schema_of
from stages.s2_llms.tools import tool

from .conftest import open_chat


class Row(BaseModel):
    order_id: str | None
    amounts: list[float]


@tool
def track(order_id: str, days: int = 3) -> str:
    """Say where an order is."""
    return f"{order_id}: {days}"


ASKED = Message("user", "Where is BL-10482?")
PICTURE, PAPER = File("image/png", b"png", "machine.png"), File("application/pdf", b"pdf", "the manual.pdf")
SOUND, NOTE = File("audio/wav", b"wav", "voice.wav"), File("text/plain", b"Tea at four.", "notes.txt")
CALLS = (ToolCall("call-1", "track", {"order_id": "BL-10482"}), ToolCall("call-2", "track", {"order_id": "BL-2"}))
RESULTS = (ToolResult("call-1", "On its way."), ToolResult("call-2", "No such order.", is_error=True))

CASES: dict[str, tuple[list[Message], dict[str, Any]]] = {
    "words": ([ASKED, Message("assistant", "On its way."), ASKED], {"system": "Be brief.", "max_tokens": 50}),
    "tools": ([ASKED], {"tools": [track]}),
    "results of tools": (
        [ASKED, Message("assistant", "I look.", CALLS), Message("user", parts=RESULTS)],
        {"tools": [track], "system": "Be brief."},
    ),
    "files": ([Message("user", "What is this?", (PICTURE, PAPER, NOTE))], {}),
    "sound": ([Message("user", "What is said?", (SOUND,))], {}),
    "a schema": ([ASKED], {"schema": schema_of(Row)}),
    "a temperature": ([ASKED], {"temperature": 0.2}),
}
NOT_SENT = {
    **{
        (name, "sound"): "Claude takes no sound; the layer refuses it before any call"
        for name in ("anthropic", "foundry")
    },
    **{
        (name, "a temperature"): "version 2 of this SDK has no parameter for it, while older models still take it"
        for name in ("anthropic", "foundry")
    },
}


class GenerateContent(BaseModel):
    """The body of Google's request, in the SDK's own parts, which allow no other fields."""

    model_config = ConfigDict(extra="forbid")
    contents: list[types.Content]
    systemInstruction: types.Content | None = None
    tools: list[types.Tool] | None = None
    generationConfig: types.GenerationConfig


def strictly(parameters: Any) -> Callable[[Any], Any]:
    """A check of a TypedDict: no other fields anywhere, and lists looked through at once, not when they are read."""
    more = {"typed-dict": {"extra_behavior": "forbid"}, "generator": {"type": "list"}}

    def stricter(schema: Any) -> Any:
        if isinstance(schema, list | tuple):
            return type(schema)(stricter(part) for part in schema)
        if not isinstance(schema, dict):
            return schema
        kind = schema.get("type")
        return {name: stricter(part) for name, part in schema.items()} | more.get(str(kind), {})

    return SchemaValidator(stricter(TypeAdapter(parameters).core_schema)).validate_python


def by_botocore(body: Mapping[str, Any]) -> None:
    """The check that boto3 makes, on what has left it."""
    service = botocore.session.get_session().get_service_model("bedrock-runtime")
    report = ParamValidator().validate({"modelId": "m"} | body, service.operation_model("ConverseStream").input_shape)
    if report.has_errors():
        raise ValueError(report.generate_report())


openai_check = strictly(CompletionCreateParamsStreaming)
anthropic_check = strictly(MessageCreateParamsStreaming)
CHECKS: dict[str, Callable[[Any], Any]] = {
    **dict.fromkeys(("openai", "azure"), openai_check),
    **dict.fromkeys(("anthropic", "foundry"), anthropic_check),
    **dict.fromkeys(("google", "vertex"), GenerateContent.model_validate),
    "bedrock": by_botocore,
}


@pytest.fixture
def server() -> Iterator[tuple[str, list[Any]]]:
    """An address, and the bodies that arrive there; each is answered with 400."""
    bodies: list[Any] = []

    class Catches(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            bodies.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(400)
            self.send_header("content-length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *words: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Catches) as listening:
        thread = threading.Thread(target=listening.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{listening.server_port}", bodies
        listening.shutdown()
        thread.join()


def sent(platform: str, case: str, server: tuple[str, list[Any]]) -> Any:
    """The body that the layer sends in this case."""
    url, bodies = server
    messages, options = CASES[case]
    with pytest.raises(ProviderError):
        open_chat(platform, Control(url, "practice-key"), model="m").reply(messages, **options)
    assert len(bodies) == 1
    return bodies[0]


@pytest.mark.parametrize("case", CASES)
def test_every_request_is_one_that_the_vendors_own_types_allow(
    platform: str, case: str, server: tuple[str, list[Any]]
) -> None:
    if why := NOT_SENT.get((platform, case)):
        pytest.skip(why)
    CHECKS[platform](sent(platform, case, server))


def test_the_check_would_see_a_field_that_there_is_not(platform: str, server: tuple[str, list[Any]]) -> None:
    body = sent(platform, "results of tools", server)
    turns = "contents" if platform in ("google", "vertex") else "messages"
    for wrong in ({**body, "mesages": []}, {**body, turns: [*body[turns], {**body[turns][0], "nmae": "Kim"}]}):
        with pytest.raises((ValidationError, ValueError), match=r"mesages|nmae"):
            CHECKS[platform](wrong)


def test_the_check_would_see_a_value_of_the_wrong_type(platform: str, server: tuple[str, list[Any]]) -> None:
    body = sent(platform, "words", server)
    turns = "contents" if platform in ("google", "vertex") else "messages"
    with pytest.raises((ValidationError, ValueError)):
        CHECKS[platform]({**body, turns: [{**body[turns][0], "role": 5}]})
