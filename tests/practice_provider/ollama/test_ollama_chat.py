"""Ollama's chat and generate through its own client, and every object compared with its types."""

import asyncio
import base64
import json
from collections.abc import Callable
from typing import Any

import httpx2
import ollama
import pytest

from practice_provider.core import Ask, Chance, Models, Reply, Text, Thinking, ToolCall, Turn, Usage, events
from practice_provider.wires import ollama_chat, ollama_generate

USER = [{"role": "user", "content": "What is a boiler?"}]
PNG = base64.b64encode(b"\x89PNG\r\n").decode()
CHANCES = (Chance("Good", -0.1, (("Good", -0.1), ("Bad", -2.0))), Chance(" é", -0.2))
REPLIES: dict[str, Reply] = {
    "words": Reply("1", "m", (Text("Grüezi\u2028 mitenand."),), "end", Usage(9, 4)),
    "cut": Reply("1", "m", (Text("a"),), "length", Usage(9, 1)),
    "silent": Reply("1", "m", (), "refusal", Usage(9, 0)),
    "thought": Reply(
        "1",
        "m",
        (Thinking("Hm, well."), Text("Yes it is."), ToolCall("call_7", "f", {"a": [1]}), ToolCall("call_8", "g", {})),
        "tool",
        Usage(9, 8),
    ),
    "chances": Reply("1", "m", (Text("Good é"),), "end", Usage(9, 2), chances=CHANCES),
}
ASK = Ask("m", (Turn("user", (Text("x"),)),), echo={"model": "m:latest"})


def get_weather(city: str) -> str:
    """Get the weather in a city.

    Args:
        city: the city
    """
    return f"clear, 21 degrees in {city}"


def assembled(parts: list[dict[str, Any]]) -> dict[str, Any]:
    """Put the objects of a stream together to what a plain reply would be."""
    whole = dict(parts[-1])
    message: dict[str, Any] = {"role": "assistant", "content": ""}
    for part in parts:
        message["content"] += part["message"]["content"]
        for name in ("thinking", "tool_calls"):
            if name in part["message"]:
                piece = part["message"][name]
                message[name] = message[name] + piece if name in message else piece
    return whole | {"message": message}


# ---- the shape of replies ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", REPLIES)
def test_every_chat_reply_fits_the_clients_type(strict: Any, name: str) -> None:
    strict(ollama.ChatResponse, ollama_chat.write(ASK, REPLIES[name]))
    for frame in ollama_chat.stream(ASK, events(REPLIES[name])):
        strict(ollama.ChatResponse, frame.data)


@pytest.mark.parametrize("name", REPLIES)
def test_every_completion_fits_the_clients_type(strict: Any, name: str) -> None:
    strict(ollama.GenerateResponse, ollama_generate.write(ASK, REPLIES[name]))
    for frame in ollama_generate.stream(ASK, events(REPLIES[name])):
        strict(ollama.GenerateResponse, frame.data)


@pytest.mark.parametrize("name", REPLIES)
def test_a_reassembled_stream_is_the_plain_reply(name: str) -> None:
    parts: list[Any] = [frame.data for frame in ollama_chat.stream(ASK, events(REPLIES[name]))]
    assert assembled(parts) == ollama_chat.write(ASK, REPLIES[name])
    assert [part["done"] for part in parts] == [False] * (len(parts) - 1) + [True]


def test_times_are_made_from_token_counts() -> None:
    told = ollama_chat.write(ASK, REPLIES["words"])
    assert (told["prompt_eval_count"], told["eval_count"], told["done_reason"]) == (9, 4, "stop")
    assert told["total_duration"] == told["load_duration"] + told["prompt_eval_duration"] + told["eval_duration"]


def test_the_strict_reader_finds_an_unknown_field(strict: Any) -> None:
    told = ollama_chat.write(ASK, REPLIES["thought"])
    told["message"]["tool_calls"][0]["function"]["colour"] = "red"
    with pytest.raises(AssertionError, match=r"tool_calls\.function\.colour"):
        strict(ollama.ChatResponse, told)


# ---- through the client -----------------------------------------------------------------------------------------


def test_the_client_chats_and_streams(provider: Any, connect: Callable[..., Any]) -> None:
    client = connect(provider.url)
    plain = client.chat("practice-large", USER)
    parts = [*client.chat("practice-large", USER, stream=True)]
    assert len(parts) > 4
    assert "".join(part.message.content for part in parts) == plain.message.content != ""
    assert (plain.model, plain.done, plain.done_reason) == ("practice-large", True, "stop")
    assert parts[-1].eval_count == plain.eval_count > 0


def test_the_async_client_chats_and_streams(provider: Any) -> None:
    async def both() -> tuple[str, str]:
        async with ollama.AsyncClient(f"{provider.url}/ollama", trust_env=False) as client:
            plain = await client.chat("practice-small", USER)
            parts = [part.message.content async for part in await client.chat("practice-small", USER, stream=True)]
            return str(plain.message.content), "".join(map(str, parts))

    plain, streamed = asyncio.run(both())
    assert plain == streamed != ""


