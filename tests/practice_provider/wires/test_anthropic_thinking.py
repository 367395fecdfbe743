"""Thinking, cached prefixes and citations through Anthropic's own SDK, which validates every reply strictly."""

from collections.abc import Iterator
from typing import Any

import anthropic
import pytest
from anthropic import Anthropic
from anthropic.types import Message

from practice_provider.core import Reply, Text, ToolCall, Usage, events
from practice_provider.wires import anthropic_messages

MESSAGES: list[Any] = [{"role": "user", "content": "Hello there"}]
ENABLED = {"type": "enabled", "budget_tokens": 1024}
CACHED = {"cache_control": {"type": "ephemeral"}}
TOOL = {"name": "get_time", "input_schema": {"type": "object", "properties": {}}}


@pytest.fixture
def client(rules: str, key: str) -> Iterator[Anthropic]:
    with Anthropic(
        base_url=f"{rules}/anthropic", api_key=key, max_retries=0, _strict_response_validation=True
    ) as client:
        yield client


def both(client: Anthropic, **options: Any) -> Message:
    """The plain reply, once it is sure that the streamed one is the same."""
    body: dict[str, Any] = {"model": "practice-large", "max_tokens": 2000, "messages": MESSAGES} | options
    plain = client.messages.create(**body)
    with client.messages.stream(**body) as stream:
        streamed = stream.get_final_message()
    drop = {"content": {"__all__": {"parsed_output"}}}
    assert streamed.model_dump(exclude=drop) == plain.model_dump(exclude=drop)
    return plain


def refused(client: Anthropic, **options: Any) -> str:
    body = {"model": "practice-large", "max_tokens": 2000, "messages": MESSAGES} | options
    with pytest.raises(anthropic.BadRequestError) as caught:
        client.post("/v1/messages", body=body, cast_to=Message)
    return caught.value.message


# ---- thinking --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("thinking", "budget"), [(ENABLED, 1024), ({"type": "adaptive"}, 4096)])
def test_thoughts_come_first_and_are_counted(client: Anthropic, thinking: Any, budget: int) -> None:
    reply = both(client, thinking=thinking)
    assert [block.type for block in reply.content] == ["thinking", "text"]
    assert (reply.content[0].thinking, reply.content[0].signature) == (f"a note of {budget}", "c2ln")
    assert reply.usage.output_tokens_details.thinking_tokens == 2


def test_thoughts_may_be_left_out_but_for_their_signature(client: Anthropic) -> None:
    block = both(client, thinking={"type": "adaptive", "display": "omitted"}).content[0]
    assert (block.thinking, block.signature) == ("", "c2ln")


def test_thoughts_are_handed_back(client: Anthropic) -> None:
    thought = both(client, thinking=ENABLED, tools=[TOOL]).content
    result = [{"type": "tool_result", "tool_use_id": "toolu_0", "content": "noon"}]
    back = [*MESSAGES, {"role": "assistant", "content": thought}, {"role": "user", "content": result}]
    told = both(client, messages=back, thinking=ENABLED, tools=[TOOL]).content[1].text
    assert "thought a note of 1024 c2ln | call toolu_0 get_time" in told
    redacted = {"role": "assistant", "content": [{"type": "redacted_thinking", "data": "xyz"}]}
    told = both(client, messages=[*MESSAGES, redacted, *MESSAGES]).content[0].text
    assert told == "Hello there | thought  xyz | Hello there"


