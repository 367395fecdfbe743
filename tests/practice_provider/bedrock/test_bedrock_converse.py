"""Converse and ConverseStream through boto3, and every reply compared strictly with AWS's own description."""

import json
from collections.abc import Callable, Sequence
from typing import Any

import httpx2
import pytest

from practice_provider.core import Ask, Reply, Said, Stop, Text, Thinking, ToolCall, Turn, Usage, events
from practice_provider.event_stream import encode
from practice_provider.wires import bedrock_converse

USER = [{"role": "user", "content": [{"text": "What is a boiler?"}]}]
WEATHER = {
    "toolSpec": {
        "name": "get_weather",
        "description": "Get the weather in a city",
        "inputSchema": {
            "json": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
        },
    }
}
PLACE = {
    "type": "object",
    "properties": {"city": {"type": "string"}, "nights": {"type": "integer"}},
    "required": ["city", "nights"],
    "additionalProperties": False,
}
REPLIES: dict[str, Reply] = {
    "words": Reply("1", "m", (Text("Grüezi mitenand."),), "end", Usage(9, 4)),
    "stopped": Reply("1", "m", (Text("a"),), "stop_sequence", Usage(9, 1), "b"),
    "cut": Reply("1", "m", (Text("a"),), "length", Usage(9, 1)),
    "refused": Reply("1", "m", (), "refusal", Usage(9, 0)),
    "cached": Reply("1", "m", (Text("a"),), "end", Usage(90, 1, cached=50, cache_written=30)),
    "thought": Reply(
        "1",
        "m",
        (Thinking("Hm, well.", "sig"), Text("Yes."), ToolCall("call_7", "f", {"a": [1, "ü"]})),
        "tool",
        Usage(9, 8),
    ),
    "unsigned": Reply("1", "m", (Thinking("Hm."), Text("Yes.")), "end", Usage(9, 8)),
}
ASK = Ask("m", (Turn("user", (Text("x"),)),))
REPEATING = Ask(
    "m",
    ASK.turns,
    echo={"repeated": {"serviceTier": {"type": "flex"}}, "paths": ("/stop_sequence",)},
)


def said(reply: dict[str, Any]) -> str:
    return "".join(block.get("text", "") for block in reply["output"]["message"]["content"])


