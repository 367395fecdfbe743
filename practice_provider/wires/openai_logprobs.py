"""The chances of tokens as OpenAI writes them, whole and piece by piece in a stream.

Where they are asked for, a stream's events are read to their end first: only there the chances are told.
Source: https://platform.openai.com/docs/api-reference/chat/object#chat-object-choices-logprobs
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ..core import Ask, BlockOpened, Chance, Closed, Delta, Event, Reply, Text
from ..core import events as core_events

Told = tuple[Event, tuple[Chance, ...]]  # an event, and the chances of the tokens that end in it
MOST = 20  # alternatives for a token


def rows(chances: Sequence[Chance]) -> list[dict[str, Any]]:
    """Write the chances of some tokens.

    >>> rows([Chance("Hi", -0.1, (("Hi", -0.1),))])[0]["top_logprobs"]
    [{'token': 'Hi', 'bytes': [72, 105], 'logprob': -0.1}]
    """
    return [_one(c.token, c.logprob) | {"top_logprobs": [_one(*other) for other in c.top]} for c in chances]


def _one(token: str, logprob: float) -> dict[str, Any]:
    return {"token": token, "bytes": list(token.encode()), "logprob": logprob}


def with_chances(ask: Ask, events: Iterable[Event]) -> Iterator[Told]:
    """Give each event the chances of the tokens that end in it, where the ask wants them."""
    if ask.logprobs is None:
        return ((event, ()) for event in events)
    return _shared_out(list(events))


def by_block(ask: Ask, reply: Reply) -> Mapping[int, Sequence[Chance]]:
    """Give each block the chances of its tokens, where the ask wants them."""
    found: dict[int, list[Chance]] = {}
    if ask.logprobs is not None and reply.chances:
        for event, chances in _shared_out([*core_events(replace(reply, others=()))]):
            if isinstance(event, Delta):
                found.setdefault(event.index, []).extend(chances)
    return found


def _shared_out(events: Sequence[Event]) -> Iterator[Told]:
    closed = [event.reply for event in events if isinstance(event, Closed)]
    replies = [one for reply in closed for one in (reply, *reply.others)]
    waiting = [list(reversed(reply.chances)) for reply in replies]  # of each choice, the next one last
    ahead = [0] * len(replies)  # letters of the choice that were sent and belong to no token yet
    spoken: set[tuple[int, int]] = set()
    for event in events:
        if isinstance(event, BlockOpened) and isinstance(event.block, Text):
            spoken.add((event.choice, event.index))
        if not isinstance(event, Delta) or (event.choice, event.index) not in spoken or event.choice >= len(replies):
            yield event, ()
            continue
        ahead[event.choice] += len(event.text)
        yield event, tuple(_ended(waiting[event.choice], ahead, event.choice))


def _ended(waiting: list[Chance], ahead: list[int], choice: int) -> Iterator[Chance]:
    while waiting and len(waiting[-1].token) <= ahead[choice]:
        ahead[choice] -= len(waiting[-1].token)
        yield waiting.pop()
