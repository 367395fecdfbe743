"""Gemini through Google's own SDK; every reply is also held against its types, which forbid unknown fields."""

import asyncio
import base64
from collections.abc import Iterator
from typing import Any

import httpx2
import pydantic
import pytest
from google.genai import Client, errors, types

PNG = b"\x89PNG\r\n\x1a\n" + b"\xff\xfe" * 10
WEATHER = types.FunctionDeclaration(
    name="get_weather",
    description="Weather of a city",
    parameters=types.Schema(
        type=types.Type.OBJECT,
        properties={"city": types.Schema(type=types.Type.STRING), "days": types.Schema(type=types.Type.INTEGER)},
        required=["city"],
        property_ordering=["days", "city"],
    ),
)
CLOCK = types.FunctionDeclaration(name="get_time", parameters_json_schema={"type": "object", "properties": {}})
TOOLS = [types.Tool(function_declarations=[WEATHER, CLOCK])]


class Number(pydantic.BaseModel):
    n: int
    note: str | None
    words: list[str]


@pytest.fixture
def client(rules: str, key: str) -> Iterator[Client]:
    client = Client(api_key=key, http_options=types.HttpOptions(base_url=f"{rules}/gemini"))
    yield client
    client.close()


def ask(client: Client, contents: Any = "Hello there", **config: Any) -> types.GenerateContentResponse:
    return client.models.generate_content(
        model="practice-large", contents=contents, config=types.GenerateContentConfig(**config)
    )


def post(rules: str, key: str, body: Any, verb: str = "generateContent") -> httpx2.Response:
    url = f"{rules}/gemini/v1beta/models/practice-large:{verb}"
    return httpx2.post(url, json=body, headers={"x-goog-api-key": key}, timeout=10, trust_env=False)


GRID: dict[str, dict[str, Any]] = {
    "plain": {},
    "system": {"system_instruction": "Be brief."},
    "short": {"max_output_tokens": 1},
    "stopped": {"stop_sequences": ["there"], "temperature": 0.5, "seed": 1, "top_p": 0.9, "candidate_count": 1},
    "tools": {"tools": TOOLS},
    "json": {"response_mime_type": "application/json"},
    "schema": {"response_mime_type": "application/json", "response_schema": Number},
    "json schema": {
        "response_mime_type": "application/json",
        "response_json_schema": {"type": "object", "properties": {"n": {"type": "integer"}}},
    },
    "candidates": {"candidate_count": 3},
    "logprobs": {"response_logprobs": True, "logprobs": 1},
    "thoughts": {"thinking_config": types.ThinkingConfig(include_thoughts=True, thinking_budget=-1)},
    "thoughts and tools": {"tools": TOOLS, "thinking_config": types.ThinkingConfig(include_thoughts=True)},
    "hidden thoughts": {"thinking_config": types.ThinkingConfig(thinking_level="LOW")},
    "enum": {"response_mime_type": "text/x.enum", "response_schema": {"type": "STRING", "enum": ["red", "blue"]}},
    "no thinking": {"thinking_config": types.ThinkingConfig(thinking_budget=0)},
}


def joined(chunks: list[types.GenerateContentResponse]) -> dict[int, Any]:
    """Choice → its words, its thoughts, its calls, its signatures, why it ended, and the chances of its words."""
    told: dict[int, Any] = {}
    for candidate in (candidate for chunk in chunks for candidate in chunk.candidates):
        own = told.setdefault(candidate.index, {"words": "", "thoughts": "", "calls": [], "signed": []})
        for part in candidate.content.parts:
            own["thoughts" if part.thought else "words"] += part.text or ""
            own["calls"] += [part.function_call] if part.function_call else []
            own["signed"] += [part.thought_signature] if part.thought_signature else []
        own["end"] = candidate.finish_reason
        own["chances"] = (candidate.avg_logprobs, candidate.logprobs_result)
    return told


@pytest.mark.parametrize("config", GRID.values(), ids=GRID.keys())
def test_a_streamed_reply_is_the_plain_reply(client: Client, config: dict[str, Any]) -> None:
    plain = ask(client, **config)
    options = types.GenerateContentConfig(**config)
    chunks = list(client.models.generate_content_stream(model="practice-large", contents="Hello there", config=options))
    assert joined(chunks) == joined([plain])
    assert chunks[-1].usage_metadata == plain.usage_metadata
    assert {(chunk.response_id, chunk.model_version) for chunk in chunks} == {("1", "practice-large")}