def test_a_call_without_its_thoughts_is_refused_under_a_fixed_budget(client: Anthropic) -> None:
    call = {"type": "tool_use", "id": "t1", "name": "get_time", "input": {}}
    result = {"type": "tool_result", "tool_use_id": "t1", "content": "noon"}
    back = [*MESSAGES, {"role": "assistant", "content": [call]}, {"role": "user", "content": [result]}]
    assert "messages.1: Expected `thinking`" in refused(client, messages=back, thinking=ENABLED, tools=[TOOL])
    both(client, messages=back, thinking={"type": "adaptive"}, tools=[TOOL])


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"thinking": {"type": "enabled", "budget_tokens": 1000}}, "greater than or equal to 1024"),
        ({"thinking": ENABLED, "max_tokens": 1024}, "`max_tokens` must be greater than `thinking.budget_tokens`"),
        ({"thinking": {"type": "enabled"}}, "thinking.enabled.budget_tokens: Field required"),
        ({"thinking": {"type": "adaptive", "budget_tokens": 5}}, "thinking.adaptive.budget_tokens: Extra inputs"),
        ({"thinking": {"type": "adaptive", "display": "loud"}}, "Input should be 'summarized' or 'omitted'"),
        ({"thinking": {"type": "between_tools"}}, "not supported on this model"),
        ({"thinking": {"type": "deep"}}, "thinking: Input tag 'deep' found"),
        ({"thinking": ENABLED, "temperature": 0.5}, "`temperature` may only be set to 1"),
        ({"thinking": ENABLED, "top_p": 0.5}, "`top_p` must be greater"),
        ({"thinking": ENABLED, "top_k": 5}, "`top_k` must be unset"),
        ({"thinking": ENABLED, "tools": [TOOL], "tool_choice": {"type": "any"}}, "Thinking may not be enabled when"),
    ],
)
def test_what_does_not_go_with_thinking_is_refused(client: Anthropic, options: dict[str, Any], words: str) -> None:
    assert words in refused(client, **options)


def test_the_practice_model_notes_which_skill_answered(provider: Any, key: str) -> None:
    with Anthropic(base_url=f"{provider.url}/anthropic", api_key=key, _strict_response_validation=True) as client:
        text = "The pump weighs 24 kg. It is blue."
        question = f"{text}\n\nHow heavy is the pump?"
        reply = both(client, messages=[{"role": "user", "content": question}], thinking=ENABLED)
    notes, answer = reply.content
    assert "I compared the question with the sentences of 1 passage(s) by meaning" in notes.thinking
    assert answer.text == "The pump weighs 24 kg."
    thought = reply.usage.output_tokens_details.thinking_tokens
    assert 0 < thought < reply.usage.output_tokens


# ---- cached prefixes -------------------------------------------------------------------------------------------


def test_every_mark_reaches_the_model(client: Anthropic) -> None:
    content = [{"type": "text", "text": "a"} | CACHED, {"type": "text", "text": "MARKS"}]
    system = [{"type": "text", "text": "s"}, {"type": "text", "text": "t"} | CACHED]
    reply = both(
        client,
        system=system,
        tools=[TOOL | CACHED],
        tool_choice={"type": "none"},
        messages=[{"role": "user", "content": content}],
        cache_control={"type": "ephemeral"},
    )
    assert reply.content[0].text == "marks (0, 2, 3, 4)"


def test_a_marked_result_of_a_tool_is_one_place(client: Anthropic) -> None:
    call = {"type": "tool_use", "id": "t1", "name": "get_time", "input": {}}
    inner = [{"type": "text", "text": "noon"} | CACHED]
    result = {"type": "tool_result", "tool_use_id": "t1", "content": inner}
    content = [result, {"type": "text", "text": "MARKS"}]
    back = [*MESSAGES, {"role": "assistant", "content": [call]}, {"role": "user", "content": content}]
    assert both(client, messages=back, tools=[TOOL], tool_choice={"type": "none"}).content[0].text == "marks (3,)"


@pytest.mark.parametrize("ttl", ["5m", "1h"])
def test_the_usage_says_what_was_read_and_written(client: Anthropic, ttl: str) -> None:
    usage = both(
        client, system=[{"type": "text", "text": "s", "cache_control": {"type": "ephemeral", "ttl": ttl}}]
    ).usage
    assert (usage.input_tokens, usage.cache_creation_input_tokens, usage.cache_read_input_tokens) == (13, 3, 4)
    created = usage.cache_creation
    lived = {"5m": created.ephemeral_5m_input_tokens, "1h": created.ephemeral_1h_input_tokens}
    assert lived == {"5m": 0, "1h": 0} | {ttl: 3}


def test_marks_that_the_vendor_refuses(client: Anthropic) -> None:
    text: dict[str, Any] = {"type": "text", "text": "a"}
    five = [{"role": "user", "content": [text | CACHED] * 5}]
    assert "A maximum of 4 blocks with cache_control may be provided. Found 5." in refused(client, messages=five)
    late = [text | CACHED, text | {"cache_control": {"type": "ephemeral", "ttl": "1h"}}]
    assert "must not come after" in refused(client, messages=[{"role": "user", "content": late}])
    odd = [text | {"cache_control": {"type": "ephemeral", "ttl": "1d"}}]
    assert "Input should be '5m' or '1h'" in refused(client, messages=[{"role": "user", "content": odd}])


