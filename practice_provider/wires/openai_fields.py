"""Fields inside OpenAI's requests: required or optional, of the right JSON type, or refused with their full name.

Only the shape is looked at here; what a field means is its reader's business.
Source: https://platform.openai.com/docs/api-reference/introduction
"""

from collections.abc import Mapping
from typing import Any

from .openai_errors import missing, wrong_type

TYPE_WORDS: dict[type, str] = {str: "a string", dict: "an object", list: "an array", bool: "a boolean"}


def field(owner: Any, name: str, kind: type, where: str) -> Any:
    """Give a required field of the object `owner`, which stands at `where` in the request.

    Raises: Refused.

    >>> field({"role": "user"}, "role", str, "messages[0]")
    'user'
    """
    value = optional(owner, name, kind, where)
    if value is None:
        raise missing(f"{where}.{name}")
    return value


def optional(owner: Any, name: str, kind: type, where: str) -> Any:
    """Give a field that may be missing or null; then None.

    Raises: Refused.
    """
    if not isinstance(owner, Mapping):
        raise wrong_type(where, "an object", owner)
    value = owner.get(name)
    if value is not None and not isinstance(value, kind):
        raise wrong_type(f"{where}.{name}", TYPE_WORDS[kind], value)
    return value


def required(owner: Mapping[str, Any], name: str, where: str) -> Any:
    """Give a required field of any type; who reads it checks the type."""
    if owner.get(name) is None:
        raise missing(f"{where}.{name}")
    return owner[name]