def test_several_candidates_are_told_apart(client: Client) -> None:
    told = joined([ask(client, candidate_count=3)])
    assert [told[index]["words"] for index in range(3)] == ["Hello there", "Hello there (1)", "Hello there (2)"]
    assert ask(client, candidate_count=3).usage_metadata.candidates_token_count == 21


def test_the_chances_of_words_come_with_alternatives(client: Client) -> None:
    candidate = ask(client, response_logprobs=True, logprobs=1).candidates[0]
    chosen, top = candidate.logprobs_result.chosen_candidates, candidate.logprobs_result.top_candidates
    assert ([chance.token for chance in chosen], candidate.avg_logprobs) == (["Hello", " there"], -0.25)
    assert [[chance.token for chance in row.candidates] for row in top] == [["Hi"], ["Hi"]]
    assert not ask(client, response_logprobs=True).candidates[0].logprobs_result.top_candidates[0].candidates


@pytest.mark.parametrize(
    ("config", "note"),
    [
        ({"include_thoughts": True}, "a note of 8192"),
        ({"include_thoughts": True, "thinking_budget": 512}, "a note of 512"),
        ({"include_thoughts": True, "thinking_level": "LOW"}, "a note of 1024"),
        ({"thinking_budget": 512}, ""),
    ],
)
def test_thoughts_are_told_if_asked_for_and_counted_in_any_case(
    client: Client, config: dict[str, Any], note: str
) -> None:
    reply = ask(client, thinking_config=types.ThinkingConfig(**config))
    told = joined([reply])[0]
    assert (told["thoughts"], told["words"], told["signed"]) == (note, "Hello there", [b"sig"])
    usage = reply.usage_metadata
    assert (usage.thoughts_token_count, usage.candidates_token_count, usage.total_token_count) == (2, 5, 27)


def test_thoughts_and_signatures_are_handed_back(client: Client) -> None:
    config = types.ThinkingConfig(include_thoughts=True)
    said = ask(client, tools=TOOLS, thinking_config=config).candidates[0].content
    answers = [
        types.Part.from_function_response(name=name, response={"result": "x"}) for name in ("get_weather", "get_time")
    ]
    told = ask(client, ["Hello there", said, types.Content(role="user", parts=answers)]).text
    assert "thought a note of 8192  | call call_0 get_weather" in told


def test_a_word_of_an_enumeration_comes_bare(client: Client) -> None:
    schema = {"type": "STRING", "enum": ["red", "blue"]}
    assert ask(client, response_mime_type="text/x.enum", response_schema=schema).text == "red"


def test_an_answer_of_a_function_may_hold_a_picture(client: Client) -> None:
    called = ask(client, "Weather?", tools=TOOLS).candidates[0].content
    picture = types.FunctionResponsePart(inline_data=types.FunctionResponseBlob(mime_type="image/png", data=PNG))
    answers = [
        types.Part.from_function_response(name="get_weather", response={"result": "see"}, parts=[picture]),
        types.Part.from_function_response(name="get_time", response={"error": "no clock"}),
    ]
    told = ask(client, ["Weather?", called, types.Content(role="user", parts=answers)]).text
    assert f"result call_0 see +image image/png {len(PNG)}" in told


@pytest.mark.parametrize(
    "uri", ["https://generativelanguage.googleapis.com/v1beta/files/abc", "files/abc"], ids=["url", "name"]
)
def test_a_file_that_was_never_uploaded_gets_the_vendors_403(client: Client, uri: str) -> None:
    with pytest.raises(errors.ClientError, match="File 'abc'") as caught:
        ask(client, types.Part.from_uri(file_uri=uri, mime_type="image/png"))
    assert (caught.value.code, caught.value.status) == (403, "PERMISSION_DENIED")


@pytest.mark.parametrize("version", ["v1", "v1beta", "v1alpha"])
def test_every_version_answers_and_no_other(rules: str, key: str, version: str) -> None:
    client = Client(api_key=key, http_options=types.HttpOptions(base_url=f"{rules}/gemini", api_version=version))
    assert ask(client).text == "Hello there"
    client.close()
    url = f"{rules}/gemini/v9/models/practice-large:generateContent"
    reply = httpx2.post(url, json={"contents": "x"}, headers={"x-goog-api-key": key}, timeout=10, trust_env=False)
    assert (reply.status_code, reply.json()["error"]["status"]) == (404, "NOT_FOUND")


