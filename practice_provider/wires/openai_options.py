"""The top-level options of OpenAI's requests: which exist, which values they may have, which we can't honour.

An option that would change the answer and that we can't honour is refused by name; it is never ignored. A harmless one
(a user's id, a cache key) is accepted. Each wire has one table from an option's name to a check.
Source: https://platform.openai.com/docs/api-reference/chat/create
"""

from collections.abc import Callable, Mapping
from typing import Any

from .openai_errors import Refused, missing, unsupported, wrong_type, wrong_value

Check = Callable[[str, Any], None]


def check_options(body: Mapping[str, Any], table: Mapping[str, Check], required: tuple[str, ...]) -> None:
    """Refuse a body with a wrong value or without a required option; null counts as not given."""
    for name in required:
        if body.get(name) is None:
            raise missing(name)
    for name, value in body.items():
        if value is not None:
            table[name](name, value)


def check_known(body: Mapping[str, Any], table: Mapping[str, Check]) -> None:
    """Refuse options that don't exist, in the words of chat completions and embeddings."""
    unknown = [name for name in body if name not in table]
    if unknown:
        plural = "s" if len(unknown) > 1 else ""
        raise Refused(f"Unrecognized request argument{plural} supplied: {', '.join(unknown)}")


# ---- checks: each is called with an option's name and its value, and raises -------------------------------------


def harmless(name: str, value: Any) -> None:
    """Known, and without effect on a practice answer."""


def of_type(expected: str, *types: type) -> Check:
    """A value of one of these JSON types; true and false are not numbers."""

    def check(name: str, value: Any) -> None:
        if type(value) not in types:
            raise wrong_type(name, expected, value)

    return check


string = of_type("a string", str)
boolean = of_type("a boolean", bool)
array = of_type("an array", list)
obj = of_type("an object", dict)
string_or_object = of_type("a string or an object", str, dict)
string_or_array = of_type("a string or an array", str, list)


def number(low: float, high: float, *types: type) -> Check:
    """A number in a range, with OpenAI's words for one outside."""
    word = "decimal" if float in types else "integer"
    right_type = of_type(f"a{'n' if word == 'integer' else ''} {word}", *types)

    def check(name: str, value: Any) -> None:
        right_type(name, value)
        if value < low:
            raise out_of_range(
                name, value, f"{word} below minimum value. Expected a value >= {low:g}", f"{word}_below_min"
            )
        if value > high:
            raise out_of_range(
                name, value, f"{word} above maximum value. Expected a value <= {high:g}", f"{word}_above_max"
            )

    return check


def out_of_range(name: str, value: float, words: str, code: str) -> Refused:
    """The 400 for a number that is too small or too large."""
    return Refused(f"Invalid '{name}': {words}, but got {value} instead.", param=name, code=f"{code}_value")


def decimal(low: float, high: float) -> Check:
    """A decimal or whole number from `low` to `high`."""
    return number(low, high, float, int)


def integer(low: int, high: float = float("inf")) -> Check:
    """A whole number from `low` to `high`."""
    return number(low, high, int)


def one_of(*values: Any) -> Check:
    """One of a few values."""

    def check(name: str, value: Any) -> None:
        if value not in values:
            raise wrong_value(name, value, ", ".join(repr(v) for v in values))

    return check


def only(*values: Any, instead: str) -> Check:
    """An option that exists at OpenAI, of which we have these values only; `instead` says what to do."""

    def check(name: str, value: Any) -> None:
        if value not in values:
            raise unsupported(name, instead)

    return check


def absent(instead: str) -> Check:
    """An option that exists at OpenAI and that we don't have at all."""
    return only(instead=instead)


# What both chat completions and responses accept.
SHARED: dict[str, Check] = {
    "model": string,
    "stream": boolean,
    "temperature": decimal(0, 2),
    "top_p": decimal(0, 1),
    "parallel_tool_calls": boolean,
    "tools": array,
    "tool_choice": string_or_object,
    "stream_options": obj,
    "metadata": obj,
    "store": boolean,
    "user": string,
    "safety_identifier": string,
    "prompt_cache_key": string,
    "prompt_cache_options": obj,
    "prompt_cache_retention": string,
    "service_tier": one_of("auto", "default", "flex", "scale", "priority", "fast"),
    "moderation": absent("Leave it out: the practice provider does not moderate."),
}

SHARED_NO_EFFECT: tuple[str, ...] = (
    "metadata",
    "prompt_cache_key",
    "prompt_cache_options",
    "prompt_cache_retention",
    "safety_identifier",
    "service_tier",
    "store",
    "temperature",
    "top_p",
    "user",
)
