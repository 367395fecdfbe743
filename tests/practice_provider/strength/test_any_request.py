"""Whatever a client sends to whatever route: an answer in time, in the vendor's shape, and never a 500 or a traceback.

Each route of the table is tried, so a new row is covered when it is added. Most requests begin as a good one of the
route (bodies.json, by the end of its URL) in which chance changes something: that gets further than mere noise.
"""

import io
import json
import re
import wave
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from practice_provider.core.fault import Fault, FaultKind
from practice_provider.routes import ROUTES, Route

# The tokenizer of OpenAI's wires opens its vocabulary in a way that Python 3.11 warns of.
pytestmark = pytest.mark.filterwarnings("ignore:open_binary is deprecated:DeprecationWarning")

BODIES: Mapping[str, dict[str, Any]] = json.loads((Path(__file__).parent / "bodies.json").read_text())
MODELS = (("mbed", "practice-embed"), (":predict", "practice-embed"), ("speech", "practice-speak"))
MORE_MODELS = (("transcriptions", "practice-transcribe"), ("translations", "practice-transcribe"))
BOUNDARY = "multipart/form-data; boundary=cut"

JSON_ROUTES = [route for route in ROUTES if route.body == "json"]
FORM_ROUTES = [route for route in ROUTES if route.body == "multipart"]


def each(routes: list[Route]) -> Any:
    return pytest.mark.parametrize("route", routes, ids=[f"{route.method} {route.url}" for route in routes])


def chance(examples: int) -> Any:
    return settings(
        max_examples=examples, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
    )


# ---- requests --------------------------------------------------------------------------------------------------


def model(route: Route) -> str:
    return next((name for word, name in (*MODELS, *MORE_MODELS) if word in route.url), "practice-small")


def path(route: Route, **variables: str) -> str:
    """A path at which the route is, with the variables that are not named filled in."""
    version = "v1" if route.url.startswith("/vertex") else "v1beta"
    values = {"model": model(route), "deployment": model(route), "version": version, **variables}
    versions = getattr(route.wire, "versions", ())  # Azure's
    return re.sub(r"{(\w+)(?::\w+)?}", lambda found: values.get(found[1], "practice-1"), route.url) + (
        f"?api-version={versions[-1]}" if versions else ""
    )


def good_body(route: Route) -> dict[str, Any]:
    """A body that the route takes; for a route of a new kind, a little of everything."""
    fitting = next((body for end, body in BODIES.items() if route.url.endswith(end)), None)
    return fitting if fitting is not None else {name: value for body in BODIES.values() for name, value in body.items()}


def good_form(route: Route) -> bytes:
    """A multipart form that the route takes."""
    is_file = route.url.endswith("/files")
    fields = {"purpose": "user_data"} if is_file else {"model": model(route), "response_format": "json"}
    part = '--cut\r\nContent-Disposition: form-data; name="{}"\r\n\r\n{}\r\n'
    parts = [part.format(name, value) for name, value in fields.items()]
    file = '--cut\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\nContent-Type: audio/wav\r\n\r\n'
    return "".join([*parts, file]).encode() + sound() + b"\r\n--cut--\r\n"


def sound() -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as tone:
        tone.setparams((1, 2, 16_000, 0, "NONE", ""))
        tone.writeframes(b"\0\0" * 160)
    return file.getvalue()


def send(provider: Any, route: Route, at: str, body: bytes | None, media_type: str = "application/json") -> Any:
    """Send a request with a key where every vendor finds it; a hang is the client's time-out."""
    key = "practice-strength"
    headers = {"x-api-key": key, "api-key": key, "x-goog-api-key": key, "anthropic-version": "2023-06-01"}
    return provider.send(route.method, at, key, content=body, headers={**headers, "content-type": media_type})


# ---- what an answer has to be ----------------------------------------------------------------------------------


def shape(value: Any) -> Any:
    """The names of an object, at every depth, without the values."""
    if isinstance(value, dict):
        return tuple(sorted((name, shape(item)) for name, item in value.items()))
    return ("list", *(sorted({shape(item) for item in value}))) if isinstance(value, list) else ""


def shapes_of_errors(route: Route) -> set[Any]:
    """What the route's wire looks like when it refuses."""
    faults = [Fault(kind, "words", param=param) for kind in get_args(FaultKind) for param in (None, "p")]
    return {shape(route.wire.error(fault).body) for fault in faults}


def check(route: Route, reply: Any) -> None:
    """Answered, or refused as the vendor refuses."""
    text = reply.text
    assert "Traceback" not in text
    assert 'File "' not in text
    if reply.status_code >= 400:
        assert reply.status_code < 500, text
        assert reply.headers["content-type"].startswith("application/json")
        assert shape(reply.json()) in shapes_of_errors(route), text


# ---- the tests -------------------------------------------------------------------------------------------------


@each(JSON_ROUTES)
def test_the_good_bodies_are_good(provider: Any, route: Route) -> None:
    reply = send(provider, route, path(route), json.dumps(good_body(route)).encode())
    assert reply.status_code == 200, reply.text


