"""A help-centre article in a dialog, with the cited passages marked."""

import re

import streamlit as st

from stages.s2_llms.articles import Article

from .citations import highlighted
from .page_scripts import settle_dialog

MARK_STYLE = "mark { background: #ffe08a; color: #1a130d; padding: 0 0.15em; border-radius: 0.2em; }"
SECTION = re.compile(r"^## ", re.MULTILINE)  # the dialog's title has this level already


def show_article(article: Article, claims: tuple[str, ...]) -> None:
    """Open an article in a dialog; the passages that the claims rest on are marked."""
    st.dialog(article.title, width="medium")(_contents)(article, claims)


def _contents(article: Article, claims: tuple[str, ...]) -> None:
    updated = f"{article.updated.day} {article.updated:%B %Y}"
    about = f"Version {article.version} · updated {updated} · for {', '.join(article.products)}."
    body = highlighted(article.body, claims)
    marked = "The passage that the answer rests on is marked." if "<mark>" in body else ""
    st.markdown(f":small[{about} {marked}]")
    st.html(f"<style>{MARK_STYLE}</style>")
    st.markdown(SECTION.sub("### ", body), unsafe_allow_html=True, anchors=False)
    settle_dialog(article.id)
