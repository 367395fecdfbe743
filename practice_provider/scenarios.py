"""A scenario: faults that come and go by themselves while time passes, once or again and again.

Each step has a fault that is in force from `at_s` for `for_s` seconds after the scenario began; steps may overlap, and
the one that stands first wins. Time is not awaited: a request looks at the clock and finds the steps of its moment.
Rehearsing an incident as a practice: https://sre.google/sre-book/accelerating-sre-on-call/
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .faults import Asked, Order, read_order

MOST_STEPS = 100
LONGEST_S = 86_400.0

# name → what it rehearses, and its steps
NAMED: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "outage": (
        "all is well for 5 s, then nothing answers for 10 s",
        {"steps": [{"at_s": 5, "for_s": 10, "fault": {"kind": "unavailable"}}]},
    ),
    "brownout": (
        "half a minute in which a third of the requests fail, and the rest begin late",
        {
            "steps": [
                {"at_s": 0, "for_s": 30, "fault": {"kind": "overloaded", "rate": 0.33, "retry_after_s": 1}},
                {"at_s": 0, "for_s": 30, "fault": {"kind": "slow", "delay_s": 1.5}},
            ]
        },
    ),
    "bad_evening": (
        "a minute, again and again: rate limits, slow answers, an outage, streams that break off",
        {
            "steps": [
                {"at_s": 5, "for_s": 10, "fault": {"kind": "rate_limit", "rate": 0.5, "retry_after_s": 2}},
                {"at_s": 15, "for_s": 10, "fault": {"kind": "slow", "delay_s": 3}},
                {"at_s": 25, "for_s": 8, "fault": {"kind": "overloaded"}},
                {"at_s": 33, "for_s": 2, "fault": {"kind": "drop"}},
                {"at_s": 40, "for_s": 10, "fault": {"kind": "drop_stream", "rate": 0.5}},
            ],
            "repeat_s": 60,
        },
    ),
}


@dataclass
class Step:
    """A fault and its time. `round` is the repetition for which the order was last started."""

    at_s: float
    for_s: float
    order: Order
    round: int = -1

    def covers(self, elapsed_s: float) -> bool:
        """Is the fault in force so long after the beginning?"""
        return self.at_s <= elapsed_s < self.at_s + self.for_s

    def state(self, elapsed_s: float) -> str:
        """Say in a word where the step stands."""
        if self.covers(elapsed_s):
            return "now"
        return "ahead" if elapsed_s < self.at_s else "over"


@dataclass
class Scenario:
    """Steps that play from `began_s` on; with `repeat_s` they begin anew after so many seconds."""

    steps: Sequence[Step]
    began_s: float
    repeat_s: float | None = None
    name: str | None = None
    asked: Mapping[str, Any] = field(default_factory=dict)

    def pick(self, asked: Asked, now_s: float) -> Order | None:
        """Give the first fault of this moment that hits the request."""
        number, elapsed_s = self._place(now_s)
        for step in self.steps:
            if step.covers(elapsed_s):
                if step.round != number:
                    step.order.start(now_s)
                    step.round = number
                if not step.order.over(now_s) and step.order.fires(asked):
                    return step.order
        return None

    def as_json(self, now_s: float) -> dict[str, Any]:
        """Say where it stands."""
        number, elapsed_s = self._place(now_s)
        steps = [
            {"at_s": step.at_s, "for_s": step.for_s, "fault": step.order.as_json(now_s), "state": step.state(elapsed_s)}
            for step in self.steps
        ]
        playing = self.repeat_s is not None or any(step["state"] != "over" for step in steps)
        told = {"name": self.name, "elapsed_s": round(elapsed_s, 3), "round": number, "repeat_s": self.repeat_s}
        return told | {"playing": playing, "steps": steps}

    def _place(self, now_s: float) -> tuple[int, float]:
        """The number of the repetition, and the seconds since it began."""
        elapsed_s = now_s - self.began_s
        if self.repeat_s is None:
            return 0, elapsed_s
        number, rest_s = divmod(elapsed_s, self.repeat_s)
        return int(number), rest_s


def read_scenario(
    body: Mapping[str, Any], now_s: float, vendors: Collection[str], urls: Collection[str] = ()
) -> Scenario:
    """Check a scenario that a client sent, or find the named one, and begin to play it.

    Raises:
        ValueError: with the value that is wrong and those that would be right.

    >>> read_scenario({"name": "outage"}, 0.0, ["openai"]).as_json(6.0)["steps"][0]["state"]
    'now'
    """
    if unknown := [name for name in body if name not in ("name", "steps", "repeat_s")]:
        raise ValueError(f"unknown field {unknown[0]!r}: the fields are name, or steps and repeat_s")
    name = body.get("name")
    if name is not None and "steps" not in body:
        if not isinstance(name, str) or name not in NAMED:
            raise ValueError(f"name={name!r} is none of {', '.join(NAMED)}: name one of them, or send steps")
        body = {**NAMED[name][1], **body}
    sent = body.get("steps")
    if not isinstance(sent, list) or not 1 <= len(sent) <= MOST_STEPS:
        raise ValueError(f"steps={str(sent)[:100]} is not a list of 1 to {MOST_STEPS} steps")
    steps = [_step(step, f"steps[{number}]", vendors, urls) for number, step in enumerate(sent)]
    repeat_s = body.get("repeat_s")
    if repeat_s is not None:
        _seconds("repeat_s", repeat_s, 0.1)
    return Scenario(steps, now_s, repeat_s, name if isinstance(name, str) else None, dict(body))


def _step(sent: Any, place: str, vendors: Collection[str], urls: Collection[str]) -> Step:
    if not isinstance(sent, dict) or set(sent) != {"at_s", "for_s", "fault"} or not isinstance(sent["fault"], dict):
        raise ValueError(f'{place} is not {{"at_s": seconds, "for_s": seconds, "fault": {{"kind": …}}}}')
    _seconds(f"{place}.at_s", sent["at_s"], 0)
    _seconds(f"{place}.for_s", sent["for_s"], 0)
    try:
        order = read_order({"count": None, **sent["fault"]}, vendors, urls)
    except ValueError as error:
        raise ValueError(f"{place}.fault: {error}") from None
    return Step(sent["at_s"], sent["for_s"], order)


def _seconds(place: str, value: Any, least: float) -> None:
    if not isinstance(value, int | float) or isinstance(value, bool) or not least <= value <= LONGEST_S:
        raise ValueError(f"{place}={value!r} is not a number of seconds from {least:g} to {LONGEST_S:g}")
