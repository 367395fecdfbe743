"""Keys that were defined: what they may do, who may define them, and a list of keys that alone are let in."""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import anthropic
import openai
import pytest

from practice_provider.grants import Account, Grant
from practice_provider.keys import Registry
from practice_provider.server import create_app
from practice_provider.settings import Settings

ASK: Any = {"model": "practice-large", "messages": [{"role": "user", "content": "hi"}]}
CHAT = "/openai/v1/chat/completions"


def define(provider: Any, caller: str, **body: Any) -> dict[str, Any]:
    told: dict[str, Any] = provider.control(caller, "POST", "keys", body)
    return told


def status(provider: Any, key: str, path: str = CHAT, **body: Any) -> int:
    return int(provider.send("POST", path, key, json={**ASK, **body}).status_code)


# ---- what a key may do -----------------------------------------------------------------------------------------


def test_a_revoked_key_gets_each_sdks_own_401(parrot, key):
    define(parrot, key, disabled=True)
    with (
        openai.OpenAI(base_url=f"{parrot.url}/openai/v1", api_key=key, max_retries=0) as first,
        pytest.raises(openai.AuthenticationError, match="revoked"),
    ):
        first.chat.completions.create(**ASK)
    with (
        anthropic.Anthropic(base_url=f"{parrot.url}/anthropic", api_key=key, max_retries=0) as second,
        pytest.raises(anthropic.AuthenticationError, match="revoked"),
    ):
        second.messages.create(**ASK, max_tokens=9)
    define(parrot, key, disabled=False)
    assert status(parrot, key) == 200


def test_a_key_that_is_rotated_lives_on_for_a_while(parrot, key):
    told = define(parrot, key, expires_s=0.3)
    assert 0 < told["left_s"] <= 0.3
    assert status(parrot, key) == 200
    time.sleep(0.35)
    assert status(parrot, key) == 401


def test_a_key_for_one_vendor_is_forbidden_at_the_others(parrot, key):
    define(parrot, key, vendors=["openai"])
    assert status(parrot, key) == 200
    assert status(parrot, key, "/anthropic/v1/messages", max_tokens=9) == 403


def test_a_key_for_one_model_is_forbidden_to_use_another(parrot, key):
    define(parrot, key, models=["practice-small"])
    assert (status(parrot, key), status(parrot, key, model="practice-small")) == (403, 200)


def test_a_spent_budget_is_no_rate_limit_that_goes_away(parrot, key):
    define(parrot, key, budget_usd=0.00002)  # a reply costs 12.5 millionths
    with openai.OpenAI(base_url=f"{parrot.url}/openai/v1", api_key=key, max_retries=0) as client:
        client.chat.completions.create(**ASK)
        client.chat.completions.create(**ASK)
        with pytest.raises(openai.RateLimitError) as caught:
            client.chat.completions.create(**ASK)
    assert caught.value.code == "insufficient_quota"
    told = parrot.control(key, "GET", "usage")
    assert told["left_usd"] == 0.0
    assert told["spent_usd"] >= 0.00002
    assert told["models"]["practice-large"]["requests"] == 2
    assert status(parrot, key, "/anthropic/v1/messages", max_tokens=9) == 402


def test_a_reset_does_not_bring_money_back_but_a_new_definition_does(parrot, key):
    define(parrot, key, budget_usd=0.000001)
    assert status(parrot, key) == 200
    parrot.control(key, "POST", "reset", {})
    assert status(parrot, key) == 429
    define(parrot, key, budget_usd=1)
    assert status(parrot, key) == 200


def test_limits_that_were_given_hold_beside_the_keys_own(parrot, key):
    define(parrot, key, limits={"requests": 1, "window_s": 60})
    parrot.control(key, "PUT", "limits", {"requests": 9, "window_s": 60})
    assert [status(parrot, key) for _ in range(2)] == [200, 429]
    parrot.control(key, "DELETE", "limits")
    assert status(parrot, key) == 429


def test_a_definition_can_be_taken_back(parrot, key):
    define(parrot, key, disabled=True)
    assert parrot.control(key, "DELETE", "keys", {}) == {"keys": []}
    assert status(parrot, key) == 200
    assert parrot.send("DELETE", "/practice/keys", key, json={}).status_code == 404


# ---- who may say what ------------------------------------------------------------------------------------------


def test_a_key_may_define_keys_below_it_and_no_others(parrot, key):
    define(parrot, key, key=f"{key}.anna", budget_usd=1)
    define(parrot, key, key=f"{key}.anna.laptop", budget_usd=1)
    for other in ("practice", f"{key}2", f"{key}-anna"):
        reply = parrot.send("POST", "/practice/keys", key, json={"key": other, "disabled": True})
        assert reply.status_code == 403
    assert [one["key"] for one in parrot.control(key, "GET", "keys")["keys"]] == [f"{key}.anna", f"{key}.anna.laptop"]
    assert [one["key"] for one in parrot.control(f"{key}.anna.laptop", "GET", "keys")["keys"]] == [f"{key}.anna.laptop"]


