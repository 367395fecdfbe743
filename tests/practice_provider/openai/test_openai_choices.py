"""Several choices, log probabilities and reasoning, with the practice model behind OpenAI's own client."""

import asyncio
from collections.abc import Iterator
from typing import Any, get_args

import httpx2
import openai
import pytest
from openai import AsyncOpenAI, OpenAI
from openai.types.chat import ChatCompletion, ChatCompletionChunk
from openai.types.responses import Response, ResponseStreamEvent

MESSAGES: list[Any] = [{"role": "user", "content": "Reply with exactly: crème brûlée is served 🙂"}]
ASK: dict[str, Any] = {"model": "practice-small", "messages": MESSAGES}
INPUT: dict[str, Any] = {"model": "practice-small", "input": MESSAGES[0]["content"]}
SAID = "crème brûlée is served 🙂"
EVENT_TYPES = {
    member.model_fields["type"].annotation.__args__[0]: member for member in get_args(get_args(ResponseStreamEvent)[0])
}


@pytest.fixture
def client(provider: Any, key: str) -> Iterator[OpenAI]:
    """OpenAI's own client in front of the practice model."""
    with OpenAI(base_url=f"{provider.url}/openai/v1", api_key=key, max_retries=0) as client:
        yield client


def test_so_many_choices_are_given_as_were_asked_for(client, strictly):
    reply = strictly(ChatCompletion, _json(client.chat.completions.with_raw_response.create(**ASK, n=3)))
    assert [choice.index for choice in reply.choices] == [0, 1, 2]
    assert {choice.message.content for choice in reply.choices} == {SAID}
    alone = client.chat.completions.create(**ASK)
    assert reply.usage.completion_tokens == 3 * alone.usage.completion_tokens
    assert reply.usage.prompt_tokens == alone.usage.prompt_tokens


def _json(raw: Any) -> Any:
    return raw.http_response.json()


def test_streamed_choices_are_told_apart_by_their_index(client, strictly):
    words: dict[int, str] = {}
    finished: dict[int, str] = {}
    for chunk in client.chat.completions.create(**ASK, n=2, logprobs=True, stream=True):
        strictly(ChatCompletionChunk, chunk.to_dict())
        for choice in chunk.choices:
            words[choice.index] = words.get(choice.index, "") + (choice.delta.content or "")
            if choice.finish_reason:
                finished[choice.index] = choice.finish_reason
    assert words == {0: SAID, 1: SAID}
    assert finished == {0: "stop", 1: "stop"}


def test_log_probabilities_cover_the_words_and_name_as_many_alternatives_as_asked_for(client, strictly):
    raw = client.chat.completions.with_raw_response.create(**ASK, logprobs=True, top_logprobs=20)
    rows = strictly(ChatCompletion, _json(raw)).choices[0].logprobs.content
    assert "".join(row.token for row in rows) == SAID
    assert bytes(byte for row in rows for byte in row.bytes).decode() == SAID
    for row in rows:
        assert row.top_logprobs[0].token == row.token
        chances = [other.logprob for other in row.top_logprobs]
        assert len({other.token for other in row.top_logprobs}) == 20
        assert chances == sorted(chances, reverse=True)
        assert max(chances) < 0


def test_a_stream_brings_the_log_probabilities_with_the_words(client):
    plain = client.chat.completions.create(**ASK, logprobs=True, top_logprobs=2).choices[0].logprobs.content
    chunks = [*client.chat.completions.create(**ASK, logprobs=True, top_logprobs=2, stream=True)]
    rows = [row for chunk in chunks for row in (chunk.choices[0].logprobs.content if chunk.choices[0].logprobs else [])]
    assert rows == plain


