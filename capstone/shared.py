"""What all pages share: the one service of the process, and which conversation this visitor is in.

The conversation's id stands in the address of the chat. The session remembers it, so that a visit to another page does
not lose it. Source: https://docs.streamlit.io/develop/concepts/architecture/caching
"""

import streamlit as st

from capstone.conversations import is_id, new_id
from capstone.service import Service

REMEMBERED = "conversation"


@st.cache_resource(show_spinner=False)
def service() -> Service:
    """The one service of this process."""
    return Service()


def conversation_id() -> str:
    """The id in the address, else the session's; a new one where there is none or a wrong one."""
    told = st.query_params.get("c", "")
    if not is_id(told):
        told = st.session_state.get(REMEMBERED, "") or new_id()
        st.query_params["c"] = told
    st.session_state[REMEMBERED] = told
    return told


def start_new() -> None:
    """Leave this conversation for an empty one; the old one stays at its address."""
    st.query_params["c"] = new_id()
