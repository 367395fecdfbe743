"""The Brewline support desk as a Streamlit page: `streamlit run capstone/app.py`.

The page holds nothing of its own: the conversation's id stands in the address, the rest is in the service.
Source: https://docs.streamlit.io/develop/concepts/architecture
"""

import streamlit as st

from capstone import view
from capstone.conversations import Turn, is_id, new_id
from capstone.page_scripts import listen_for_citations, reveal
from capstone.service import Service
from capstone.sidebar import sidebar

LONGEST_QUESTION = 1000  # characters


@st.cache_resource(show_spinner=False)
def service() -> Service:
    """The one service of this process."""
    return Service()


def conversation_id() -> str:
    """The id in the address; a new one where there is none or a wrong one."""
    if not is_id(st.query_params.get("c", "")):
        st.query_params["c"] = new_id()
    return st.query_params["c"]


def start_new() -> None:
    """Leave this conversation for an empty one; the old one stays at its address."""
    st.query_params["c"] = new_id()


def ask(question: str) -> None:
    """Take a question from the page."""
    if question.strip():
        service().ask(conversation_id(), question.strip())


def ask_typed() -> None:
    """Take the question from the input at the bottom."""
    ask(st.session_state["question"])


def ask_again(turn: Turn) -> None:
    """Try a question again that got no whole answer."""
    service().ask_again(conversation_id(), turn)


def show(turn: Turn) -> bool:
    """Draw a turn; True if its answer was made meanwhile, so that the page must be drawn again."""
    view.question(turn)
    making = service().making(turn.id) if turn.state == "asked" else None
    if making:
        view.follow(making, service().articles, on_show=lambda: reveal(f"asked-{turn.id}"))
        st.session_state["just_answered"] = turn.id
        return True
    if turn.state == "asked":  # it may have been finished a moment ago; if not, the process was restarted
        turn = next(t for t in service().turns(conversation_id()) if t.id == turn.id)
    view.answer(turn, service().articles, ask_again)
    return False


def main() -> None:
    """Draw the page."""
    st.set_page_config("Brewline support desk", page_icon="☕", layout="centered")
    conversation = conversation_id()
    turns = service().turns(conversation)
    sidebar(service().exchange, conversation, turns, start_new)
    st.title("Brewline support desk", anchor=False)
    listen_for_citations()
    st.chat_input(
        "Ask about your machine, delivery or warranty",
        key="question",
        max_chars=LONGEST_QUESTION,
        submit_mode="disable",
        on_submit=ask_typed,
    )
    if not turns:
        view.empty_page(ask)
    made_meanwhile = [show(turn) for turn in turns]
    if any(made_meanwhile):
        st.rerun()
    if "just_answered" in st.session_state:
        reveal(f"answered-{st.session_state.pop('just_answered')}")


if __name__ == "__main__":
    main()
