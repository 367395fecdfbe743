"""Small pieces that several pages draw."""

import streamlit as st

from .knowledge import Status


def small(text: str) -> None:
    """Small print. `st.caption` would fade the colour below a contrast of 4.5 : 1."""
    st.markdown(f":small[{text}]")


def progress(status: Status) -> None:
    """How far the work on the index is."""
    st.progress(status.share, text=f"{status.words[:1].upper()}{status.words[1:]}")
