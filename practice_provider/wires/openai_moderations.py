"""OpenAI's moderations: POST …/moderations, for a text, several texts, or words and pictures that belong together.

How the practice model judges is its own business (model/moderation.py): it looks for words, and never at pictures.
Source: https://platform.openai.com/docs/api-reference/moderations
"""

from collections.abc import Mapping, Sequence
from typing import Any

from ..core import Image, Moderate, Text, Verdict, Verdicts
from .openai_errors import Refused, error, wrong_type
from .openai_options import Check, check_known, check_options, string, string_or_array
from .openai_parts import CHAT_PARTS, read_content

OPTIONS: dict[str, Check] = {"input": string_or_array, "model": string}
DEFAULT_MODEL = "practice-moderate"
PARTS = {name: CHAT_PARTS[name] for name in ("text", "image_url")}
# the categories for which OpenAI looks at pictures
SEEN = {"self-harm", "self-harm/intent", "self-harm/instructions", "sexual", "violence", "violence/graphic"}


def read(body: Mapping[str, Any], path: Mapping[str, str]) -> Moderate:
    """Read a moderations body.

    Raises: Refused for a body that OpenAI would refuse.
    """
    check_known(body, OPTIONS)
    check_options(body, OPTIONS, ("input",))
    given = body["input"]
    items, together = _items([given] if isinstance(given, str) else given)
    return Moderate(body.get("model") or DEFAULT_MODEL, items, echo={"together": together})


def _items(given: Sequence[Any]) -> tuple[tuple[str | Image, ...], bool]:
    """The items, and whether they get one result together: parts do, texts don't."""
    if not given:
        raise Refused("Invalid 'input': empty array.", param="input", code="empty_array")
    if all(isinstance(one, str) for one in given):
        return tuple(given), False
    if any(isinstance(one, str) for one in given):
        raise wrong_type("input", "an array of strings or an array of objects", given)
    blocks = read_content(given, "input", PARTS)
    return tuple(b.text if isinstance(b, Text) else b for b in blocks if isinstance(b, Text | Image)), True


def write(request: Moderate, result: Verdicts) -> dict[str, Any]:
    """Write a result for each text, or one for all parts."""
    judged = list(zip(request.items, result.verdicts, strict=True))
    groups = [judged] if request.echo.get("together") else [[pair] for pair in judged]
    return {"id": f"modr-{result.id}", "model": result.model, "results": [_result(group) for group in groups]}


def _result(group: Sequence[tuple[str | Image, Verdict]]) -> dict[str, Any]:
    scores: dict[str, float] = {}
    flagged: set[str] = set()
    for _, verdict in group:
        flagged |= verdict.flagged
        for name, score in verdict.scores.items():
            scores[name] = max(score, scores.get(name, 0.0))
    has_text, has_image = (any(isinstance(item, kind) for item, _ in group) for kind in (str, Image))
    return {
        "flagged": bool(flagged),
        "categories": {name: name in flagged for name in scores},
        "category_scores": scores,
        "category_applied_input_types": {
            name: [*(["text"] if has_text else []), *(["image"] if has_image and name in SEEN else [])]
            for name in scores
        },
    }


__all__ = ["error", "read", "write"]