def test_snake_case_schemas_are_read(rules: str, key: str) -> None:
    declared = {"name": "f", "parameters_json_schema": {"type": "object", "properties": {"n": {"type": "integer"}}}}
    body = {"contents": "go", "tools": [{"function_declarations": [declared]}]}
    part = post(rules, key, body).json()["candidates"][0]["content"]["parts"][0]
    assert part["functionCall"]["args"] == {"n": 3}


@pytest.mark.parametrize("verb", ["generateContent", "streamGenerateContent?alt=sse"])
@pytest.mark.parametrize("contents", [["Hello"], ["REFUSE"]])
def test_the_types_know_every_field_of_a_reply(rules: str, key: str, verb: str, contents: list[str]) -> None:
    tools = [{"functionDeclarations": [{"name": "f"}]}]
    for body in ({"contents": contents}, {"contents": contents, "tools": tools}):
        reply = post(rules, key, body, verb)
        lines = reply.text.removeprefix("data: ").strip().split("\n\ndata: ") if verb[0] == "s" else [reply.text]
        for line in lines:
            types.GenerateContentResponse.model_validate_json(line)


def test_the_finish_reason_says_why(client: Client) -> None:
    reasons = types.FinishReason
    assert ask(client).candidates[0].finish_reason is reasons.STOP
    assert ask(client, max_output_tokens=1).candidates[0].finish_reason is reasons.MAX_TOKENS
    assert ask(client, "REFUSE").candidates[0].finish_reason is reasons.SAFETY
    stopped = ask(client, stop_sequences=["there"])
    assert (stopped.text, stopped.candidates[0].finish_reason) == ("Hello ", reasons.STOP)


def test_the_usage_counts_cached_tokens_among_the_prompt(client: Client) -> None:
    usage = ask(client).usage_metadata
    assert (usage.prompt_token_count, usage.cached_content_token_count) == (20, 4)
    assert (usage.candidates_token_count, usage.total_token_count) == (7, 27)


def test_a_schema_gives_a_typed_answer(client: Client) -> None:
    reply = ask(client, response_mime_type="application/json", response_schema=Number)
    assert reply.parsed == Number(n=3, note="a word, Käse", words=["a word, Käse"])


def test_both_kinds_of_function_schema_reach_the_model(client: Client) -> None:
    calls = ask(client, tools=TOOLS).function_calls
    assert [(call.name, call.args) for call in calls] == [
        ("get_weather", {"days": 3, "city": "a word, Käse"}),
        ("get_time", {}),
    ]
    assert list(calls[0].args) == ["days", "city"]


def test_a_function_is_called_and_its_answer_comes_back(client: Client) -> None:
    called = ask(client, "Weather?", tools=TOOLS).candidates[0].content
    answers = [
        types.Part.from_function_response(name="get_time", response={"error": "no clock"}),
        types.Part.from_function_response(name="get_weather", response={"result": "18 °C"}),
        types.Part.from_text(text="And now?"),
    ]
    contents = ["Weather?", called, types.Content(role="user", parts=answers)]
    told = ask(client, contents).text
    assert told.endswith("error call_1 no clock | result call_0 18 °C | And now?")


def test_the_sdk_can_call_a_python_function_by_itself(client: Client) -> None:
    def get_weather(city: str) -> str:
        """Weather of a city."""
        return f"sunny in {city}"

    assert "result call_0 sunny in a word, Käse" in ask(client, "Weather?", tools=[get_weather]).text


def test_a_chat_sends_its_streamed_history_back(client: Client) -> None:
    chat = client.chats.create(model="practice-large", config=types.GenerateContentConfig(tools=TOOLS))
    list(chat.send_message_stream("Weather?"))
    answers = [
        types.Part.from_function_response(name=name, response={"output": {"n": 1}})
        for name in ("get_weather", "get_time")
    ]
    assert 'result call_1 {"n": 1}' in chat.send_message(answers).text


