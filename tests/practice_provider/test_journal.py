"""The journal: what each key sent and got, complete by the time the client knows, and bounded."""

import asyncio
import json
import time
from collections.abc import Iterator
from typing import Any

import httpx2
import openai
import pytest
from hypothesis import given
from hypothesis import strategies as st

from practice_provider.journal import BODY_BYTES, Entry, Journal, Shelf, Watcher
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


# ---- what went out ---------------------------------------------------------------------------------------------


def test_an_entry_keeps_the_reply_as_it_was_sent(parrot, key, chat):
    whole = parrot.send("POST", chat.path, key, json=chat.body("good morning"))
    streamed = parrot.send("POST", chat.stream_path, key, json=chat.stream_body("good morning"))
    refused = parrot.send("POST", chat.path, key, json={"nonsense": True})
    replies = [told["reply"] for told in parrot.journal(key)]
    assert replies == [whole.json(), streamed.text, refused.json()]


def test_an_entry_has_the_request_id_that_the_client_got(parrot, key):
    with openai.OpenAI(base_url=f"{parrot.url}/openai/v1", api_key=key) as client:
        reply = client.chat.completions.create(model="practice-large", messages=[{"role": "user", "content": "hi"}])
    assert parrot.journal(key)[0]["request_id"] == reply._request_id


def test_of_a_stream_that_broke_off_the_entry_keeps_what_was_sent(parrot, key, chat):
    parrot.order(key, "drop_stream", after=2)
    with pytest.raises(httpx2.RemoteProtocolError):
        parrot.send("POST", chat.stream_path, key, json=chat.stream_body("one two three four five six"))
    kept = parrot.journal(key)[0]["reply"]
    assert kept.count("data: ") == 2


def test_of_a_long_stream_only_the_beginning_is_kept(parrot, key):
    body = {"model": "practice-large", "messages": [{"role": "user", "content": "word " * 2_000}], "stream": True}
    sent = parrot.send("POST", "/openai/v1/chat/completions", key, json=body).text
    kept = parrot.journal(key)[0]["reply"]
    assert len(sent) > BODY_BYTES
    assert (len(kept.encode()), sent.startswith(kept)) == (BODY_BYTES, True)


def test_a_sound_is_only_measured():
    journal, one = Journal(Shelf()), entry(1)
    journal.add(one, b"{}")
    journal.answer(one, "audio/wav", [b"RIFF" * 10], 40)
    assert one.as_json()["reply"] == {"bytes": 40, "type": "audio/wav"}


def test_no_key_is_in_the_journal_wherever_it_was_sent(parrot, key):
    body = {"contents": [{"role": "user", "parts": [{"text": "hi"}]}]}
    path = "/gemini/v1beta/models/practice-large:generateContent"
    parrot.send("POST", f"{path}?key={key}", json=body)
    for header in ("x-api-key", "x-goog-api-key", "api-key"):
        parrot.send("POST", "/anthropic/v1/messages", json={"model": "m"}, headers={header: key})
        parrot.send("POST", path, json=body, headers={header: key})
    parrot.send("GET", "/openai/v1/models", key)
    assert len(parrot.journal(key)) > 3
    assert key not in json.dumps(parrot.journal(key))


# ---- searching -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", [1, 2, 3, 4]),
        ("contains=ESPRESSO", [1]),
        ("contains=practice+fault", [3]),
        ("status=200", [1, 2]),
        ("status=4xx", [4]),
        ("status=500", [3]),
        ("status=none", []),
        ("model=practice-small", [2]),
        ("vendor=anthropic", [2]),
        ("fault=server", [3]),
        ("fault=any", [3]),
        ("fault=none&status=200", [1, 2]),
        ("after=1&limit=1", [2]),
        ("status=200&after=1", [2]),
        ("vendor=openai&limit=2", [1, 3]),
    ],
)
def test_the_journal_can_be_searched(parrot, key, query, found):
    messages = [{"role": "user", "content": "Why does my espresso machine drip?"}]
    parrot.send("POST", "/openai/v1/chat/completions", key, json={"model": "practice-large", "messages": messages})
    small = {"model": "practice-small", "max_tokens": 5, "messages": [{"role": "user", "content": "hi"}]}
    parrot.send("POST", "/anthropic/v1/messages", key, json=small)
    parrot.order(key, "server")
    parrot.send("GET", "/openai/v1/models", key)
    parrot.send("POST", "/openai/v1/chat/completions", key, json={})
    entries = parrot.control(key, "GET", f"journal?{query}")["entries"]
    assert [told["n"] for told in entries] == found


def test_an_unknown_search_is_refused_with_those_that_exist(parrot, key):
    reply = parrot.send("GET", "/practice/journal?text=hi", key)
    assert (reply.status_code, "contains" in reply.json()["error"]) == (400, True)


