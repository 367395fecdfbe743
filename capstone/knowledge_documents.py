"""What is indexed: a table of documents that can be searched, and the files that could not be read, with reasons."""

import streamlit as st

from .catalogue import Entry, language, unreadable
from .citations import Source, harmless
from .passages import Passage
from .service import Service
from .source_panel import show_source
from .view_parts import small

ANY = "Any language"


def documents(service: Service) -> None:
    """Draw the table and what stands around it."""
    _unreadable(service)
    entries = list(service.knowledge.entries().values())
    left, right = st.columns([3, 2])
    words = left.text_input("Find a document", key="find-document", placeholder="Title, product or file").strip()
    languages = sorted({language(entry.language) for entry in entries})
    wanted = right.selectbox("Language", [ANY, *languages], key="find-language")
    found = [entry for entry in entries if fits(entry, words) and wanted in (ANY, language(entry.language))]
    if not found:
        st.info("No document has these words in its title, products or file name.", icon=":material/search_off:")
        return
    small(f"{len(found)} of {len(entries)} documents. Choose a row to read one.")
    chosen = st.dataframe(
        [_row(entry) for entry in found],
        key="documents",
        hide_index=True,
        height=min(38 + 35 * len(found), 460),
        on_select="rerun",
        selection_mode="single-row",
        column_config={"Updated": st.column_config.DateColumn(format="D MMM YYYY")},
        alt=f"Table of {len(found)} documents: title, language, version, day of update, products, passages, file.",
    )
    rows = chosen["selection"]["rows"]
    if rows and rows[0] < len(found) and st.session_state.get("document-shown") != rows:
        entry = found[rows[0]]
        whole = Passage(entry.id, entry.id, entry.title, "", 0, 1 if entry.pages else None)
        show_source(Source(1, (whole,), ()), service.knowledge)
    st.session_state["document-shown"] = rows


def fits(entry: Entry, words: str) -> bool:
    """Whether each of the words stands somewhere in what a document is called.

    >>> fits(Entry("a", "a.md", "Returns", "", None, "de", (), ("Brewline Duo",), "1", 2), "duo ret")
    True
    """
    told = f"{entry.title} {entry.file} {' '.join(entry.products)}".lower()
    return all(word in told for word in words.lower().split())


def _row(entry: Entry) -> dict[str, object]:
    return {
        "Title": entry.title,
        "Language": language(entry.language),
        "Version": entry.version or "–",
        "Updated": entry.updated,
        "Products": ", ".join(name.removeprefix("Brewline ") for name in entry.products),
        "Passages": entry.passages,
        "File": entry.file,
    }


def _unreadable(service: Service) -> None:
    reasons = unreadable(service.knowledge.place)
    if not reasons:
        return
    with st.container(border=True):
        st.markdown(f"**{len(reasons)} {'file' if len(reasons) == 1 else 'files'} could not be read**")
        st.markdown("\n".join(f"- {harmless(reason)}" for reason in reasons.values()))
