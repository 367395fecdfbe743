"""Uploaded files through OpenAI's own client: kept, listed, named in asks, deleted."""

import asyncio
import base64
from collections.abc import Iterator
from typing import Any

import httpx2
import openai
import pytest
from openai import AsyncOpenAI, OpenAI
from openai.types import FileDeleted, FileObject

from practice_provider import files
from practice_provider.core import Document, Fault, Files, Image
from practice_provider.files import Cabinet

TEXT = b"The warranty of a Brewline machine is two years."


@pytest.fixture
def real(provider: Any, key: str) -> Iterator[OpenAI]:
    """OpenAI's own client in front of the practice model."""
    with OpenAI(base_url=f"{provider.url}/openai/v1", api_key=key, max_retries=0) as client:
        yield client


def test_a_file_is_kept_described_given_back_and_deleted(real, strictly):
    raw = real.files.with_raw_response.create(file=("warranty.txt", TEXT), purpose="user_data")
    stored = strictly(FileObject, raw.http_response.json())
    assert (stored.filename, stored.bytes, stored.purpose, stored.expires_at) == ("warranty.txt", 48, "user_data", None)
    assert real.files.retrieve(stored.id) == stored
    content = real.files.content(stored.id)
    assert (content.read(), content.response.headers["content-type"]) == (TEXT, "text/plain")
    raw = real.files.with_raw_response.delete(stored.id)
    assert strictly(FileDeleted, raw.http_response.json()).deleted
    for gone in (real.files.retrieve, real.files.content, real.files.delete):
        with pytest.raises(openai.NotFoundError, match=f"No such File object: {stored.id}"):
            gone(stored.id)


def test_the_list_has_pages_an_order_and_a_purpose(real):
    ids = [real.files.create(file=(f"{n}.txt", TEXT), purpose="user_data").id for n in range(5)]
    batch = real.files.create(file=("same.jsonl", b"{}"), purpose="batch").id
    assert len({*ids, batch}) == 6
    assert [file.id for file in real.files.list()] == [batch, *reversed(ids)]
    assert [file.id for file in real.files.list(purpose="user_data", order="asc", limit=2)] == ids
    page = real.files.list(order="asc", limit=2, after=ids[0])
    assert ([file.id for file in page.data], page.has_more) == (ids[1:3], True)


def test_the_same_bytes_uploaded_twice_are_two_files(real):
    first, second = (real.files.create(file=("a.txt", TEXT), purpose="user_data").id for _ in range(2))
    assert first != second


def test_an_expiry_is_told_from_then_on(real):
    lasting: Any = {"anchor": "created_at", "seconds": 3600}
    stored = real.files.create(file=("a.txt", TEXT), purpose="user_data", expires_after=lasting)
    assert stored.expires_at - stored.created_at == 3600
    assert real.files.retrieve(stored.id).expires_at == stored.expires_at


@pytest.mark.parametrize(
    ("changes", "param", "words"),
    [
        ({"purpose": "fun"}, "purpose", "Invalid value: 'fun'"),
        ({"expires_after": {"anchor": "created_at", "seconds": 5}}, "expires_after.seconds", "from 3600 to 2592000"),
        ({"expires_after": {"anchor": "now", "seconds": 3600}}, "expires_after.anchor", "'now'"),
        ({"expires_after": {"seconds": 3600}}, "expires_after.anchor", "Missing"),
        ({"extra_body": {"colour": "red"}}, None, "Unrecognized request argument supplied: colour"),
    ],
)
def test_a_wrong_upload_gets_openais_400(real, changes, param, words):
    with pytest.raises(openai.BadRequestError, match=words) as caught:
        real.files.create(**({"file": ("a.txt", TEXT), "purpose": "user_data"} | changes))
    assert caught.value.param == param


def test_an_upload_without_a_file_is_refused(real):
    headers = {"authorization": f"Bearer {real.api_key}"}
    form = {"purpose": (None, "user_data"), "file": (None, "not a file")}
    reply = httpx2.post(f"{real.base_url}files", files=form, headers=headers, trust_env=False)
    assert reply.status_code == 400
    assert reply.json()["error"]["param"] == "file"
    json = httpx2.post(f"{real.base_url}files", json={}, headers=headers, trust_env=False)
    assert json.status_code == 415


