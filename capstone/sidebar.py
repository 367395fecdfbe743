"""The sidebar: the visitor's product, who answers, what it cost, a new conversation, and practice faults to try."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from stages.s2_llms.errors import CourseError

from .connection import Exchange
from .conversations import Turn
from .desk import POLICY
from .handing_over import PERSON
from .reader import PRODUCTS
from .view_parts import small


@dataclass(frozen=True)
class PracticeFault:
    """A fault to order: the practice provider's word for it, its options, and what a visitor will see."""

    kind: str
    options: Mapping[str, Any]
    effect: str


FAULTS: Mapping[str, PracticeFault] = {
    "Busy for a moment": PracticeFault(
        "overloaded", {"count": 1}, "One refusal: the desk asks again and you get an answer."
    ),
    "Overloaded": PracticeFault(
        "overloaded", {"count": POLICY.tries}, "Every try is refused: the page says so and keeps the question."
    ),
    "Rate limit": PracticeFault(
        "rate_limit", {"count": 1, "retry_after_s": 2.0}, "The provider asks for a pause of 2 seconds; the desk waits."
    ),
    "Slow": PracticeFault("slow", {"count": 1, "delay_s": 8.0}, "Eight seconds pass before the first word."),
    "Stream cut": PracticeFault(
        "cut_stream", {"count": 1, "after": 12}, "The answer ends early: the page says that it is not whole."
    ),
    "Connection lost": PracticeFault(
        "drop_stream", {"count": 1, "after": 12}, "The connection dies while the answer is written."
    ),
}


ANY = "Any product"


def chosen_product() -> str | None:
    """The product that the visitor has chosen; None for any."""
    chosen = st.session_state.get("product", ANY)
    return None if chosen == ANY else str(chosen)


def sidebar(exchange: Exchange, conversation: str, turns: list[Turn], start_new: Callable[[], None]) -> None:
    """Draw the sidebar."""
    with st.sidebar:
        st.selectbox(
            "I have a",
            (ANY, *PRODUCTS),
            key="product",
            help="Answers are then for your product. A product that your question names counts more.",
        )
        st.header("This conversation", anchor=False)
        st.button("New conversation", key="new", icon=":material/add_comment:", on_click=start_new, width="stretch")
        small("To come back to this conversation, keep the address of this page.")
        cost = sum(turn.cost_usd for turn in turns)
        st.metric("Cost so far", f"US${cost:.4f}")
        free = "Practice prices: nothing is charged. " if not exchange.provider.costs_money else ""
        small(f"{free}Answered by {exchange.provider.chat_model}, {exchange.provider.label}.")
        if exchange.is_practice:
            _practice_faults(exchange, conversation)
        st.markdown(PERSON)


def _practice_faults(exchange: Exchange, conversation: str) -> None:
    with st.expander("Practice faults", icon=":material/bug_report:"):
        name = st.radio(
            "For the next question, order",
            list(FAULTS),
            format_func=lambda name: f"**{name}.** {FAULTS[name].effect}",
            key="fault",
        )
        st.button("Order this fault", key="order-fault", on_click=_order, args=(exchange, conversation, name))
        st.button("Call off all faults", key="clear-faults", on_click=_clear, args=(exchange, conversation))


def _order(exchange: Exchange, conversation: str, name: str) -> None:
    fault = FAULTS[name]
    _tell(
        lambda: exchange.control(conversation).order(fault.kind, **fault.options), f"Ordered: {name}. Ask a question."
    )


def _clear(exchange: Exchange, conversation: str) -> None:
    _tell(lambda: exchange.control(conversation).clear(), "No fault is waiting any more.")


def _tell(act: Callable[[], None], done: str) -> None:
    try:
        act()
    except CourseError as error:
        st.toast(f"That did not work. {error}", icon=":material/warning:")
    else:
        st.toast(done, icon=":material/check:")
