"""What is never written into a cassette: keys, tokens, cookies, and who owns the account.

Three nets, one behind the other: headers are written only if they are on a list; every known secret is struck out of
the text wherever it stands, however it is spelled; and what looks like a key or an account of a vendor is struck out
as well. A text in which a secret is left after that, in pieces over a stream for example, is not written at all.
Source: https://cheatsheetseries.owasp.org/cheatsheets/Secrets_Management_Cheat_Sheet.html
"""

import base64
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

STRUCK = "[secret]"
SHORTEST = 12  # characters: a shorter word is no key, and would be struck out of harmless texts
SENT_IN = ("authorization", "x-api-key", "api-key", "x-goog-api-key", "cookie", "proxy-authorization")
IN_QUERY = ("key", "api_key", "api-key", "access_token", "token", "sig", "signature")
KEPT_HEADERS = re.compile(
    r"content-type|retry-after(-ms)?|(x-|anthropic-)?(request-id|ratelimit-.*)|openai-(version|processing-ms)"
)
LOOKS = re.compile(
    r"\b(sk-[A-Za-z0-9_-]{16,}|AIza[A-Za-z0-9_-]{30,}|org-[A-Za-z0-9]{16,}|proj_[A-Za-z0-9]{16,}"
    r"|ya29\.[A-Za-z0-9_-]{16,}|eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,})"
)

_ENCODED = re.compile(r"[A-Za-z0-9+/_-]{16,}")


class SecretLeft(Exception):
    """A text would hold a secret; the message does not repeat it."""


def secrets_in(headers: Mapping[bytes, bytes], query: str) -> Iterator[str]:
    """Give the secrets that a request carries.

    >>> list(secrets_in({b"authorization": b"Bearer sk-planted-1234"}, "alt=sse&key=AIza-planted"))
    ['sk-planted-1234', 'AIza-planted']
    """
    for name in SENT_IN:
        value = headers.get(name.encode(), b"").decode("latin-1").strip()
        words = re.split(r"[ ;=,]+", value) if name in ("cookie", "authorization", "proxy-authorization") else [value]
        yield from (word for word in words if len(word) >= SHORTEST)
    yield from (value for name, value in parse_qsl(query) if name.lower() in IN_QUERY and len(value) >= SHORTEST)


def without_keys(query: str) -> str:
    """Give a query string without the parameters that carry a key.

    >>> without_keys("key=AIza-planted&alt=sse")
    'alt=sse'
    """
    return urlencode([(name, value) for name, value in parse_qsl(query, True) if name.lower() not in IN_QUERY])


def kept_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Give the headers of a reply that may be written."""
    return {name.lower(): value for name, value in headers.items() if KEPT_HEADERS.fullmatch(name.lower())}


def struck(text: str, secrets: Iterable[str]) -> str:
    """Strike the secrets out of a text.

    >>> struck("my key is sk-planted-1234", ["sk-planted-1234"])
    'my key is [secret]'
    """
    for secret in secrets:
        for spelling in _spellings(secret):
            text = text.replace(spelling, STRUCK)
    return LOOKS.sub(STRUCK, text)


def _spellings(secret: str) -> list[str]:
    encoded = base64.b64encode(secret.encode()).decode()
    spelled = {secret, quote(secret, safe=""), json.dumps(secret)[1:-1], encoded, encoded.rstrip("=")}
    return sorted(spelled, key=len, reverse=True)


def check_pieces(pieces: Iterable[Any], secrets: Iterable[str]) -> None:
    """Check that no secret stands in a stream in pieces, which together a reader would see.

    Raises:
        SecretLeft: one does.
    """
    secrets, told = list(secrets), dict[str, list[str]]()
    for piece in pieces:
        for place, text in _texts(piece, ""):
            told.setdefault(place, []).append(text)
    for place, texts in told.items():
        whole = "".join(struck(text, secrets) for text in texts)  # what stands in one piece will be struck out
        if any(secret in whole for secret in secrets) or (len(texts) > 1 and LOOKS.search(whole)):
            raise SecretLeft(f"a key would stand in it, in pieces, at {place or 'the top'}")


def check_encoded(text: str, secrets: Iterable[str]) -> None:
    """Check that no secret stands in a text as a part of something longer in base64.

    Raises:
        SecretLeft: one does.
    """
    wanted = [secret.encode() for secret in secrets]
    for found in _ENCODED.findall(text):
        plain = base64.b64decode(found[: len(found) // 4 * 4], altchars=b"-_" if set("-_") & set(found) else None)
        if any(secret in plain for secret in wanted):
            raise SecretLeft("a key would stand in it, inside something encoded as base64")


def _texts(value: Any, place: str) -> Iterator[tuple[str, str]]:
    match value:
        case dict():
            for name, item in value.items():
                yield from _texts(item, f"{place}.{name}")
        case list():
            for item in value:
                yield from _texts(item, place)
        case str():
            yield place, value
