"""The endpoints under /practice: who may call them, what they refuse, and what they do to the process."""

import os
import socket
from typing import Any

import pytest

from practice_provider.control import is_loopback
from practice_provider.server import create_app
from practice_provider.settings import Settings


class FakeOwners:
    """Notes who was added; no process with an id above a million exists."""

    def __init__(self) -> None:
        self.pids: list[int] = []

    def add(self, pid: int) -> None:
        if pid > 1_000_000:
            raise LookupError(f"pid={pid} is not running")
        self.pids.append(pid)


def test_health_says_which_provider_this_is_without_a_key(parrot):
    health = parrot.send("GET", "/practice/health").json()
    assert (health["status"], health["pid"]) == ("ok", os.getpid())
    assert int(health["instance"], 16) >= 0
    assert health["version"]
    assert parrot.send("GET", "/practice/health").json() == health


@pytest.mark.parametrize("key", [None, "sk-real"])
@pytest.mark.parametrize("path", ["faults", "limits", "pace", "journal"])
def test_the_state_of_no_key_is_not_shown(parrot, path, key):
    reply = parrot.send("GET", f"/practice/{path}", key)
    assert reply.status_code == 401
    assert "Authorization: Bearer practice" in reply.json()["error"]


@pytest.mark.parametrize("path", ["", "/fault", "/journal/1"])
def test_an_unknown_path_names_those_that_exist(parrot, path):
    reply = parrot.send("GET", f"/practice{path}")
    assert reply.status_code == 404
    assert "POST /practice/faults" in reply.json()["error"]


def test_a_wrong_method_names_the_right_ones(parrot, key):
    reply = parrot.send("PATCH", "/practice/faults", key)
    assert (reply.status_code, reply.headers["allow"]) == (405, "GET, POST, DELETE, OPTIONS")
    assert "DELETE" in reply.json()["error"]


@pytest.mark.parametrize("path", ["faults", "reset", "stop", "owners"])
@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", None])
def test_a_web_page_of_another_origin_can_change_nothing(serve, new_parrot, key, path, content_type):
    stopped: list[bool] = []
    owners = FakeOwners()
    app = create_app(new_parrot(), Settings(speed=0), stop=lambda: stopped.append(True), owners=owners)
    with serve(app) as provider:
        headers = {"origin": "https://evil.example"} | ({"content-type": content_type} if content_type else {})
        body = b'{"kind": "server", "pid": 1}'
        reply = provider.send("POST", f"/practice/{path}", key, content=body, headers=headers)
    assert reply.status_code == 415
    assert not [name for name in reply.headers if name.startswith("access-control-")]
    assert (stopped, owners.pids) == ([], [])


def test_stop_stops_the_process_and_owners_are_passed_on(serve, new_parrot):
    stopped: list[bool] = []
    owners = FakeOwners()
    app = create_app(new_parrot(), Settings(), stop=lambda: stopped.append(True), owners=owners)
    with serve(app) as provider:
        assert provider.send("POST", "/practice/owners", json={"pid": 4321}).json() == {"pid": 4321}
        assert provider.send("POST", "/practice/stop", json={}).json() == {"stopping": True}
    assert (stopped, owners.pids) == ([True], [4321])


@pytest.mark.parametrize("pid", [0, -1, 1.5, True, "12", None, 2_000_000])
def test_an_owner_that_is_no_process_is_refused(serve, new_parrot, pid):
    with serve(create_app(new_parrot(), Settings(), owners=FakeOwners())) as provider:
        reply = provider.send("POST", "/practice/owners", json={"pid": pid})
    assert reply.status_code == 400
    assert f"pid={pid!r}" in reply.json()["error"]


@pytest.mark.parametrize(("path", "body"), [("stop", {}), ("owners", {"pid": 1})])
def test_a_provider_inside_another_program_has_no_owners_and_no_stop(parrot, path, body):
    reply = parrot.send("POST", f"/practice/{path}", json=body)
    assert reply.status_code == 409
    assert "the program that contains it" in reply.json()["error"]


def test_another_machine_may_not_stop_the_provider():
    assert [is_loopback(host) for host in ("127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1")] == [True] * 4
    assert [is_loopback(host) for host in ("192.168.0.7", "::ffff:192.168.0.7", "8.8.8.8", "")] == [False] * 4


def test_what_a_header_claims_about_the_clients_address_changes_nothing(serve, new_parrot):
    stopped: list[bool] = []
    keys = {"keys": ("practice-f2k9w7d1-room",), "control_key": "practice-control-b7x2"}
    app = create_app(new_parrot(), Settings(host="0.0.0.0", **keys), stop=lambda: stopped.append(True))
    with serve(app, host="0.0.0.0") as provider:
        port = provider.url.rpartition(":")[2]
        with socket.create_connection(("127.0.0.1", int(port)), source_address=("127.0.0.1", 0)) as line:
            line.settimeout(5)
            line.sendall(
                b"POST /practice/stop HTTP/1.1\r\nHost: 10.1.2.3\r\nX-Forwarded-For: 8.8.8.8\r\n"
                b"Authorization: Bearer practice-control-b7x2\r\nContent-Type: application/json\r\n"
                b"Content-Length: 2\r\n\r\n{}"
            )
            assert b" 200 " in line.recv(1000)
    assert stopped == [True]


