"""Record a vendor's replies, and play them without it. The vendor is another practice provider."""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import anthropic
import httpx2
import openai
import pytest

from practice_provider.brains.cassette import BadCassette, read
from practice_provider.brains.record import Record
from practice_provider.brains.replay import Replay
from practice_provider.brains.vendors import addressed
from practice_provider.server import create_app
from practice_provider.settings import Settings

Serve = Callable[..., AbstractContextManager[Any]]
PLANTED = "practice-planted-k3y/+81f"
ENVIRON = {"OPENAI_API_KEY": PLANTED, "ANTHROPIC_API_KEY": PLANTED, "GEMINI_API_KEY": PLANTED}
HELLO = [{"role": "user", "content": "Hello there"}]


@pytest.fixture
def recording(behind: Any, serve: Serve, tmp_path: Path) -> Callable[..., AbstractContextManager[Any]]:
    """Give a provider that records what the one behind it says, into the test's folder."""
    where = ",".join(f"{name}={behind.url}/{name}" for name in ("openai", "anthropic", "gemini"))

    def start(environ: Mapping[str, str] = ENVIRON) -> AbstractContextManager[Any]:
        return serve(create_app(Record(tmp_path, addressed(where), environ), Settings(speed=0)))

    return start


@pytest.fixture
def replaying(serve: Serve, tmp_path: Path) -> Callable[..., AbstractContextManager[Any]]:
    """Give a provider that plays what was recorded."""
    return lambda speed=0.0: serve(create_app(Replay(tmp_path), Settings(speed=speed)))


def texts(folder: Path) -> Iterator[str]:
    """Give all that was written, aside and file names included."""
    for file in sorted(folder.rglob("*")):
        yield file.name
        if file.is_file():
            yield file.read_bytes().decode("latin-1")


def written(folder: Path, count: int) -> list[Path]:
    """Wait until so many cassettes are there: they are written after the reply was sent."""
    deadline = time.monotonic() + 10
    while len(found := sorted(folder.glob("*.cassette"))) < count and time.monotonic() < deadline:
        time.sleep(0.01)
    return found


@pytest.mark.parametrize("stream", [False, True])
def test_what_an_sdk_got_from_the_vendor_it_gets_from_the_recording(
    recording: Any, replaying: Any, clients: Any, key: str, vendor: str, stream: bool, behind: Any
) -> None:
    with recording() as front:
        told = clients(front, key).say(vendor, "Hello there", stream=stream)
    assert told == clients(behind, key).say(vendor, "Hello there", stream=stream)
    with replaying() as front:
        assert clients(front, "practice-other").say(vendor, "Hello there", stream=stream) == told


def test_the_bytes_that_are_passed_on_are_the_vendors_own(recording: Any, behind: Any, key: str) -> None:
    body = {"model": "practice-large", "messages": HELLO, "stream": True}
    direct = behind.send("POST", "/openai/v1/chat/completions", key, json=body)
    with recording() as front:
        passed = front.send("POST", "/openai/v1/chat/completions", key, json=body)
    assert passed.content == direct.content
    assert passed.headers["content-type"] == direct.headers["content-type"]
    assert passed.headers["x-request-id"].startswith("req_")


def test_the_client_needs_no_key_of_the_vendor_and_may_send_its_own(recording: Any, behind: Any, key: str) -> None:
    before = len(behind.journal(PLANTED))
    with recording() as front:
        front.send("POST", "/openai/v1/chat/completions", key, json={"model": "practice-large", "messages": HELLO})
        assert len(behind.journal(PLANTED)) == before + 1
        reply = front.send(
            "POST", "/openai/v1/chat/completions", "sk-real-but-wrong", json={"model": "m", "messages": HELLO}
        )
    assert reply.status_code == 401
    assert "sk-r" in reply.text, "the vendor itself refused the client's own key"


def test_without_a_key_anywhere_the_client_is_told_which_variable_to_set(recording: Any, key: str) -> None:
    with recording({}) as front:
        reply = front.send("POST", "/openai/v1/chat/completions", key, json={"model": "m", "messages": HELLO})
    assert reply.status_code == 401
    assert "OPENAI_API_KEY" in reply.json()["error"]["message"]


