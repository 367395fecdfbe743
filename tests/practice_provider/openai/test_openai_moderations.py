"""Moderations through OpenAI's own client."""

import asyncio
from collections.abc import Iterator
from typing import Any

import openai
import pytest
from openai import AsyncOpenAI, OpenAI
from openai.types import ModerationCreateResponse

PICTURE = {"type": "image_url", "image_url": {"url": "data:image/png;base64,aGk="}}


@pytest.fixture
def real(provider: Any, key: str) -> Iterator[OpenAI]:
    """OpenAI's own client in front of the practice model."""
    with OpenAI(base_url=f"{provider.url}/openai/v1", api_key=key, max_retries=0) as client:
        yield client


def test_each_text_gets_a_result_with_every_category(real, strictly):
    raw = real.moderations.with_raw_response.create(input=["Where is my order?", "I will kill you."])
    reply = strictly(ModerationCreateResponse, raw.http_response.json())
    calm, threat = reply.results
    assert (calm.flagged, threat.flagged) == (False, True)
    assert threat.categories.violence
    assert threat.categories.harassment_threatening
    assert threat.category_scores.violence >= 0.5 > calm.category_scores.violence
    assert all(value is not None for value in threat.categories.to_dict().values())
    assert threat.category_applied_input_types.violence == ["text"]
    assert reply.model == "practice-moderate"


def test_words_and_pictures_that_come_as_parts_get_one_result(real, strictly):
    parts: Any = [{"type": "text", "text": "I will kill you."}, PICTURE]
    raw = real.moderations.with_raw_response.create(input=parts, model="practice-moderate")
    (result,) = strictly(ModerationCreateResponse, raw.http_response.json()).results
    assert result.flagged
    assert result.category_applied_input_types.violence == ["text", "image"]
    assert result.category_applied_input_types.harassment == ["text"]
    (alone,) = real.moderations.create(input=[PICTURE]).results
    assert not alone.flagged


def test_a_single_text_gets_a_single_result(real):
    assert len(real.moderations.create(input="Hello").results) == 1


@pytest.mark.parametrize(
    ("given", "words"),
    [([], "empty array"), ([PICTURE, "text"], "an array of strings or an array of objects"), ([5], "input\\[0\\]")],
)
def test_a_wrong_input_gets_openais_400(real, given, words):
    with pytest.raises(openai.BadRequestError, match=words):
        real.moderations.create(input=given)


def test_the_asynchronous_client_moderates_too(provider, key):
    async def ask() -> bool:
        async with AsyncOpenAI(base_url=f"{provider.url}/openai/v1", api_key=key) as client:
            return (await client.moderations.create(input="I want to end my life")).results[0].flagged

    assert asyncio.run(ask())
