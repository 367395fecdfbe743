"""Gemini's `thinkingConfig`: how many tokens of notes, and whether they are told.

Without it a practice model does not think, as a vendor's model does for which thinking is off by default.

Source: https://ai.google.dev/gemini-api/docs/thinking
"""

from collections.abc import Mapping
from dataclasses import replace

from ..core import Ask
from .gemini_common import Node, one_of

MOST = 32_768
DYNAMIC = 8_192  # tokens, where the client leaves the budget to the model

_LEVELS: Mapping[str, int] = {
    "THINKING_LEVEL_UNSPECIFIED": DYNAMIC,
    "MINIMAL": 128,
    "LOW": 1_024,
    "MEDIUM": 4_096,
    "HIGH": DYNAMIC,
    "XHIGH": MOST,
}


def with_thinking(ask: Ask, config: Node | None) -> Ask:
    """The ask with its budget for notes; `echo` says whether the reply tells them.

    Raises:
        Fault: "bad_request".
    """
    if config is None:
        return ask
    config.only({"includeThoughts", "thinkingBudget", "thinkingLevel"})
    included, budget, level = config.get("includeThoughts"), config.get("thinkingBudget"), config.get("thinkingLevel")
    if budget and level:
        raise config.fault("You can only set only one of thinking budget and thinking level.")
    told = included is not None and included.flag()
    tokens = _budget(budget) if budget else _LEVELS[one_of(level, _LEVELS)] if level else DYNAMIC if told else 0
    if told and not tokens:
        raise config.fault("include_thoughts is only enabled when thinking is enabled.")
    return replace(ask, thinking=tokens or None, echo={**ask.echo, "thoughts": told})


def _budget(budget: Node) -> int:
    """-1 leaves it to the model, 0 means none."""
    if not -1 <= budget.integer() <= MOST:
        raise budget.fault(
            f"The thinking budget {budget.integer()} is invalid. Please choose a value from -1 to {MOST}."
        )
    return DYNAMIC if budget.integer() == -1 else budget.integer()
