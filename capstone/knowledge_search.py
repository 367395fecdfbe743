"""Why a passage is found, and how much is found: a search that is explained, and coverage by kind of question."""

import streamlit as st

from stages.s2_llms.errors import CourseError

from . import charts
from .catalogue import day
from .charts import spoken
from .citations import harmless
from .coverage import WAYS, Coverage
from .reader import PRODUCTS, Reader
from .service import Service
from .view_parts import small

ANY = "Any product"
LISTED = 8


def search(service: Service) -> None:
    """A question, the passages for it, and what words and meaning gave to each."""
    left, right = st.columns([3, 2])
    question = left.text_input("Search as the desk does", key="explain", placeholder="For example: error E07").strip()
    product = right.selectbox("Product", [ANY, *PRODUCTS], key="explain-product")
    if not question:
        small("You see what the desk would find, and why: shared words, likeness in meaning, and both together.")
        return
    chosen = None if product == ANY else product
    try:
        hits = service.knowledge.explain(question, Reader(chosen), LISTED)
    except CourseError as error:
        st.warning(str(error), title="The search did not work", icon=":material/warning:")
        return
    if not hits:
        st.info("Nothing was found: no word is shared, and nothing is near in meaning.", icon=":material/search_off:")
        return
    read = {
        (passage.document, passage.page) for passage in service.read_for(question, None if product == ANY else product)
    }
    charts.parts([(hit.chunk.id, hit.keywords or 0.0, hit.cosine or 0.0) for hit in hits])
    rows = [
        {
            "Passage": hit.chunk.id,
            "Words (BM25)": round(hit.keywords or 0.0, 2),
            "Meaning (cosine)": round(hit.cosine or 0.0, 3),
            "Together": round(hit.score, 3),
            "Read by the model": (hit.chunk.document, hit.chunk.page) in read,
        }
        for hit in hits
    ]
    st.dataframe(rows, hide_index=True, alt=f"Table of {len(rows)} passages with the score of each part, best first.")
    small("The model reads the whole document of the best passages, without older editions and other languages' twins.")
    for hit in hits:
        with st.expander(harmless(hit.chunk.title)):
            st.text(hit.chunk.text)


def measured(service: Service) -> None:
    """Coverage by kind of question, from the last measurement, and a new one on demand."""
    coverage = service.coverage
    last = coverage.last()
    st.button(
        "Measure again" if last else "Measure on the dev questions",
        key="measure",
        icon=":material/speed:",
        disabled=bool(coverage.running),
        on_click=service.measure,
    )
    if coverage.running:
        st.fragment(_measuring, run_every=0.5)(coverage)
    if coverage.problem:
        st.warning(coverage.problem, title="The measurement failed", icon=":material/warning:")
    if last is None:
        small("How many of the right passages are found, for questions whose right passages people have named.")
        return
    if coverage.is_stale():
        st.info("The index has changed since this was measured.", icon=":material/history:")
    charts.coverage(last)
    small(
        f"Measured on {day(last.at.date())}. Charts and scans hold their facts in pictures, which nothing here reads."
    )
    table = [
        {"Kind": spoken(kind), "Questions": next(row.n for row in last.rows if row.kind == kind)}
        | {way: round(next(row.value for row in last.rows if (row.way, row.kind) == (way, kind)), 3) for way in WAYS}
        for kind in last.kinds
    ]
    with st.expander("As a table, beside keywords and vectors alone", icon=":material/table:"):
        st.table(table)


def _measuring(coverage: Coverage) -> None:
    if not coverage.running:
        st.rerun()
    small(f"Measuring: {coverage.running}…")
