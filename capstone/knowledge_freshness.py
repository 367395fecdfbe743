"""How fresh the index is: the last sync and what it changed, a sync on demand, and a practice change to try it with."""

from datetime import UTC, datetime

import streamlit as st

from stages.s2_llms.corpus import UPDATE_DAY

from .catalogue import day
from .citations import harmless
from .knowledge import TODAY
from .service import Service
from .sync_log import Entry
from .view_parts import progress, small

SHOWN = 10  # syncs in the table


def freshness(service: Service) -> None:
    """Draw the last sync, the buttons and the log."""
    knowledge = service.knowledge
    status = knowledge.status()
    syncs = knowledge.log.entries()
    if syncs:
        _last(syncs[0])
    if status.problem:
        st.warning(
            status.problem, title="The last sync failed. The index is as it was before.", icon=":material/warning:"
        )
    with st.container(horizontal=True, gap="small"):
        busy = bool(status.work)
        st.button("Sync now", key="sync", icon=":material/sync:", disabled=busy, on_click=service.sync)
        is_december = knowledge.day >= UPDATE_DAY
        label = "Take the December changes back" if is_december else "Publish the December changes"
        other = TODAY if is_december else UPDATE_DAY
        icon = ":material/undo:" if is_december else ":material/new_releases:"
        st.button(label, key="december", icon=icon, disabled=busy, on_click=service.sync, args=(other,))
    if status.work:
        st.fragment(_working, run_every=0.5)(service)
    with st.container(width=720):
        small(
            f"The documents are those of {day(knowledge.day)}. The December changes are a set to practise with: 12 "
            "articles changed, 6 new, 4 withdrawn. Chats go on meanwhile, and answer from the old index until the new "
            "one is whole."
        )
    if syncs:
        _log(syncs[:SHOWN])


def _working(service: Service) -> None:
    status = service.knowledge.status()
    if not status.work:
        st.rerun()
    progress(status)


def _last(sync: Entry) -> None:
    st.markdown(f"**Last sync {ago(sync.at, datetime.now(UTC))}** · {told(sync)}")
    report = sync.report
    changes = {"New": report.added, "Changed": report.changed, "Withdrawn": report.removed}
    listed = {name: ids for name, ids in changes.items() if ids}
    if listed and not report.unchanged and not report.removed:
        return  # the first one: everything is new
    if listed:
        with st.expander("What it changed", icon=":material/difference:"):
            for name, ids in listed.items():
                st.markdown(f"**{name}:** {', '.join(harmless(one) for one in ids)}")


def _log(syncs: list[Entry]) -> None:
    rows = [
        {
            "When (UTC)": sync.at.replace(tzinfo=None),
            "Documents of": sync.day,
            "New": len(sync.report.added),
            "Changed": len(sync.report.changed),
            "Withdrawn": len(sync.report.removed),
            "Unreadable": len(sync.report.unreadable),
            "Seconds": round(sync.report.seconds, 1),
        }
        for sync in syncs
    ]
    st.markdown("**The last syncs**")
    st.dataframe(
        rows,
        hide_index=True,
        column_config={
            "When (UTC)": st.column_config.DatetimeColumn(format="D MMM YYYY, HH:mm"),
            "Documents of": st.column_config.DateColumn(format="D MMM YYYY"),
        },
        alt=f"Table of the last {len(rows)} syncs, newest first. {'; '.join(map(told, syncs[:3]))}.",
    )


def told(sync: Entry) -> str:
    """What a sync did, in a line."""
    report = sync.report
    if report.is_nothing:
        return "nothing had changed"
    counts = {"new": len(report.added), "changed": len(report.changed), "withdrawn": len(report.removed)}
    return ", ".join(f"{count} {name}" for name, count in counts.items() if count) + f" in {report.seconds:.1f} s"


def ago(then: datetime, now: datetime) -> str:
    """How long ago something was.

    >>> ago(datetime(2026, 11, 16, 9, 0, tzinfo=UTC), datetime(2026, 11, 16, 9, 45, tzinfo=UTC))
    '45 minutes ago'
    """
    minutes = int((now - then).total_seconds() // 60)
    for size, name in ((1440, "day"), (60, "hour"), (1, "minute")):
        if minutes >= size:
            count = minutes // size
            return f"{count} {name}{'' if count == 1 else 's'} ago"
    return "just now"
