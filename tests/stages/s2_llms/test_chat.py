"""The chat over three SDKs, against the practice provider: the same answers, and the same errors."""

from dataclasses import replace

import pytest

from stages.s2_llms.chat import Answer, Chat, Message, Words
from stages.s2_llms.errors import (
    AuthFailed,
    BadRequest,
    ConnectionLost,
    Overloaded,
    ProviderError,
    RateLimited,
    StreamCut,
)
from stages.s2_llms.practice import Control
from stages.s2_llms.providers import PROVIDERS, Sdk

SDKS: tuple[Sdk, ...] = ("openai", "anthropic", "google")
RULES = "Answer from the document.\n<document id='tank'>\nThe tank of the Brewline One holds 1.4 litres.\n</document>"
QUESTION = [Message("user", "How much does the tank of the Brewline One hold?")]


def open_chat(sdk: Sdk, control: Control, key: str | None = None, **options: object) -> Chat:
    provider = replace(PROVIDERS["practice"], sdk=sdk)
    url = control.base_url(sdk)
    return Chat(provider, key=key or control.key, base_url=url, **options)  # type: ignore[arg-type]


@pytest.fixture(params=SDKS)
def sdk(request: pytest.FixtureRequest) -> Sdk:
    return request.param  # type: ignore[no-any-return]


def test_an_answer_comes_with_what_it_took(sdk: Sdk, control: Control) -> None:
    answer = open_chat(sdk, control).reply(QUESTION, system=RULES)
    assert "1.4 litres" in answer.text
    assert answer.tokens_in > 20
    assert answer.tokens_out > 0
    assert answer.request_id
    assert 0 <= answer.first_words_s <= answer.seconds
    assert answer.cost_usd == pytest.approx((answer.tokens_in * 2.5 + answer.tokens_out * 10) / 1e6)


def test_streamed_words_add_up_to_the_answer(sdk: Sdk, control: Control) -> None:
    *words, answer = open_chat(sdk, control).stream(QUESTION, system=RULES)
    assert len(words) > 1
    assert isinstance(answer, Answer)
    assert "".join(w.text for w in words if isinstance(w, Words)) == answer.text


def test_the_three_sdks_give_the_same_words(control: Control) -> None:
    assert len({open_chat(sdk, control).reply(QUESTION, system=RULES).text for sdk in SDKS}) == 1


def test_the_conversation_so_far_is_sent(sdk: Sdk, control: Control) -> None:
    said = [Message("user", "I am Kim."), Message("assistant", "Good day, Kim."), *QUESTION]
    open_chat(sdk, control).reply(said, system=RULES)
    assert "Good day, Kim." in str(control.journal()[-1].body)


def test_a_cut_answer_says_so_in_its_stop(sdk: Sdk, control: Control) -> None:
    answer = open_chat(sdk, control).reply(QUESTION, system=RULES, max_tokens=2)
    assert answer.stop == {"openai": "length", "anthropic": "max_tokens", "google": "MAX_TOKENS"}[sdk]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("rate_limit", RateLimited),
        ("overloaded", Overloaded),
        ("server", Overloaded),
        ("auth", AuthFailed),
        ("forbidden", AuthFailed),
        ("bad_request", BadRequest),
        ("context_too_long", BadRequest),
        ("no_such_model", BadRequest),
        ("drop", ConnectionLost),
        ("cut_stream", StreamCut),
        ("drop_stream", ConnectionLost),
        ("malformed_chunk", ConnectionLost),
    ],
)
def test_each_fault_has_the_same_exception_on_every_sdk(
    sdk: Sdk, control: Control, kind: str, expected: type[ProviderError]
) -> None:
    options = {"after": 3} if kind in ("cut_stream", "drop_stream", "malformed_chunk") else {}
    control.order(kind, count=1, **options)
    with pytest.raises(expected) as caught:
        open_chat(sdk, control).reply(QUESTION, system=RULES)
    assert type(caught.value) is expected
    assert len(control.journal()) == 1, "the SDK must not ask twice by itself"


def test_a_wrong_key_is_an_auth_failure(sdk: Sdk, control: Control) -> None:
    with pytest.raises(AuthFailed) as caught:
        open_chat(sdk, control, key="sk-never-issued").reply(QUESTION)
    assert caught.value.status == 401


def test_retry_after_arrives_whichever_vendor_sent_it(sdk: Sdk, control: Control) -> None:
    control.order("rate_limit", count=1, retry_after_s=2.5)
    with pytest.raises(RateLimited) as caught:
        open_chat(sdk, control).reply(QUESTION)
    assert caught.value.retry_after_s == pytest.approx(2.5, abs=0.51)


def test_a_stream_that_stalls_ends_in_a_time_out(sdk: Sdk, control: Control) -> None:
    control.order("stall", count=1, after=2, delay_s=5)
    with pytest.raises(ConnectionLost):
        open_chat(sdk, control, timeout_s=0.5).reply(QUESTION, system=RULES)


def test_what_arrived_before_the_cut_is_kept(sdk: Sdk, control: Control) -> None:
    control.order("cut_stream", count=1, after=6)
    with pytest.raises(StreamCut) as caught:
        open_chat(sdk, control).reply(QUESTION, system=RULES)
    whole = open_chat(sdk, control).reply(QUESTION, system=RULES).text
    assert caught.value.text
    assert whole.startswith(caught.value.text)
