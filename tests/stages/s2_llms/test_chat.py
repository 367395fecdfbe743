"""The chat over every platform's own SDK, against the practice provider: the same answers, and the same errors."""

from pathlib import Path
from typing import Literal

import pytest
from pydantic import BaseModel, Field, field_validator

from stages.s2_llms.brewline import DATASETS
from stages.s2_llms.chat import Answer, Chat, Message, Words, started
from stages.s2_llms.errors import (
    AnswerInvalid,
    AnswerRefused,
    AnswerTruncated,
    AuthFailed,
    BadRequest,
    ConnectionLost,
    Overloaded,
    ProviderError,
    RateLimited,
    SettingsError,
    StreamCut,
)
from stages.s2_llms.messages import File, ToolCall, ToolResult
from stages.s2_llms.practice import Control
from stages.s2_llms.prices import PRACTICE
from stages.s2_llms.providers import PROVIDERS
from stages.s2_llms.retry import RetryPolicy, call
from stages.s2_llms.schema import reader
from stages.s2_llms.tools import tool

from .conftest import ADDRESSES, open_chat

SAYS_FAILED = {
    **dict.fromkeys(("openai", "azure"), "'content': 'Error: No order"),
    **dict.fromkeys(("anthropic", "foundry"), "'is_error': True"),
    **dict.fromkeys(("google", "vertex"), "'error': 'No order"),
    "bedrock": "'status': 'error'",
}
"""How each platform is told that a tool failed."""
RULES = "Answer from the document.\n<document id='tank'>\nThe tank of the Brewline One holds 1.4 litres.\n</document>"
QUESTION = [Message("user", "How much does the tank of the Brewline One hold?")]
VENDORS_OWN = {
    **dict.fromkeys(("openai", "azure"), "length"),
    **dict.fromkeys(("anthropic", "foundry", "bedrock"), "max_tokens"),
    **dict.fromkeys(("google", "vertex"), "MAX_TOKENS"),
}


def test_an_answer_comes_with_what_it_took(chat: Chat, control: Control) -> None:
    answer = chat.reply(QUESTION, system=RULES)
    assert "1.4 litres" in answer.text
    assert (answer.stop, answer.calls) == ("end", ())
    assert answer.tokens == answer.tokens_in + answer.tokens_out
    assert answer.tokens_in > 20
    assert answer.tokens_out > 0
    assert answer.request_id
    assert 0 <= answer.first_words_s <= answer.seconds
    assert answer.cost_usd == pytest.approx((answer.tokens_in * 2.5 + answer.tokens_out * 10) / 1e6)


def test_streamed_words_add_up_to_the_answer(chat: Chat) -> None:
    *words, answer = chat.stream(QUESTION, system=RULES)
    assert len(words) > 1
    assert isinstance(answer, Answer)
    assert "".join(w.text for w in words if isinstance(w, Words)) == answer.text


def test_all_platforms_give_the_same_words(control: Control, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "practice-project")
    assert len({open_chat(name, control).reply(QUESTION, system=RULES).text for name in ADDRESSES}) == 1


def test_the_conversation_so_far_is_sent(chat: Chat, control: Control) -> None:
    said = [Message("user", "I am Kim."), Message("assistant", "Good day, Kim."), *QUESTION]
    chat.reply(said, system=RULES, temperature=0.3)
    body = str(control.journal()[-1].body)
    assert "Good day, Kim." in body
    assert "0.3" in body


def test_a_cut_answer_says_so_in_one_word_and_in_the_vendors_own(chat: Chat, platform: str) -> None:
    answer = chat.reply(QUESTION, system=RULES, max_tokens=2)
    assert (answer.stop, answer.vendor_stop) == ("length", VENDORS_OWN[platform])


def test_a_refusal_says_so_on_every_platform(chat: Chat, control: Control) -> None:
    control.order("refusal", count=1)
    answer = chat.reply(QUESTION, system=RULES)
    assert answer.stop == "refusal"


