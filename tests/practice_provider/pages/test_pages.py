"""What is served under /practice/ for a browser: the page, its files, its words, and how it is locked up."""

import re

import pytest

from practice_provider.faults import KINDS
from practice_provider.pages.kinds import GROUPS

HTML = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
CHANGING = [
    ("POST", "faults"),
    ("DELETE", "faults"),
    ("POST", "scenario"),
    ("PUT", "limits"),
    ("PUT", "pace"),
    ("POST", "keys"),
    ("PUT", "state"),
    ("POST", "reset"),
    ("POST", "stop"),
]


def test_a_browser_gets_the_page_and_a_program_the_list_of_endpoints(parrot):
    page = parrot.send("GET", "/practice/", headers=HTML)
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "<title>Practice provider</title>" in page.text
    for accept in ("*/*", "application/json"):
        assert (
            "GET /practice/journal" in parrot.send("GET", "/practice/", headers={"accept": accept}).json()["endpoints"]
        )


def test_without_the_slash_a_browser_is_sent_to_the_page(parrot):
    reply = parrot.send("GET", "/practice", headers=HTML)
    assert (reply.status_code, reply.headers["location"]) == (307, "/practice/")


def test_every_file_that_the_page_and_its_modules_name_is_served_with_its_type(parrot):
    waiting, seen = ["/practice/"], set()
    while waiting:
        path = waiting.pop()
        seen.add(path)
        reply = parrot.send("GET", path, headers=HTML)
        assert reply.status_code == 200, path
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert reply.headers["cache-control"] == "no-store"
        named = re.findall(r'(?:src|href)="(pages/[^"]+)"', reply.text) if path == "/practice/" else []
        named += [f"pages/{name}" for name in re.findall(r'from "\./([^"]+)"', reply.text)]
        waiting += [f"/practice/{name}" for name in named if f"/practice/{name}" not in seen]
    assert {path.rpartition(".")[2] for path in seen} == {"/practice/", "js", "css", "svg"}


def test_the_page_may_run_only_its_own_scripts_and_show_only_its_own_things(parrot):
    page = parrot.send("GET", "/practice/", headers=HTML)
    policy = page.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert not re.search(r"<script(?![^>]*\bsrc=)|\son\w+=|\sstyle=|https?://", page.text)


@pytest.mark.parametrize("name", ["index.html", "../kinds.py", "..%2fkinds.py", "nothing.js", ""])
def test_nothing_else_is_served(parrot, name):
    reply = parrot.send("GET", f"/practice/pages/{name}", headers=HTML)
    assert reply.status_code == 404
    assert reply.headers["content-type"] == "application/json"


def test_every_kind_of_fault_is_offered_once_and_has_words(parrot):
    told = [kind for group in parrot.send("GET", "/practice/kinds").json()["groups"] for kind in group["kinds"]]
    assert sorted(kind["kind"] for kind in told) == sorted(KINDS)
    assert all(kind["title"] and kind["words"].endswith(".") for kind in told)


def test_every_option_that_is_offered_for_a_kind_is_accepted(parrot, key):
    values = {"retry_after_s": 1.5, "delay_s": 0.1, "after": 2, "error": "server", "how": "mistyped"}
    for told in (told for group in GROUPS.values() for told in group):
        options = {name: values[name] for name in told.options}
        parrot.order(key, told.kind, skip=1, route="openai", **options)


def test_the_vendors_to_which_a_fault_can_be_limited_are_those_that_are_served(parrot, key):
    for name in parrot.send("GET", "/practice/kinds").json()["vendors"]:
        parrot.order(key, "server", route=name)


@pytest.mark.parametrize(("method", "path"), CHANGING)
def test_a_page_of_another_origin_is_given_no_leave_to_change_anything(parrot, key, method, path):
    asks = {
        "origin": "https://evil.example",
        "access-control-request-method": method,
        "access-control-request-headers": "authorization,content-type,practice-key",
    }
    replies = [parrot.send("OPTIONS", f"/practice/{path}", headers=asks)]
    if method == "POST":  # the one that a page may send without asking first, as a form
        form = {"origin": "https://evil.example", "content-type": "text/plain"}
        replies.append(parrot.send(method, f"/practice/{path}", key, headers=form, content=b'{"kind": "server"}'))
        assert replies[-1].status_code == 415
    for reply in replies:
        assert not [name for name in reply.headers if name.startswith("access-control-")]
    assert parrot.control(key, "GET", "faults") == {"faults": []}