def test_a_name_may_have_the_tag_for_the_latest_and_is_given_back_as_sent(
    provider: Any, connect: Callable[..., Any]
) -> None:
    assert connect(provider.url).chat("practice-small:latest", USER).model == "practice-small:latest"


def test_a_stream_is_given_unless_the_client_says_otherwise(provider: Any) -> None:
    reply = provider.send("POST", "/ollama/api/chat", json={"model": "practice-small", "messages": USER})
    assert reply.headers["content-type"] == "application/x-ndjson"
    assert [json.loads(line)["done"] for line in reply.text.splitlines()][-2:] == [False, True]


def test_curl_calls_its_body_a_form_and_is_served(provider: Any) -> None:
    body = json.dumps({"model": "practice-small", "prompt": "What is a boiler?", "stream": False})
    headers = {"content-type": "application/x-www-form-urlencoded"}
    assert provider.send("POST", "/ollama/api/generate", content=body, headers=headers).json()["response"]


def test_a_tool_is_called_and_its_result_used(provider: Any, connect: Callable[..., Any]) -> None:
    client = connect(provider.url)
    talk: list[Any] = [{"role": "user", "content": "What is the weather in Turin?"}]
    first = client.chat("practice-large", talk, tools=[get_weather])
    call = first.message.tool_calls[0].function
    assert (call.name, call.arguments) == ("get_weather", {"city": "Turin"})
    talk += [first.message, {"role": "tool", "tool_name": call.name, "content": get_weather(**call.arguments)}]
    assert "21" in client.chat("practice-large", talk, tools=[get_weather]).message.content


def test_a_stream_has_each_call_as_a_whole(provider: Any, connect: Callable[..., Any]) -> None:
    talk = [{"role": "user", "content": "What is the weather in Turin?"}]
    parts = connect(provider.url).chat("practice-large", talk, tools=[get_weather], stream=True)
    calls = [call.function.arguments for part in parts for call in part.message.tool_calls or ()]
    assert calls == [{"city": "Turin"}]


def test_an_answer_follows_the_schema_that_was_asked_for(provider: Any, connect: Callable[..., Any]) -> None:
    schema = {
        "type": "object",
        "properties": {"city": {"type": "string"}, "nights": {"type": "integer"}},
        "required": ["city", "nights"],
    }
    talk = [{"role": "user", "content": "I stay in Turin for 3 nights."}]
    reply = connect(provider.url).chat("practice-large", talk, format=schema)
    assert json.loads(reply.message.content) == {"city": "Turin", "nights": 3}


def test_json_of_any_shape_may_be_asked_for(provider: Any, connect: Callable[..., Any]) -> None:
    talk = [{"role": "user", "content": "Name a city as JSON."}]
    assert json.loads(connect(provider.url).chat("practice-large", talk, format="json").message.content)


def test_num_predict_cuts_the_answer(provider: Any, connect: Callable[..., Any]) -> None:
    reply = connect(provider.url).chat("practice-large", USER, options={"num_predict": 3})
    assert (reply.done_reason, reply.eval_count) == ("length", 3)


def test_the_client_generates_and_streams(provider: Any, connect: Callable[..., Any]) -> None:
    client = connect(provider.url)
    ask: dict[str, Any] = {
        "prompt": "The boiler holds 1.8 litres.\n\nHow much does the boiler hold?",
        "system": "Be brief.",
    }
    plain = client.generate("practice-large", **ask)
    assert "1.8 litres" in plain.response
    assert "".join(part.response for part in client.generate("practice-large", **ask, stream=True)) == plain.response


def test_thoughts_and_chances_reach_the_client(brain: Any, connect: Callable[..., Any]) -> None:
    client = connect(brain.url)
    brain.result = REPLIES["thought"]
    reply = client.chat("practice-small", USER, think=True)
    assert brain.ask.thinking is not None
    assert (reply.message.thinking, reply.message.content) == ("Hm, well.", "Yes it is.")
    parts = [*client.generate("practice-small", "x", think="low", stream=True)]
    assert "".join(part.thinking or "" for part in parts) == "Hm, well."
    brain.result = REPLIES["chances"]
    reply = client.chat("practice-small", USER, logprobs=True, top_logprobs=2)
    assert brain.ask.logprobs == 2
    assert [(one.token, one.logprob) for one in reply.logprobs] == [("Good", -0.1), (" é", -0.2)]
    assert [top.token for top in reply.logprobs[0].top_logprobs] == ["Good", "Bad"]


def test_a_request_without_a_message_loads_or_unloads_the_model(provider: Any, connect: Callable[..., Any]) -> None:
    client = connect(provider.url)
    assert client.chat("practice-small").done_reason == "load"
    assert client.generate("practice-small", keep_alive=0).done_reason == "unload"
    assert client.generate("practice-small", keep_alive="5m").done_reason == "load"
    with pytest.raises(ollama.ResponseError, match="model 'nope' not found"):
        client.chat("nope")


