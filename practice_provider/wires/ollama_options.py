"""What Ollama's chat and generate have in common: options, format, thinking, chances, how long a model stays loaded.

`HONOURED` and `NO_EFFECT` are the options; the same at the top of the body are in the modules of the two endpoints.
Source: https://github.com/ollama/ollama/blob/main/docs/modelfile.mdx#valid-parameters-and-values
"""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from ..core import Chance, Usage
from .ollama_common import CREATED, Node, durations

# option → the type that the server asks for
HONOURED: Mapping[str, str] = {
    "temperature": "float32",
    "seed": "integer",
    "num_predict": "integer",
    "stop": "array",
}
NO_EFFECT: Mapping[str, str] = {
    **dict.fromkeys(("num_ctx", "num_batch", "num_gpu", "main_gpu", "num_thread", "num_keep"), "integer"),
    **dict.fromkeys(("top_k", "repeat_last_n", "mirostat"), "integer"),
    **dict.fromkeys(("top_p", "min_p", "typical_p", "tfs_z", "mirostat_tau", "mirostat_eta"), "float32"),
    **dict.fromkeys(("repeat_penalty", "presence_penalty", "frequency_penalty"), "float32"),
    **dict.fromkeys(("use_mmap", "use_mlock", "numa", "low_vram", "f16_kv", "logits_all"), "boolean"),
    **dict.fromkeys(("vocab_only", "embedding_only", "penalize_newline"), "boolean"),
}
_KNOWN = {**HONOURED, **NO_EFFECT}

SHARED = {
    "model",
    "stream",
    "format",
    "keep_alive",
    "options",
    "think",
    "truncate",
    "shift",
    "logprobs",
    "top_logprobs",
}
SHARED_NO_EFFECT = {"keep_alive", "truncate", "shift"}

_IS: Mapping[str, Callable[[Any], bool]] = {
    "integer": lambda value: isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 2**63,
    "float32": lambda value: isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e38,
    "boolean": lambda value: isinstance(value, bool),
    "array": lambda value: isinstance(value, list),
}
_BUDGETS = {"low": 512, "medium": 2048, "high": 8192}  # tokens of thinking; plain `true` means medium
_DURATION = re.compile(r"-?(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+|-?0")
_NEVER = re.compile(r"-?0+(\.0+)?(ns|us|µs|ms|s|m|h)?")


def read_options(body: Node) -> dict[str, Any]:
    """Read `options` as arguments of an `Ask`."""
    options = body.get("options")
    given = {name: value for name, value in options.object().items() if value is not None} if options else {}
    for name, value in given.items():
        if name not in _KNOWN:
            raise body.fault(f'invalid option provided: "{name}"; the options are {", ".join(sorted(_KNOWN))}')
        if not _IS[_KNOWN[name]](value):
            raise body.fault(f'option "{name}" must be of type {_KNOWN[name]}')
    stop = given.get("stop", [])
    if not all(isinstance(text, str) for text in stop):
        raise body.fault('option "stop" must be of an array of strings')
    most = int(given.get("num_predict", -1))  # -1 and -2 mean: no limit
    return {
        "temperature": float(given["temperature"]) if "temperature" in given else None,
        "seed": int(given["seed"]) if "seed" in given else None,
        "stop": tuple(text for text in stop if text),
        "max_tokens": most if most > 0 else None,
    }


def read_shared(body: Node) -> dict[str, Any]:
    """Read what both endpoints have, as arguments of an `Ask`."""
    stream = body.get("stream")
    for name in ("truncate", "shift"):
        if flag := body.get(name):
            flag.flag()
    is_unloading(body)
    return {
        "stream": stream.flag() if stream else True,
        "thinking": _thinking(body),
        "logprobs": _logprobs(body),
        **_format(body),
        **read_options(body),
    }


def is_unloading(body: Node) -> bool:
    """Does the client want the model to leave memory at once?"""
    keep = body.get("keep_alive")
    if keep is None:
        return False
    if isinstance(keep.value, str):
        if not _DURATION.fullmatch(keep.value):
            raise keep.fault(f'time: invalid duration "{keep.value}"; write seconds, or "5m"')
        return _NEVER.fullmatch(keep.value) is not None
    return keep.number() == 0


def _format(body: Node) -> dict[str, Any]:
    wanted = body.get("format")
    if wanted is None or wanted.value == "":
        return {}
    if wanted.value == "json":
        return {"json_only": True}
    if not isinstance(wanted.value, Mapping):
        sent = json.dumps(json.dumps(wanted.value))  # the server quotes what was sent once more
        raise wanted.fault(f'invalid format: {sent}; expected "json" or a valid JSON Schema object')
    return {"schema": wanted.object()}


def _thinking(body: Node) -> int | None:
    think = body.get("think")
    if think is None or think.value is False:
        return None
    level = "medium" if think.value is True else think.value
    if not isinstance(level, str) or level not in _BUDGETS:
        sent = json.dumps(think.value)
        raise think.fault(f'invalid think value: {sent} (must be "high", "medium", "low", true, or false)')
    return _BUDGETS[level]


def _logprobs(body: Node) -> int | None:
    wanted, most = body.get("logprobs"), body.get("top_logprobs")
    alternatives = most.integer() if most else 0
    if not 0 <= alternatives <= 20:
        raise body.fault("top_logprobs must be between 0 and 20")
    return alternatives if wanted and wanted.flag() else None


# ---- the reply -------------------------------------------------------------------------------------------------


def envelope(echo: Mapping[str, Any]) -> dict[str, Any]:
    """How every object of a reply begins: the model under the name that the client sent."""
    return {"model": echo["model"], "created_at": CREATED}


def ending(stop: str, usage: Usage) -> dict[str, Any]:
    """How the last object ends."""
    return {"done": True, "done_reason": "length" if stop == "length" else "stop"} | durations(usage)


def chances(given: tuple[Chance, ...]) -> dict[str, Any]:
    """The chances of tokens, where they were asked for."""
    return {"logprobs": [_chance(chance) for chance in given]} if given else {}


def _chance(chance: Chance) -> dict[str, Any]:
    top = [_token(token, logprob) for token, logprob in chance.top]
    return _token(chance.token, chance.logprob) | ({"top_logprobs": top} if top else {})


def _token(token: str, logprob: float) -> dict[str, Any]:
    return {"token": token, "logprob": logprob, "bytes": list(token.encode())}