# ---- citations -------------------------------------------------------------------------------------------------

FACT = "The pump weighs 24 kg."


def document(source: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "document", "source": source, "title": "T", "citations": {"enabled": True}} | more


PLAIN = {"type": "text", "media_type": "text/plain", "data": FACT}


def quote(client: Anthropic, *blocks: Any) -> Any:
    reply = both(client, messages=[{"role": "user", "content": [*blocks, {"type": "text", "text": "QUOTE"}]}])
    assert [block.text for block in reply.content] == ["I looked. ", f"{FACT} [1] ", "That is\nall."]
    assert [bool(block.citations) for block in reply.content] == [False, True, False]
    return reply.content[1].citations[0]


def test_a_sentence_of_a_text_is_cited_by_its_place(client: Anthropic) -> None:
    cited = quote(client, document(PLAIN))
    assert (cited.type, cited.cited_text, cited.document_index, cited.document_title) == (
        *("char_location", FACT),
        *(0, "T"),
    )
    assert FACT[cited.start_char_index : cited.end_char_index] == FACT


def test_a_sentence_of_a_document_in_blocks_is_cited_by_its_block(client: Anthropic) -> None:
    source = {"type": "content", "content": [{"type": "text", "text": FACT}]}
    cited = quote(client, document(source))
    assert (cited.type, cited.cited_text, cited.start_block_index, cited.end_block_index) == (
        *("content_block_location", FACT),
        *(0, 1),
    )


def test_a_search_result_is_cited_by_its_source(client: Anthropic) -> None:
    found = {"type": "search_result", "source": "https://a.example", "title": "T", "citations": {"enabled": True}}
    cited = quote(client, found | {"content": [{"type": "text", "text": FACT}]})
    assert (cited.type, cited.source, cited.search_result_index) == ("search_result_location", "https://a.example", 0)


def test_nothing_is_cited_unless_it_was_asked_for(client: Anthropic) -> None:
    content = [document(PLAIN, citations={"enabled": False}), {"type": "text", "text": "QUOTE"}]
    blocks = both(client, messages=[{"role": "user", "content": content}]).content
    assert [block.citations for block in blocks] == [None]


def test_citations_are_for_all_documents_or_for_none_and_not_with_a_format(client: Anthropic) -> None:
    mixed = [document(PLAIN), document(PLAIN, citations=None)]
    assert "for all documents" in refused(client, messages=[{"role": "user", "content": mixed}])
    schema = {"type": "object", "properties": {}, "additionalProperties": False}
    config = {"format": {"type": "json_schema", "schema": schema}}
    asked = [{"role": "user", "content": [document(PLAIN)]}]
    assert "can't be combined" in refused(client, messages=asked, output_config=config)


def test_the_practice_model_is_cited_word_for_word(provider: Any, key: str) -> None:
    text = "The pump is blue. The pump weighs 24 kg and stands in the cellar. It was bought in May."
    content = [document(PLAIN | {"data": text}), {"type": "text", "text": "Where does the pump stand?"}]
    with Anthropic(base_url=f"{provider.url}/anthropic", api_key=key, _strict_response_validation=True) as client:
        reply = both(client, messages=[{"role": "user", "content": content}])
    cited = [citation for block in reply.content for citation in block.citations or []]
    assert [c.cited_text for c in cited] == ["The pump weighs 24 kg and stands in the cellar."]


def test_blocks_after_a_cut_text_are_numbered_on() -> None:
    message = {"role": "user", "content": [document(PLAIN), {"type": "text", "text": "x"}]}
    ask = anthropic_messages.read({"model": "m", "max_tokens": 9, "messages": [message]}, {})
    reply = Reply("1", "m", (Text(f"Look. {FACT} Done."), ToolCall("t", "f", {"a": 1})), "tool", Usage(1, 1))
    frames = [frame.data for frame in anthropic_messages.stream(ask, events(reply))]
    starts = [frame for frame in frames if frame["type"] == "content_block_start"]
    assert [(frame["index"], frame["content_block"]["type"]) for frame in starts] == [
        *((0, "text"), (1, "text"), (2, "text")),
        (3, "tool_use"),
    ]
    assert [frame["index"] for frame in frames if frame["type"] == "content_block_stop"] == [0, 1, 2, 3]
    assert [block["type"] for block in anthropic_messages.write(ask, reply)["content"]] == [*("text",) * 3, "tool_use"]