# ---- live ------------------------------------------------------------------------------------------------------


def read_events(lines: Iterator[str], most: int) -> list[dict[str, Any]]:
    """Read so many server-sent events, or until the line that says that what follows is live (`most` 0)."""
    events: list[dict[str, Any]] = []
    for line in lines:
        if line.startswith("data: "):
            events.append(json.loads(line.removeprefix("data: ")))
        if (most and len(events) == most) or (not most and line == ": now live"):
            break
    return events


def test_the_journal_can_be_followed_while_it_grows(parrot, key, chat):
    for _ in range(3):
        parrot.send("POST", chat.path, key, json=chat.body("before"))
    headers = {"authorization": f"Bearer {key}"}
    with parrot.client.stream("GET", "/practice/journal/stream?after=1", headers=headers) as live:
        assert live.headers["content-type"].startswith("text/event-stream")
        lines = live.iter_lines()
        assert [event["entry"]["n"] for event in read_events(lines, 0)] == [2, 3]
        parrot.send("POST", chat.path, f"{key}-other", json=chat.body("not mine"))
        parrot.send("POST", chat.path, key, json=chat.body("sleep 0.3"))
        arrived, done = read_events(lines, 2)
        assert [event["entry"]["n"] for event in (arrived, done)] == [4, 4]
        assert [event["entry"]["status"] for event in (arrived, done)] == [None, 200]
        assert done["entry"]["duration_ms"] > 200
        parrot.control(key, "POST", "reset", {})
        assert read_events(lines, 1) == [{"reset": True}]


def test_who_only_asks_for_the_headers_of_the_live_journal_is_not_kept_waiting(parrot, key):
    reply = parrot.send("HEAD", "/practice/journal/stream", key)
    assert (reply.status_code, reply.headers["content-type"].partition(";")[0]) == (200, "text/event-stream")


def test_who_stops_following_is_forgotten(serve, new_parrot, key, chat):
    app = create_app(new_parrot(), Settings(speed=0))
    with serve(app) as provider:
        headers = {"authorization": f"Bearer {key}"}
        with provider.client.stream("GET", "/practice/journal/stream", headers=headers) as live:
            read_events(live.iter_lines(), 0)
        journal = app.state.provider.registry.of(key).journal
        deadline = time.monotonic() + 5
        while journal.watchers and time.monotonic() < deadline:
            time.sleep(0.02)
        assert journal.watchers == []


def test_a_watcher_who_does_not_read_keeps_each_entry_once_and_only_the_newest():
    async def watch() -> list[int]:
        journal = Journal(Shelf(), max_entries=3)
        with Watcher(journal) as watcher:
            for n in range(1, 6):
                journal.add(one := entry(n), b"{}")
                journal.answer(one, "application/json", [b"{}"], 2)
            _, entries = await watcher.changes(1.0)
        return [one.n for one in entries]

    assert asyncio.run(watch()) == [3, 4, 5]


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
    kept = [(one.n, one.raw) for journal in (first, second) for one in journal.after(0, 9)]
    assert kept == [(1, b""), (3, b"12345"), (2, b"12345")], "the entries stay"


def test_over_all_keys_the_oldest_entries_go_next():
    shelf = Shelf(entries=2)
    first, second = Journal(shelf), Journal(shelf)
    for n, journal in enumerate((first, second, first), start=1):
        journal.add(entry(n), b"12345")
    assert (numbers(first), numbers(second)) == ([3], [2])


def test_a_long_day_of_one_key_does_not_fill_the_shelf():
    shelf = Shelf()
    journal = Journal(shelf, max_entries=10)
    for n in range(20_000):
        one = entry(n)
        journal.add(one, b"x" * 50)
        journal.answer(one, "application/json", [b"y" * 50], 50)
    assert len(journal) == 10
    assert shelf.bytes_kept == 1_000
    assert len(shelf._standing) < 3_000


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 40)), max_size=200))
def test_no_way_of_adding_and_clearing_exceeds_the_bounds(steps):
    shelf = Shelf(entries=20, body_bytes=100)
    journals = [Journal(shelf, max_entries=8) for _ in range(3)]
    for n, (which, size) in enumerate(steps):
        if which == 3:
            journals[size % 3].clear()
        else:
            one = entry(n)
            journals[which].add(one, b"x" * size)
            journals[which].answer(one, "text/plain", [b"y" * (size // 2)], size // 2)
        kept: list[Any] = [e for journal in journals for e in journal.after(-1, 100)]
        held = sum(len(e.raw) + len(e.reply) for e in kept)
        assert len(kept) <= 20
        assert held <= 100
        assert all(len(journal) <= 8 for journal in journals)
        assert shelf.bytes_kept == held, "cleared bodies free their room"
        if which < 3:
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
