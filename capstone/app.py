"""The Brewline support desk: `streamlit run capstone/app.py`. This file lists the pages; each is a file of its own.

Source: https://docs.streamlit.io/develop/concepts/multipage-apps
"""

from pathlib import Path
from typing import Literal

import streamlit as st

from capstone.page_scripts import leave_sidebar

HERE = Path(__file__).parent


def main() -> None:
    """Draw the page that the address names."""
    chat = st.Page(HERE / "chat_page.py", title="Chat", default=True)
    knowledge = st.Page(HERE / "knowledge_page.py", title="Knowledge", url_path="knowledge")
    page = st.navigation([chat, knowledge], position="top")
    layout: Literal["wide", "centered"] = "wide" if page == knowledge else "centered"  # tables need room
    st.set_page_config(f"{page.title} · Brewline support desk", page_icon="☕", layout=layout)
    page.run()
    leave_sidebar(page.title)


if __name__ == "__main__":
    main()