def test_functions_without_ids_are_matched_by_name_and_order(rules: str, key: str) -> None:
    call, answer = {"name": "f", "args": {}}, {"name": "f", "response": {"a": 1, "b": 2}}
    contents = [
        {"role": "user", "parts": [{"text": "go"}]},
        {"role": "model", "parts": [{"functionCall": call}, {"function_call": call}]},
        {"role": "function", "parts": [{"functionResponse": answer}, {"function_response": answer}]},
    ]
    text = post(rules, key, {"contents": contents}).json()["candidates"][0]["content"]["parts"][0]["text"]
    assert text.endswith('result call-1-0 {"a": 1, "b": 2} | result call-1-1 {"a": 1, "b": 2}')


@pytest.mark.parametrize(
    ("mode", "allowed", "called"),
    [
        ("AUTO", None, ["get_weather", "get_time"]),
        ("ANY", None, ["get_weather", "get_time"]),
        ("ANY", ["get_time"], ["get_time"]),
        ("NONE", None, []),
    ],
)
def test_the_calling_mode_is_obeyed(client: Client, mode: str, allowed: list[str] | None, called: list[str]) -> None:
    calling = types.FunctionCallingConfig(mode=mode, allowed_function_names=allowed)
    reply = ask(client, tools=TOOLS, tool_config=types.ToolConfig(function_calling_config=calling))
    assert [call.name for call in reply.function_calls or []] == called


def test_pictures_sounds_and_documents_reach_the_model(client: Client) -> None:
    contents = [
        types.Part.from_bytes(data=PNG, mime_type="image/png"),
        types.Part.from_bytes(data=b"RIFF", mime_type="audio/wav"),
        types.Part.from_bytes(data=b"%PDF-1.7", mime_type="application/pdf"),
        types.Part.from_uri(file_uri="https://example.com/a.png", mime_type="image/png"),
        "What is it?",
    ]
    assert ask(client, contents).text.split(" | ") == [
        f"image image/png {len(PNG)}",
        "audio audio/wav 4",
        "document - application/pdf %PDF-1.7",
        "image https://example.com/a.png 0",
        "What is it?",
    ]


def test_strings_are_taken_as_contents(rules: str, key: str) -> None:
    for contents in ("hi", ["hi"], {"parts": [{"text": "hi"}]}, [{"parts": ["hi"]}]):
        body = {"contents": contents, "system_instruction": "be brief"}
        reply = post(rules, key, body).json()
        assert reply["candidates"][0]["content"]["parts"] == [{"text": "be brief | hi"}]


def test_tokens_are_counted(client: Client, rules: str, key: str) -> None:
    assert client.models.count_tokens(model="practice-large", contents="one two").total_tokens == 2
    whole = {"model": "models/practice-large", "contents": "one two", "systemInstruction": "be brief"}
    assert post(rules, key, {"generateContentRequest": whole}, "countTokens").json() == {"totalTokens": 4}


def test_texts_are_embedded(client: Client, rules: str, key: str) -> None:
    reply = client.models.embed_content(
        model="practice-embed",
        contents=["one", "two"],
        config=types.EmbedContentConfig(output_dimensionality=8, task_type="RETRIEVAL_QUERY"),
    )
    assert [embedding.values for embedding in reply.embeddings] == [[1.0] + [0.0] * 7] * 2
    url = f"{rules}/gemini/v1beta/models/practice-embed:embedContent"
    body = {"content": {"parts": [{"text": "one"}]}}
    single = httpx2.post(url, json=body, headers={"x-goog-api-key": key}, timeout=10, trust_env=False).json()
    assert len(single["embedding"]["values"]) == 384


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"taskType": "SEARCH"}, "Use one of: TASK_TYPE_UNSPECIFIED, RETRIEVAL_QUERY"),
        ({"taskType": "CLUSTERING", "title": "t"}, "only available for the task type `RETRIEVAL_DOCUMENT`"),
        ({"outputDimensionality": 0}, "output_dimensionality must be positive"),
        ({"dimensions": 8}, 'Unknown name "dimensions"'),
    ],
)
def test_what_does_not_go_with_embeddings_is_refused(rules: str, key: str, fields: dict[str, Any], words: str) -> None:
    url = f"{rules}/gemini/v1beta/models/practice-embed:embedContent"
    body = {"content": {"parts": [{"text": "one"}]}} | fields
    reply = httpx2.post(url, json=body, headers={"x-goog-api-key": key}, timeout=10, trust_env=False)
    assert (reply.status_code, words in reply.json()["error"]["message"]) == (400, True), reply.text