def test_what_a_key_above_has_said_stays_said(parrot, key):
    below = f"{key}.anna"
    define(parrot, key, key=below, budget_usd=1)
    assert parrot.send("POST", "/practice/keys", below, json={"budget_usd": 99}).status_code == 403
    assert parrot.send("DELETE", "/practice/keys", below, json={}).status_code == 403
    define(parrot, key, key=below, budget_usd=2)


def test_a_key_above_may_order_faults_for_those_below_it(parrot, key):
    below = {"practice-key": f"{key}.anna"}
    assert parrot.send("POST", "/practice/faults", key, json={"kind": "server"}, headers=below).status_code == 200
    assert (status(parrot, key), status(parrot, f"{key}.anna")) == (200, 500)
    assert len(parrot.send("GET", "/practice/journal", key, headers=below).json()["entries"]) == 1
    upwards = parrot.send("GET", "/practice/journal", f"{key}.anna", headers={"practice-key": key})
    assert upwards.status_code == 403


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({"vendors": ["acme"]}, "acme"),
        ({"vendors": "openai"}, "'openai'"),
        ({"models": [1]}, "[1]"),
        ({"budget_usd": -1}, "-1"),
        ({"budget_usd": True}, "True"),
        ({"expires_s": "1"}, "'1'"),
        ({"disabled": 1}, "disabled=1"),
        ({"limits": {"requests": 1}}, "window_s"),
        ({"limits": 5}, "limits=5"),
        ({"budget": 1}, "'budget'"),
        ({"key": "sk-real"}, "practice"),
        ({"key": 5}, "practice"),
    ],
)
def test_a_definition_that_makes_no_sense_is_refused_with_the_value(parrot, key, body, wrong):
    reply = parrot.send("POST", "/practice/keys", key, json=body)
    assert reply.status_code == 400
    assert wrong in reply.json()["error"]
    assert parrot.control(key, "GET", "keys") == {"keys": []}


def test_a_defined_key_is_not_forgotten_when_many_others_come():
    registry = Registry(most=3)
    registry.define("practice-1", Account(Grant(budget_usd=1), None, 0.0))
    first = registry.of("practice-1")
    for n in range(2, 20):
        registry.of(f"practice-{n}")
    assert len(registry) == 3
    assert registry.of("practice-1") is first


# ---- a list of keys --------------------------------------------------------------------------------------------

LISTED, CONTROL = "practice-listed-1a2b3c", "practice-control-9z8y7x"


@pytest.fixture
def room(serve: Callable[..., AbstractContextManager[Any]], new_parrot: Any) -> Iterator[Any]:
    """A provider that is open to others: it has a list of keys and a control key."""
    with serve(create_app(new_parrot(), Settings(speed=0, keys=(LISTED,), control_key=CONTROL))) as provider:
        yield provider


def test_where_keys_are_listed_no_others_are_let_in(room):
    assert (status(room, LISTED), status(room, "practice-guess")) == (200, 401)
    refused = room.send("POST", CHAT, "practice-guess", json=ASK).json()["error"]["message"]
    assert "any key" not in refused
    assert LISTED not in refused


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "faults"), ("GET", "journal"), ("GET", "keys"), ("POST", "reset"), ("GET", "state"), ("POST", "stop")],
)
@pytest.mark.parametrize("caller", [LISTED, "practice-guess", None])
def test_the_control_endpoints_want_the_control_key_then(room, method, path, caller):
    options = {} if method == "GET" else {"json": {}}
    assert room.send(method, f"/practice/{path}", caller, **options).status_code == 401


def test_the_control_key_orders_for_a_key_that_it_names(room):
    named = {"practice-key": LISTED}
    assert room.send("POST", "/practice/faults", CONTROL, json={"kind": "server"}, headers=named).status_code == 200
    assert status(room, LISTED) == 500
    assert room.send("GET", "/practice/faults", CONTROL).status_code == 400, "whose?"
    unknown = {"practice-key": "practice-guess"}
    assert room.send("GET", "/practice/faults", CONTROL, headers=unknown).status_code == 400


def test_the_control_key_lets_further_keys_in_and_calls_no_model(room):
    assert room.send("POST", "/practice/keys", CONTROL, json={"key": "practice-guest", "budget_usd": 1}).is_success
    assert (status(room, "practice-guest"), status(room, CONTROL)) == (200, 401)
    assert room.send("DELETE", "/practice/keys", CONTROL, json={"key": "practice-guest"}).is_success
    assert status(room, "practice-guest") == 401
