"""What a column of the grid is: one vendor's API through its own SDK. A new one is one small class.

Source of the idea, a table of features by client: https://caniuse.com
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from openai._models import BaseModel

from practice_provider.core import Ask, Reply, Stop, Text, Thinking, ToolCall


@dataclass(frozen=True)
class Mode:
    """How the SDK is used."""

    asynchronous: bool
    stream: bool

    def __str__(self) -> str:
        return f"{'async' if self.asynchronous else 'sync'}-{'stream' if self.stream else 'plain'}"


MODES = tuple(Mode(asynchronous, stream) for asynchronous in (False, True) for stream in (False, True))


@dataclass(frozen=True)
class Lack:
    """A capability that a vendor's API has not.

    With `refusal`, asking for it is refused with a bad request whose words match this pattern. Without, the API or its
    SDK has no words to ask for it.
    """

    refusal: str | None = None


NO_WORDS = Lack()


def refused(pattern: str) -> Lack:
    """Say how a vendor refuses what it has not."""
    return Lack(pattern)


@dataclass(frozen=True)
class Heard:
    """What a client learnt from a reply. None: this vendor does not tell it."""

    text: str
    stop: str  # in the vendor's words
    tokens_in: int
    tokens_out: int
    calls: tuple[tuple[str, Any], ...] = ()
    thinking: str | None = None
    chances: tuple[tuple[str, float, tuple[tuple[str, float], ...]], ...] | None = None
    others: tuple[str, ...] | None = None
    cached: int | None = None
    ids: tuple[str, ...] = field(default=(), compare=False)  # of the calls


Noticed = type[Exception] | tuple[type[Exception], ...] | None  # how a broken stream shows; None: not at all


@dataclass(frozen=True)
class Failure:
    """An error as the SDK raises it: its class, the HTTP status that it tells, and the name of the class where that is
    made at run time, as boto3 does."""

    kind: type[Exception]
    status: int
    made: str | None = None

    @property
    def name(self) -> str:
        """The name of the exact class."""
        return self.made or self.kind.__name__


class Column:
    """One vendor's API. `connect`, `call`, `read` and `gather` say how its SDK is used, the tables what to expect."""

    title: ClassVar[str]
    sdk: ClassVar[str]
    stops: ClassVar[Mapping[Stop, str]]  # how the vendor says why a reply ended
    lacks: ClassVar[Mapping[str, Lack]] = {}
    failures: ClassVar[Mapping[str, Failure]]  # by the kind of an ordered fault
    breaks: ClassVar[Mapping[str, Noticed]]  # the same for faults in a stream
    modes: ClassVar[tuple[Mode, ...]] = MODES

    def connect(self, url: str, key: str, asynchronous: bool) -> Any:
        """Give the SDK's client, without retries."""
        raise NotImplementedError

    def call(self, client: Any, ask: Ask, stream: bool) -> Any:
        """Say the ask in the SDK's words. Gives what the SDK gives: a reply, or an iterator of a stream's events."""
        raise NotImplementedError

    def said(self, ask: Ask) -> Ask:
        """Give the ask as it can be said here: what an SDK leaves out is not asked."""
        return ask

    def read(self, reply: Any) -> Heard:
        """Read a plain reply, strictly."""
        raise NotImplementedError

    def gather(self, events: list[Any]) -> Heard:
        """Put a stream together, strictly."""
        raise NotImplementedError

    def inspect(self, raw: bytes) -> None:
        """Fail for what the SDK itself would pass over in the body of a reply. Most SDKs keep what they don't know."""

    def status(self, error: Any) -> int:
        """Give the HTTP status that an error tells."""
        return int(error.status_code)

    def close(self, client: Any) -> Any:
        """Close a client; may be awaitable."""
        return client.close()


def expected(column: Column, replies: tuple[Reply, ...]) -> Heard:
    """What the client of a column should hear when the told model says this."""
    first, *others = replies
    return Heard(
        text=_words(first),
        stop=column.stops[first.stop],
        tokens_in=first.usage.tokens_in,
        tokens_out=sum(reply.usage.tokens_out for reply in replies),
        calls=tuple((block.name, dict(block.args)) for block in first.blocks if isinstance(block, ToolCall)),
        thinking="".join(block.text for block in first.blocks if isinstance(block, Thinking)),
        chances=tuple((chance.token, chance.logprob, chance.top) for chance in first.chances),
        others=tuple(_words(reply) for reply in others),
    )


def _words(reply: Reply) -> str:
    return "".join(block.text for block in reply.blocks if isinstance(block, Text))


def strictly(value: BaseModel, also: Collection[str] = ()) -> Any:
    """Read what arrived once more as its own type: a missing, a wrong or an unknown field fails, at every depth.

    `also` names fields that a host adds to the vendor's own.
    """
    sent = _without(value.to_dict(mode="python", warnings=False), also)
    again = type(value).model_validate(sent)
    no_extras(again)
    return again


def _without(value: Any, names: Collection[str]) -> Any:
    if isinstance(value, dict):
        return {name: _without(inner, names) for name, inner in value.items() if name not in names}
    return [_without(item, names) for item in value] if isinstance(value, list) else value


def no_extras(value: Any, also: Collection[str] = (), where: str = "") -> None:
    """Fail for a field that a type does not know, at every depth. `also` names fields that a host adds."""
    if isinstance(value, list):
        for number, item in enumerate(value):
            no_extras(item, also, f"{where}[{number}]")
    elif hasattr(value, "model_extra"):
        unknown = set(value.model_extra or ()) - set(also)
        assert not unknown, f"{type(value).__name__}{where} has unknown fields: {value.model_extra}"
        for name in type(value).model_fields:
            no_extras(getattr(value, name), also, f"{where}.{name}")