def test_a_wrong_limit_is_refused(real):
    with pytest.raises(openai.BadRequestError, match="'limit'"):
        real.files.list(limit=0)


def test_a_chat_reads_a_text_file_by_its_id(real):
    stored = real.files.create(file=("warranty.txt", TEXT), purpose="user_data")
    question = "How long is the warranty?"
    parts: list[Any] = [{"type": "file", "file": {"file_id": stored.id}}, {"type": "text", "text": question}]
    chat = real.chat.completions.create(model="practice-large", messages=[{"role": "user", "content": parts}])
    assert "two years" in chat.choices[0].message.content
    items: list[Any] = [{"type": "input_file", "file_id": stored.id}, {"type": "input_text", "text": question}]
    reply = real.responses.create(model="practice-large", input=[{"role": "user", "content": items}])
    assert "two years" in reply.output_text


def test_files_and_pictures_by_id_reach_the_model_with_their_content(client, brain):
    picture = client.files.create(file=("a.png", b"png"), purpose="vision").id
    paper = client.files.create(file=("a.pdf", b"pdf"), purpose="user_data").id
    parts: list[Any] = [{"type": "input_image", "file_id": picture, "detail": "auto"}]
    parts += [{"type": "input_file", "file_id": paper}, {"type": "input_file", "file_id": paper, "filename": "b.pdf"}]
    client.responses.create(model="practice-small", input=[{"role": "user", "content": parts}])
    assert brain.ask.turns[0].blocks == (
        Image("image/png", b"png"),
        Document("application/pdf", b"pdf", "a.pdf", file_id=paper),
        Document("application/pdf", b"pdf", "b.pdf", file_id=paper),
    )


def test_a_picture_in_a_tools_output_reaches_the_model(client, brain):
    url = f"data:image/png;base64,{base64.b64encode(b'png').decode()}"
    items: list[Any] = [
        {"type": "function_call", "call_id": "a", "name": "look", "arguments": "{}"},
        {
            "type": "function_call_output",
            "call_id": "a",
            "output": [{"type": "input_text", "text": "see"}, {"type": "input_image", "image_url": url}],
        },
    ]
    client.responses.create(model="practice-small", input=items)
    (result,) = brain.ask.turns[-1].blocks
    assert (result.text, result.media) == ("see", (Image("image/png", b"png"),))


def test_an_unknown_file_in_an_ask_is_not_found(client, brain):
    parts: list[Any] = [{"type": "input_file", "file_id": "file-x"}]
    with pytest.raises(openai.NotFoundError, match="No such File object: file-x"):
        client.responses.create(model="practice-small", input=[{"role": "user", "content": parts}])
    assert not brain.asked


def test_a_key_does_not_see_the_files_of_another(real):
    stored = real.files.create(file=("a.txt", TEXT), purpose="user_data")
    with (
        OpenAI(base_url=real.base_url, api_key="practice-stranger", max_retries=0) as other,
        pytest.raises(openai.NotFoundError),
    ):
        other.files.retrieve(stored.id)


def test_the_asynchronous_client_keeps_files_too(provider, key):
    async def keep() -> bytes:
        async with AsyncOpenAI(base_url=f"{provider.url}/openai/v1", api_key=key) as client:
            stored = await client.files.create(file=("a.txt", TEXT), purpose="user_data")
            return (await client.files.content(stored.id)).read()

    assert asyncio.run(keep()) == TEXT


def test_a_full_cabinet_says_so():
    cabinet = Cabinet()
    for _ in range(files.MOST_FILES):
        cabinet.answer(Files("store", name="a", data=b"x"))
    with pytest.raises(Fault, match="delete files that are not needed") as caught:
        cabinet.answer(Files("store", name="a", data=b"x"))
    assert caught.value.kind == "too_large"


def test_a_file_that_is_too_large_for_the_cabinet_is_refused(monkeypatch):
    monkeypatch.setattr(files, "MOST_BYTES", 10)
    with pytest.raises(Fault, match="keeps at most"):
        Cabinet().answer(Files("store", name="a", data=b"x" * 11))
