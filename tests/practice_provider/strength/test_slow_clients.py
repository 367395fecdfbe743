"""Clients that are slow, silent or gone: each wait for one has an end, and meanwhile the others are served."""

import json
import socket
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from practice_provider.connection import ClosableH11
from practice_provider.protocol import Patience, allow_many_connections
from practice_provider.server import create_app
from practice_provider.settings import Settings

SHORT_S = 0.3  # where a test makes the provider less patient
HURRIED = Patience(head_s=SHORT_S, body_s=SHORT_S, idle_s=SHORT_S, reading_s=SHORT_S)
PROTOCOLS = pytest.mark.parametrize("protocol", [{}, {"http": ClosableH11}], ids=["httptools", "h11"])


def head(chat: Any, key: str, length: int) -> bytes:
    lines = (
        f"POST {chat.path} HTTP/1.1",
        "Host: localhost",
        f"Authorization: Bearer {key}",
        "Content-Type: application/json",
        f"Content-Length: {length}",
    )
    return "\r\n".join(lines).encode() + b"\r\n\r\n"


def is_closed(line: Any, within_s: float) -> bool:
    """Has the other end closed, or does it within this time? What it still sends is thrown away."""
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        line.socket.settimeout(max(0.01, deadline - time.monotonic()))
        try:
            if not line.read():
                return True
        except TimeoutError:
            return False
    return False


def serves(provider: Any, chat: Any, key: str) -> None:
    began = time.monotonic()
    assert provider.send("POST", chat.path, key, json=chat.body("good morning")).status_code == 200
    assert time.monotonic() - began < 20  # a hang, not a slow machine


@PROTOCOLS
def test_headers_that_come_byte_by_byte_end_the_connection_and_disturb_nobody(
    serve: Any, new_parrot: Any, line: Any, chat: Any, key: str, protocol: dict[str, Any]
) -> None:
    patient_where_idle = Patience(head_s=SHORT_S, idle_s=60)
    with serve(create_app(new_parrot(), Settings(speed=0)), patience=patient_where_idle, **protocol) as provider:
        lines = [line(provider.url) for _ in range(50)]
        began = time.monotonic()
        for byte in head(chat, key, 10)[:20]:
            for one in lines:
                one.send(bytes([byte]))
            time.sleep(SHORT_S / 10)
        assert time.monotonic() - began > 1.5 * SHORT_S, "the bytes never pause for longer than is allowed"
        assert all(is_closed(one, 1.0) for one in lines)
        serves(provider, chat, key)


@PROTOCOLS
def test_a_body_that_comes_byte_by_byte_is_refused_in_the_vendors_shape(
    serve: Any, new_parrot: Any, line: Any, chat: Any, key: str, protocol: dict[str, Any]
) -> None:
    with serve(create_app(new_parrot(), Settings(speed=0)), patience=HURRIED, **protocol) as provider:
        slow = line(provider.url)
        slow.send(head(chat, key, 1_000))
        dribbling = threading.Thread(target=lambda: [slow.send(b" ") or time.sleep(SHORT_S / 10) for _ in range(20)])
        dribbling.start()
        reply = slow.reply()
        assert reply.status in (408, 504)
        assert json.loads(reply.body)["error"]
        assert is_closed(slow, 1.0)
        dribbling.join()
        serves(provider, chat, key)


def test_a_connection_that_says_nothing_is_closed(serve: Any, new_parrot: Any, line: Any) -> None:
    with serve(create_app(new_parrot(), Settings(speed=0)), patience=HURRIED) as provider:
        assert is_closed(line(provider.url), 2.0)


def test_a_client_that_does_not_read_its_stream_is_left(serve: Any, new_parrot: Any, key: str) -> None:
    words = " ".join(["word"] * 60_000)  # as a stream 12 MB: more than the system keeps for who does not read
    body = {"model": "m", "messages": [{"role": "user", "content": words}], "stream": True}
    with serve(create_app(new_parrot(), Settings(speed=0)), patience=HURRIED) as provider:
        host, port = provider.url.removeprefix("http://").split(":")
        with socket.socket() as silent:
            silent.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            silent.connect((host, int(port)))
            raw = json.dumps(body).encode()
            start = f"POST /openai/v1/chat/completions HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {key}\r\n"
            more = f"Content-Type: application/json\r\nContent-Length: {len(raw)}\r\n\r\n"
            silent.sendall(start.encode() + more.encode() + raw)
            deadline = time.monotonic() + 10
            while not (entries := provider.journal(key)) or entries[0]["duration_ms"] is None:
                assert time.monotonic() < deadline, "it still waits for a client that does not read"
                time.sleep(0.05)


def test_clients_that_leave_in_the_middle_of_a_stream_leave_nothing_behind(
    parrot: Any, line: Any, chat: Any, key: str
) -> None:
    parrot.control(key, "PUT", "pace", {"speed": 1})
    raw = json.dumps(chat.stream_body(" ".join(["word"] * 600))).encode()  # ten seconds
    start = head(chat, key, len(raw)).replace(chat.path.encode(), chat.stream_path.encode())
    lines = [line(parrot.url) for _ in range(30)]
    for one in lines:
        one.send(start + raw)
    for one in lines:
        assert one.read().startswith(b"HTTP/1.1 200")
        one.close()
    deadline = time.monotonic() + 5
    while any(entry["duration_ms"] is None for entry in parrot.journal(key)):
        assert time.monotonic() < deadline, "streams go on without their clients"
        time.sleep(0.02)
    parrot.control(key, "PUT", "pace", {"speed": 0})
    serves(parrot, chat, key)


def test_a_client_that_ends_its_half_of_the_connection_is_taken_for_gone(
    parrot: Any, line: Any, chat: Any, key: str
) -> None:
    raw = json.dumps(chat.body("sleep 0.2")).encode()
    half = line(parrot.url)
    half.send(head(chat, key, len(raw)) + raw)
    half.finish()
    assert is_closed(half, 5.0)
    serves(parrot, chat, key)


def test_a_thousand_idle_connections_hold_up_nobody(
    serve: Callable[..., Any], new_parrot: Any, line: Any, chat: Any, key: str
) -> None:
    allow_many_connections()
    with serve(create_app(new_parrot(), Settings(speed=0))) as provider:
        lines = [line(provider.url) for _ in range(1_000)]
        for one in lines[::2]:
            one.send(b"POST /openai/v1/chat")  # half of them in the middle of a request
        for _ in range(20):
            serves(provider, chat, key)
        assert not is_closed(lines[0], 0.05)
        assert not is_closed(lines[1], 0.05)
