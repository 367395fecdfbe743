"""The loop of an agent: the model thinks, our tools act, the model sees what came of it, until it has an answer.

It ends by itself: a budget of steps, of seconds and of USD, and a detector for a model that goes in circles. A tool's
error is a result like any other, so that the model can mend its call. It keeps nothing, and asks no person.
Source: Yao et al., ReAct: Synergizing Reasoning and Acting in Language Models, https://arxiv.org/abs/2210.03629
"""

import json
import time
from collections import Counter
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Literal

from .chat import Answer, Chat, started
from .messages import Message, ToolCall, ToolResult, Words
from .retry import RetryPolicy, call
from .tools import Tool, answer_calls

End = Literal["answered", "length", "refusal", "steps", "seconds", "usd", "circles"]


@dataclass(frozen=True)
class Budget:
    """What one run may take. `repeats`: the same tool with the same arguments so often is going in circles."""

    steps: int = 8
    seconds: float = 60.0
    usd: float = 0.25
    repeats: int = 3


@dataclass(frozen=True)
class Run:
    """How a run ended, its whole conversation, and each answer of the model. Only "answered" is a success."""

    end: End
    messages: tuple[Message, ...]
    answers: tuple[Answer, ...]

    @property
    def text(self) -> str:
        """The model's last words."""
        return self.answers[-1].text if self.answers else ""

    @property
    def cost_usd(self) -> float:
        """What all answers cost; a model without a known price counts nothing."""
        return sum(answer.cost_usd or 0.0 for answer in self.answers)


RETRY = RetryPolicy(tries=3, patience_s=20)
Step = Words | ToolCall | Answer | ToolResult | Run


def run(
    chat: Chat,
    messages: Sequence[Message],
    tools: Sequence[Tool],
    *,
    system: str = "",
    budget: Budget = Budget(),
    workers: int = 1,
    retry: RetryPolicy = RETRY,
) -> Generator[Step]:
    """Reason and act until the model answers or the budget ends: yield every event, and the `Run` as the last.

    Calls of one answer run in order, or side by side in `workers` threads.

    Raises:
        ProviderError: the provider failed, and was asked again as `retry` says where nothing had been shown.
    """
    talk, answers, seen = list(messages), list[Answer](), Counter[str]()
    began = time.monotonic()
    while True:
        # Reason: the model answers, or asks for tools.
        for event in call(lambda: started(chat.stream(talk, system=system, tools=tools)), retry):
            yield event
            if isinstance(event, Answer):
                answers.append(event)
        answer = answers[-1]
        talk.append(answer.message)
        seen.update(f"{asked.name} {json.dumps(asked.arguments, sort_keys=True)}" for asked in answer.calls)
        # Stop: with an answer, or because one of the limits is reached.
        if end := _end(answer, answers, seen, time.monotonic() - began, budget):
            yield Run(end, tuple(talk), tuple(answers))
            return
        # Act: run the tools, and let the model see the results.
        results = answer_calls(tools, answer.calls, workers)
        yield from results
        talk.append(Message("user", parts=tuple(results)))


def _end(answer: Answer, answers: Sequence[Answer], seen: Counter[str], seconds: float, budget: Budget) -> End | None:
    """Why the run is over, None while it goes on. Looked at before tools run: what nobody will read is not done."""
    if answer.stop in ("length", "refusal"):
        return answer.stop
    if not answer.calls:
        return "answered"
    limits: list[tuple[bool, End]] = [
        (max(seen.values()) >= budget.repeats, "circles"),
        (len(answers) >= budget.steps, "steps"),
        (seconds >= budget.seconds, "seconds"),
        (sum(one.cost_usd or 0.0 for one in answers) >= budget.usd, "usd"),
    ]
    return next((end for reached, end in limits if reached), None)
