"""What a defined key may do: which vendors and models, for how much money, until when, within which limits.

A key that nobody defined may do everything. Keys are defined through /practice/keys, by themselves or by a key above
them: 'practice-class' is above 'practice-class.anna'. What one key says of another only itself, one above it, or the
control key can take back. Money that was spent is spent until the key is defined anew: a reset does not bring it back.
Least privilege as an idea: https://csrc.nist.gov/glossary/term/least_privilege
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from .core import Fault
from .limits import Limit, read_limit

ABOVE = "."  # what stands between a key and the rest of a key below it


@dataclass(frozen=True)
class Grant:
    """What a key was given. None means: no bound. `limits` are as for /practice/limits."""

    vendors: tuple[str, ...] | None = None
    models: tuple[str, ...] | None = None
    budget_usd: float | None = None
    expires_s: float | None = None
    limits: Mapping[str, Any] | None = None
    disabled: bool = False

    def as_json(self) -> dict[str, Any]:
        """Give what was said of the key."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


class Account:
    """A grant in force: when it ends, and what was spent of it. `owner` defined it; None: the control key."""

    def __init__(self, grant: Grant, owner: str | None, now_s: float, spent_usd: float = 0.0) -> None:
        self.grant, self.owner, self.spent_usd = grant, owner, spent_usd
        self.until_s = None if grant.expires_s is None else now_s + grant.expires_s
        self.limit: Limit | None = None if grant.limits is None else read_limit(grant.limits, now_s)

    def check(self, vendor: str, now_s: float) -> None:
        """See whether the key may be used at all, and for this vendor.

        Raises:
            Fault: "auth", "forbidden" or "quota".
        """
        grant = self.grant
        if grant.disabled:
            raise Fault("auth", "This API key has been revoked. Use the one that took its place.")
        if self.until_s is not None and now_s >= self.until_s:
            raise Fault("auth", f"This API key has expired: it was good for {grant.expires_s:g} s.")
        if grant.vendors is not None and vendor not in grant.vendors:
            raise Fault("forbidden", f"This API key may not be used for {vendor}, only for {_listed(grant.vendors)}.")
        if grant.budget_usd is not None and self.spent_usd >= grant.budget_usd:
            spent = f"${self.spent_usd:.6f} of ${grant.budget_usd:g} are spent"
            raise Fault("quota", f"You exceeded your current quota: {spent}.")

    def check_model(self, model: str | None) -> None:
        """See whether the key may be used for this model.

        Raises:
            Fault: "forbidden".
        """
        models = self.grant.models
        if models is not None and model is not None and model not in models:
            raise Fault("forbidden", f"This API key has no access to model '{model}', only to {_listed(models)}.")

    def as_json(self, now_s: float) -> dict[str, Any]:
        """Give the grant with what is left of it."""
        budget, left_s = self.grant.budget_usd, None if self.until_s is None else max(0.0, self.until_s - now_s)
        return self.grant.as_json() | {
            "spent_usd": round(self.spent_usd, 9),
            "left_usd": None if budget is None else round(max(0.0, budget - self.spent_usd), 9),
            "left_s": None if left_s is None else round(left_s, 3),
        }


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(names) or "nothing"


def is_above(caller: str, key: str) -> bool:
    """May the caller speak for this key: is it the same, or one above it?

    >>> is_above("practice-class", "practice-class.anna"), is_above("practice-class.anna", "practice-class")
    (True, False)
    """
    return key == caller or key.startswith(caller + ABOVE)


def read_grant(body: Mapping[str, Any], vendors: tuple[str, ...]) -> Grant:
    """Check what a client says of a key.

    Raises:
        ValueError: with the value that is wrong and those that would be right.

    >>> read_grant({"models": "practice-small"}, ("openai",))
    Traceback (most recent call last):
    ValueError: models='practice-small' is not a list of names, or null
    """
    checks: dict[str, tuple[Callable[[Any], bool], str]] = {
        "vendors": (lambda v: _is_names(v) and set(v) <= set(vendors), f"a list of names from {', '.join(vendors)}"),
        "models": (_is_names, "a list of names"),
        "budget_usd": (_is_number, "a number of dollars from 0"),
        "expires_s": (_is_number, "a number of seconds from 0"),
        "limits": (lambda v: isinstance(v, Mapping), "an object as for PUT /practice/limits"),
    }
    for name, value in body.items():
        if name == "disabled" and not isinstance(value, bool):
            raise ValueError(f"disabled={value!r} is not true or false")
        if name in checks and value is not None and not checks[name][0](value):
            raise ValueError(f"{name}={value!r} is not {checks[name][1]}, or null")
        if name not in checks and name != "disabled":
            raise ValueError(f"unknown field {name!r}: the fields are key, {', '.join(checks)}, disabled")
    if body.get("limits") is not None:
        read_limit(body["limits"], 0.0)
    lists = {name: None if body.get(name) is None else tuple(body[name]) for name in ("vendors", "models")}
    return Grant(**{**body, **lists})


def _is_names(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= 100 and all(isinstance(name, str) for name in value)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1e9