def test_models_are_listed_page_by_page(client: Client, rules: str, key: str) -> None:
    pager = client.models.list(config={"page_size": 2})
    assert (len(pager.page), len(list(pager))) == (2, 4)
    reply = httpx2.get(f"{rules}/gemini/v1beta/models?pageToken=x&key={key}", timeout=10, trust_env=False)
    assert reply.status_code == 400


def test_models_are_listed_and_told(client: Client) -> None:
    names = [model.name for model in client.models.list()]
    assert names == [f"models/practice-{name}" for name in ("reasoner", "large", "small", "embed")]
    one = client.models.get(model="practice-small")
    assert (one.display_name, one.input_token_limit, one.supported_actions[0]) == (
        *("Practice Small", 32_000),
        "generateContent",
    )


async def _both(client: Client) -> tuple[Any, Any]:
    options: dict[str, Any] = {
        "model": "practice-large",
        "contents": "Weather?",
        "config": types.GenerateContentConfig(tools=TOOLS),
    }
    plain = await client.aio.models.generate_content(**options)
    stream = await client.aio.models.generate_content_stream(**options)
    chunks = [chunk async for chunk in stream]
    await client.aio.aclose()
    return joined([plain]), joined(chunks)


# The SDK itself subclasses aiohttp's session, which aiohttp warns of.
@pytest.mark.filterwarnings("ignore:Inheritance class AiohttpClientSession:DeprecationWarning")
def test_the_asynchronous_client_gets_the_same(client: Client) -> None:
    plain, streamed = asyncio.run(_both(client))
    assert plain == streamed
    assert len(plain[0]["calls"]) == 2


# ---- refusals --------------------------------------------------------------------------------------------------

CALL = {"role": "model", "parts": [{"functionCall": {"name": "f"}}]}
ANSWER = {"role": "user", "parts": [{"functionResponse": {"name": "g", "response": {}}}]}
USER = {"role": "user", "parts": [{"text": "hi"}]}


def tool(**fields: Any) -> dict[str, Any]:
    return {"tools": [{"functionDeclarations": [{"name": "f"} | fields]}]}


def config(**fields: Any) -> dict[str, Any]:
    return {"generationConfig": fields}


def mode(**fields: Any) -> dict[str, Any]:
    return {"toolConfig": {"functionCallingConfig": fields}}


