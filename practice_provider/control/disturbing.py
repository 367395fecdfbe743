"""Endpoints that disturb one key's requests: faults, scenarios, limits and the pace of answers."""

import math
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request

from ..faults import KINDS, read_order
from ..limits import read_limit
from ..scenarios import NAMED, read_scenario
from .desk import Desk, Refusal, body_of, is_number


class Disturbing:
    """The endpoints; each gives back the state that it left."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def list_faults(self, request: Request) -> Mapping[str, Any]:
        """List the faults that can still fire."""
        now_s = self._desk.now()
        return {"faults": [order.as_json(now_s) for order in self._desk.state(request).orders.in_force(now_s)]}

    async def order_fault(self, request: Request) -> Mapping[str, Any]:
        """Order one more fault."""
        state, body, now_s = self._desk.state(request), await body_of(request), self._desk.now()
        try:
            order = read_order(body, self._desk.vendors, self._desk.urls)
            state.orders.add(order, now_s)
        except ValueError as error:
            raise Refusal(400, str(error)) from None
        return order.as_json(now_s)

    async def clear_faults(self, request: Request) -> Mapping[str, Any]:
        """Cancel all faults, or those of the `kind` that the query names."""
        state, kind = self._desk.state(request), request.query_params.get("kind")
        if kind is not None and kind not in KINDS:
            raise Refusal(400, f"kind={kind!r} is not one of {', '.join(KINDS)}")
        state.orders.clear(kind)
        return await self.list_faults(request)

    async def show_scenario(self, request: Request) -> Mapping[str, Any]:
        """Tell where the scenario stands, and which have a name."""
        scenario, named = self._desk.state(request).scenario, {name: words for name, (words, _) in NAMED.items()}
        return {"scenario": scenario and scenario.as_json(self._desk.now()), "named": named}

    async def play_scenario(self, request: Request) -> Mapping[str, Any]:
        """Play a scenario from now on, in the place of the one before."""
        state, body = self._desk.state(request), await body_of(request)
        try:
            scenario = state.scenario = read_scenario(body, self._desk.now(), self._desk.vendors, self._desk.urls)
        except ValueError as error:
            raise Refusal(400, str(error)) from None
        return {"scenario": scenario.as_json(self._desk.now())}

    async def stop_scenario(self, request: Request) -> Mapping[str, Any]:
        """Stop the scenario."""
        self._desk.state(request).scenario = None
        return {"scenario": None}

    async def show_limit(self, request: Request) -> Mapping[str, Any]:
        """Tell the limit and what is left of it."""
        limit = self._desk.state(request).limit
        return {"limit": limit and limit.as_json(self._desk.now())}

    async def set_limit(self, request: Request) -> Mapping[str, Any]:
        """Limit what the key may use; the first window begins now."""
        state, body = self._desk.state(request), await body_of(request)
        try:
            limit = state.limit = read_limit(body, self._desk.now())
        except ValueError as error:
            raise Refusal(400, str(error)) from None
        return {"limit": limit.as_json(self._desk.now())}

    async def clear_limit(self, request: Request) -> Mapping[str, Any]:
        """Lift the limit."""
        self._desk.state(request).limit = None
        return {"limit": None}

    async def show_pace(self, request: Request) -> Mapping[str, Any]:
        """Tell the speed of this key."""
        speed = self._desk.state(request).speed
        return {"speed": self._desk.provider.settings.speed if speed is None else speed}

    async def set_pace(self, request: Request) -> Mapping[str, Any]:
        """Set the speed of this key."""
        state = self._desk.state(request)
        state.speed = read_speed((await body_of(request, ("speed",))).get("speed"))
        return {"speed": state.speed}

    async def clear_pace(self, request: Request) -> Mapping[str, Any]:
        """Go back to the provider's own speed."""
        self._desk.state(request).speed = None
        return {"speed": self._desk.provider.settings.speed}


def read_speed(speed: Any) -> float:
    """Check a speed.

    Raises:
        Refusal: 400.
    """
    if not is_number(speed) or not 0 <= speed < math.inf:
        raise Refusal(400, f"speed={speed!r} is not a number from 0 (no delay) up; 1 is natural")
    return float(speed)
