"""The knowledge page: what is indexed, how fresh it is, why a passage is found, how much is, and what was missing.

It decides nothing: what stands here comes from knowledge.py, coverage.py and the conversations. It is for those who run
the desk; a deployment puts it behind a sign-in (stage 7).
"""

import streamlit as st

from capstone.catalogue import day
from capstone.knowledge_documents import documents
from capstone.knowledge_freshness import freshness
from capstone.knowledge_search import measured, search
from capstone.knowledge_unanswered import unanswered
from capstone.shared import service
from capstone.view import index_state
from capstone.view_parts import small


def main() -> None:
    """Draw the page."""
    st.title("Knowledge", anchor=False)
    knowledge = service().knowledge
    if not knowledge.status().ready:
        st.write("The desk answers from an index of its documents, which is not ready yet.")
        knowledge.start()
        index_state(knowledge)
        return
    entries = knowledge.entries().values()
    passages = sum(entry.passages for entry in entries)
    small(f"{len(entries)} documents in {passages} passages, as of {day(knowledge.day)}. All chats answer from them.")
    names = ["Documents", "Freshness", "Search", "Coverage", "Unanswered"]
    draws = [documents, freshness, search, measured, unanswered]
    for tab, draw in zip(st.tabs(names), draws, strict=True):
        with tab:
            draw(service())


if __name__ == "__main__":
    main()