REFUSALS: list[tuple[dict[str, Any], str]] = [
    ({"contents": None}, "GenerateContentRequest.contents: contents is not specified"),
    ({"contents": []}, "GenerateContentRequest.contents: contents is not specified"),
    ({"contents": [{"role": "user"}]}, "contents[0]: contents.parts must not be empty"),
    ({"contents": [{"role": "robot", "parts": ["x"]}]}, "Please use a valid role: user, model"),
    ({"contents": [{"parts": [{}]}]}, "contents[0].parts[0]: data: required oneof field 'data' must have one"),
    ({"contents": [{"parts": [{"text": 5}]}]}, "Invalid value at 'contents[0].parts[0].text' (TYPE_STRING), 5"),
    ({"contents": [{"parts": [{"inlineData": {"mimeType": "image/png", "data": "?"}}]}]}, "(TYPE_BYTES), Base64"),
    (
        {"contents": [{"parts": [{"inlineData": {"mimeType": "video/mp4", "data": ""}}]}]},
        "Unsupported MIME type: video",
    ),
    ({"contents": [USER, ANSWER]}, "function response turn comes immediately after a function call turn"),
    ({"contents": [USER, CALL, USER]}, "number of function response parts is equal to the number of function call"),
    ({"contents": [USER, CALL, ANSWER]}, "answers 'function:g', but the calls that wait for an answer are: f"),
    ({"messages": []}, 'Invalid JSON payload received. Unknown name "messages": Cannot find field.'),
    ({"cachedContent": "x"}, "cached_content: not offered"),
    ({"tools": [{"googleSearch": {}}]}, "tools[0].google_search: the practice models run no tools themselves"),
    (tool(name="a b"), "Invalid function name 'a b'"),
    (tool(parameters={}, parametersJsonSchema={}), "are mutually exclusive"),
    (
        tool(parameters={"type": "OBJECT", "properties": {"a": {"const": 1}}}),
        "Unknown name \"const\" at 'tools[0].function_declarations[0].parameters.properties.a': Cannot find field.",
    ),
    (tool(parameters={"type": ["string", "null"]}), "parameters.type' (TYPE_STRING)"),
    (mode(mode="ANY"), "Function calling config is set without function_declarations"),
    (tool() | mode(mode="AUTO", allowedFunctionNames=["f"]), "only when function calling mode is ANY"),
    (tool() | mode(mode="ANY", allowedFunctionNames=["g"]), "'g' is not declared; the functions are: f"),
    (tool() | mode(mode="SOME"), "Use one of: MODE_UNSPECIFIED, AUTO"),
    (config(candidateCount=9), "candidate_count: must be in the range [1, 8], you sent 9"),
    (config(logprobs=3), "logprobs can be set only when response_logprobs is true"),
    (config(responseLogprobs=True, logprobs=21), "logprobs: must be in the range [0, 20]"),
    (config(responseMimeType="text/x.enum"), "needs a response_schema of type STRING with an enum"),
    ({"toolConfig": {"mode": "ANY"}}, "Unknown name \"mode\" at 'tool_config'"),
    (
        {"contents": [USER, CALL, {"parts": [{"functionResponse": {"name": "f", "parts": [{"text": "x"}]}}]}]},
        'Unknown name "text"',
    ),
    (config(maxOutputTokens=0), "max_output_tokens must be positive"),
    (config(maxOutputTokens="9"), "(TYPE_INT32), '9'"),
    (config(temperature=3), "must be in the range [0.0, 2.0]"),
    (config(stopSequences=list("abcdef")), "at most 5 stop sequences"),
    (config(responseMimeType="text/csv"), "allowed mimetypes are"),
    (config(responseSchema={"type": "STRING"}), "only allowed when `response_mime_type` is `application/json`"),
    (config(thinkingConfig={"thinkingBudget": 99999}), "The thinking budget 99999 is invalid"),
    (config(thinkingConfig={"thinkingBudget": 9, "thinkingLevel": "LOW"}), "only one of thinking budget and thinking"),
    (config(thinkingConfig={"thinkingBudget": 0, "includeThoughts": True}), "only enabled when thinking is enabled"),
    (config(thinkingConfig={"thinkingLevel": "DEEP"}), "Use one of: THINKING_LEVEL_UNSPECIFIED, MINIMAL"),
    (config(responseModalities=["AUDIO"]), "TEXT only"),
    (config(max_tokens=5), "Unknown name \"max_tokens\" at 'generation_config': Cannot find field."),
]


@pytest.mark.parametrize(("change", "words"), REFUSALS, ids=[words for _, words in REFUSALS])
def test_what_the_vendor_refuses_is_refused_by_name(rules: str, key: str, change: dict[str, Any], words: str) -> None:
    body = {name: value for name, value in ({"contents": [USER]} | change).items() if value is not None}
    reply = post(rules, key, body)
    assert reply.status_code == 400, reply.text
    error = reply.json()["error"]
    assert words in error["message"]
    assert (error["code"], error["status"]) == (400, "INVALID_ARGUMENT")
    assert error["details"][0]["@type"] == "type.googleapis.com/google.rpc.BadRequest"


def test_a_prompt_that_is_too_long_is_refused_in_the_vendors_words(client: Client) -> None:
    with pytest.raises(errors.ClientError, match="The input token count exceeds the maximum") as caught:
        ask(client, "OVERFLOW")
    assert (caught.value.code, caught.value.status) == (400, "INVALID_ARGUMENT")


def test_an_unknown_model_is_not_found(client: Client) -> None:
    with pytest.raises(errors.ClientError, match="practice-large") as caught:
        client.models.generate_content(model="gpt", contents="hi")
    assert (caught.value.code, caught.value.status) == (404, "NOT_FOUND")


def test_a_wrong_key_gets_what_google_answers(rules: str) -> None:
    client = Client(api_key="AIza-real", http_options=types.HttpOptions(base_url=f"{rules}/gemini"))
    with pytest.raises(errors.ClientError, match="API key not valid") as caught:
        ask(client)
    client.close()
    error = caught.value.details["error"]
    assert (caught.value.code, caught.value.status) == (400, "INVALID_ARGUMENT")
    assert error["details"][0]["reason"] == "API_KEY_INVALID"


def test_bytes_may_come_in_either_base64_alphabet(rules: str, key: str) -> None:
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        blob = {"mime_type": "image/png", "data": encode(PNG).decode()}
        reply = post(rules, key, {"contents": [{"parts": [{"inline_data": blob}]}]})
        assert f"image image/png {len(PNG)}" in reply.text