def test_responses_give_log_probabilities_where_they_are_included(client, strictly):
    asked = {**INPUT, "include": ["message.output_text.logprobs"], "top_logprobs": 2}
    reply = strictly(Response, _json(client.responses.with_raw_response.create(**asked)))
    rows = reply.output[0].content[0].logprobs
    assert "".join(row.token for row in rows) == SAID
    assert all(len(row.top_logprobs) == 2 for row in rows)
    told = [*client.responses.create(**asked, stream=True)]
    assert [r.token for e in told if e.type == "response.output_text.delta" for r in e.logprobs] == [
        r.token for r in rows
    ]
    assert client.responses.create(**INPUT, top_logprobs=2).output[0].content[0].logprobs == []


# ---- reasoning -------------------------------------------------------------------------------------------------


def test_reasoning_is_an_item_with_a_summary_only_where_one_is_asked_for(client, strictly):
    asked = {**INPUT, "reasoning": {"effort": "low", "summary": "auto"}, "include": ["reasoning.encrypted_content"]}
    reply = strictly(Response, _json(client.responses.with_raw_response.create(**asked)))
    notes, message = reply.output
    assert (notes.type, message.type) == ("reasoning", "message")
    assert notes.summary[0].text
    assert notes.encrypted_content
    assert 0 < reply.usage.output_tokens_details.reasoning_tokens < reply.usage.output_tokens
    without = client.responses.create(**INPUT, reasoning={"effort": "low"})
    assert (without.output[0].summary, without.output[0].encrypted_content) == ([], None)
    assert [item.type for item in client.responses.create(**INPUT, reasoning={"effort": "none"}).output] == ["message"]


def test_a_streamed_summary_adds_up_and_every_event_is_what_openais_types_allow(client, strictly):
    body = {**INPUT, "reasoning": {"summary": "detailed"}, "stream": True}
    headers = {"authorization": f"Bearer {client.api_key}"}
    text = httpx2.post(f"{client.base_url}responses", json=body, headers=headers, trust_env=False).text
    names = [line.removeprefix("event: ") for line in text.splitlines() if line.startswith("event: ")]
    assert "response.reasoning_summary_part.added" in names
    summary = ""
    for event in client.responses.create(**body):
        strictly(EVENT_TYPES[event.type], event.to_dict())
        if event.type == "response.reasoning_summary_text.delta":
            summary += event.delta
        if event.type == "response.completed":
            assert event.response.output[0].summary[0].text == summary


def test_reasoning_goes_round_with_the_conversation(client):
    first = client.responses.create(**INPUT, reasoning={"summary": "auto"}, store=False)
    items: list[Any] = [{"role": "user", "content": INPUT["input"]}, *(item.to_dict() for item in first.output)]
    again = client.responses.create(
        model="practice-small", input=[*items, {"role": "user", "content": "Reply with exactly: done"}]
    )
    assert again.output_text == "done"


def test_chat_completions_count_reasoning_and_do_not_show_it(client):
    plain = client.chat.completions.create(**ASK)
    reasoned = client.chat.completions.create(**ASK, reasoning_effort="medium")
    assert reasoned.choices[0].message.content == plain.choices[0].message.content == SAID
    assert plain.usage.completion_tokens_details.reasoning_tokens == 0
    notes = reasoned.usage.completion_tokens_details.reasoning_tokens
    assert notes > 0
    assert reasoned.usage.completion_tokens == plain.usage.completion_tokens + notes
    chunks = client.chat.completions.create(**ASK, reasoning_effort="medium", stream=True)
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == SAID


def test_the_asynchronous_client_gets_choices_and_chances_too(provider, key):
    async def ask() -> tuple[int, str]:
        async with AsyncOpenAI(base_url=f"{provider.url}/openai/v1", api_key=key, max_retries=0) as client:
            plain = await client.chat.completions.create(**ASK, n=2, logprobs=True)
            stream = await client.chat.completions.create(**ASK, n=2, stream=True)
            return len(plain.choices), "".join([c.choices[0].delta.content or "" async for c in stream])

    assert asyncio.run(ask()) == (2, SAID + SAID)


def test_sound_as_an_answer_gets_the_vendors_own_error(client):
    with pytest.raises(openai.BadRequestError, match="'modalities' is not supported"):
        client.chat.completions.create(**ASK, modalities=["text", "audio"])