@pytest.mark.parametrize("platform", ["openai", "azure", "google", "vertex"], indirect=True)
def test_tokens_that_the_vendor_cached_by_itself_are_told_and_cost_less(chat: Chat) -> None:
    long = [Message("user", "The pump hums. " * 600 + "What does the pump do?")]
    first, second = chat.reply(long), chat.reply(long)
    assert (first.cached, second.tokens_in) == (0, first.tokens_in)
    assert second.cached > 1000
    assert first.cost_usd
    assert second.cost_usd == pytest.approx(first.cost_usd - second.cached * 0.9 * 2.5 / 1e6)


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
        ("error_frame", Overloaded),
    ],
)
def test_each_fault_has_the_same_exception_on_every_platform(
    chat: Chat, control: Control, kind: str, expected: type[ProviderError]
) -> None:
    options = {"after": 3} if kind in ("cut_stream", "drop_stream", "malformed_chunk", "error_frame") else {}
    control.order(kind, count=1, **options)
    with pytest.raises(expected) as caught:
        chat.reply(QUESTION, system=RULES)
    assert type(caught.value) is expected
    assert len(control.journal()) == 1, "the SDK must not ask twice by itself"


def test_a_wrong_key_is_an_auth_failure(platform: str, control: Control) -> None:
    with pytest.raises(AuthFailed) as caught:
        open_chat(platform, control, key="sk-never-issued").reply(QUESTION)
    assert caught.value.status in (401, 403)


def test_retry_after_arrives_whichever_vendor_sent_it(chat: Chat, control: Control, platform: str) -> None:
    control.order("rate_limit", count=1, retry_after_s=2.5)
    with pytest.raises(RateLimited) as caught:
        chat.reply(QUESTION)
    told = caught.value.retry_after_s
    assert told is None if platform == "bedrock" else told == pytest.approx(2.5, abs=0.51), "AWS says no time"


def test_a_stream_that_stalls_ends_in_a_time_out(platform: str, control: Control) -> None:
    control.order("stall", count=1, after=2, delay_s=5)
    with pytest.raises(ConnectionLost):
        open_chat(platform, control, timeout_s=0.5).reply(QUESTION, system=RULES)


def test_what_arrived_before_the_cut_is_kept(chat: Chat, control: Control) -> None:
    control.order("cut_stream", count=1, after=6)
    with pytest.raises(StreamCut) as caught:
        chat.reply(QUESTION, system=RULES)
    whole = chat.reply(QUESTION, system=RULES).text
    assert caught.value.text
    assert whole.startswith(caught.value.text)


def test_a_call_that_was_cut_is_no_call(chat: Chat, control: Control) -> None:
    control.order("cut_stream", count=1, after=4)
    events = chat.stream([Message("user", "What is the status of order BL-10433?")], tools=[tool(order_status)])
    seen: list[object] = []
    with pytest.raises(StreamCut):
        seen.extend(events)
    assert not [event for event in seen if isinstance(event, ToolCall) and event.broken]


def test_a_turn_without_a_word_is_not_sent(chat: Chat, control: Control) -> None:
    assert chat.reply([Message("user", "Hello"), Message("assistant", ""), *QUESTION], system=RULES).text


