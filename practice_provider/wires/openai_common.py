"""What OpenAI's chat completions and responses write in the same way.

Nothing here is a clock or a random number: the same ask gives the same bytes, on every machine and every day.
Source: https://platform.openai.com/docs/api-reference/chat/object
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from ..core import JsonObject, Reply, Text, Turn
from .openai_errors import Refused

CREATED = 1_767_225_600  # 2026-01-01T00:00:00Z stands in every reply, so that replies can be compared byte for byte
FINGERPRINT = "fp_practice"
SERVICE_TIER = "default"

# effort of reasoning → the most tokens of notes before the answer; None: no notes
EFFORT: Mapping[str, int | None] = {
    "none": None,
    "minimal": 16,
    "low": 32,
    "medium": 64,
    "high": 128,
    "xhigh": 256,
    "max": 512,
}


def arguments_text(args: JsonObject) -> str:
    """A call's arguments as OpenAI sends them: JSON in a string, spelled as the stream spells it."""
    return json.dumps(args, ensure_ascii=False)


def arguments_object(text: str) -> dict[str, Any]:
    """Read a call's arguments from the conversation. OpenAI takes any string here, so a broken one is kept as it is.

    >>> arguments_object('{"city": "Turin"}'), arguments_object('{"city": ')
    ({'city': 'Turin'}, {'_not_json': '{"city": '})
    """
    try:
        value = json.loads(text)
    except json.JSONDecodeError:
        value = None
    return value if isinstance(value, dict) else {"_not_json": text}


def words(reply: Reply) -> str:
    """All words of a reply."""
    return "".join(block.text for block in reply.blocks if isinstance(block, Text))


def stops(value: Any) -> tuple[str, ...]:
    """Read the option `stop`: nothing, a string, or up to four strings."""
    if value is None:
        return ()
    sequences = [value] if isinstance(value, str) else value
    if not all(isinstance(sequence, str) for sequence in sequences):
        raise Refused("Invalid 'stop': expected a string or an array of strings.", param="stop", code="invalid_type")
    if len(sequences) > 4:
        message = f"Invalid 'stop': array too long. Expected an array with maximum length 4, but got {len(sequences)}."
        raise Refused(message, param="stop", code="array_above_max_length")
    return tuple(sequence for sequence in sequences if sequence)


def mentions_json(turns: Sequence[Turn]) -> bool:
    """OpenAI gives free-form JSON only where the conversation says the word."""
    return any("json" in turn.text().lower() for turn in turns)
