"""The desk against the real practice provider: answers, and every failure that the provider can be told to make."""

import itertools
from pathlib import Path

import pytest

from capstone.connection import Exchange
from capstone.desk import Asked, Desk, News, Outcome
from capstone.knowledge import TODAY, Knowledge, NotReady
from capstone.passages import Found, Passage
from capstone.prompt import NOT_FOUND, REMEMBERED_TURNS, is_not_found, messages, system_prompt
from capstone.reader import Reader
from capstone.trouble import KINDS, TROUBLES
from stages.s2_llms.practice import Control
from stages.s2_llms.prices import cost_usd
from stages.s2_llms.providers import PROVIDERS
from stages.s2_llms.retry import RetryPolicy

POLICY = RetryPolicy(tries=3, base_s=0.01, cap_s=0.01, patience_s=20)
QUESTION = "How long is the warranty?"
numbers = itertools.count()


class Visitor:
    """One visitor with a key of their own."""

    def __init__(self, exchange: Exchange, knowledge: Knowledge) -> None:
        self.exchange, self.name = exchange, f"visitor-{next(numbers)}"
        self.desk = Desk(lambda question, reader, hear: knowledge.search(question, reader), POLICY)
        self.control: Control = exchange.control(self.name)
        self.heard: list[News] = []

    def ask(self, question: str = QUESTION, product: str | None = None) -> Outcome:
        asked = Asked(question, Reader(product), TODAY)
        return self.desk.answer(asked, lambda: self.exchange.chat(self.name), self.heard.append)


@pytest.fixture
def visitor(exchange: Exchange, knowledge: Knowledge) -> Visitor:
    return Visitor(exchange, knowledge)


def test_an_answer_cites_its_article_and_records_its_call(visitor: Visitor) -> None:
    outcome = visitor.ask()
    (call,) = outcome.calls
    assert "[warranty#" in outcome.text
    assert outcome.found
    assert outcome.trouble is None
    assert call.result == "answered"
    assert call.tokens_in < 4000, "a few documents are in the prompt, not all"
    assert "warranty" in [passage.document for passage in outcome.passages]
    assert call.cost_usd == cost_usd(call.model, call.tokens_in, call.tokens_out)
    assert call.request_id
    assert outcome.first_words_s is not None
    assert outcome.first_words_s <= outcome.seconds


def test_the_listener_hears_the_answer_grow(visitor: Visitor) -> None:
    outcome = visitor.ask()
    texts = [news.text for news in visitor.heard if news.text]
    assert len(texts) > 3
    assert texts == sorted(texts, key=len)
    assert texts[-1] == outcome.text


def test_a_question_that_no_article_answers_gets_the_agreed_words(visitor: Visitor) -> None:
    outcome = visitor.ask("What is the capital of France?")
    assert is_not_found(outcome.text)
    assert not outcome.found


def test_where_nothing_is_near_no_model_is_asked(visitor: Visitor, knowledge: Knowledge) -> None:
    visitor.desk = Desk(lambda question, reader, hear: knowledge.search(question, reader), least=0.99)
    outcome = visitor.ask()
    assert outcome.text == NOT_FOUND
    assert outcome.calls == ()
    assert visitor.control.journal() == []


def test_the_same_question_is_answered_for_the_product_that_was_chosen(visitor: Visitor) -> None:
    ask = "How much water does the tank hold?"
    for product in ("Brewline Pour", "Brewline Duo"):
        documents = {passage.document for passage in visitor.ask(ask, product).passages}
        assert not documents & {"manual-one.pdf", "manual-grind.pdf", "manual-pro.pdf"}, product


@pytest.mark.parametrize(
    ("question", "document", "words"),
    [
        ("Wie viel kostet der Versand nach Irland?", "versand-de", "Irland"),
        ("¿Qué significa el error E07?", "error-e07-es", "agua"),
    ],
)
def test_german_and_spanish_questions_are_answered_from_articles_in_that_language(
    visitor: Visitor, question: str, document: str, words: str
) -> None:
    outcome = visitor.ask(question)
    assert f"[{document}#" in outcome.text
    assert words in outcome.text