def test_until_the_first_event_asking_again_is_safe(chat: Chat, control: Control) -> None:
    control.order("overloaded", count=1)
    events = call(lambda: started(chat.stream(QUESTION, system=RULES)), RetryPolicy(base_s=0))
    assert "1.4" in "".join(event.text for event in events if isinstance(event, Words))
    assert [entry.status // 100 for entry in control.journal() if entry.status] == [5, 2]


# ---- what is sent and said besides words -----------------------------------------------------------------------


def test_a_text_file_and_a_picture_reach_the_model_on_every_platform(chat: Chat) -> None:
    tank = File("text/plain", b"The tank of the Brewline One holds 1.4 litres.", "tank.txt")
    assert "1.4" in chat.reply([Message("user", QUESTION[0].text, (tank,))]).text
    photo = File.read(DATASETS / "photos" / "P-001.png")
    assert "puddle" in chat.reply([Message("user", "What do you see?", (photo,))]).text


def test_a_pdf_is_read_and_counted_on_every_platform(chat: Chat) -> None:
    manual = File.read(DATASETS / "manuals" / "manual-one.pdf")
    assert chat.reply([Message("user", "How long is the warranty?", (manual,))]).tokens_in > 1_000


def test_a_recording_is_sent_where_the_vendor_listens_and_refused_before_the_call_elsewhere(
    chat: Chat, control: Control, platform: str
) -> None:
    message = Message("user", "What is it about?", (File.read(DATASETS / "voice" / "V-001.wav"),))
    if platform in ("anthropic", "foundry"):
        with pytest.raises(BadRequest, match=r"audio/wav here \(V-001\.wav\)\. Transcribe it first"):
            chat.reply([message])
        assert control.journal() == []
    else:
        assert chat.reply([message]).tokens_in > 0


def test_a_kind_of_file_that_nobody_takes_is_refused_with_a_way_out(chat: Chat, control: Control) -> None:
    for media_type, way_out in (("application/zip", "Send its text"), ("video/mp4", "Send single pictures")):
        with pytest.raises(BadRequest, match=way_out):
            chat.reply([Message("user", "Look", (File(media_type, b"PK", "a.zip"),))])
    assert control.journal() == []


def test_a_file_that_cannot_be_sent_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "odd.dat").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsError, match=r"odd\.dat is not text in UTF-8"):
        File.read(tmp_path / "odd.dat")
    with pytest.raises(SettingsError, match=r"gone\.md cannot be read: No such file"):
        File.read(tmp_path / "gone.md")
    (tmp_path / "big.txt").write_bytes(b"x" * 20_000_001)
    with pytest.raises(SettingsError, match=r"20,000,001 bytes"):
        File.read(tmp_path / "big.txt")


# ---- tools and schemas -----------------------------------------------------------------------------------------


def order_status(order_id: str) -> str:
    """Get the status of one order by its number, BL- and five digits."""
    return "dispatched"


def test_calls_are_told_as_they_come_and_results_are_understood(chat: Chat, control: Control, platform: str) -> None:
    offered = [tool(order_status)]
    talk = [Message("user", "What is the status of order BL-10433 and of order BL-10482?")]
    *events, answer = chat.stream(talk, tools=offered)
    assert isinstance(answer, Answer)
    assert answer.stop == "tool"
    assert tuple(event for event in events if isinstance(event, ToolCall)) == answer.calls
    assert [one.arguments for one in answer.calls] == [{"order_id": "BL-10433"}, {"order_id": "BL-10482"}]
    good, bad = answer.calls
    results = (ToolResult(good.id, "It left on Tuesday."), ToolResult(bad.id, "No order BL-10482.", is_error=True))
    last = chat.reply([*talk, answer.message, Message("user", parts=results)], tools=offered)
    assert "Tuesday" in last.text
    assert "No order BL-10482" in last.text
    assert SAYS_FAILED[platform] in str(control.journal()[-1].body)


@pytest.mark.parametrize("how", ["missing", "mistyped", "invented"])
def test_wrong_arguments_arrive_as_the_model_wrote_them(chat: Chat, control: Control, how: str) -> None:
    control.order("wrong_arguments", count=1, how=how)
    answer = chat.reply([Message("user", "What is the status of order BL-10433?")], tools=[tool(order_status)])
    assert answer.calls[0].arguments != {"order_id": "BL-10433"}
    assert tool(order_status).answer(answer.calls[0]).is_error


class Claim(BaseModel):
    """What a customer claims."""

    order_id: str | None = Field(description="The order's number, BL- and five digits.")
    urgency: Literal["low", "high"]
    amount: float = Field(ge=0, description="How much money.")


