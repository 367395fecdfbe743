"""Anthropic's options beside the conversation and the tools: thinking, the wanted format, length, sampling.

An option is honoured, or it stands in `NO_EFFECT`, or it is refused by name with the reason in `NOT_OFFERED`.

Sources: https://platform.claude.com/docs/en/api/messages and
https://platform.claude.com/docs/en/build-with-claude/extended-thinking
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from ..core import Ask
from .anthropic_common import Node, not_one_of

# field of the vendor's API → why it is refused
NOT_OFFERED: Mapping[str, str] = {
    "container": "the practice models run no code in containers",
    "mcp_servers": "the practice models call no MCP servers; call the tools yourself and send `tools`",
    "context_management": "the practice models do not edit the context; shorten `messages` yourself",
}

LEAST_BUDGET = 1024
ADAPTIVE_BUDGET = 4096  # tokens; the model's own choice, when the client leaves it the choice
_EFFORTS = ("low", "medium", "high", "xhigh", "max")
_DISPLAYS = ("summarized", "omitted")
_THINKING: Mapping[str, set[str]] = {
    "enabled": {"type", "budget_tokens", "display"},
    "adaptive": {"type", "display"},
    "disabled": {"type"},
    "between_tools": {"type"},
}


def _one_of(*words: str) -> Callable[[Node], object]:
    def check(node: Node) -> None:
        if node.text() not in words:
            raise not_one_of(node, words)

    return check


def _range(least: float, most: float) -> Callable[[Node], object]:
    def check(node: Node) -> float:
        if not least <= node.number() <= most:
            raise node.fault(f"range: {least:g}..{most:g}; you sent {node.number():g}")
        return node.number()

    return check


# accepted without effect → how its value is checked
NO_EFFECT: Mapping[str, Callable[[Node], object]] = {
    "metadata": lambda node: node.only({"user_id"}),
    "service_tier": _one_of("auto", "standard_only"),
    "speed": _one_of("standard", "fast"),
    "top_p": _range(0, 1),
    "top_k": Node.integer,
    "inference_geo": Node.text,
    "user_profile_id": Node.text,
    "workspace_id": Node.text,
    "diagnostics": lambda node: node.only({"previous_message_id"}),
}


def check_rest(body: Node) -> None:
    """Refuse what is not offered, and look at the values of what has no effect.

    Raises:
        Fault: "bad_request".
    """
    for name, reason in NOT_OFFERED.items():
        if (field := body.get(name)) is not None:
            raise field.fault(f"not offered: {reason}")
    for name, check in NO_EFFECT.items():
        if (field := body.get(name)) is not None:
            check(field)


# ---- thinking --------------------------------------------------------------------------------------------------


def with_thinking(ask: Ask, body: Node) -> Ask:
    """The ask with the budget for notes; `echo` says whether their words are left out of the reply.

    Raises:
        Fault: "bad_request".
    """
    thinking = body.get("thinking")
    kind = thinking.tag(_THINKING) if thinking else "disabled"
    if thinking is None or kind == "disabled":
        return ask
    if kind == "between_tools":
        raise thinking.fault("'between_tools' is not supported on this model; send 'enabled', 'adaptive' or 'disabled'")
    inner = thinking.tagged(kind).only(_THINKING[kind])
    display = inner.get("display")
    if display and display.text() not in _DISPLAYS:
        raise not_one_of(display, _DISPLAYS)
    if ask.tool_choice in ("required", "named"):
        raise thinking.fault("Thinking may not be enabled when tool_choice forces tool use.")
    _check_sampling(body)
    omitted = display is not None and display.text() == "omitted"
    budget = _budget(inner, body) if kind == "enabled" else ADAPTIVE_BUDGET
    return replace(ask, thinking=budget, echo={**ask.echo, "thinking_omitted": omitted})


def _budget(thinking: Node, body: Node) -> int:
    budget, most = thinking.need("budget_tokens"), body.get("max_tokens")
    if budget.integer() < LEAST_BUDGET:
        raise budget.fault(f"Input should be greater than or equal to {LEAST_BUDGET}")
    if most and most.integer() <= budget.integer():
        raise body.fault(
            "`max_tokens` must be greater than `thinking.budget_tokens`; you sent "
            f"{most.integer()} and {budget.integer()}"
        )
    return budget.integer()


def _check_sampling(body: Node) -> None:
    temperature, top_p, top_k = body.get("temperature"), body.get("top_p"), body.get("top_k")
    if temperature and temperature.number() != 1:
        raise body.fault("`temperature` may only be set to 1 when thinking is enabled.")
    if top_p and top_p.number() < 0.95:
        raise body.fault("`top_p` must be greater than or equal to 0.95 or unset when thinking is enabled.")
    if top_k:
        raise body.fault("`top_k` must be unset when thinking is enabled.")


# ---- format ----------------------------------------------------------------------------------------------------


def with_format(ask: Ask, body: Node) -> Ask:
    """The ask with the schema of `output_config.format`, or of `output_format`, its name in the beta.

    Raises:
        Fault: "bad_request".
    """
    config, wanted = body.get("output_config"), body.get("output_format")
    if config:
        effort, inside = config.only({"effort", "format"}).get("effort"), config.get("format")
        if effort and effort.text() not in _EFFORTS:
            raise not_one_of(effort, _EFFORTS)
        if wanted and inside:
            raise wanted.fault("`output_format` and `output_config.format` mean the same; send the latter")
        wanted = wanted or inside
    if wanted is None:
        return ask
    wanted.tag({"json_schema": 1})
    schema = wanted.only({"type", "schema"}).need("schema")
    _check_closed(schema, schema.object())
    return replace(ask, schema=schema.object())


def _check_closed(place: Node, schema: object) -> None:
    """The vendor takes only schemas whose objects say that they have no further properties."""
    if isinstance(schema, list):
        for item in schema:
            _check_closed(place, item)
    if not isinstance(schema, dict):
        return
    if schema.get("type") == "object" and schema.get("additionalProperties") is not False:
        raise place.fault("For 'object' type, 'additionalProperties' must be explicitly set to false")
    for value in schema.values():
        _check_closed(place, value)


# ---- length and sampling ---------------------------------------------------------------------------------------


def with_limits(ask: Ask, body: Node) -> Ask:
    """The ask with its length, its stop sequences and its temperature.

    Raises:
        Fault: "bad_request".
    """
    wanted, temperature = body.need("max_tokens"), body.get("temperature")
    if wanted.integer() < 1:
        raise wanted.fault("Input should be greater than or equal to 1")
    if temperature:
        _range(0, 1)(temperature)
    return replace(
        ask,
        max_tokens=wanted.integer(),
        stop=_stop_sequences(body),
        temperature=temperature.number() if temperature else None,
    )


def _stop_sequences(body: Node) -> tuple[str, ...]:
    listed = body.get("stop_sequences")
    texts = tuple(item.text() for item in listed.items()) if listed else ()
    if listed and any(not text.strip() for text in texts):
        raise listed.fault("each stop sequence must contain non-whitespace")
    return texts