@each(FORM_ROUTES)
def test_the_good_forms_are_good(provider: Any, route: Route) -> None:
    reply = send(provider, route, path(route), good_form(route), BOUNDARY)
    assert reply.status_code == 200, reply.text


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every container in a body, with each of its keys."""
    inner = list(value.items()) if isinstance(value, dict) else list(enumerate(value))
    below = [place for _, item in inner if isinstance(item, dict | list) for place in places(item)]
    return [(value, name) for name, _ in inner] + below


NAMES = sorted({name for body in BODIES.values() for _, name in places(body) if isinstance(name, str)})
WORDS = sorted({box[name] for body in BODIES.values() for box, name in places(body) if isinstance(box[name], str)})
ODD = ["", "{}", "null", "\0", "data:image/png;base64,?", "data:,", "aGk", "=", "AAAA" * 50, "a" * 9_999, "file-1"]

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from([10**308, -(10**400), 2**31, 2**63, -1, 0, 1e308, 5e-324, -0.0]),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from([*WORDS, *ODD]),
    st.text(max_size=5),
)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=3), inner, max_size=4)
    ),
    max_leaves=15,
)


@st.composite
def changed(draw: st.DrawFn, good: dict[str, Any]) -> dict[str, Any]:
    """A good body in which one to three values are something else, are missing, doubled, or new."""
    body: dict[str, Any] = json.loads(json.dumps(good))
    for _ in range(draw(st.integers(1, 3))):
        if not (found := places(body)):
            break
        box, name = found[draw(st.integers(0, len(found) - 1))]
        how = draw(st.sampled_from(["other", "other", "missing", "listed", "new"]))
        if how == "missing":
            del box[name]
        elif how == "listed":
            box[name] = [box[name]] * draw(st.integers(0, 3))
        elif how == "new" and isinstance(box, dict):
            box[draw(st.sampled_from(NAMES))] = draw(values)
        else:
            box[name] = draw(values)
    return body


@each(JSON_ROUTES)
@chance(25)
@given(data=st.data())
def test_a_good_body_with_a_change_is_answered_or_refused(provider: Any, route: Route, data: st.DataObject) -> None:
    body = data.draw(changed(good_body(route)))
    check(route, send(provider, route, path(route), json.dumps(body).encode()))


@each(JSON_ROUTES)
@chance(10)
@given(data=st.data())
def test_a_damaged_body_is_refused(provider: Any, route: Route, data: st.DataObject) -> None:
    good = json.dumps(good_body(route)).encode()
    at = data.draw(st.integers(0, len(good) - 1))
    cut, odd = good[:at], [b"\xff", b"\\ud800", b"\0", b"NaN", b"1e999"]
    damages = [cut, good[at:], good + cut, *(cut + one + good[at:] for one in odd)]
    damaged = data.draw(st.sampled_from(damages) | st.binary(max_size=40))
    check(route, send(provider, route, path(route), damaged))


DEEP = 3_000


@each(JSON_ROUTES)
@pytest.mark.parametrize("opened", ["[", '{"a":', '{"properties":{"a":'], ids=["lists", "objects", "schemas"])
def test_a_body_that_is_nested_without_end_is_refused(provider: Any, route: Route, opened: str) -> None:
    closed = {"[": "]", "{": "}"}
    shut = "".join(closed[letter] for letter in reversed(opened) if letter in closed)
    for depth in (90, 300, DEEP):
        nested = opened * depth + "1" + shut * depth
        for name in list(good_body(route))[:3]:
            whole = json.dumps({**good_body(route), name: "HERE"}).replace('"HERE"', nested)
            check(route, send(provider, route, path(route), whole.encode()))


@each(FORM_ROUTES)
@chance(30)
@given(data=st.data())
def test_a_damaged_form_is_answered_or_refused(provider: Any, route: Route, data: st.DataObject) -> None:
    good = good_form(route)
    at, end = sorted(data.draw(st.tuples(st.integers(0, len(good)), st.integers(0, len(good)))))
    noise = data.draw(st.binary(max_size=10) | st.sampled_from([b"--cut--", b'name="', b"\r\n\r\n", b"--cut\r\n"]))
    damaged = data.draw(st.sampled_from([good[:at], good[:at] + noise + good[end:], good[:at] + noise + good[at:]]))
    media_type = data.draw(
        st.sampled_from([*[BOUNDARY] * 3, "multipart/form-data", f"multipart/form-data; boundary={'x' * 99}"])
    )
    check(route, send(provider, route, path(route), damaged, media_type))


NAMED = st.text(max_size=12).map(lambda text: quote(text.encode("utf-8", "replace"), safe=""))
TRICKS = st.sampled_from(
    ["%2F", "%00", "%ff", "%2e%2e", "*", "a" * 3_000, "%20", "'", "{model}", ":", "a:b:c", "%C3%BC"]
)
QUERIES = [
    "",
    "alt=sse",
    "limit=x",
    "limit=0&after=%ff",
    "pageSize=-1&pageToken=9",
    "limit=" + "9" * 5_000,
    "=&&",
    "key",
]


@each(list(ROUTES))
@chance(8)
@given(data=st.data())
def test_any_name_in_the_path_and_any_query_is_answered_or_refused(
    provider: Any, route: Route, data: st.DataObject
) -> None:
    names = data.draw(st.fixed_dictionaries(dict.fromkeys(re.findall(r"{(\w+)", route.url), NAMED | TRICKS)))
    query = data.draw(st.sampled_from(QUERIES))
    at = path(route, **names) + ("&" if "versions" in dir(route.wire) else "?") + query
    body = None if route.body == "none" else json.dumps(good_body(route)).encode() if route.body == "json" else b""
    check(route, send(provider, route, at, body))


@each(list(ROUTES))
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "POST", "PROPFIND"])
def test_any_method_and_content_type_is_answered_or_refused(provider: Any, route: Route, method: str) -> None:
    odd = {"GET": "", "PUT": "text/plain", "DELETE": "\xff/\xff", "POST": "application/json; charset=utf-16"}
    headers = {"content-type": odd.get(method, BOUNDARY).encode("latin-1")}
    check(route, provider.send(method, path(route), "practice-strength", content=b"{}", headers=headers))