CLAIM = [Message("user", "Order BL-10433 for 29.95 did not come. It is urgent: high!")]
WANTED = Claim(order_id="BL-10433", urgency="high", amount=29.95)


def test_a_model_is_filled_by_the_vendors_own_schema_mode(chat: Chat, control: Control) -> None:
    answers: list[Answer] = []
    assert chat.parse(CLAIM, Claim, on_answer=answers.append) == WANTED
    assert len(answers) == len(control.journal()) == 1
    assert "urgency" in str(control.journal()[0].body)


def test_json_that_does_not_parse_goes_back_with_the_reason(chat: Chat, control: Control) -> None:
    control.order("invalid_json", count=1)
    assert chat.parse(CLAIM, Claim) == WANTED
    first, second = control.journal()
    assert "did not fit" not in str(first.body)
    assert "did not fit" in str(second.body)


class Picky(Claim):
    """No amount is right."""

    @field_validator("amount")
    @classmethod
    def never(cls, amount: float) -> float:
        raise ValueError("amounts are whole pounds")


def test_after_the_last_try_the_reasons_are_raised(control: Control) -> None:
    with pytest.raises(
        AnswerInvalid, match=r"after 2 tries:\namount is wrong: Value error, amounts are whole pounds"
    ) as caught:
        open_chat("openai", control).parse(CLAIM, Picky, tries=2)
    assert "29.95" in caught.value.text
    assert len(control.journal()) == 2


def test_a_refusal_and_a_cut_are_errors_of_their_own_and_not_asked_again(chat: Chat, control: Control) -> None:
    control.order("refusal", count=1)
    with pytest.raises(AnswerRefused):
        chat.parse(CLAIM, Claim)
    with pytest.raises(AnswerTruncated, match=r"cut after 3 tokens\. Raise max_tokens"):
        chat.parse(CLAIM, Claim, max_tokens=3)
    assert len(control.journal()) == 2


def test_a_schema_without_a_model_is_filled_too(control: Control) -> None:
    schema = {
        "type": "object",
        "properties": {"order_id": {"type": "string", "pattern": r"^BL-\d{5}$"}},
        "required": ["order_id"],
        "additionalProperties": False,
    }
    assert open_chat("openai", control).fill(CLAIM, schema, reader(schema)) == {"order_id": "BL-10433"}


def test_no_tries_at_all_is_refused(control: Control) -> None:
    with pytest.raises(ValueError, match="tries is 0"):
        open_chat("openai", control).parse(CLAIM, Claim, tries=0)


# ---- where the key comes from ----------------------------------------------------------------------------------


def test_a_chat_takes_the_providers_own_variables_and_no_others(control: Control) -> None:
    others = {"OPENAI_API_KEY": "sk-of-somebody-else", "OPENAI_BASE_URL": "http://127.0.0.1:9"}
    mine = {"AZURE_OPENAI_API_KEY": control.key, "AZURE_OPENAI_ENDPOINT": f"{control.url}/azure/"}
    chat = Chat.from_env(PROVIDERS["azure"], others | mine, model="practice-small")
    assert chat.reply([Message("user", "Hello")]).text
    assert control.journal()[0].vendor == "azure"


@pytest.mark.parametrize("missing", ["AZURE_OPENAI_API_KEY", "AZURE_OPENAI_ENDPOINT"])
def test_a_variable_that_is_missing_is_named(missing: str) -> None:
    environ = {"AZURE_OPENAI_API_KEY": "k", "AZURE_OPENAI_ENDPOINT": "https://me.example"} | {missing: ""}
    with pytest.raises(SettingsError, match=missing):
        Chat.from_env(PROVIDERS["azure"], environ)


def test_the_practice_models_are_priced() -> None:
    assert {"practice-large", "practice-small"} <= set(PRACTICE)
