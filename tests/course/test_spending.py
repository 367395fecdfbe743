"""What real providers bill is counted over all SDKs, and a call past the limit is not sent. A stand-in bills here."""

import asyncio
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import anthropic
import httpx2
import openai
import psutil
import pytest
from google import genai
from google.genai import errors

import course
from course.errors import BeginError
from course.estimate import cost_of
from course.first_cell import leave
from stages.s2_llms.chat import Chat, Message
from stages.s2_llms.errors import BadRequest
from stages.s2_llms.practice import Control, find_or_start
from stages.s2_llms.prices import cost_usd
from stages.s2_llms.providers import PROVIDERS

from .conftest import customers_variables

REAL = ("openai", "anthropic", "google")
MODEL = {name: PROVIDERS[name].chat_model for name in REAL}
HELLO = [{"role": "user", "content": "Hello, who are you?"}]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("course")
    provider = find_or_start(folder / "provider", owner_pid=os.getpid())
    yield folder
    process = psutil.Process(provider.pid)
    process.terminate()
    process.wait(10)


@pytest.fixture(autouse=True)
def customer(home: Path, stand_in: Control, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A learner who has a key for all three vendors and wants them all."""
    for name in list(os.environ):
        if name.startswith(("COURSE_", "GOOGLE_", "AZURE_", "OPENAI_", "ANTHROPIC_")):
            monkeypatch.delenv(name)
    variables = customers_variables(stand_in.url) | {"COURSE_HOME": str(home), "COURSE_PROVIDER": ",".join(REAL)}
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    stand_in.reset()
    yield
    leave()


def openai_chat() -> None:
    with openai.OpenAI() as client:
        client.chat.completions.create(model=MODEL["openai"], messages=HELLO)  # type: ignore[arg-type]


def openai_stream() -> None:
    with openai.OpenAI() as client:
        counted = {"include_usage": True}
        list(client.chat.completions.create(model=MODEL["openai"], messages=HELLO, stream=True, stream_options=counted))  # type: ignore[call-overload]


def openai_responses() -> None:
    with openai.OpenAI() as client:
        list(client.responses.create(model=MODEL["openai"], input="Hello, who are you?", stream=True))


def openai_embeddings() -> None:
    with openai.OpenAI() as client:
        client.embeddings.create(model=PROVIDERS["openai"].embedding_model or "", input="Hello")


def openai_async() -> None:
    async def ask() -> None:
        async with openai.AsyncOpenAI() as client:
            await client.responses.create(model=MODEL["openai"], input="Hello, who are you?")

    asyncio.run(ask())


def anthropic_message() -> None:
    with anthropic.Anthropic() as client:
        client.messages.create(model=MODEL["anthropic"], max_tokens=50, messages=HELLO)  # type: ignore[arg-type]


def anthropic_stream() -> None:
    with (
        anthropic.Anthropic() as client,
        client.messages.stream(model=MODEL["anthropic"], max_tokens=50, messages=HELLO) as events,  # type: ignore[arg-type]
    ):
        events.get_final_message()


def google_generate() -> None:
    with genai.Client() as client:
        client.models.generate_content(model=MODEL["google"], contents="Hello, who are you?")


def google_stream() -> None:
    with genai.Client() as client:
        list(client.models.generate_content_stream(model=MODEL["google"], contents="Hello, who are you?"))


def google_async() -> None:
    async def ask() -> None:
        async with genai.Client().aio as client:
            await client.models.generate_content(model=MODEL["google"], contents="Hello, who are you?")

    asyncio.run(ask())


def google_async_stream() -> None:
    async def ask() -> None:
        async with genai.Client().aio as client:
            stream = await client.models.generate_content_stream(model=MODEL["google"], contents="Hello, who are you?")
            async for _ in stream:
                pass

    asyncio.run(ask())


CALLS: tuple[Callable[[], None], ...] = (
    *(openai_chat, openai_stream, openai_responses, openai_embeddings, openai_async),
    *(anthropic_message, anthropic_stream, google_generate, google_stream),
    *(google_async, google_async_stream),
)
every_call = pytest.mark.parametrize("call", CALLS, ids=lambda call: call.__name__)


def billed(control: Control) -> float:
    """What the stand-in's journal says, at the vendors' prices."""
    names = {"openai": "openai", "anthropic": "anthropic", "gemini": "google"}
    total = 0.0
    for entry in control.journal():
        row = PROVIDERS[names[entry.vendor]]
        model = row.embedding_model if entry.model == "practice-embed" else row.chat_model
        total += cost_usd(model or "", entry.tokens_in or 0, entry.tokens_out or 0) or 0
    return total


@every_call
def test_what_a_call_costs_is_counted_at_the_vendors_price(call: Callable[[], None], stand_in: Control) -> None:
    lesson = course.begin("0")
    call()
    assert lesson.spent_usd == pytest.approx(billed(stand_in))
    call()
    assert lesson.spent_usd == pytest.approx(billed(stand_in)) != 0


@every_call
def test_past_the_limit_nothing_is_sent_and_the_error_says_what_to_do(
    call: Callable[[], None], stand_in: Control, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COURSE_MAX_USD", "1e-9")
    course.begin("0")
    call()
    with pytest.raises((openai.APIStatusError, anthropic.APIStatusError, errors.APIError)) as caught:
        call()
    said = str(caught.value)
    assert "at most $0.00, so nothing was sent. Run its first cell again to go on, or set COURSE_MAX_USD" in said
    assert 402 in (getattr(caught.value, "status_code", 0), getattr(caught.value, "code", 0))
    assert len(stand_in.journal()) == 1


@pytest.mark.parametrize("name", REAL)
def test_the_layer_says_it_as_a_request_that_is_not_to_be_sent_again(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COURSE_MAX_USD", "0")
    lesson = course.begin("0")
    chat = Chat(lesson.providers[name])
    with pytest.raises(BadRequest, match="COURSE_MAX_USD"):
        chat.reply([Message("user", "Hello")])
    chat.close()


def test_the_limit_is_two_dollars_and_the_first_cell_says_so_and_what_a_run_costs(
    capsys: pytest.CaptureFixture[str],
) -> None:
    lesson = course.begin("0")
    usd = cost_of("0", lesson.providers)
    assert usd
    told = capsys.readouterr().out.splitlines()[1]
    assert told == f"A run costs about ${max(usd, 0.01):.2f}. From $2.00 on (COURSE_MAX_USD), calls are refused."


def test_beginning_again_allows_the_same_sum_again(stand_in: Control, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSE_MAX_USD", "1e-9")
    for _ in range(2):
        assert course.begin("0").spent_usd == 0
        openai_chat()
    assert len(stand_in.journal()) == 2


def test_counting_tokens_and_listing_models_is_free_and_always_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSE_MAX_USD", "0")
    lesson = course.begin("0")
    with openai.OpenAI() as client, anthropic.Anthropic() as at_anthropic, genai.Client() as at_google:
        client.models.list()
        client.responses.input_tokens.count(model=MODEL["openai"], input="Hello")
        at_anthropic.messages.count_tokens(model=MODEL["anthropic"], messages=HELLO)  # type: ignore[arg-type]
        at_google.models.count_tokens(model=MODEL["google"], contents="Hello")
    assert lesson.spent_usd == 0


def test_the_practice_provider_is_never_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSE_MAX_USD", "0")
    lesson = course.begin("0")
    lesson.practise()
    lesson.control.order("rate_limit", count=1)
    with openai.OpenAI() as client:
        client.responses.create(model=lesson.models["openai"], input="Hello")
    assert [entry.status for entry in lesson.control.journal()] == [429, 200]
    assert lesson.spent_usd == 0


def test_a_stream_that_tells_no_tokens_is_counted_by_its_length() -> None:
    lesson = course.begin("0")
    with openai.OpenAI() as client:
        list(client.chat.completions.create(model=MODEL["openai"], messages=HELLO, stream=True))  # type: ignore[arg-type]
    assert lesson.spent_usd > 0


def test_a_model_without_a_known_price_is_counted_as_a_dear_one(stand_in: Control) -> None:
    lesson = course.begin("0")
    with openai.OpenAI() as client:
        client.responses.create(model="practice-reasoner", input="Hello")
        assert lesson.spent_usd > 0


def test_on_the_practice_provider_nothing_is_watched(monkeypatch: pytest.MonkeyPatch) -> None:
    untouched = httpx2.HTTPTransport.handle_request
    course.begin("0")
    assert httpx2.HTTPTransport.handle_request is not untouched
    leave()
    assert httpx2.HTTPTransport.handle_request is untouched
    monkeypatch.setenv("COURSE_PROVIDER", "practice")
    assert course.begin("0").spent_usd == 0
    assert httpx2.HTTPTransport.handle_request is untouched


def test_a_limit_that_is_no_number_is_said_with_its_fix(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSE_MAX_USD", "two")
    with pytest.raises(BeginError, match=r"COURSE_MAX_USD is 'two': write a number of US dollars, such as 0\.50\."):
        course.begin("0")
