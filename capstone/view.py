"""How a conversation looks: questions, answers with their sources, what happened, trouble, and the empty page."""

from collections.abc import Callable

import streamlit as st

from .answering import Making
from .attachments import Attachment
from .citations import Known, Source, harmless, loose_figures, readable, sources
from .conversations import Turn
from .handing_over import PERSON
from .knowledge import Knowledge
from .source_panel import show_source
from .trouble import TROUBLES
from .view_parts import progress, small

EXAMPLES = (
    "How do I descale the Brewline One?",
    "Why is there water under my machine?",
    "What does error E07 mean?",
    "How long is the warranty?",
)
SLOW_S = 4.0
"""After this many seconds without a word the page says that it takes longer than usual."""


def empty_page(ask: Callable[[str], None], knowledge: Knowledge) -> None:
    """What a visitor sees first: what the desk can do, and four questions to press."""
    st.header("How can we help?", anchor=False)
    st.write(
        "Ask about set-up, care, faults, delivery, returns or the warranty, in English, German or Spanish. "
        "Attach a photo, a PDF or a voice message if that is easier. Answers come from our help centre and the "
        "manuals, and show where they stand."
    )
    columns = st.columns(2)
    for number, example in enumerate(EXAMPLES):
        columns[number % 2].button(example, key=f"example-{number}", on_click=ask, args=(example,), width="stretch")
    index_state(knowledge)


def index_state(knowledge: Knowledge) -> None:
    """How far the index is, while there is none; nothing once it is ready."""
    if knowledge.status().ready:
        return
    st.fragment(_index_state, run_every=0.5)(knowledge)


def _index_state(knowledge: Knowledge) -> None:
    status = knowledge.status()
    if status.ready:
        st.rerun()
    if status.work:
        progress(status)
        small("You may ask already: your question is answered as soon as the index is ready.")
    elif status.problem:
        st.warning(status.problem, title="The help centre could not be indexed", icon=":material/warning:")
        st.button("Try again", key="index-again", icon=":material/refresh:", on_click=knowledge.start)


def question(turn: Turn, attachment: Attachment | None) -> None:
    """The customer's words, and the file that came with them with what was read from it."""
    with st.chat_message("user", avatar=":material/person:"):
        if attachment:
            _attachment(attachment)
        if turn.question:
            st.markdown(harmless(turn.question))


def _attachment(one: Attachment) -> None:
    said = one.words or one.problem or ""
    if one.media_type.startswith("image/"):
        try:
            st.image(one.data, width=240, alt=f"Photo {one.name}. {said}")
        except OSError:  # Pillow cannot open it
            st.markdown(f":material/broken_image: {harmless(one.name)}")
    elif one.media_type.startswith("audio/"):
        st.audio(one.data, format=one.media_type)
    else:
        st.markdown(f":material/picture_as_pdf: {harmless(one.name)}")
    if one.words:
        small(f"We read: {harmless(one.words)}")
    elif one.problem:
        st.warning(one.problem, icon=":material/visibility_off:")


def refused(why: str, typed: str) -> None:
    """A file that was not taken, with the words that came with it, so that they are not lost."""
    again = f" Your words were: “{harmless(typed)}”" if typed else ""
    st.error(f"{harmless(why)}{again}", title="The file was not sent", icon=":material/attach_file_off:")


def answer(
    turn: Turn, read: str, knowledge: Knowledge, ask_again: Callable[[Turn], None], offer: Callable[[Turn], None]
) -> None:
    """A finished turn: words, sources, trouble if there was any, a person where nothing was found, and the record.

    `read` are the words of a file that came with the question.
    """
    with st.chat_message("assistant", avatar=":material/local_cafe:"):
        known = {passage.id: passage for passage in turn.passages}
        cited = sources(turn.answer, known)
        if turn.answer:
            st.markdown(readable(turn.answer, known, lambda number: f"#source-{turn.id}-{number}"))
        _source_buttons(turn, cited, knowledge)
        if turn.state == "answered" and turn.found and not cited:
            small("This answer names no source. Please ask a person before you rely on it.")
        if cited and (loose := loose_figures(turn.answer, f"{turn.question} {read}", cited)):
            small(f"Not in the sources above: {harmless(', '.join(loose))}. Please check before you rely on it.")
        if turn.state == "answered" and (turn.found is False or not cited):
            offer(turn)
        if turn.state != "answered":
            _trouble(turn, ask_again)
        if turn.calls or turn.passages:
            _what_happened(turn)


def follow(making: Making, on_show: Callable[[], None]) -> None:
    """Show an answer while it is made; returns when it is done. `on_show` is called once the place for it is drawn."""
    with st.chat_message("assistant", avatar=":material/local_cafe:"):
        words, note = st.empty(), st.empty()
        on_show()
        for glimpse in making.follow():
            if glimpse.news.text:
                known: Known = {passage.id: passage for passage in glimpse.news.passages}
                words.markdown(readable(glimpse.news.text, known, lambda number: "#"))
                note.empty()
            else:
                note.markdown(_waiting(glimpse.news.note, glimpse.waited_s))


def _waiting(note: str, waited_s: float) -> str:
    slow = f" This takes longer than usual: {waited_s:.0f} s so far." if waited_s > SLOW_S else ""
    return f":small[{note or 'One moment…'}{slow}]"


def _source_buttons(turn: Turn, cited: tuple[Source, ...], knowledge: Knowledge) -> None:
    """One button per source; it opens the document at the cited passage."""
    if not cited:
        return
    with st.container(horizontal=True, gap="small"):
        for source in cited:
            key = f"source-{turn.id}-{source.number}"
            icon = ":material/picture_as_pdf:" if source.first.page else ":material/article:"
            if st.button(harmless(f"[{source.number}] {source.first.name}"), key=key, icon=icon):
                show_source(source, knowledge)


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
    shown = "".join(f"\n    {n}. {harmless(passage.name)}" for n, passage in enumerate(turn.passages, 1))
    near = f" (the nearest at {turn.nearness:.2f} of 1)" if turn.nearness is not None else ""
    told = [("Product", turn.product)] if turn.product else []
    told += [("Documents read", f"{len(turn.passages)}{near}{shown}")]
    if turn.calls:
        told += _of_calls(turn)
    else:
        told += [("Model", "not asked: nothing near enough was found")]
    return [*told, ("Whole answer", f"after {turn.seconds:.1f} s" if turn.seconds is not None else "not finished")]


def _of_calls(turn: Turn) -> list[tuple[str, str]]:
    last = turn.calls[-1]
    calls = [f"{harmless(' '.join(call.result.split()))} ({call.seconds:.1f} s)" for call in turn.calls]
    priced = [call.cost_usd for call in turn.calls if call.cost_usd is not None]
    return [
        ("Model", last.model),
        ("Calls", "".join(f"\n    {number}. {call}" for number, call in enumerate(calls, 1))),
        ("Tokens", f"{sum(c.tokens_in for c in turn.calls):,} in, {sum(c.tokens_out for c in turn.calls):,} out"),
        ("Cost", f"US\\${sum(priced):.4f}" if priced else "no known price"),
        ("First word", f"after {turn.first_words_s:.1f} s" if turn.first_words_s is not None else "none came"),
        ("Request id", last.request_id or "none given"),
    ]