def test_an_index_that_could_not_be_made_is_trouble_and_the_reason_is_on_record(exchange: Exchange) -> None:
    def search(question: str, reader: Reader, hear: object) -> Found:
        raise NotReady("The disk is full.")

    outcome = Desk(search).answer(Asked(QUESTION, Reader(), TODAY), lambda: exchange.chat("x"))
    assert outcome.trouble == "not_ready"
    assert outcome.calls[0].result == "The disk is full."


def test_one_overload_is_retried_and_both_calls_are_on_record(visitor: Visitor) -> None:
    visitor.control.order("overloaded", count=1)
    outcome = visitor.ask()
    assert outcome.trouble is None
    assert [call.result == "answered" for call in outcome.calls] == [False, True]
    assert any("try 2 of 3" in news.note for news in visitor.heard)


@pytest.mark.parametrize(
    ("kind", "trouble", "calls"),
    [
        ("overloaded", "overloaded", 3),
        ("server", "overloaded", 3),
        ("rate_limit", "rate_limited", 3),
        ("drop", "unreachable", 3),
        ("auth", "misconfigured", 1),
        ("bad_request", "refused", 1),
        ("context_too_long", "refused", 1),
    ],
)
def test_a_refusal_becomes_trouble_with_as_many_calls_as_make_sense(
    visitor: Visitor, kind: str, trouble: str, calls: int
) -> None:
    visitor.control.order(kind, count=9)
    outcome = visitor.ask()
    assert (outcome.trouble, len(outcome.calls), outcome.text) == (trouble, calls, "")
    assert len(visitor.control.journal()) == calls
    visitor.control.clear()
    assert visitor.ask().trouble is None, "the desk recovers when the provider does"


@pytest.mark.parametrize("kind", ["cut_stream", "drop_stream", "malformed_chunk"])
def test_a_stream_that_breaks_keeps_its_words_and_is_not_asked_again(visitor: Visitor, kind: str) -> None:
    visitor.control.order(kind, count=1, after=6)
    outcome = visitor.ask()
    assert outcome.trouble == "cut"
    assert outcome.text
    assert len(outcome.calls) == 1


def test_an_answer_that_used_up_its_tokens_is_not_passed_off_as_whole(visitor: Visitor) -> None:
    visitor.control.order("truncated", count=1)
    assert visitor.ask().trouble == "cut"


def test_a_fault_of_one_visitor_is_not_felt_by_another(
    visitor: Visitor, exchange: Exchange, knowledge: Knowledge
) -> None:
    visitor.control.order("auth", count=9)
    assert Visitor(exchange, knowledge).ask().trouble is None


def test_a_real_provider_without_a_key_is_named_before_anything_is_sent(tmp_path: Path, visitor: Visitor) -> None:
    visitor.exchange = Exchange(PROVIDERS["anthropic"], tmp_path, {})
    outcome = visitor.ask()
    assert outcome.trouble == "misconfigured"
    assert "set ANTHROPIC_API_KEY" in outcome.calls[0].result


def test_the_prompt_holds_each_passage_with_its_day_and_the_words_for_not_found() -> None:
    passage = Passage("a#b", "a", 'The "A"', "Wait 5 minutes.", 0, None, "2026-11-02")
    prompt = system_prompt([passage], TODAY)
    assert NOT_FOUND in prompt
    assert "Today is 2026-11-16." in prompt
    assert '<document id="a#b" title="The &quot;A&quot;" updated="2026-11-02">\nWait 5 minutes.\n</document>' in prompt


def test_the_model_sees_only_the_last_few_turns() -> None:
    earlier = [(f"q{n}", f"a{n}") for n in range(10)]
    turns = messages(earlier, "now?")
    assert [turn.text for turn in turns[-3:]] == ["q9", "a9", "now?"]
    assert len(turns) == 2 * REMEMBERED_TURNS + 1


def test_every_kind_of_error_has_words_for_the_customer() -> None:
    assert set(KINDS.values()) | {"interrupted", "unreadable"} == set(TROUBLES)