def test_a_program_that_asks_for_the_index_gets_each_endpoint_with_its_purpose(parrot):
    told = parrot.send("GET", "/practice/").json()["endpoints"]
    assert told["POST /practice/faults"] == "Order one more fault."
    assert all(words.endswith(".") for words in told.values())


@pytest.mark.parametrize("speed", [-1, "fast", None, True, [1]])
def test_a_speed_that_makes_no_sense_is_refused_with_the_value(parrot, key, speed):
    reply = parrot.send("PUT", "/practice/pace", key, json={"speed": speed})
    assert reply.status_code == 400
    assert f"speed={speed!r}" in reply.json()["error"]


def test_an_infinite_speed_is_no_json_number(parrot, key):
    headers = {"content-type": "application/json"}
    for word in (b"Infinity", b"1e999", b"NaN"):
        reply = parrot.send("PUT", "/practice/pace", key, content=b'{"speed": ' + word + b"}", headers=headers)
        assert reply.status_code == 400


def test_a_keys_speed_can_be_set_shown_and_given_back(parrot, key):
    assert parrot.control(key, "PUT", "pace", {"speed": 10}) == {"speed": 10.0}
    assert parrot.control(key, "GET", "pace") == {"speed": 10.0}
    assert parrot.control(f"{key}-other", "GET", "pace") == {"speed": 0.0}
    assert parrot.control(key, "DELETE", "pace") == {"speed": 0.0}


@pytest.mark.parametrize("body", [b"{", b"[]", b'"x"', b"\xff"])
def test_a_body_that_is_no_json_object_is_refused(parrot, key, body):
    reply = parrot.send(
        "POST", "/practice/faults", key, content=body, headers={"content-type": "application/json; charset=utf-8"}
    )
    assert reply.status_code == 400
    assert "JSON" in reply.json()["error"]


def test_a_huge_body_is_refused(parrot, key):
    reply = parrot.send("POST", "/practice/faults", key, json={"kind": "x" * 300_000})
    assert reply.status_code == 413


def test_a_reset_needs_no_fields_and_takes_none(parrot, key):
    empty: dict[str, Any] = {"content": b"", "headers": {"content-type": "application/json"}}
    assert parrot.send("POST", "/practice/reset", key, **empty).json() == {"reset": True}
    assert parrot.send("POST", "/practice/reset", key, json={"all": True}).status_code == 400


# ---- a state to save -------------------------------------------------------------------------------------------


def test_a_saved_state_can_be_brought_back(parrot, key, chat):
    parrot.order(key, "server", count=3)
    parrot.order(key, "drop_stream", rate=0.5, seed=7, route="openai")
    parrot.control(key, "PUT", "limits", {"requests": 50, "window_s": 60, "kind": "bucket"})
    parrot.control(key, "PUT", "pace", {"speed": 1000})
    parrot.control(key, "POST", "scenario", {"name": "outage"})
    parrot.control(key, "POST", "keys", {"key": f"{key}.anna", "budget_usd": 1})
    parrot.send("POST", chat.path, key, json=chat.body("hi"))
    saved = parrot.control(key, "GET", "state")
    assert [(order["kind"], order["count"]) for order in saved["faults"]] == [("server", 2), ("drop_stream", None)]
    parrot.control(key, "POST", "reset", {})
    parrot.control(key, "DELETE", "keys", {"key": f"{key}.anna"})
    empty = parrot.control(key, "GET", "state")
    assert empty == {"faults": [], "scenario": None, "limits": None, "speed": None, "keys": []}
    assert parrot.control(key, "PUT", "state", saved) == saved
    assert parrot.send("POST", chat.path, key, json=chat.body("hi")).status_code == 500
    assert parrot.control(key, "PUT", "state", empty)["faults"] == []


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({"faults": 1}, "faults=1"),
        ({"faults": [{"kind": "sever"}]}, "sever"),
        ({"limits": {"requests": -1, "window_s": 1}}, "requests=-1"),
        ({"limits": []}, "limits=[]"),
        ({"scenario": {"name": "storm"}}, "storm"),
        ({"speed": -1}, "speed=-1"),
        ({"keys": [{"key": "practice", "disabled": True}]}, "dot"),
        ({"journal": []}, "journal"),
    ],
)
def test_a_state_that_makes_no_sense_changes_nothing(parrot, key, body, wrong):
    parrot.order(key, "server", count=7)
    before = parrot.control(key, "GET", "state")
    reply = parrot.send("PUT", "/practice/state", key, json={"speed": 5, **body})
    assert reply.status_code in (400, 403)
    assert wrong in reply.json()["error"]
    assert parrot.control(key, "GET", "state") == before


def test_the_faults_of_one_kind_are_called_off_and_the_others_stay(provider, key):
    for kind in ("server", "slow", "server"):
        provider.order(key, kind)
    left = provider.control(key, "DELETE", "faults?kind=server")["faults"]
    assert [order["kind"] for order in left] == ["slow"]
    refused = provider.send("DELETE", "/practice/faults?kind=slwo", key)
    assert refused.status_code == 400
    assert "kind='slwo' is not one of" in refused.json()["error"]
