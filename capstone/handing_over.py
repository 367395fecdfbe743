"""Where the documents have no answer: how to reach a person, and a form that hands the question over.

What becomes of the ticket is handover.py's matter; nothing is sent from here.
"""

import streamlit as st

from .conversations import Turn
from .handover import MOST_NOTE, Ticket, is_mail
from .shared import conversation_id, service

PERSON = (
    "**Reach a person:** [support@brewline.example](mailto:support@brewline.example) or 0808 157 0142, "
    "Monday to Friday 8:00 to 18:00. Have your serial number ready, for example BO-2409-00731."
)


def offer(turn: Turn) -> None:
    """The ticket of a turn, or the way to one."""
    if ticket := service().tickets(conversation_id()).get(turn.id):
        _told(ticket)
        return
    st.info(PERSON, icon=":material/support_agent:")
    with st.expander("Hand this question to a person", icon=":material/forward_to_inbox:"):
        _form(turn)


def _told(ticket: Ticket) -> None:
    answer = f"A person answers to {ticket.contact}, by the end of the next working day."
    kept = "Here in practice the ticket is kept, and no e-mail is sent."
    st.success(
        f"**Ticket {ticket.number}: your question is with our team.** {answer} {kept}", icon=":material/task_alt:"
    )


def _form(turn: Turn) -> None:
    st.write("Our team gets your question and this conversation, and answers by e-mail.")
    with st.form(f"handover-{turn.id}", border=False):
        contact = st.text_input("Your e-mail address", key=f"contact-{turn.id}", autocomplete="email", max_chars=254)
        note = st.text_area(
            "Anything to add? (optional)",
            key=f"note-{turn.id}",
            max_chars=MOST_NOTE,
            placeholder="For example your serial number and what you have tried",
        )
        sent = st.form_submit_button("Hand over", icon=":material/send:")
    if sent and not is_mail(contact.strip()):
        st.error("Please enter your e-mail address, like kim@example.org: without one nobody can answer.")
    elif sent:
        service().hand_over(conversation_id(), turn, contact.strip(), note.strip())
        st.rerun()
