"""How a conversation looks: questions, answers with their sources, what happened, trouble, and the empty page."""

from collections.abc import Callable

import streamlit as st

from stages.s2_llms.articles import Article

from .answering import Making
from .article_panel import show_article
from .citations import Source, harmless, readable, sources
from .conversations import Turn
from .prompt import is_not_found
from .trouble import TROUBLES

EXAMPLES = (
    "How do I descale the Brewline One?",
    "Why is there water under my machine?",
    "What does error E07 mean?",
    "How long is the warranty?",
)
PERSON = (
    "**Reach a person:** [support@brewline.example](mailto:support@brewline.example) or 0808 157 0142, "
    "Monday to Friday 8:00 to 18:00. Have your serial number ready, for example BO-2409-00731."
)
SLOW_S = 4.0
"""After this many seconds without a word the page says that it takes longer than usual."""


def small(text: str) -> None:
    """Small print. `st.caption` would fade the colour below a contrast of 4.5 : 1."""
    st.markdown(f":small[{text}]")


def empty_page(ask: Callable[[str], None]) -> None:
    """What a visitor sees first: what the desk can do, and four questions to press."""
    st.header("How can we help?", anchor=False)
    st.write("Ask about set-up, care, faults, delivery, returns or the warranty. Answers come from our help centre.")
    columns = st.columns(2)
    for number, example in enumerate(EXAMPLES):
        columns[number % 2].button(example, key=f"example-{number}", on_click=ask, args=(example,), width="stretch")


def question(turn: Turn) -> None:
    """The customer's words."""
    with st.chat_message("user", avatar=":material/person:"):
        st.markdown(harmless(turn.question))


def answer(turn: Turn, articles: dict[str, Article], ask_again: Callable[[Turn], None]) -> None:
    """A finished turn: words, sources, trouble if there was any, and the record."""
    with st.chat_message("assistant", avatar=":material/local_cafe:"):
        cited = sources(turn.answer, articles)
        if turn.answer:
            st.markdown(readable(turn.answer, articles, lambda number: f"#source-{turn.id}-{number}"))
        if turn.state == "answered" and is_not_found(turn.answer):
            st.info(PERSON, icon=":material/support_agent:")
        elif turn.state == "answered" and not cited:
            small("This answer names no article. Please ask a person before you rely on it.")
        _source_buttons(turn, cited, articles)
        if turn.state != "answered":
            _trouble(turn, ask_again)
        if turn.calls:
            _what_happened(turn)


def follow(making: Making, articles: dict[str, Article], on_show: Callable[[], None]) -> None:
    """Show an answer while it is made; returns when it is done. `on_show` is called once the place for it is drawn."""
    with st.chat_message("assistant", avatar=":material/local_cafe:"):
        words, note = st.empty(), st.empty()
        on_show()
        for glimpse in making.follow():
            if glimpse.news.text:
                words.markdown(readable(glimpse.news.text, articles, lambda number: "#"))
                note.empty()
            else:
                note.markdown(_waiting(glimpse.news.note, glimpse.waited_s, len(articles)))


def _waiting(note: str, waited_s: float, n_articles: int) -> str:
    slow = f" This takes longer than usual: {waited_s:.0f} s so far." if waited_s > SLOW_S else ""
    return f":small[{note or f'Reading {n_articles} help-centre articles…'}{slow}]"


def _source_buttons(turn: Turn, cited: tuple[Source, ...], articles: dict[str, Article]) -> None:
    """One button per cited article; it opens the article at the cited passage."""
    if not cited:
        return
    with st.container(horizontal=True, gap="small"):
        for source in cited:
            article, key = articles[source.article_id], f"source-{turn.id}-{source.number}"
            label = f"[{source.number}] {article.title}"
            if st.button(harmless(label), key=key, icon=":material/article:"):
                show_article(article, source.claims)


def _trouble(turn: Turn, ask_again: Callable[[Turn], None]) -> None:
    trouble = TROUBLES[turn.trouble or "interrupted"]
    st.warning(trouble.words, title=trouble.title, icon=":material/warning:")
    st.button("Try again", key=f"again-{turn.id}", icon=":material/refresh:", on_click=ask_again, args=(turn,))
    if turn.trouble == "misconfigured":
        st.info(PERSON, icon=":material/support_agent:")


def _what_happened(turn: Turn) -> None:
    """The record of a turn, for whoever wants to know what the answer took."""
    with st.expander("What happened", icon=":material/query_stats:"):
        st.markdown("\n".join(f"- **{name}:** {value}" for name, value in facts(turn)))


def facts(turn: Turn) -> list[tuple[str, str]]:
    """What the answer took, as names and values in Markdown; times are what the customer waited."""
    last = turn.calls[-1]
    calls = [f"{harmless(' '.join(call.result.split()))} ({call.seconds:.1f} s)" for call in turn.calls]
    priced = [call.cost_usd for call in turn.calls if call.cost_usd is not None]
    return [
        ("Model", last.model),
        ("Calls", "".join(f"\n    {number}. {call}" for number, call in enumerate(calls, 1))),
        ("Tokens", f"{sum(c.tokens_in for c in turn.calls):,} in, {sum(c.tokens_out for c in turn.calls):,} out"),
        ("Cost", f"US\\${sum(priced):.4f}" if priced else "no known price"),
        ("First word", f"after {turn.first_words_s:.1f} s" if turn.first_words_s is not None else "none came"),
        ("Whole answer", f"after {turn.seconds:.1f} s" if turn.seconds is not None else "not finished"),
        ("Request id", last.request_id or "none given"),
    ]
