"""What the calls of a lesson to real providers will cost, before the first of them.

`real_calls.json` holds for each lesson and each vendor's SDK how many calls there are, and their tokens in and out, as
they were counted on a stand-in for the vendor; tests/notebooks/test_on_other_providers.py compares it with each run.
A real model's answers have other lengths, and its thoughts are billed as well: what comes out of it is a magnitude.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from stages.s2_llms.prices import cost_usd
from stages.s2_llms.providers import Provider

COUNTED = Path(__file__).with_name("real_calls.json")
USES = {"practice-large": "chat", "practice-small": "small", "practice-embed": "embedding"}
Calls = Mapping[str, Sequence[int]]  # what for → calls, tokens in, tokens out


def counted(lesson_id: str, sdk: str) -> Calls | None:
    """What a lesson asks over one SDK; None for a lesson that was never counted."""
    lessons = json.loads(COUNTED.read_text("utf-8"))
    return lessons[lesson_id].get(sdk, {}) if lesson_id in lessons else None


def cost_of(lesson_id: str, providers: Mapping[str, Provider]) -> float | None:
    """USD for one run of a lesson, where these answer the SDKs; None where a count or a price is not known."""
    total = 0.0
    for sdk, provider in providers.items():
        calls = {} if provider.is_local else counted(lesson_id, sdk)
        if calls is None:
            return None
        for use, (times, tokens_in, tokens_out) in calls.items():  # one by one: a long prompt has a price of its own
            usd = cost_usd(_model(provider, use), tokens_in // times, tokens_out // times)
            if usd is None:
                return None
            total += usd * times
    return total


def _model(provider: Provider, use: str) -> str:
    models = {"chat": provider.chat_model, "small": provider.small_model, "embedding": provider.embedding_model}
    return models[use] or provider.chat_model
