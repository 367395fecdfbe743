"""A cited document in a dialog with the cited passage marked: an article as text, a page of a manual as a picture.

A document that has changed or gone since the answer was given says so, and shows the passage as it was.
"""

import re

import streamlit as st

from .catalogue import Entry
from .citations import Source
from .knowledge import Knowledge
from .marking import highlighted, holds
from .page_scripts import settle_dialog
from .pages import NoPage, draw
from .view_parts import small

STYLE = """
[role=dialog] h3 { font-size: 1.15rem; }
mark { background: #ffe08a; color: #1a130d; padding: 0 0.15em; border-radius: 0.2em; }
"""
TITLE = re.compile(r"\A# .*\n+")
SECTION = re.compile(r"^## ", re.MULTILINE)  # the dialog's title has this level already
NOT_OURS = re.compile(r"<(?!/?mark>)|(?<!\\)\$")
"""A document's own HTML and formulas are shown as the characters that they are."""


def show_source(source: Source, knowledge: Knowledge) -> None:
    """Open what a source names; the passages that its claims rest on are marked."""
    st.dialog(source.first.name, width="medium")(_contents)(source, knowledge)


def _contents(source: Source, knowledge: Knowledge) -> None:
    entry = knowledge.entries().get(source.first.document)
    st.html(f"<style>{STYLE}</style>")
    if entry is None or not all(holds(entry.text, one) for one in source.passages):
        _as_it_was(source, gone=entry is None)
    elif source.first.page is not None:
        _page(source, entry, knowledge)
    else:
        _article(source, entry)
    settle_dialog(source.first.id)


def _article(source: Source, entry: Entry) -> None:
    text = TITLE.sub("", highlighted(entry.text, source.passages, source.claims))
    marked = " What the answer rests on is marked." if "<mark>" in text else ""
    small(f"{entry.about}.{marked}")
    _markdown(text)


def _page(source: Source, entry: Entry, knowledge: Knowledge) -> None:
    cited, last = source.first.page or 1, len(entry.pages)
    number = int(st.number_input(f"Page (of {last})", 1, last, cited, key=f"page-{source.first.id}", width=160))
    claims = source.claims if number == cited else ()
    try:
        page = draw(knowledge.documents / entry.file, number, claims)
    except NoPage as error:
        st.warning(str(error), icon=":material/warning:")
        st.text(entry.page(number))
        return
    marked = "What the answer rests on is marked. " if page.marked else ""
    small(f"{marked}The words of the page stand below the picture.")
    st.image(page.png, width="stretch", alt=f"Page {number} of {last} of {entry.title}, as printed. Its words follow.")
    with st.expander("The words of this page", icon=":material/text_snippet:"):
        st.text(entry.page(number) or "This page is a picture: it has no words.")


def _as_it_was(source: Source, *, gone: bool) -> None:
    happened = "has been withdrawn" if gone else "has changed"
    st.warning(
        f"This document {happened} since the answer was given. Ask again to get an answer from today's documents.",
        icon=":material/history:",
    )
    dated = f" It was updated on {source.first.updated}." if source.first.updated else ""
    small(f"This is what the answer rested on.{dated}")
    for passage in source.passages:
        _markdown(highlighted(passage.text, [passage], source.claims))


def _markdown(text: str) -> None:
    safe = NOT_OURS.sub(lambda found: "&lt;" if found[0] == "<" else "\\$", text)
    st.markdown(SECTION.sub("### ", safe), unsafe_allow_html=True, anchors=False)
