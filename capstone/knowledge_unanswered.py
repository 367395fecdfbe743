"""Questions to which the documents had no answer, collected from the conversations: what to write next."""

from collections.abc import Sequence

import streamlit as st

from .conversations import Turn
from .handover import Ticket
from .service import Service
from .view_parts import small


def unanswered(service: Service) -> None:
    """Draw the list, the most frequent first."""
    rows = grouped(service.unanswered())
    if not rows:
        st.info("Every question so far had an answer.", icon=":material/task_alt:")
        return
    small("The most frequent first. Each is an article that is missing, or one that is not found.")
    st.dataframe(
        rows,
        hide_index=True,
        column_config={"Last asked": st.column_config.DatetimeColumn(format="D MMM YYYY, HH:mm")},
        alt=f"Table of {len(rows)} questions without an answer: question, how often, last asked, nearest, ticket.",
    )


def grouped(turns: Sequence[tuple[Turn, Ticket | None]]) -> list[dict[str, object]]:
    """One row for each question, however it was capitalised; the most frequent first, then the newest."""
    groups: dict[str, list[tuple[Turn, Ticket | None]]] = {}
    for turn, ticket in turns:
        groups.setdefault(" ".join(turn.question.lower().split()), []).append((turn, ticket))
    return [_row(group) for group in sorted(groups.values(), key=lambda group: -len(group))]


def _row(group: Sequence[tuple[Turn, Ticket | None]]) -> dict[str, object]:
    newest = group[0][0]
    return {
        "Question": newest.question,
        "Times": len(group),
        "Last asked": newest.asked_at[:19],
        "Nearest (cosine)": None if newest.nearness is None else round(newest.nearness, 2),
        "Tickets": ", ".join(ticket.number for _, ticket in group if ticket),
    }
