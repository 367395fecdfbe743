"""A model server behind our wires: each ask goes to an OpenAI-compatible server, and its answer comes back neutral.

So every vendor's SDK talks to Ollama, llama.cpp, vLLM or a vendor. Chat, embeddings and the list of models are asked
for there; tokens are counted here, and sound is heard and spoken here, which local model servers do not offer. There
is no retry, no cache and no prompt of our own in between.
Source: https://docs.ollama.com/api/openai-compatibility and https://docs.vllm.ai/en/latest/serving/openai_compatible_server/
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx2

from ..core import (
    Ask,
    Count,
    Counted,
    Embed,
    Event,
    Fault,
    ListModels,
    ModelInfo,
    Models,
    Request,
    Result,
    Speak,
    Transcribe,
)
from ..model import hearing, speech, tokens
from ..model.catalog import CATALOG
from .answering import events_of, garbled, models_of, reply_of, vectors_of
from .asking import chat_body
from .refusing import as_faults, fault_of

THREADS = 32  # asks that are with the upstream at the same time; more wait in line
TIMEOUT = httpx2.Timeout(30.0, connect=5.0, read=300.0)  # a laptop may think for minutes before the first word
LOCAL = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class Names:
    """What our models are called at the upstream: some by name, and all others `default`, or as the client says."""

    mapped: Mapping[str, str] = field(default_factory=dict)
    default: str | None = None

    @classmethod
    def parse(cls, text: str) -> "Names":
        """Read 'llama3', or 'practice-large=llama3,practice-small=llama3:1b'.

        Raises: ValueError with the part that is wrong.

        >>> Names.parse("practice-large=llama3:8b,tiny")("practice-large"), Names.parse("llama3")("practice-small")
        ('llama3:8b', 'llama3')
        """
        parts = [part.strip() for part in text.split(",") if part.strip()]
        pairs = [part.split("=", 1) for part in parts if "=" in part]
        alone = [part for part in parts if "=" not in part]
        if len(alone) > 1 or any(not ours.strip() or not theirs.strip() for ours, theirs in pairs):
            raise ValueError(
                f"{text!r} is not a model's name, nor ours=theirs with commas between: say practice-large=llama3"
            )
        return cls({ours.strip(): theirs.strip() for ours, theirs in pairs}, alone[0] if alone else None)

    def __call__(self, ours: str) -> str:
        """Give the upstream's name."""
        return self.mapped.get(ours) or self.default or ours


class Upstream:
    """The model that asks another server. Safe to use from several threads."""

    def __init__(self, url: str, *, key: str | None = None, names: Names | None = None, threads: int = THREADS) -> None:
        """Prepare to ask the server whose base URL this is (it ends with /v1); nothing is sent yet."""
        self.threads = threads
        self._url, self._names = url.rstrip("/"), names or Names()
        self._client = httpx2.Client(
            headers={"authorization": f"Bearer {key}"} if key else {},
            timeout=TIMEOUT,
            # a stream keeps its connection between steps, when it has no thread: waiting for one could wait for ever
            limits=httpx2.Limits(max_connections=None, max_keepalive_connections=threads),
            trust_env=urlsplit(url).hostname not in LOCAL,  # never ask a proxy for the way to this machine
        )

    def answer(self, request: Request) -> Result:
        """Give the result that belongs to the request."""
        match request:
            case Ask(model=model):
                body = chat_body(request, self._names(model), stream=False)
                return reply_of(request, self._call("POST", "/chat/completions", body))
            case Embed(model=model, texts=texts):
                wanted = {} if request.dimensions is None else {"dimensions": request.dimensions}
                body = {"model": self._names(model), "input": list(texts), "encoding_format": "float"} | wanted
                return vectors_of(request, self._call("POST", "/embeddings", body))
            case Count(ask):
                return Counted(tokens.count_ask(ask))
            case ListModels(model=name):
                return self._list(name)
            case Transcribe():
                return hearing.transcribe(request)
            case Speak():
                return speech.speak(request)
            case _:
                what = type(request).__name__.lower()
                raise Fault("bad_request", f"An upstream is asked for chats and embeddings, not to {what}.")

    def stream(self, ask: Ask) -> Iterator[Event]:
        """Give the events of the reply as the upstream sends them."""
        body = chat_body(ask, self._names(ask.model), stream=True)
        with as_faults(self._url), self._client.stream("POST", f"{self._url}/chat/completions", json=body) as response:
            if response.status_code != 200:
                raise fault_of(response.status_code, response.headers, response.read().decode("utf-8", "replace"))
            yield from events_of(ask, _chunks(response))

    async def close(self) -> None:
        """Close the connections to the upstream."""
        self._client.close()

    def _call(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
        with as_faults(self._url):
            response = self._client.request(method, self._url + path, json=body)
        if response.status_code != 200:
            raise fault_of(response.status_code, response.headers, response.text)
        return _object(response.text)

    def _list(self, name: str | None) -> Models:
        """Give the models by our names, then those that the upstream has."""
        theirs = models_of(self._call("GET", "/models")).models
        ours = (CATALOG[name].info() for name in CATALOG if self._names(name) != name)
        found = {model.name: model for model in [*theirs, *map(_of_unknown_size, ours)]}
        if name is not None and name not in found:
            known = ", ".join(sorted(found)) or "none"
            raise Fault("no_such_model", f"The model '{name}' does not exist. The upstream's models are: {known}.")
        return Models(tuple(found.values()) if name is None else (found[name],))


def _of_unknown_size(info: ModelInfo) -> ModelInfo:
    return ModelInfo(info.name, info.label, info.kind, 0, 0)


def _object(text: str) -> Mapping[str, Any]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        raise garbled(text) from None
    if not isinstance(value, dict):
        raise garbled(text)
    return value


def _chunks(response: httpx2.Response) -> Iterator[Mapping[str, Any]]:
    """Give the chunks of a stream; an error in the middle of it is raised."""
    for line in response.iter_lines():
        name, _, data = line.partition(":")
        if name != "data" or not data.strip():
            continue
        if data.strip() == "[DONE]":
            return
        chunk = _object(data)
        if "error" in chunk:
            raise fault_of(500, {}, data)
        yield chunk
