"""What requests cost: the prompt cache, prices and the ledger of a key."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import anthropic
import openai
import pytest
from hypothesis import given
from hypothesis import strategies as st

from practice_provider.core import Ask, Audio, Document, Embed, Image, Text, Tool, ToolCall, ToolResult, Turn, Usage
from practice_provider.usage import KEPT_S, LEAST_TOKENS, STEP_TOKENS, Ledger, PromptCache, cost_usd, estimate

RULES = " ".join(f"Rule {n}: a machine of series {n} has a warranty of {n % 36} months." for n in range(200))


def ask(*texts: str, marks: tuple[int, ...] = ()) -> Ask:
    turns = tuple(Turn("user" if n % 2 else "system", (Text(text),)) for n, text in enumerate(texts))
    return Ask("practice-large", turns, cache_marks=marks)


def account(cache: PromptCache, asked: Ask, now_s: float = 0.0, owner: str = "a", marked: bool = False) -> Usage:
    return cache.account(owner, asked, Usage(estimate(asked), 5), now_s, marked=marked)


# ---- the cache -------------------------------------------------------------------------------------------------


def test_the_second_ask_with_the_same_beginning_reads_it_from_the_cache():
    cache = PromptCache()
    assert account(cache, ask(RULES, "first")).cached == 0
    cached = account(cache, ask(RULES, "second")).cached
    assert cached % STEP_TOKENS == 0
    assert len(RULES) / 4 - 2 * STEP_TOKENS < cached <= len(RULES) / 4


def test_a_difference_near_the_beginning_finds_nothing():
    cache = PromptCache()
    account(cache, ask(RULES, "first"))
    assert account(cache, ask("x" + RULES, "first")).cached == 0


def test_short_asks_are_not_cached():
    cache = PromptCache()
    short = ask(RULES[: LEAST_TOKENS * 4 - 100])
    assert [account(cache, short).cached for _ in range(2)] == [0, 0]
    assert len(cache) == 0


def test_keys_share_nothing():
    cache = PromptCache()
    account(cache, ask(RULES))
    assert account(cache, ask(RULES), owner="b").cached == 0


def test_a_prefix_is_kept_for_five_minutes_after_its_last_use():
    cache = PromptCache()
    for moment_s in (0.0, KEPT_S - 1, 2 * KEPT_S - 2):
        cached = account(cache, ask(RULES), moment_s).cached
        assert (cached > 0) is (moment_s > 0)
    assert account(cache, ask(RULES), 4 * KEPT_S).cached == 0


def test_a_mark_writes_once_and_is_read_then_to_the_token():
    cache = PromptCache()
    first = account(cache, ask(RULES, "a question", marks=(1,)), marked=True)
    second = account(cache, ask(RULES, "another, longer question", marks=(1,)), marked=True)
    assert first.cached == second.cache_written == 0
    assert first.cache_written == second.cached > LEAST_TOKENS


def test_a_growing_conversation_reads_the_old_prefix_and_writes_the_new_part():
    cache = PromptCache()
    first = account(cache, ask(RULES, "one", marks=(1,)), marked=True)
    second = account(cache, ask(RULES, "one", RULES, "two", marks=(3,)), marked=True)
    assert second.cached == first.cache_written
    assert second.cache_written > LEAST_TOKENS


def test_a_mark_behind_the_tools_is_number_zero():
    cache = PromptCache()
    tools = (Tool("search", RULES),)
    asks = [replace(ask(text, marks=(0,)), tools=tools) for text in ("one", "two")]
    first, second = (account(cache, one, marked=True) for one in asks)
    assert first.cache_written == second.cached > LEAST_TOKENS


def test_where_prompts_are_cached_by_marks_nothing_is_cached_without_one():
    cache = PromptCache()
    usages = [account(cache, ask(RULES), marked=True) for _ in range(2)]
    assert [(usage.cached, usage.cache_written) for usage in usages] == [(0, 0)] * 2


def test_what_a_real_model_says_of_its_own_cache_stays():
    usage = Usage(5_000, 1, cached=17)
    assert PromptCache().account("a", ask(RULES), usage, 0.0, marked=False) == usage


def test_pictures_files_and_calls_are_told_apart():
    blocks = (Image("image/png", b"1"), Audio("audio/wav", b"1"), Document("text/plain", b"1"), ToolResult("1", "x"))
    for block in (*blocks, ToolCall("1", "f", {"x": 1})):
        cache = PromptCache()
        first = Ask("m", (Turn("user", (block, Text(RULES))),))
        account(cache, first)
        assert account(cache, first).cached
        assert not account(cache, Ask("m", (Turn("user", (Text("other"), Text(RULES))),))).cached


def test_the_cache_is_bounded():
    cache = PromptCache(most=50)
    for n in range(20):
        account(cache, ask(f"{n} {RULES}"))
    assert len(cache) == 50


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(5, 40), st.integers(1, 6), st.booleans()), max_size=20))
def test_never_more_is_cached_than_was_sent(sent):
    cache = PromptCache()
    for seed, thousands, characters_per_token, marked in sent:
        text = (str(seed) * 40 + RULES * 3)[: thousands * 1_000]
        asked = ask(text, "end", marks=(1,) if marked else ())
        usage = Usage(len(text) // characters_per_token, 3)
        told = cache.account("a", asked, usage, 0.0, marked=marked)
        assert 0 <= told.cached + told.cache_written <= usage.tokens_in
        assert replace(told, cached=0, cache_written=0) == usage


def test_a_prefix_that_another_tokenizer_counted_is_never_longer_than_the_ask():
    cache, asked = PromptCache(), ask(RULES, marks=(1,))
    cache.account("a", asked, Usage(9_000, 1), 0.0, marked=True)
    told = cache.account("a", asked, Usage(2_000, 1), 0.0, marked=True)
    assert (told.cached, told.cache_written) == (2_000, 0)


# ---- as the SDKs see it ----------------------------------------------------------------------------------------


@pytest.fixture
def client(provider: Any, key: str) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{provider.url}/openai/v1", api_key=key, max_retries=0) as sdk:
        yield sdk


def messages(question: str) -> Any:
    return [{"role": "system", "content": RULES}, {"role": "user", "content": question}]


def cached_tokens(client: openai.OpenAI, question: str) -> int:
    usage = client.chat.completions.create(model="practice-small", messages=messages(question)).usage
    assert usage is not None
    assert usage.prompt_tokens_details is not None
    return usage.prompt_tokens_details.cached_tokens or 0


def test_openais_sdk_sees_cached_tokens_until_the_key_is_reset(provider, client, key):
    first, second = cached_tokens(client, "Is it 1?"), cached_tokens(client, "Is it 2?")
    assert (first, second > LEAST_TOKENS) == (0, True)
    told = provider.journal(key)
    assert [entry["cached"] for entry in told] == [0, second]
    assert told[1]["cost_usd"] < told[0]["cost_usd"] / 3
    provider.control(key, "POST", "reset", {})
    assert cached_tokens(client, "Is it 3?") == 0


def test_anthropics_sdk_sees_what_was_written_and_then_read(provider, key):
    system: Any = [{"type": "text", "text": RULES, "cache_control": {"type": "ephemeral"}}]
    with anthropic.Anthropic(base_url=f"{provider.url}/anthropic", api_key=key) as client:
        first, second = (
            client.messages.create(
                model="practice-small", max_tokens=50, system=system, messages=[{"role": "user", "content": text}]
            ).usage
            for text in ("Hello", "Hello again")
        )
    assert first.cache_creation_input_tokens == second.cache_read_input_tokens
    assert (first.cache_read_input_tokens, second.cache_creation_input_tokens) == (0, 0)
    assert second.cache_read_input_tokens
    assert second.cache_read_input_tokens > LEAST_TOKENS


def test_the_usage_says_what_each_model_cost(provider, client, key):
    for model in ("practice-small", "practice-large", "practice-small"):
        client.chat.completions.create(model=model, messages=[{"role": "user", "content": "Reply with exactly: pong"}])
    client.embeddings.create(model="practice-embed", input="hello there")
    told = provider.control(key, "GET", "usage")
    assert [(name, line["requests"]) for name, line in told["models"].items()] == [
        ("practice-small", 2),
        ("practice-large", 1),
        ("practice-embed", 1),
    ]
    assert told["total"]["cost_usd"] == pytest.approx(sum(line["cost_usd"] for line in told["models"].values()))
    assert told["models"]["practice-embed"]["tokens_in"] == 2
    assert told["models"]["practice-large"]["cost_usd"] > told["models"]["practice-small"]["cost_usd"]
    assert told["usd_per_million"]["practice-large"]["cached"] == 0.25
    assert (told["budget_usd"], told["left_usd"]) == (None, None)


def test_an_error_costs_nothing(provider, client, key):
    provider.order(key, "server")
    with pytest.raises(openai.InternalServerError):
        client.chat.completions.create(model="practice-large", messages=[{"role": "user", "content": "hi"}])
    assert provider.control(key, "GET", "usage")["models"] == {}
    assert provider.journal(key)[0]["cost_usd"] is None


# ---- prices ----------------------------------------------------------------------------------------------------


def test_a_model_without_a_price_costs_nobody_knows_what():
    assert cost_usd("llama", Usage(10, 10)) is None


def test_what_a_mark_writes_costs_a_quarter_more():
    assert cost_usd("practice-large", Usage(1_000_000, 0, cache_written=1_000_000)) == 3.125


def test_a_ledger_does_not_grow_without_end():
    ledger = Ledger()
    for n in range(1_000):
        ledger.add(f"model-{n}", Usage(1, 1), 0.0)
    told = ledger.as_json()
    assert len(told["models"]) <= 201
    assert told["total"]["requests"] == 1_000


def test_an_estimate_is_near_the_count(provider, client):
    for text in (RULES, "How long does the warranty of my grinder last, and who pays for the parcel?"):
        usage = client.chat.completions.create(
            model="practice-large", messages=[{"role": "user", "content": text}]
        ).usage
        assert usage is not None
        assert 0.5 < estimate(ask(text)) / usage.prompt_tokens < 1.6
    assert estimate(Embed("practice-embed", ("a" * 40, "b" * 40))) == 20