# ---- secrets ---------------------------------------------------------------------------------------------------

PLACES: list[dict[str, Any]] = [
    {"messages": [{"role": "user", "content": f"my key is {PLANTED} and yours?"}]},
    {"messages": [{"role": "user", "content": f"Authorization: Bearer {PLANTED}"}], "stream": True},
    {"messages": HELLO, "user": PLANTED, "metadata": {"owner": "org-Ab12Cd34Ef56Gh78Ij90"}},
    {"messages": [{"role": "user", "content": "sk-proj-abcdefghijklmnop1234 AIzaSyA0123456789abcdefghijklmnopqrstuv"}]},
]


@pytest.mark.parametrize("place", PLACES)
def test_no_key_is_ever_written_wherever_it_stands(
    recording: Any, key: str, place: dict[str, Any], tmp_path: Path
) -> None:
    own = "practice-client-0wn-key-77"
    headers = {"openai-organization": "org-Zz12Cd34Ef56Gh78Ij90", "cookie": "session=c00kie-value-5544332211"}
    with recording() as front:
        path = f"/openai/v1/chat/completions?key={PLANTED}"
        front.send("POST", path, own, json={"model": "practice-large", **place}, headers=headers)
        files = written(tmp_path, 1)
    assert files, "the exchange was recorded"
    for secret in (PLANTED, own, "c00kie-value", "org-Zz12", "org-Ab12", "sk-proj-abc", "AIzaSyA0"):
        assert not any(secret in text for text in texts(tmp_path)), secret


def test_a_key_in_pieces_over_a_stream_keeps_the_exchange_from_being_written(
    recording: Any, tmp_path: Path, logs_error: Any
) -> None:
    split = "practice key in-pieces 99"  # the practice model streams word by word
    with recording({"OPENAI_API_KEY": split}) as front:
        body = {"messages": [{"role": "user", "content": f"Say hello to {split}"}], "stream": True}
        reply = front.send("POST", "/openai/v1/chat/completions", "practice", json={"model": "practice-large", **body})
        assert reply.status_code == 200
    words = "".join(
        json.loads(line[6:])["choices"][0]["delta"].get("content") or ""
        for line in reply.text.splitlines()
        if line.startswith("data: {")
    )
    assert split in words, "the vendor repeated the key"
    assert not list(tmp_path.glob("*.cassette"))


def test_a_key_inside_a_file_in_base64_keeps_the_exchange_from_being_written(recording: Any, tmp_path: Path) -> None:
    import base64

    data = base64.b64encode(b"x" * 2_000 + PLANTED.encode() + b"y" * 2_001).decode()
    source = {"type": "base64", "media_type": "text/plain", "data": data}
    part = {"type": "image", "source": source}
    body = {"model": "practice-large", "max_tokens": 9, "messages": [{"role": "user", "content": [part]}]}
    with recording() as front:
        front.send("POST", "/anthropic/v1/messages", "practice", json=body)
    assert not list(tmp_path.glob("*.cassette"))
    assert not (tmp_path / "aside").exists()


# ---- replay ----------------------------------------------------------------------------------------------------


def record(recording: Any, tmp_path: Path, *bodies: Mapping[str, Any]) -> None:
    with recording() as front:
        for count, body in enumerate(bodies, start=1):
            front.send("POST", "/openai/v1/chat/completions", "practice", json={"model": "practice-large", **body})
            assert len(written(tmp_path, count)) == count


