"""AWS Signature Version 4: the client proves that it has a secret, without sending it.

Both sides write the request down in one canonical form and hash it with a key that is derived from the secret, the day,
the region and the service. What is verified here is what AWS verifies: method, path, query, signed headers, body, time.
Not here: signatures in the query (presigned URLs), and bodies that are signed chunk by chunk.

Every access key id that begins with 'practice' exists, and each has the same secret: `SECRET`. That is no protection;
it lets a client meet a real refusal when it signs wrongly.
Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

import hashlib
import hmac
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from . import auth
from .core import Fault

SECRET = "practice-secret"  # the secret access key of every access key id
TOLERANCE = timedelta(minutes=5)  # how far a client's clock may be from ours

_ALGORITHM = "AWS4-HMAC-SHA256"
_TIME = "%Y%m%dT%H%M%SZ"
_CREDENTIAL = re.compile(r"(.+)/([^/]*)/([^/]*)/([^/]*)/aws4_request")
_PARTS = re.compile(r"(Credential|SignedHeaders|Signature)=([^,\s]+)")


class NotSigned(Fault):
    """A refusal with 403; `code` is AWS's name of the exception."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__("auth", message)
        self.code = code


@dataclass(frozen=True)
class Signature:
    """What an Authorization header says: whose key, for which day, region and service, over which headers."""

    key: str
    day: str
    region: str
    service: str
    signed: tuple[str, ...]
    value: str

    @property
    def scope(self) -> str:
        """The credential scope: what the derived key is good for."""
        return f"{self.day}/{self.region}/{self.service}/aws4_request"


def read_signature(header: str) -> Signature:
    """Read an Authorization header.

    Raises:
        NotSigned: when a part of it is missing.

    >>> read_signature("AWS4-HMAC-SHA256 Credential=practice/20260101/eu-west-1/bedrock/aws4_request, "
    ...                "SignedHeaders=host;x-amz-date, Signature=0a").region
    'eu-west-1'
    """
    parts = dict(_PARTS.findall(header)) if header.startswith(_ALGORITHM + " ") else {}
    missing = [name for name in ("Credential", "SignedHeaders", "Signature") if name not in parts]
    if missing:
        words = " ".join(f"Authorization header requires '{name}' parameter." for name in missing)
        raise NotSigned("IncompleteSignatureException", f"{words} Write it as '{_ALGORITHM} Credential=…'.")
    credential = _CREDENTIAL.fullmatch(parts["Credential"])
    if credential is None:
        words = "Credential must have exactly 5 slash-delimited elements: key/date/region/service/aws4_request."
        raise NotSigned("IncompleteSignatureException", words)
    key, day, region, service = credential.groups()
    return Signature(key, day, region, service, tuple(parts["SignedHeaders"].lower().split(";")), parts["Signature"])


# ---- the canonical form ----------------------------------------------------------------------------------------


def canonical_request(
    method: str, path: bytes, query: bytes, headers: Mapping[str, str], signed: Sequence[str], body: bytes
) -> str:
    """Write a request down so that both sides get the same text. `path` and `query` are as they were sent."""
    lines = [method, canonical_path(path), canonical_query(query)]
    lines += [f"{name}:{headers.get(name, '')}" for name in signed]
    return "\n".join([*lines, "", ";".join(signed), hashlib.sha256(body).hexdigest()])


def canonical_path(path: bytes) -> str:
    """Give the path without empty and dotted segments, encoded once more than it was sent: all services but S3 do so.

    >>> canonical_path(b"/model/a%3A0//x/../converse")
    '/model/a%253A0/converse'
    """
    segments: list[bytes] = []
    for segment in path.split(b"/"):
        if segment == b"..":
            segments = segments[:-1]
        elif segment not in (b"", b"."):
            segments.append(segment)
    end = b"/" if path.endswith(b"/") and segments else b""
    return quote(b"/" + b"/".join(segments) + end, safe="/~")


def canonical_query(query: bytes) -> str:
    """Give the parameters in the order of their names.

    >>> canonical_query(b"b=2&a")
    'a=&b=2'
    """
    pairs = (pair.partition("=") for pair in query.decode("latin-1").split("&") if pair)
    return "&".join(f"{name}={value}" for name, value in sorted((name, value) for name, _, value in pairs))


