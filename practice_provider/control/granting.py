"""Endpoints about keys themselves: what they may do, and a key's whole state as one JSON object to save and restore."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request

from .. import auth
from ..faults import read_order
from ..grants import Account, read_grant
from ..keys import KeyState
from ..limits import read_limit
from ..scenarios import read_scenario
from .desk import Caller, Desk, Refusal, body_of
from .disturbing import read_speed

STATE_FIELDS = ("faults", "scenario", "limits", "speed", "keys")


class Granting:
    """The endpoints."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    # ---- keys ------------------------------------------------------------------------------------------------

    async def list_keys(self, request: Request) -> Mapping[str, Any]:
        """List the defined keys for which the caller may speak."""
        return {"keys": self._keys(self._desk.caller(request))}

    async def define_key(self, request: Request) -> Mapping[str, Any]:
        """Say what a key may do; the caller's own, without `key`."""
        caller, body = self._desk.caller(request), await body_of(request)
        return self._define(*self._checked(caller, body))

    async def remove_key(self, request: Request) -> Mapping[str, Any]:
        """Forget what was said of a key; the caller's own, without `key`."""
        caller, body = self._desk.caller(request), await body_of(request, ("key",))
        key = self._named(caller, body)
        self._check_change(caller, key)
        try:
            self._desk.provider.registry.undefine(key)
        except LookupError:
            raise Refusal(404, f"key={key!r} is not defined: GET /practice/keys lists those that are") from None
        return {"keys": self._keys(caller)}

    def _keys(self, caller: Caller) -> list[dict[str, Any]]:
        accounts, now_s = self._desk.provider.registry.accounts, self._desk.now()
        return [{"key": key, **one.as_json(now_s)} for key, one in accounts.items() if caller.speaks_for(key)]

    def _checked(self, caller: Caller, body: Mapping[str, Any]) -> tuple[str, Account]:
        """Check what a caller says of a key, before any of it is in force."""
        key = self._named(caller, body)
        self._check_change(caller, key)
        try:
            grant = read_grant({n: v for n, v in body.items() if n != "key"}, tuple(self._desk.vendors))
            return key, Account(grant, caller.key, self._desk.now())
        except ValueError as error:
            raise Refusal(400, str(error)) from None

    def _define(self, key: str, account: Account) -> dict[str, Any]:
        try:
            self._desk.provider.registry.define(key, account)
        except ValueError as error:
            raise Refusal(400, str(error)) from None
        return {"key": key, **account.as_json(self._desk.now())}

    def _named(self, caller: Caller, body: Mapping[str, Any]) -> str:
        key = body.get("key", caller.key)
        if not isinstance(key, str) or not auth.accepted(key) or not key.isascii() or not key.isprintable():
            raise Refusal(
                400, f"key={str(key)[:8]!r}… is no key: it begins with '{auth.PREFIX}' and has no odd letters"
            )
        self._desk.allow(caller, key)
        return key

    def _may_change(self, caller: Caller, key: str) -> bool:
        """What a key above has said stays said."""
        account = self._desk.provider.registry.accounts.get(key)
        if account is None or caller.key is None:
            return True
        return account.owner is not None and caller.speaks_for(account.owner)

    def _check_change(self, caller: Caller, key: str) -> None:
        if not self._may_change(caller, key):
            raise Refusal(403, "a key above this one has defined it: only that one can change it")

    # ---- the state of a key ----------------------------------------------------------------------------------

    async def save(self, request: Request) -> Mapping[str, Any]:
        """Give what was ordered for a key, as `restore` takes it: with what is left, not with what was."""
        key, now_s = self._desk.key(request), self._desk.now()
        state = self._desk.provider.registry.of(key)
        return {
            "faults": [order.rest(now_s) for order in state.orders.in_force(now_s)],
            "scenario": state.scenario and state.scenario.asked,
            "limits": state.limit and state.limit.asked,
            "speed": state.speed,
            "keys": [self._grant(name) for name in self._desk.provider.registry.accounts if self._is_its(key, name)],
        }

    def _is_its(self, key: str, name: str) -> bool:
        """Was this key defined by that one, or by one below it?"""
        return Caller(key).speaks_for(name) and self._may_change(Caller(key), name)

    def _grant(self, key: str) -> dict[str, Any]:
        return {"key": key, **self._desk.provider.registry.accounts[key].grant.as_json()}

    async def restore(self, request: Request) -> Mapping[str, Any]:
        """Put what was saved in the place of what is; a restored scenario begins anew."""
        caller, state = self._desk.caller(request), self._desk.state(request)
        body = await body_of(request, STATE_FIELDS)
        for name in ("faults", "keys"):
            if not isinstance(body.get(name, []), list) or not all(isinstance(one, dict) for one in body.get(name, [])):
                raise Refusal(400, f"{name}={str(body[name])[:100]} is not a list of objects")
        accounts = [self._checked(caller, one) for one in body.get("keys", [])]
        try:
            self._restore(state, body)
        except ValueError as error:
            raise Refusal(400, str(error)) from None
        for key, account in accounts:
            self._define(key, account)
        return await self.save(request)

    def _restore(self, state: KeyState, body: Mapping[str, Any]) -> None:
        desk, now_s = self._desk, self._desk.now()
        orders = [read_order(one, desk.vendors, desk.urls) for one in body.get("faults", [])]
        scenario, limits, speed = body.get("scenario"), body.get("limits"), body.get("speed")
        for name, value in (("scenario", scenario), ("limits", limits)):
            if value is not None and not isinstance(value, dict):
                raise ValueError(f"{name}={str(value)[:100]} is not an object, or null")
        played = None if scenario is None else read_scenario(scenario, now_s, desk.vendors, desk.urls)
        limit = None if limits is None else read_limit(limits, now_s)
        state.speed = None if speed is None else read_speed(speed)
        state.scenario, state.limit = played, limit
        state.orders.clear()
        for order in orders:
            state.orders.add(order, now_s)