def test_requests_match_on_meaning(recording: Any, replaying: Any, tmp_path: Path) -> None:
    call = {"type": "function", "function": {"name": "look", "arguments": "{}"}}
    talk = [*HELLO, {"role": "assistant", "tool_calls": [{"id": "call_1", **call}]}]
    record(recording, tmp_path, {"messages": [*talk, {"role": "tool", "tool_call_id": "call_1", "content": "ok"}]})
    other = [*HELLO, {"tool_calls": [{**call, "id": "call_zzz"}], "role": "assistant"}]
    other.append({"content": "ok", "tool_call_id": "call_zzz", "role": "tool"})
    raw = json.dumps({"user": "u7", "messages": other, "temperature": None, "model": "practice-large"}, indent=7)
    with replaying() as front:
        options: dict[str, Any] = {"content": raw, "headers": {"content-type": "application/json"}}
        assert front.send("POST", "/openai/v1/chat/completions", "sk-any-key-will-do", **options).status_code == 200


def test_a_miss_names_the_nearest_recording_and_how_it_differs(
    recording: Any, replaying: Any, tmp_path: Path, key: str
) -> None:
    record(recording, tmp_path, {"messages": HELLO}, {"messages": HELLO, "temperature": 1})
    with replaying() as front:
        client = openai.OpenAI(base_url=f"{front.url}/openai/v1", api_key=key, max_retries=0)
        wanted: Any = [{"role": "user", "content": "Hello you there"}]
        with client, pytest.raises(openai.NotFoundError) as caught:
            client.chat.completions.create(model="practice-large", messages=wanted, temperature=1)
    text = str(caught.value)
    assert "0002-openai" in text
    assert "messages[0].content: recorded 'Hello there', sent 'Hello you there'" in text
    assert "temperature" not in text


def test_a_miss_of_another_vendor_has_that_vendors_shape(recording: Any, replaying: Any, tmp_path: Path) -> None:
    record(recording, tmp_path, {"messages": HELLO})
    with replaying() as front:
        client = anthropic.Anthropic(base_url=f"{front.url}/anthropic", api_key="practice", max_retries=0)
        with client, pytest.raises(anthropic.NotFoundError, match="Nothing was recorded there"):
            client.messages.create(model="m", max_tokens=1, messages=[{"role": "user", "content": "Hi"}])


def test_several_recordings_play_in_order_for_each_key_and_the_last_repeats(
    recording: Any, replaying: Any, tmp_path: Path, behind: Any
) -> None:
    with recording() as front:
        behind.order(PLANTED, "rate_limit", count=1)
        for count in (1, 2):
            front.send(
                "POST", "/openai/v1/chat/completions", "practice", json={"model": "practice-large", "messages": HELLO}
            )
            written(tmp_path, count)
    with replaying() as front:
        for key in ("practice-a", "practice-b"):
            got = [
                front.send(
                    "POST", "/openai/v1/chat/completions", key, json={"model": "practice-large", "messages": HELLO}
                ).status_code
                for _ in range(3)
            ]
            assert got == [429, 200, 200]


def test_a_stream_is_played_at_the_vendors_pace_scaled_by_the_speed(
    recording: Any, replaying: Any, tmp_path: Path, behind: Any, key: str
) -> None:
    behind.order(PLANTED, "stall", after=2, delay_s=0.6)
    record(recording, tmp_path, {"messages": HELLO, "stream": True})

    def seconds(speed: float) -> float:
        with replaying(speed) as front:
            began = time.monotonic()
            body = {"model": "practice-large", "messages": HELLO, "stream": True}
            assert front.send("POST", "/openai/v1/chat/completions", key, json=body).text.endswith("data: [DONE]\n\n")
            return time.monotonic() - began

    assert 0.55 < seconds(1.0) < 2.0
    assert seconds(0) < 0.4


def test_faults_limits_and_the_journal_work_in_front_of_recordings(
    recording: Any, replaying: Any, tmp_path: Path, key: str
) -> None:
    body = {"model": "practice-large", "messages": HELLO, "stream": True}
    record(recording, tmp_path, {"messages": HELLO, "stream": True})
    with replaying() as front:
        front.order(key, "overloaded")
        assert front.send("POST", "/openai/v1/chat/completions", key, json=body).status_code == 503
        front.order(key, "cut_stream", after=2)
        assert front.send("POST", "/openai/v1/chat/completions", key, json=body).text.count("data: ") == 2
        front.order(key, "drop_stream", after=2)
        with pytest.raises(httpx2.RemoteProtocolError):
            front.send("POST", "/openai/v1/chat/completions", key, json=body)
        front.control(key, "PUT", "limits", {"requests": 1, "window_s": 60})
        statuses = [front.send("POST", "/openai/v1/chat/completions", key, json=body).status_code for _ in range(2)]
        assert statuses == [200, 429]
        assert [entry["fault"] for entry in front.journal(key)][:3] == ["overloaded", "cut_stream", "drop_stream"]
        assert front.journal(key)[-2]["model"] == "practice-large"


