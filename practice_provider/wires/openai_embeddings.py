"""OpenAI's embeddings: POST …/embeddings, as lists of floats or as base64 (which OpenAI's SDK asks for by itself).

Texts may also come as lists of token ids, as some libraries send them; they are decoded back to words.
Source: https://platform.openai.com/docs/api-reference/embeddings
"""

import base64
import struct
import warnings
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from ..core import Embed, Vectors
from .openai_errors import Refused, error, wrong_type
from .openai_options import Check, check_known, check_options, integer, one_of, string, string_or_array

OPTIONS: dict[str, Check] = {
    "input": string_or_array,
    "model": string,
    "dimensions": integer(1),
    "encoding_format": one_of("float", "base64"),
    "user": string,
}
NO_EFFECT: tuple[str, ...] = ("user",)
MAX_TEXTS = 2048
TOKEN_ENCODING = "cl100k_base"  # the one of OpenAI's embedding models


def read(body: Mapping[str, Any], path: Mapping[str, str]) -> Embed:
    """Read an embeddings body.

    Raises: Refused for a body that OpenAI would refuse.
    """
    check_known(body, OPTIONS)
    check_options(body, OPTIONS, ("input", "model"))
    return Embed(
        model=body["model"],
        texts=_texts(body["input"]),
        dimensions=body.get("dimensions"),
        echo={"encoding_format": body.get("encoding_format") or "float"},
    )


def _texts(given: str | list[Any]) -> tuple[str, ...]:
    """One string, a list of strings, one list of token ids, or a list of those."""
    if isinstance(given, str):
        rows: list[Any] = [given]
    else:
        rows = [given] if _is_tokens(given) else given
    if not rows:
        raise _refused("Invalid 'input': empty array. Expected an array with minimum length 1.", "empty_array")
    if len(rows) > MAX_TEXTS:
        raise _refused(
            f"Invalid 'input': array too long. Expected at most {MAX_TEXTS} items, but got {len(rows)}.",
            "array_above_max_length",
        )
    return tuple(_text(row, f"input[{n}]") for n, row in enumerate(rows))


def _is_tokens(row: Any) -> bool:
    return isinstance(row, list) and bool(row) and all(type(token) is int for token in row)


def _text(row: Any, where: str) -> str:
    text = _decoded(row, where) if _is_tokens(row) else row
    if not isinstance(text, str):
        raise wrong_type(where, "a string or an array of token ids", row)
    if not text:
        raise _refused(f"Invalid '{where}': input cannot be an empty string.", "invalid_value")
    return text


def _decoded(tokens: Sequence[int], where: str) -> str:
    if min(tokens) < 0:
        raise _refused(f"Invalid '{where}': a token id is never negative.", "invalid_value")
    try:
        return str(_encoding().decode(list(tokens)))
    except KeyError as exc:
        raise _refused(f"Invalid '{where}': not token ids of {TOKEN_ENCODING} ({exc}).", "invalid_value") from None


@lru_cache(maxsize=1)
def _encoding() -> Any:
    with warnings.catch_warnings():  # on Python 3.11 and 3.12 the package calls a function that is deprecated there
        warnings.simplefilter("ignore", DeprecationWarning)
        import bpe_openai  # takes half a second, and few clients send token ids

        return bpe_openai.get_encoding(TOKEN_ENCODING)


def _refused(message: str, code: str) -> Refused:
    return Refused(message, param="input", code=code)


# ---- the reply -------------------------------------------------------------------------------------------------


def write(request: Embed, result: Vectors) -> dict[str, Any]:
    """Write vectors in the encoding that was asked for."""
    encode = ENCODINGS[request.echo["encoding_format"]]
    rows = [{"object": "embedding", "index": n, "embedding": encode(vector)} for n, vector in enumerate(result.vectors)]
    counts = {"prompt_tokens": result.tokens_in, "total_tokens": result.tokens_in}
    return {"object": "list", "data": rows, "model": result.model, "usage": counts}


def to_base64(vector: Sequence[float]) -> str:
    """A vector as base64 of little-endian 32-bit floats.

    >>> to_base64((1.0, 0.0))
    'AACAPwAAAAA='
    """
    return base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode("ascii")


ENCODINGS: dict[str, Callable[[Sequence[float]], Any]] = {"float": list, "base64": to_base64}

__all__ = ["error", "read", "write"]