def test_the_same_ask_gives_the_same_bytes(provider: Any) -> None:
    def ask(key: str) -> bytes:
        body = {"model": "practice-small", "messages": USER}
        return bytes(provider.send("POST", "/ollama/api/chat", key, json=body).content)

    assert ask("practice-bytes-1") == ask("practice-bytes-2")


# ---- what a request means ---------------------------------------------------------------------------------------


def test_a_whole_request_is_read(brain: Any, connect: Callable[..., Any]) -> None:
    connect(brain.url).chat(
        "practice-small:latest",
        [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "a", "images": [PNG]},
            {"role": "assistant", "thinking": "hm", "content": "", "tool_calls": [_call("f"), _call("g"), _call("f")]},
            {"role": "tool", "tool_name": "g", "content": "of g"},
            {"role": "tool", "content": "of the first f"},
            {"role": "tool", "tool_name": "f", "content": "of the second f"},
        ],
        options={"temperature": 0.5, "seed": 3, "num_predict": -1, "stop": ["x"], "num_ctx": 4096, "top_k": 1},
        keep_alive="10m",
        think=False,
    )
    ask = brain.ask
    assert (ask.model, ask.temperature, ask.seed, ask.max_tokens, ask.stop) == ("practice-small", 0.5, 3, None, ("x",))
    assert ask.thinking is None
    image = ask.turns[1].blocks[1]
    assert (image.media_type, image.data) == ("image/png", b"\x89PNG\r\n")
    calls = [block.id for block in ask.turns[2].blocks if isinstance(block, ToolCall)]
    assert [turn.blocks[0].call_id for turn in ask.turns[3:]] == [calls[1], calls[0], calls[2]]


def _call(name: str) -> dict[str, Any]:
    return {"function": {"name": name, "arguments": {}}}


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"model": None}, "model is required"),
        ({"model": ""}, "model is required"),
        ({"messages": "x"}, "json: cannot unmarshal string into Go struct field messages of type []interface {}"),
        ({"messages": [{"role": "robot"}]}, "invalid role: robot, role must be one of [system, user, assistant, tool]"),
        ({"messages": [{"role": "user", "images": ["?"]}]}, "illegal base64 data"),
        ({"messages": [{"role": "user", "images": ["aGk="]}]}, "image: unknown format"),
        ({"options": {"temprature": 1}}, 'invalid option provided: "temprature"'),
        ({"options": {"seed": "1"}}, 'option "seed" must be of type integer'),
        ({"options": {"stop": [1]}}, 'option "stop" must be of an array of strings'),
        ({"options": {"temperature": "hot"}}, 'option "temperature" must be of type float32'),
        ({"colour": "red"}, 'json: unknown field "colour"'),
        ({"format": "xml"}, 'expected "json" or a valid JSON Schema object'),
        ({"think": "deeply"}, 'invalid think value: "deeply" (must be "high", "medium", "low", true, or false)'),
        ({"logprobs": True, "top_logprobs": 21}, "top_logprobs must be between 0 and 20"),
        ({"keep_alive": "soon"}, 'time: invalid duration "soon"'),
        ({"tools": [{"type": "web_search", "function": {}}]}, "invalid tool type: web_search"),
        ({"stream": "no"}, "json: cannot unmarshal string into Go struct field stream of type bool"),
    ],
)
def test_a_wrong_request_is_refused(provider: Any, key: str, body: dict[str, Any], words: str) -> None:
    sent = {"model": "practice-small", "messages": USER} | body
    reply = provider.send("POST", "/ollama/api/chat", key, json=sent)
    assert reply.status_code == 400
    assert words in reply.json()["error"]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"suffix": "}"}, "do not support insert"),
        ({"context": [1]}, "keeps no contexts"),
        ({"width": 512}, "make no pictures"),
        ({"raw": True, "system": "s"}, "raw mode does not support template, system, or context"),
    ],
)
def test_what_generate_does_not_offer_is_refused(provider: Any, key: str, body: dict[str, Any], words: str) -> None:
    reply = provider.send("POST", "/ollama/api/generate", key, json={"model": "practice-small", "prompt": "x"} | body)
    assert (reply.status_code, words in reply.json()["error"]) == (400, True)


def test_a_reply_without_turns_is_that_of_a_loaded_model() -> None:
    request = ollama_chat.read({"model": "m"}, {})
    assert ollama_chat.write(request, Models(()))["done_reason"] == "load"


def test_a_plain_http_client_reads_one_json_object_per_line(provider: Any) -> None:
    with (
        httpx2.Client(trust_env=False) as client,
        client.stream(
            "POST",
            f"{provider.url}/ollama/api/generate",
            json={"model": "practice-small", "prompt": "What is a boiler?"},
        ) as reply,
    ):
        parts = [json.loads(line) for line in reply.iter_lines()]
    assert [part["done"] for part in parts][-1]
