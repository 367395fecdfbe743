"""Signatures made by AWS's own library are accepted as they are, and with one byte changed they are not."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import given, settings
from hypothesis import strategies as st

from practice_provider import sigv4
from practice_provider.sigv4 import NotSigned, SignedKey

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
SCHEME = SignedKey("bedrock", clock=lambda: NOW.timestamp())

Scope = dict[str, Any]


def signed(
    monkeypatch: pytest.MonkeyPatch,
    url: str = "http://127.0.0.1:8000/bedrock/model/m/converse",
    body: bytes = b"{}",
    *,
    headers: Mapping[str, str] | None = None,
    secret: str = sigv4.SECRET,
    token: str | None = None,
    service: str = "bedrock",
    at: datetime = NOW,
) -> Scope:
    """What a server sees of a request that botocore has signed."""
    monkeypatch.setattr("botocore.auth.get_current_datetime", lambda: at.replace(tzinfo=None))
    request = AWSRequest("POST", url, headers={"host": "127.0.0.1:8000", **(headers or {})}, data=body)
    SigV4Auth(Credentials("practice-key", secret, token), service, "eu-west-1").add_auth(request)
    parts = urlsplit(url)
    sent = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in request.headers.items()]
    return {
        "method": "POST",
        "raw_path": parts.path.encode(),
        "query_string": parts.query.encode(),
        "headers": sent,
        "body": body,
    }


def check(scope: Scope) -> None:
    """Do what the provider does with a request."""
    headers = dict(scope["headers"])
    assert SCHEME.find(scope, headers) == "practice-key"
    SCHEME.check(scope, headers, scope["body"])


def refused(scope: Scope) -> NotSigned:
    with pytest.raises(NotSigned) as caught:
        check(scope)
    return caught.value


segments = st.text(st.characters(codec="utf-8", exclude_characters="/?#", exclude_categories=["Cs"]), max_size=8)
words = st.text("abcXYZ019-_.~ ,=/+:ä", max_size=12)
requests = st.fixed_dictionaries(
    {
        "path": st.lists(segments.map(lambda s: quote(s, safe="")) | st.sampled_from(["", ".", "..", "a:b", "%2F"])),
        "query": st.lists(st.tuples(words, words), max_size=3),
        "body": st.binary(max_size=40),
        "headers": st.dictionaries(st.sampled_from(["x-amz-a", "x-other", "accept"]), words, max_size=3),
        "token": st.none() | st.just("a-session-token"),
    }
)


def url_of(request: Mapping[str, Any]) -> str:
    query = "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in request["query"])
    return f"http://127.0.0.1:8000/{'/'.join(request['path'])}" + (f"?{query}" if query else "")


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(request=requests)
def test_what_botocore_signs_is_accepted(request: Mapping[str, Any]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        check(signed(patch, url_of(request), request["body"], headers=request["headers"], token=request["token"]))


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(request=requests, data=st.data())
def test_a_changed_byte_is_found(request: Mapping[str, Any], data: st.DataObject) -> None:
    with pytest.MonkeyPatch.context() as patch:
        scope = signed(patch, url_of(request), request["body"] + b"!", token=request["token"])
    where = data.draw(st.sampled_from(["raw_path", "body", "x-amz-date", "host", "signature", "method"]))
    refused(changed(scope, where, data))


def changed(scope: Scope, where: str, data: st.DataObject) -> Scope:
    if where == "method":
        return scope | {"method": "PUT"}
    if where in ("raw_path", "body"):
        start = 1 if where == "raw_path" else 0  # the first byte of a path is always a slash
        place = data.draw(st.integers(start, max(start, len(scope[where]) - 1)))
        value = scope[where] + b"a" if place >= len(scope[where]) else flipped(scope[where], place)
        same = where == "raw_path" and sigv4.canonical_path(value) == sigv4.canonical_path(scope[where])
        return scope | {where: scope[where] + b"/added" if same else value}
    headers = dict(scope["headers"])
    name = b"authorization" if where == "signature" else where.encode()
    place = len(headers[name]) - 1 - data.draw(st.integers(0, 5))
    headers[name] = flipped(headers[name], place)
    return scope | {"headers": list(headers.items())}


def flipped(value: bytes, place: int) -> bytes:
    other = b"b" if value[place : place + 1] == b"a" else b"a"
    return value[:place] + other + value[place + 1 :]


def test_the_example_of_the_documentation_is_signed_as_there() -> None:
    canonical = sigv4.canonical_request(
        "GET",
        b"/",
        b"Action=ListUsers&Version=2010-05-08",
        {
            "content-type": "application/x-www-form-urlencoded; charset=utf-8",
            "host": "iam.amazonaws.com",
            "x-amz-date": "20150830T123600Z",
        },
        ("content-type", "host", "x-amz-date"),
        b"",
    )
    assert hashlib.sha256(canonical.encode()).hexdigest() == (
        "f536975d06c0309214f805bb90ccff089219ecd68b2577efef23edd43b7e1a59"
    )
    signature = sigv4.signature_of(
        "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
        "20150830T123600Z",
        "20150830/us-east-1/iam/aws4_request",
        canonical,
    )
    assert signature == "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7"


def test_the_colon_and_the_slash_of_a_model_id_are_signed_as_they_are_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    base = "http://127.0.0.1:8000/bedrock/model/"
    arn = "arn:aws:bedrock:us-east-1::foundation-model/practice-large-v1:0"
    for safe in ("", ":", ":/"):
        check(signed(monkeypatch, f"{base}{quote(arn, safe=safe)}/converse"))


def test_a_wrong_secret_is_refused_in_awss_words(monkeypatch: pytest.MonkeyPatch) -> None:
    refusal = refused(signed(monkeypatch, secret="guessed"))
    assert refusal.code == "InvalidSignatureException"
    assert refusal.message.startswith("The request signature we calculated does not match the signature you provided.")


@pytest.mark.parametrize(("minutes", "words"), [(-6, "Signature expired"), (6, "Signature not yet current")])
def test_a_signature_of_another_time_is_refused(monkeypatch: pytest.MonkeyPatch, minutes: int, words: str) -> None:
    at = datetime.fromtimestamp(NOW.timestamp() + 60 * minutes, UTC)
    assert refused(signed(monkeypatch, at=at)).message.startswith(words)
    check(signed(monkeypatch, at=datetime.fromtimestamp(NOW.timestamp() + 50 * minutes, UTC)))


def test_a_signature_for_another_service_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "correct service: 'bedrock'" in refused(signed(monkeypatch, service="s3")).message


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("", "MissingAuthenticationTokenException"),
        ("Basic abc", "IncompleteSignatureException"),
        ("AWS4-HMAC-SHA256 Credential=practice/1/2/3/aws4_request, Signature=1", "IncompleteSignatureException"),
        ("AWS4-HMAC-SHA256 Credential=practice, SignedHeaders=host, Signature=1", "IncompleteSignatureException"),
        (
            "AWS4-HMAC-SHA256 Credential=practice-key/1/2/3/aws4_request, SignedHeaders=host, Signature=1",
            "IncompleteSignatureException",  # there is no date
        ),
    ],
)
def test_a_broken_header_is_refused(header: str, code: str) -> None:
    scope = {"method": "POST", "raw_path": b"/", "query_string": b"", "body": b""}
    refusal = refused(scope | {"headers": [(b"authorization", header.encode())]})
    assert refusal.code == code


def test_the_host_has_to_be_signed(monkeypatch: pytest.MonkeyPatch) -> None:
    scope = signed(monkeypatch)
    headers = dict(scope["headers"])
    headers[b"authorization"] = headers[b"authorization"].replace(b"host;", b"")
    assert "'Host'" in refused(scope | {"headers": list(headers.items())}).message


def test_a_bearer_token_needs_no_signature() -> None:
    scope = {"headers": [(b"authorization", b"Bearer practice-key")], "body": b"x"}
    check(scope)
