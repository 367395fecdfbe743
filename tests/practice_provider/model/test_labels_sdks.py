"""A labelling prompt through the three vendors' own clients and the real provider: the same label from each."""

from typing import Any

import anthropic
import pytest
from google import genai
from google.genai import types
from openai import OpenAI

TASK = "Classify the message by what the customer wants first. Answer with one of: sales, shipping, malfunction, hazard"
MESSAGES = {
    "Nothing has come yet, and I ordered it two weeks ago.": "shipping",
    "The plug of the heater has melted and there is a smell of burning.": "hazard",
}


def by_openai(provider: Any, key: str, text: str) -> str | None:
    with OpenAI(base_url=f"{provider.url}/openai/v1", api_key=key, max_retries=0) as client:
        messages: list[Any] = [{"role": "system", "content": TASK}, {"role": "user", "content": text}]
        reply = client.chat.completions.create(model="practice-large", messages=messages)
        return reply.choices[0].message.content


def by_anthropic(provider: Any, key: str, text: str) -> str | None:
    with anthropic.Anthropic(base_url=f"{provider.url}/anthropic", api_key=key, max_retries=0) as client:
        reply = client.messages.create(
            model="practice-large", max_tokens=50, system=TASK, messages=[{"role": "user", "content": text}]
        )
        return "".join(block.text for block in reply.content if block.type == "text")


def by_gemini(provider: Any, key: str, text: str) -> str | None:
    options = types.HttpOptions(base_url=f"{provider.url}/gemini")
    with genai.Client(api_key=key, http_options=options) as client:
        config = types.GenerateContentConfig(system_instruction=TASK)
        return client.models.generate_content(model="practice-large", contents=text, config=config).text


@pytest.mark.parametrize("ask", [by_openai, by_anthropic, by_gemini])
def test_each_vendor_s_client_gets_the_label_and_nothing_else(provider: Any, key: str, ask: Any) -> None:
    assert {text: ask(provider, key, text) for text in MESSAGES} == MESSAGES
