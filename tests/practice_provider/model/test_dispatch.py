"""What holds for every request: kinds, limits, counts, ids, and the same bytes for the same ask."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from practice_provider.core import (
    Ask,
    Count,
    Counted,
    Embed,
    Fault,
    Image,
    ListModels,
    Models,
    Reply,
    Text,
    Tool,
    Turn,
    Vectors,
)
from practice_provider.model import Model, tokens
from practice_provider.model.catalog import CATALOG

LONG = "Context: The tank holds 2 l, and the pump has 15 bar.\n\nQuestion: What does the tank hold?"
PLAIN = Ask("practice-large", (Turn("user", (Text(LONG),)),))
NAMES = (
    "practice-reasoner, practice-large, practice-small, "
    "practice-embed, practice-speak, practice-transcribe, practice-moderate"
)


def test_the_catalog_has_three_chat_models_and_one_of_each_other_kind() -> None:
    assert [(card.name, card.kind) for card in CATALOG.values()] == [
        ("practice-reasoner", "chat"),
        ("practice-large", "chat"),
        ("practice-small", "chat"),
        ("practice-embed", "embedding"),
        ("practice-speak", "speech"),
        ("practice-transcribe", "transcription"),
        ("practice-moderate", "moderation"),
    ]
    large, small = CATALOG["practice-large"], CATALOG["practice-small"]
    assert large.usd_per_million_out > small.usd_per_million_out
    assert large.first_token_s > small.first_token_s


def test_models_are_listed_and_found_by_name(model: Model) -> None:
    every, one = model.answer(ListModels()), model.answer(ListModels("practice-small"))
    assert isinstance(every, Models)
    assert ", ".join(info.name for info in every.models) == NAMES
    assert isinstance(one, Models)
    assert [info.name for info in one.models] == ["practice-small"]


@pytest.mark.parametrize(
    "request_",
    [replace(PLAIN, model="gpt"), ListModels("gpt"), Embed("gpt", ("a",)), Count(replace(PLAIN, model="gpt"))],
)
def test_an_unknown_model_is_refused_with_the_names(model: Model, request_: Ask) -> None:
    with pytest.raises(Fault) as caught:
        model.answer(request_)
    assert caught.value.kind == "no_such_model"
    assert NAMES in caught.value.message


@pytest.mark.parametrize("request_", [replace(PLAIN, model="practice-embed"), Embed("practice-large", ("a",))])
def test_a_model_of_the_wrong_kind_is_refused(model: Model, request_: Ask) -> None:
    with pytest.raises(Fault) as caught:
        model.answer(request_)
    assert caught.value.kind == "bad_request"


def test_a_request_beyond_the_context_is_refused(model: Model) -> None:
    with pytest.raises(Fault) as caught:
        model.answer(Ask("practice-small", (Turn("user", (Text("coffee " * 40_000),)),)))
    assert caught.value.kind == "context_too_long"
    assert "32000 tokens" in caught.value.message


def test_embeddings_have_384_numbers_or_fewer_on_request(model: Model) -> None:
    whole, short = model.answer(Embed("practice-embed", ("a", "b"))), model.answer(Embed("practice-embed", ("a",), 8))
    assert isinstance(whole, Vectors)
    assert isinstance(short, Vectors)
    assert [len(vector) for vector in whole.vectors] == [384, 384]
    assert whole.tokens_in == 2
    assert len(short.vectors[0]) == 8
    assert np.linalg.norm(short.vectors[0]) == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize("dimensions", [0, -1, 385])
def test_other_numbers_of_dimensions_are_refused(model: Model, dimensions: int) -> None:
    with pytest.raises(Fault, match="384 dimensions") as caught:
        model.answer(Embed("practice-embed", ("a",), dimensions))
    assert caught.value.param == "dimensions"


def test_max_tokens_cuts_the_reply_at_a_token(model: Model) -> None:
    whole, short = model.answer(PLAIN), model.answer(replace(PLAIN, max_tokens=4))
    assert isinstance(whole, Reply)
    assert isinstance(short, Reply)
    assert (whole.stop, short.stop) == ("end", "length")
    assert short.usage.tokens_out == 4
    assert isinstance(whole.blocks[0], Text)
    assert isinstance(short.blocks[0], Text)
    assert whole.blocks[0].text.startswith(short.blocks[0].text)


def test_a_stop_sequence_ends_the_reply_before_it(model: Model) -> None:
    reply = model.answer(replace(PLAIN, stop=("never", " 2 l")))
    assert isinstance(reply, Reply)
    assert reply.blocks == (Text("The tank holds"),)
    assert (reply.stop, reply.stop_text) == ("stop_sequence", " 2 l")


def test_json_only_gives_json(model: Model) -> None:
    reply = model.answer(replace(PLAIN, json_only=True))
    assert isinstance(reply, Reply)
    assert isinstance(reply.blocks[0], Text)
    assert "2 l" in json.loads(reply.blocks[0].text)["answer"]


def test_a_schema_with_answer_and_citations_is_filled_from_the_passages(say: Callable[..., str]) -> None:
    properties = {"answer": {"type": "string"}, "citations": {"type": "array", "items": {"type": "string"}}}
    schema = {"type": "object", "properties": properties, "required": ["answer", "citations"]}
    told = say('<doc id="a1">The tank holds 2 l.</doc>\nWhat does the tank hold?', schema=schema)
    assert json.loads(told) == {"answer": "The tank holds 2 l.", "citations": ["a1"]}


def test_json_is_given_when_only_the_prompt_asks_for_it(say: Callable[..., str]) -> None:
    told = say("Return JSON with the keys name, email and city: I am Bob Stone from Berlin, bob@example.de.")
    assert json.loads(told) == {"name": "Bob Stone", "email": "bob@example.de", "city": "Berlin"}


# ---- tokens ----------------------------------------------------------------------------------------------------------


def test_the_count_of_an_ask_is_what_its_reply_says_was_read(model: Model) -> None:
    counted, reply = model.answer(Count(PLAIN)), model.answer(PLAIN)
    assert isinstance(counted, Counted)
    assert isinstance(reply, Reply)
    assert counted.tokens == reply.usage.tokens_in == tokens.count(LONG) + tokens.PER_MESSAGE + tokens.PER_REPLY


def test_tools_schemas_and_pictures_count() -> None:
    plain = tokens.count_ask(PLAIN)
    assert tokens.count_ask(replace(PLAIN, tools=(Tool("look", "Look it up."),))) > plain + tokens.PER_TOOL
    assert tokens.count_ask(replace(PLAIN, schema={"type": "object"})) > plain
    picture = replace(PLAIN, turns=(Turn("user", (Text(LONG), Image("image/png", b"x"))),))
    assert tokens.count_ask(picture) == plain + tokens.PER_IMAGE


def test_special_tokens_broken_letters_and_huge_texts_can_be_counted() -> None:
    assert tokens.count("<|endoftext|>") > 1
    assert tokens.count("\ud800") >= 1
    assert tokens.count("a b " * 200_000) > 300_000


def test_a_cut_never_tears_a_letter_apart() -> None:
    text = "日本語🙂 Grüße 𓀀𓁐𐍈"
    cuts = [tokens.cut(text, limit) for limit in range(30)]
    assert all(text.startswith(cut) for cut in cuts)
    assert cuts[-1] == text


# ---- the same bytes --------------------------------------------------------------------------------------------------


def test_the_id_depends_on_what_is_said_and_not_on_how_it_is_delivered(model: Model) -> None:
    def identity(ask: Ask) -> str:
        reply = model.answer(ask)
        assert isinstance(reply, Reply)
        return reply.id

    assert identity(PLAIN) == identity(replace(PLAIN, stream=True, echo={"a": 1}))
    assert identity(PLAIN) != identity(replace(PLAIN, seed=1))


def test_temperature_and_seed_do_not_change_the_words(model: Model) -> None:
    cold, warm = model.answer(PLAIN), model.answer(replace(PLAIN, temperature=1.5, seed=7))
    assert isinstance(cold, Reply)
    assert isinstance(warm, Reply)
    assert cold.blocks == warm.blocks


SCRIPT = """
import sys
from practice_provider.core import Ask, Embed, Text, Tool, Turn
from practice_provider.model import load
model = load()
docs = "Context: The tank holds 2 l. The pump has 15 bar. It was made in Udine by four people in May."
tool = Tool("get_order", "Look up an order.", {"type": "object", "properties": {"order_id": {"type": "string"}}})
asks = [
    Ask("practice-large", (Turn("user", (Text(docs + "\\n\\nQuestion: What does the tank hold?"),)),)),
    Ask("practice-large", (Turn("user", (Text("Where is order TR-1?"),)),), tools=(tool,)),
    Embed("practice-embed", ("The tank holds 2 l.", "coffee")),
]
if sys.argv[1] == "after other requests":
    for ask in reversed(asks):
        model.answer(ask)
    model.answer(Embed("practice-embed", ("What does the tank hold?", "Udine", "coffee", "a", "b")))
print([model.answer(ask) for ask in asks])
"""


def test_two_fresh_processes_with_different_histories_give_the_same_bytes() -> None:
    outputs = [
        subprocess.run([sys.executable, "-c", SCRIPT, order], capture_output=True, check=True).stdout
        for order in ("at once", "after other requests")
    ]
    assert outputs[0] == outputs[1]
    assert len(outputs[0]) > 10_000
