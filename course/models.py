"""Which names of the model table a vendor still serves, asked with the key at hand.

Each name is asked for by itself, since a list may leave out names that work, an alias for one. Nothing is generated,
so it costs nothing. Platforms that keep their list behind another login (Bedrock, Foundry, Vertex AI) are not asked.
Sources: https://platform.openai.com/docs/api-reference/models/retrieve,
https://docs.anthropic.com/en/api/models, https://ai.google.dev/api/models
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Literal

from stages.s2_llms.errors import BadRequest, ProviderError, SettingsError
from stages.s2_llms.providers import PROVIDERS, Provider
from stages.s2_llms.sdks import translated

State = Literal["served", "ends", "unknown", "not asked", "failed"]
TIMEOUT_S = 20.0

ASK: dict[str, Callable[[Any, str], Any]] = {
    "openai": lambda client, name: client.models.retrieve(name),
    "anthropic": lambda client, name: client.models.retrieve(name),
    "google": lambda client, name: client.models.get(model=name),
}
"""How each SDK asks for one model."""
ENDS = ("shutdown_date", "retires_at")
"""The fields in which OpenAI and Anthropic announce a model's end."""


@dataclass(frozen=True)
class Checked:
    """One name of the table, and what its vendor says of it."""

    provider: str
    use: str
    model: str
    state: State
    note: str = ""


def check(environ: Mapping[str, str]) -> Iterator[Checked]:
    """What the vendors say of the table's names, one after another; vendors without a key are not asked."""
    for provider in PROVIDERS.values():
        if provider.costs_money:
            yield from _check(provider, environ)


def names(provider: Provider) -> dict[str, str]:
    """The provider's models, by what the lessons use them for.

    >>> names(PROVIDERS["anthropic"])
    {'chat': 'claude-sonnet-5-5', 'small': 'claude-haiku-5-5'}
    """
    models = {"chat": provider.chat_model, "small": provider.small_model, "embedding": provider.embedding_model}
    return {use: model for use, model in models.items() if model}


def _check(provider: Provider, environ: Mapping[str, str]) -> Iterator[Checked]:
    if why := _not_asked(provider, environ):
        yield from (Checked(provider.name, use, model, "not asked", why) for use, model in names(provider).items())
        return
    sdk = import_module(f"stages.s2_llms.sdks.over_{provider.sdk}")
    client = sdk.connect(provider.key_in(environ), provider.url_in(environ), TIMEOUT_S)
    try:
        for use, model in names(provider).items():
            yield Checked(provider.name, use, model, *_state(sdk, client, model))
    finally:
        client.close()


def _not_asked(provider: Provider, environ: Mapping[str, str]) -> str:
    if provider.sdk not in ASK:
        return "its list needs another login: see its console"
    try:
        provider.url_in(environ)
    except SettingsError as exc:
        return str(exc)
    return "" if provider.key_in(environ) else f"{' or '.join(provider.key_names)} is not set"


def _state(sdk: Any, client: Any, model: str) -> tuple[State, str]:
    try:
        with translated(sdk.FAULTS):
            found = ASK[sdk.__name__.rpartition("over_")[2]](client, model)
    except BadRequest as exc:
        return ("unknown", "retired, mistyped, or not open to this key") if exc.status == 404 else ("failed", str(exc))
    except ProviderError as exc:
        return "failed", str(exc)
    ends = next((getattr(found, field) for field in ENDS if getattr(found, field, None)), None)
    return ("ends", f"announced for {ends}") if ends else ("served", "")
