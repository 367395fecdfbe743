"""The journal: what each key sent and got, complete by the time the client knows, and bounded."""

import json
from typing import Any

import openai
import pytest
from hypothesis import given
from hypothesis import strategies as st

from practice_provider.journal import BODY_BYTES, Entry, Journal, Shelf
from practice_provider.keys import Registry
from practice_provider.server import create_app
from practice_provider.settings import Settings


def entry(n: int) -> Entry:
    return Entry(n, 0.0, "openai", "/openai/v1/models", "GET")


def numbers(journal: Journal) -> list[int]:
    return [entry.n for entry in journal.after(0, 10_000)]


def test_an_entry_says_what_was_sent_and_what_came_back(parrot, key, chat):
    parrot.send("POST", chat.stream_path, key, json=chat.stream_body("good morning"))
    (told,) = parrot.journal(key)
    assert told["duration_ms"] > 0
    assert told["at_s"] >= 0
    expected = {
        "n": 1,
        "vendor": chat.vendor,
        "route": chat.stream_path.partition("?")[0],
        "method": "POST",
        "model": "practice-large",
        "status": 200,
        "fault": None,
        "stream": True,
        "tokens_in": 2,
        "tokens_out": 2,
        "retry": None,
        "body": chat.stream_body("good morning"),
    }
    assert {name: told[name] for name in expected} == expected


def test_a_client_that_has_its_reply_always_finds_it_in_the_journal(parrot, key, chat):
    for turn in range(1, 31):
        parrot.send("POST", chat.path, key, json=chat.body("hi"))
        last = parrot.journal(key)[-1]
        assert (last["n"], last["status"], last["tokens_out"]) == (turn, 200, 1)
        assert last["duration_ms"] is not None


def test_a_request_without_a_body_and_with_a_list_of_models_is_noted_too(parrot, key):
    with openai.OpenAI(base_url=f"{parrot.url}/openai/v1", api_key=key) as client:
        client.models.list()
    (told,) = parrot.journal(key)
    assert (told["method"], told["route"], told["body"], told["tokens_out"]) == ("GET", "/openai/v1/models", None, None)


def test_the_journal_can_be_read_in_pages(parrot, key):
    for _ in range(5):
        parrot.send("GET", "/openai/v1/models", key)
    page = parrot.control(key, "GET", "journal?after=2&limit=2")["entries"]
    assert [told["n"] for told in page] == [3, 4]


@pytest.mark.parametrize("query", ["limit=-1", "limit=ten", "after=1.5", "limit=", "after=²"])
def test_a_page_that_makes_no_sense_is_refused_with_the_value(parrot, key, query):
    reply = parrot.send("GET", f"/practice/journal?{query}", key)
    assert reply.status_code == 400
    assert query.partition("=")[0] in reply.json()["error"]


def test_a_reset_starts_the_key_over(parrot, key):
    parrot.order(key, "server", count=None)
    parrot.control(key, "PUT", "limits", {"requests": 1, "window_s": 60})
    parrot.control(key, "PUT", "pace", {"speed": 3})
    parrot.send("GET", "/openai/v1/models", key)
    parrot.control(key, "POST", "reset", {})
    assert parrot.control(key, "GET", "journal") == {"entries": []}
    assert parrot.control(key, "GET", "faults") == {"faults": []}
    assert parrot.control(key, "GET", "limits") == {"limit": None}
    assert parrot.control(key, "GET", "pace") == {"speed": 0.0}
    parrot.send("GET", "/openai/v1/models", key)
    (told,) = parrot.journal(key)
    assert (told["n"], told["status"]) == (1, 200)
    assert told["at_s"] < 5


def test_of_a_long_body_only_the_beginning_is_kept(parrot, key):
    body = {"model": "practice-large", "messages": [{"role": "user", "content": "x" * 100_000}]}
    parrot.send("POST", "/openai/v1/chat/completions", key, json=body)
    kept = parrot.journal(key)[0]["body"]
    assert kept["bytes"] == len(json.dumps(body, separators=(",", ":")))
    assert len(kept["begins"]) == BODY_BYTES


def test_a_body_that_is_not_json_is_shown_as_it_was_sent(parrot, key):
    parrot.send(
        "POST", "/openai/v1/chat/completions", key, content=b'{"half', headers={"content-type": "application/json"}
    )
    assert parrot.journal(key)[0]["body"] == {"bytes": 6, "begins": '{"half'}


# ---- bounds ----------------------------------------------------------------------------------------------------


def test_a_key_keeps_its_newest_entries():
    journal = Journal(Shelf(), max_entries=3)
    for n in range(1, 6):
        journal.add(entry(n), b"{}")
    assert numbers(journal) == [3, 4, 5]


def test_over_all_keys_the_oldest_bodies_go_first():
    shelf = Shelf(body_bytes=10)
    first, second = Journal(shelf), Journal(shelf)
    for n, journal in enumerate((first, second, first), start=1):
        journal.add(entry(n), b"12345")
    assert (numbers(first), numbers(second)) == ([3], [2])


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 40)), max_size=200))
def test_no_way_of_adding_and_clearing_exceeds_the_bounds(steps):
    shelf = Shelf(entries=20, body_bytes=100)
    journals = [Journal(shelf, max_entries=8) for _ in range(3)]
    for n, (which, size) in enumerate(steps):
        if which == 3:
            journals[size % 3].clear()
        else:
            journals[which].add(entry(n), b"x" * size)
        kept: list[Any] = [e for journal in journals for e in journal.after(-1, 100)]
        assert len(kept) <= 20
        assert sum(len(e.raw) for e in kept) <= 100
        assert all(len(journal) <= 8 for journal in journals)
        assert shelf.bytes_kept == sum(len(e.raw) for e in kept), "cleared bodies free their room"
        if which < 3 and size <= 100:
            assert [e.n for e in journals[which].after(-1, 100)][-1:] == [n], "the newest is always there"


def test_the_key_that_was_used_least_recently_is_forgotten():
    registry = Registry(most=2)
    first = registry.of("practice-1")
    registry.of("practice-2")
    assert registry.of("practice-1") is first
    registry.of("practice-3")
    assert len(registry) == 2
    assert registry.of("practice-1") is first, "it was used after practice-2"


def test_the_provider_goes_on_when_it_forgets_a_key_whose_request_is_still_served(serve, new_parrot, key, chat):
    app = create_app(new_parrot(), Settings(speed=0))
    app.state.provider.registry = Registry(most=1)
    with serve(app) as provider:
        provider.send("POST", chat.path, key, json=chat.body("hi"))
        assert provider.send("POST", chat.path, f"{key}-2", json=chat.body("hi")).status_code == 200
        assert provider.journal(key) == []
