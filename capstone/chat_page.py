"""The chat page. It holds nothing of its own: the conversation's id stands in the address, the rest is in the service.

Source: https://docs.streamlit.io/develop/tutorials/chat-and-llm-apps
"""

import streamlit as st

from capstone import view
from capstone.attachments import Refused, taken
from capstone.conversations import Turn
from capstone.handing_over import offer
from capstone.page_scripts import listen_for_citations, reveal
from capstone.shared import conversation_id, service, start_new
from capstone.sidebar import chosen_product, sidebar

LONGEST_QUESTION = 1000  # characters
SENT_MB = 20  # may be sent; what is too large or of a wrong kind is refused by us, in words that everybody sees


def ask(question: str) -> None:
    """Take a question from the page."""
    if question.strip():
        service().ask(conversation_id(), question.strip(), chosen_product())


def ask_typed() -> None:
    """Take the question from the input at the bottom, with the file that is attached to it."""
    told = st.session_state["question"]
    st.session_state.pop("refused", None)
    if not told.files:
        ask(told.text)
        return
    (file,) = told.files
    try:
        attachment = taken(file.name, file.getvalue())
    except Refused as error:
        st.session_state["refused"] = (str(error), told.text.strip())
        return
    service().ask(conversation_id(), told.text.strip(), chosen_product(), attachment)


def ask_again(turn: Turn) -> None:
    """Try a question again that got no whole answer."""
    service().ask_again(conversation_id(), turn)


def show(turn: Turn) -> bool:
    """Draw a turn; True if its answer was made meanwhile, so that the page must be drawn again."""
    attachment = service().attachment(turn)
    view.question(turn, attachment)
    making = service().making(turn.id) if turn.state == "asked" else None
    if making:
        view.follow(making, on_show=lambda: reveal(f"asked-{turn.id}"))
        st.session_state["just_answered"] = turn.id
        return True
    if turn.state == "asked":  # it may have been finished a moment ago; if not, the process was restarted
        turn = next(t for t in service().turns(conversation_id()) if t.id == turn.id)
    read = attachment.words if attachment else None
    view.answer(turn, read or "", service().knowledge, ask_again, offer)
    return False


def main() -> None:
    """Draw the page."""
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
        accept_file=True,
        max_upload_size=SENT_MB,
        on_submit=ask_typed,
    )
    if not turns:
        view.empty_page(ask, service().knowledge)
    if "refused" in st.session_state:
        view.refused(*st.session_state["refused"])
    made_meanwhile = [show(turn) for turn in turns]
    if any(made_meanwhile):
        st.rerun()
    if "just_answered" in st.session_state:
        reveal(f"answered-{st.session_state.pop('just_answered')}")


if __name__ == "__main__":
    main()