def canonical_headers(headers: Sequence[tuple[bytes, bytes]]) -> dict[str, str]:
    """Join the values of headers with the same name, and make every run of white space one space."""
    joined: dict[str, list[str]] = {}
    for name, value in headers:
        joined.setdefault(name.decode("latin-1").lower(), []).append(" ".join(value.decode("latin-1").split()))
    return {name: ",".join(values) for name, values in joined.items()}


def signature_of(secret: str, signed_at: str, scope: str, canonical: str) -> str:
    """Sign a canonical request: a chain of HMACs derives the key from the secret and the four parts of the scope."""
    key = ("AWS4" + secret).encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    text = "\n".join([_ALGORITHM, signed_at, scope, hashlib.sha256(canonical.encode()).hexdigest()])
    return hmac.new(key, text.encode(), "sha256").hexdigest()


# ---- the scheme ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SignedKey:
    """The key is an access key id whose secret signs the request for `service`; a bearer token will do as well."""

    service: str
    clock: Callable[[], float] = time.time

    def find(self, scope: Mapping[str, Any], headers: auth.Headers) -> str | None:
        """Give the bearer token or the access key id.

        Raises:
            NotSigned: when there is neither.
        """
        if token := auth.bearer(headers):
            return token
        header = headers.get(b"authorization", b"").decode("latin-1")
        if not header:
            words = f"Missing Authentication Token: send {self.hint()}."
            raise NotSigned("MissingAuthenticationTokenException", words)
        return read_signature(header).key

    def hint(self) -> str:
        """Say where the key belongs."""
        return f"a Signature Version 4 (access key id 'practice…', secret access key '{SECRET}') or a bearer token"

    def check(self, scope: Mapping[str, Any], headers: auth.Headers, raw: bytes) -> None:
        """Verify the signature.

        Raises:
            NotSigned: when it is too old, for something else, or not the one that we calculate.
        """
        if auth.bearer(headers):
            return
        sent = read_signature(headers[b"authorization"].decode("latin-1"))
        named = canonical_headers(scope["headers"])
        signed_at = named.get("x-amz-date", "")
        self._check_time(signed_at)
        self._check_scope(sent, signed_at)
        query: bytes = scope["query_string"]
        canonical = canonical_request(scope["method"], scope["raw_path"], query, named, sent.signed, raw)
        if not hmac.compare_digest(signature_of(SECRET, signed_at, sent.scope, canonical), sent.value):
            words = (
                "The request signature we calculated does not match the signature you provided. Check your AWS Secret "
                "Access Key and signing method. Consult the service documentation for details. "
                f"(The practice provider's secret access key is '{SECRET}'.)"
            )
            raise NotSigned("InvalidSignatureException", words)

    def _check_time(self, signed_at: str) -> None:
        now = datetime.fromtimestamp(self.clock(), UTC)
        try:
            moment = datetime.strptime(signed_at, _TIME).replace(tzinfo=UTC)
        except ValueError:
            words = f"Authorization header requires an 'X-Amz-Date' header such as {now:{_TIME}}; it is {signed_at!r}."
            raise NotSigned("IncompleteSignatureException", words) from None
        early, late = now - TOLERANCE, now + TOLERANCE
        if moment < early:
            words = f"Signature expired: {signed_at} is now earlier than {early:{_TIME}} ({now:{_TIME}} - 5 min.)"
            raise NotSigned("InvalidSignatureException", words)
        if moment > late:
            words = (
                f"Signature not yet current: {signed_at} is still later than {late:{_TIME}} ({now:{_TIME}} + 5 min.)"
            )
            raise NotSigned("InvalidSignatureException", words)

    def _check_scope(self, sent: Signature, signed_at: str) -> None:
        if sent.service != self.service:
            words = f"Credential should be scoped to correct service: '{self.service}'."
        elif sent.day != signed_at[:8]:
            words = (
                f"Date in Credential scope does not match YYYYMMDD from X-Amz-Date: '{sent.day}' != '{signed_at[:8]}'."
            )
        elif "host" not in sent.signed:
            words = "'Host' must be a 'SignedHeader' in the AWS Authorization."
        else:
            return
        raise NotSigned("InvalidSignatureException", words)