def assembled(stream: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Put the events of a stream together to what Converse would have replied."""
    blocks: dict[int, dict[str, Any]] = {}
    whole: dict[str, Any] = {}
    for event in stream:
        ((name, value),) = event.items()
        if name == "contentBlockStart":
            blocks[value["contentBlockIndex"]] = {"toolUse": {**value["start"]["toolUse"], "input": ""}}
        elif name == "contentBlockDelta":
            _add(blocks.setdefault(value["contentBlockIndex"], {}), value["delta"])
        elif name in ("messageStop", "metadata"):
            whole |= value
    for block in blocks.values():
        if "toolUse" in block:
            block["toolUse"]["input"] = json.loads(block["toolUse"]["input"])
    return {"output": {"message": {"role": "assistant", "content": [blocks[n] for n in sorted(blocks)]}}} | whole


def _add(block: dict[str, Any], delta: dict[str, Any]) -> None:
    ((kind, value),) = delta.items()
    if kind == "text":
        block["text"] = block.get("text", "") + value
    elif kind == "toolUse":
        block["toolUse"]["input"] += value["input"]
    else:
        thought = block.setdefault("reasoningContent", {"reasoningText": {}})["reasoningText"]
        for name, piece in value.items():
            thought[name] = thought.get(name, "") + piece


# ---- the shape of replies ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("ask", [ASK, REPEATING], ids=["plain", "repeating"])
@pytest.mark.parametrize("name", REPLIES)
def test_every_reply_is_what_awss_description_says(strict: Any, name: str, ask: Ask) -> None:
    written = bedrock_converse.write(ask, REPLIES[name])
    assert list(strict.problems(strict.output("Converse"), written)) == []


@pytest.mark.parametrize("ask", [ASK, REPEATING], ids=["plain", "repeating"])
@pytest.mark.parametrize("name", REPLIES)
def test_every_event_is_what_awss_description_says(strict: Any, messages: Any, name: str, ask: Ask) -> None:
    frames = bedrock_converse.stream(ask, events(REPLIES[name]))
    union = strict.output("ConverseStream").members["stream"]
    for headers, payload in messages(b"".join(map(encode, frames))):
        assert (headers[":message-type"], headers[":content-type"]) == ("event", "application/json")
        event = {headers[":event-type"]: json.loads(payload)}
        assert list(strict.problems(union, event)) == []


@pytest.mark.parametrize("name", REPLIES)
def test_a_reassembled_stream_is_the_plain_reply(name: str) -> None:
    stream = [{str(frame.event): frame.data} for frame in bedrock_converse.stream(REPEATING, events(REPLIES[name]))]
    assert assembled(stream) == bedrock_converse.write(REPEATING, REPLIES[name])


def test_the_strict_reader_finds_what_is_missing_and_what_is_too_much(strict: Any) -> None:
    written = bedrock_converse.write(ASK, REPLIES["words"])
    del written["usage"]["inputTokens"]
    written["extra"] = written["output"]["message"]["content"][0]["more"] = 1
    problems = " ".join(strict.problems(strict.output("Converse"), written))
    for place in (".usage.inputTokens is missing", ".extra is unknown", "content[0].more is unknown"):
        assert place in problems


def test_tokens_from_the_cache_are_counted_beside_the_others() -> None:
    usage = bedrock_converse.write(ASK, REPLIES["cached"])["usage"]
    assert usage == {
        "inputTokens": 10,
        "outputTokens": 1,
        "totalTokens": 91,
        "cacheReadInputTokens": 50,
        "cacheWriteInputTokens": 30,
    }


@pytest.mark.parametrize(
    ("stop", "spelled"),
    [("end", "end_turn"), ("length", "max_tokens"), ("refusal", "content_filtered"), ("tool", "tool_use")],
)
def test_the_reason_to_stop_is_awss(stop: Stop, spelled: str) -> None:
    blocks: tuple[Said, ...] = (Text("a"),)
    assert bedrock_converse.write(ASK, Reply("1", "m", blocks, stop, Usage(1, 1)))["stopReason"] == spelled


# ---- through boto3 ----------------------------------------------------------------------------------------------


def test_boto3_converses(provider: Any, connect: Callable[..., Any]) -> None:
    reply = connect(provider.url).converse(
        modelId="practice-large",
        system=[{"text": "Answer only from the text."}],
        messages=[
            {"role": "user", "content": [{"text": "The boiler holds 1.8 litres.\n\nHow much does the boiler hold?"}]}
        ],
        inferenceConfig={"maxTokens": 100, "temperature": 0.0, "topP": 0.9},
    )
    assert "1.8 litres" in said(reply)
    assert reply["stopReason"] == "end_turn"
    assert reply["usage"]["totalTokens"] == reply["usage"]["inputTokens"] + reply["usage"]["outputTokens"]
    assert reply["metrics"]["latencyMs"] > 0
    assert reply["ResponseMetadata"]["RequestId"]


def test_boto3_streams_what_it_would_converse(provider: Any, connect: Callable[..., Any]) -> None:
    client = connect(provider.url)
    ask = {"modelId": "practice-large", "messages": USER, "inferenceConfig": {"maxTokens": 40}}
    plain = client.converse(**ask)
    stream = [*client.converse_stream(**ask)["stream"]]
    assert [*stream[0]] == ["messageStart"]
    assert [*stream[-2]], [*stream[-1]] == (["messageStop"], ["metadata"])
    assert len([event for event in stream if "contentBlockDelta" in event]) > 3
    assert assembled(stream) == {name: value for name, value in plain.items() if name != "ResponseMetadata"}


@pytest.mark.parametrize(
    "model",
    [
        "practice-large",
        "us.anthropic.practice-large-v1:0",
        "arn:aws:bedrock:us-east-1::foundation-model/anthropic.practice-large-v1:0",
        "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.practice-large",
    ],
)
def test_ids_and_arns_that_end_in_a_models_name_name_it(provider: Any, connect: Callable[..., Any], model: str) -> None:
    assert said(connect(provider.url).converse(modelId=model, messages=USER))


def test_a_name_with_a_dot_and_a_digit_stays_whole() -> None:
    assert bedrock_converse.read({"messages": USER}, {"model": "llama3.2:1b"}).model == "llama3.2:1b"


def test_a_tool_is_called_and_its_result_used(provider: Any, connect: Callable[..., Any]) -> None:
    client = connect(provider.url)
    config = {"tools": [WEATHER], "toolChoice": {"auto": {}}}
    talk: list[dict[str, Any]] = [{"role": "user", "content": [{"text": "What is the weather in Turin?"}]}]
    first = client.converse(modelId="practice-large", messages=talk, toolConfig=config)
    assert first["stopReason"] == "tool_use"
    call = first["output"]["message"]["content"][-1]["toolUse"]
    assert (call["name"], call["input"]) == ("get_weather", {"city": "Turin"})
    result = {
        "toolUseId": call["toolUseId"],
        "content": [{"json": {"sky": "clear", "celsius": 21}}],
        "status": "success",
    }
    talk += [first["output"]["message"], {"role": "user", "content": [{"toolResult": result}]}]
    last = client.converse(modelId="practice-large", messages=talk, toolConfig=config)
    assert last["stopReason"] == "end_turn"
    assert "21" in said(last)


def test_a_call_is_streamed_as_pieces_of_its_arguments(provider: Any, connect: Callable[..., Any]) -> None:
    stream = connect(provider.url).converse_stream(
        modelId="practice-large",
        messages=[{"role": "user", "content": [{"text": "What is the weather in Turin?"}]}],
        toolConfig={"tools": [WEATHER], "toolChoice": {"tool": {"name": "get_weather"}}},
    )
    whole = assembled([*stream["stream"]])
    assert whole["stopReason"] == "tool_use"
    assert whole["output"]["message"]["content"][0]["toolUse"]["input"] == {"city": "Turin"}


def test_an_answer_follows_the_schema_that_was_asked_for(provider: Any, connect: Callable[..., Any]) -> None:
    structure = {"jsonSchema": {"schema": json.dumps(PLACE), "name": "place"}}
    reply = connect(provider.url).converse(
        modelId="practice-large",
        messages=[{"role": "user", "content": [{"text": "I stay in Turin for 3 nights."}]}],
        outputConfig={"textFormat": {"type": "json_schema", "structure": structure}},
    )
    assert json.loads(said(reply)) == {"city": "Turin", "nights": 3}


def test_a_stop_sequence_is_met_and_told(brain: Any, connect: Callable[..., Any]) -> None:
    brain.result = REPLIES["stopped"]
    reply = connect(brain.url).converse(
        modelId="practice-small",
        messages=USER,
        inferenceConfig={"stopSequences": ["b"]},
        additionalModelResponseFieldPaths=["/stop_sequence"],
        performanceConfig={"latency": "standard"},
        serviceTier={"type": "default"},
    )
    assert brain.ask.stop == ("b",)
    assert reply["stopReason"] == "stop_sequence"
    assert reply["additionalModelResponseFields"] == {"stop_sequence": "b"}
    assert (reply["performanceConfig"], reply["serviceTier"]) == ({"latency": "standard"}, {"type": "default"})


def test_boto3_reads_a_stream_of_thoughts(brain: Any, connect: Callable[..., Any]) -> None:
    brain.result = REPLIES["thought"]
    stream = connect(brain.url).converse_stream(
        modelId="practice-small",
        messages=USER,
        additionalModelRequestFields={"thinking": {"type": "enabled", "budget_tokens": 2000}},
    )
    content = assembled([*stream["stream"]])["output"]["message"]["content"]
    assert brain.ask.thinking == 2000
    assert content[0] == {"reasoningContent": {"reasoningText": {"text": "Hm, well.", "signature": "sig"}}}
    assert content[2]["toolUse"] == {"toolUseId": "tooluse_7", "name": "f", "input": {"a": [1, "ü"]}}


def test_the_endpoint_may_come_from_the_environment(
    provider: Any, aws: Any, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", f"{provider.url}/bedrock")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "practice-secret")
    import boto3

    reply = (
        boto3.Session(region_name="eu-central-1")
        .client("bedrock-runtime")
        .converse(modelId="practice-small", messages=USER)
    )
    assert said(reply)


def test_a_bearer_token_will_do(provider: Any, key: str) -> None:
    reply = httpx2.post(
        f"{provider.url}/bedrock/model/practice-small/converse",
        headers={"authorization": f"Bearer {key}"},
        json={"messages": USER},
        trust_env=False,
    )
    assert reply.status_code == 200
    assert said(reply.json())


def test_the_same_ask_gives_the_same_bytes(provider: Any) -> None:
    def ask(key: str) -> bytes:
        body = {"messages": USER}
        return bytes(provider.send("POST", "/bedrock/model/practice-small/converse-stream", key, json=body).content)

    assert ask("practice-bytes-1") == ask("practice-bytes-2")


def test_tokens_are_counted(provider: Any, connect: Callable[..., Any]) -> None:
    client = connect(provider.url)
    counted = client.count_tokens(modelId="practice-large", input={"converse": {"messages": USER}})
    reply = client.converse(modelId="practice-large", messages=USER)
    assert counted["inputTokens"] == reply["usage"]["inputTokens"]


def test_the_models_are_listed(provider: Any, connect: Callable[..., Any], strict_list: Any) -> None:
    client = connect(provider.url, "bedrock")
    ids = [model["modelId"] for model in client.list_foundation_models()["modelSummaries"]]
    assert {"practice-large", "practice-small", "practice-embed"} <= set(ids)
    one = client.get_foundation_model(modelIdentifier="practice-small")["modelDetails"]
    assert one["responseStreamingSupported"] is True
    for path, operation in (
        ("foundation-models", "ListFoundationModels"),
        ("foundation-models/practice-small", "GetFoundationModel"),
    ):
        raw = provider.send("GET", f"/bedrock/{path}", "practice-list").json()
        assert list(strict_list.problems(strict_list.output(operation), raw)) == []
