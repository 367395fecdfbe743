"""The worked example of CONTRIBUTING.md: its two modules are taken from the page and served."""

import re
from collections.abc import Iterator
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType

import httpx2
import pytest
from openai import OpenAI

from practice_provider import model
from practice_provider.routes import Route
from practice_provider.server import create_app
from practice_provider.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
KEY = "practice-contributing"


def modules() -> dict[str, str]:
    """The example's modules by name, as the page has them."""
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n# (practice_provider/\S+)\.py\n(.*?)```", page, re.DOTALL)
    return {path.replace("/", "."): code for path, code in blocks}


def as_module(name: str, code: str) -> ModuleType:
    module = module_from_spec(spec_from_loader(name, loader=None))
    module.__package__ = name.rpartition(".")[0]
    exec(compile(code, name, "exec"), module.__dict__)
    return module


@pytest.fixture(scope="module")
def address(serve) -> Iterator[str]:
    rows, wire = (as_module(name, code) for name, code in modules().items())
    talk = Route(rows.EXAMPLEAI, "POST", "/v2/talk", wire)
    app = create_app(model.load(), Settings(speed=0.0), routes=(*rows.ROUTES, talk))
    with serve(app) as provider:
        yield provider.url + "/exampleai"


def test_the_two_modules_together_are_under_sixty_lines():
    assert sum(len(code.strip().splitlines()) for code in modules().values()) < 60


def test_the_platform_answers_openais_sdk_with_its_own_key_header(address):
    headers = {"example-key": KEY}
    with OpenAI(base_url=f"{address}/v1", api_key="unused", default_headers=headers) as client:
        assert "practice-small" in [model.id for model in client.models.list()]
        asked = [{"role": "user", "content": "Say exactly: pong"}]
        reply = client.chat.completions.create(model="practice-small", messages=asked)
    assert reply.choices[0].message.content == "pong"


def talk(address: str, body: dict[str, object]) -> httpx2.Response:
    return httpx2.post(f"{address}/v2/talk", headers={"example-key": KEY}, json=body)


def test_the_protocol_answers_whole_and_streamed(address):
    whole = talk(address, {"model": "practice-small", "say": "Say exactly: one two three"})
    assert whole.json()["words"] == "one two three"
    streamed = talk(address, {"model": "practice-small", "say": "Say exactly: one two three", "stream": True})
    assert '{"words":" two"}' in streamed.text
    assert '{"why":"end"' in streamed.text


def test_the_protocol_refuses_in_its_own_shape(address):
    refused = talk(address, {"model": "practice-small", "say": "x", "shout": True})
    assert (refused.status_code, refused.json()) == (400, {"problem": "unknown field 'shout'"})
    stranger = httpx2.post(f"{address}/v2/talk", json={"model": "practice-small", "say": "x"})
    assert stranger.status_code == 401