def test_an_embedding_and_a_list_of_models_are_played_too(
    recording: Any, replaying: Any, clients: Any, key: str
) -> None:
    def ask(front: Any) -> Any:
        sdk = clients(front, key).openai
        vector = sdk.embeddings.create(model="practice-embed", input="milk").data[0].embedding
        return vector, [model.id for model in sdk.models.list()]

    with recording() as front:
        asked = ask(front)
    with replaying() as front:
        assert ask(front) == asked


def test_a_recorded_image_is_kept_beside_the_cassette_and_found_again(
    recording: Any, replaying: Any, tmp_path: Path, key: str
) -> None:
    import base64

    url = "data:image/png;base64," + base64.b64encode(bytes(range(256)) * 20).decode()
    content = [{"type": "image_url", "image_url": {"url": url}}, {"type": "text", "text": "What is it?"}]
    record(recording, tmp_path, {"messages": [{"role": "user", "content": content}]})
    (file,) = tmp_path.glob("*.cassette")
    assert len(file.read_text()) < 3_000
    assert read(file).request["messages"][0]["content"][0]["image_url"]["url"] == url
    body = {"model": "practice-large", "messages": [{"role": "user", "content": content}]}
    with replaying() as front:
        assert front.send("POST", "/openai/v1/chat/completions", key, json=body).status_code == 200


@pytest.mark.parametrize(
    ("damage", "line", "reason"),
    [
        (lambda text: text[:-20], 51, "'== end' is missing"),
        (lambda text: text.replace("== headers", "== heads"), 13, "no mark that we know"),
        (lambda text: "something else\n" + text, 1, "is not 'practice-cassette 1'"),
        (lambda text: text.replace('"content": ', "content: "), 3, "JSONDecodeError"),
    ],
)
def test_a_broken_cassette_is_named_with_the_line_and_the_reason(
    recording: Any, tmp_path: Path, damage: Callable[[str], str], line: int, reason: str
) -> None:
    record(recording, tmp_path, {"messages": HELLO})
    (file,) = tmp_path.glob("*.cassette")
    file.write_text(damage(file.read_text("utf-8")), "utf-8")
    with pytest.raises(BadCassette, match=reason) as caught:
        Replay(tmp_path)
    assert f"{file.name}, line {line}:" in str(caught.value)


def test_two_providers_do_not_record_into_one_folder(recording: Any) -> None:
    with recording(), pytest.raises(OSError, match=r"recording\.lock"):
        recording()


def test_what_a_vendor_says_about_a_key_is_not_recorded(recording: Any, tmp_path: Path, behind: Any) -> None:
    behind.order(PLANTED, "auth", count=1)
    with recording() as front:
        body = {"model": "practice-large", "messages": HELLO}
        assert front.send("POST", "/openai/v1/chat/completions", "practice", json=body).status_code == 401
        assert front.send("POST", "/openai/v1/chat/completions", "practice", json=body).status_code == 200
        assert [read(file).status for file in written(tmp_path, 1)] == [200]


def test_a_vendor_that_is_not_there_is_told_in_the_vendors_words(serve: Serve, tmp_path: Path) -> None:
    brain = Record(tmp_path, addressed("openai=http://127.0.0.1:9"), ENVIRON)
    with serve(create_app(brain, Settings(speed=0))) as front:
        reply = front.send("POST", "/openai/v1/chat/completions", "practice", json={"messages": HELLO})
    assert reply.status_code == 503
    assert "http://127.0.0.1:9" in reply.json()["error"]["message"]
