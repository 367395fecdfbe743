"""Charts of the knowledge page as Vega-Lite, each with its words for those who cannot see it.

Source: https://vega.github.io/vega-lite/docs/
"""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from .coverage import Measured

WORDS, MEANING = "#b5651d", "#3d6b8e"
"""Two colours that people with any colour vision tell apart, on light and on dark."""
BARS_PX = 26
Spec = Mapping[str, Any]


def coverage(measured: Measured) -> None:
    """Recall by kind of question: bars with their intervals."""
    rows = [row for row in measured.rows if row.way == "hybrid"]
    values = [
        {"kind": spoken(row.kind), "n": row.n, "recall": row.value, "low": row.low, "high": row.high} for row in rows
    ]
    order = [value["kind"] for value in values]
    y = {
        "field": "kind",
        "type": "nominal",
        "sort": order,
        "title": None,
        "axis": {"labelLimit": 160, "labelOverlap": False},
    }
    x = {"type": "quantitative", "scale": {"domain": [0, 1]}, "axis": {"format": "%", "tickCount": 5}}
    tooltip = [{"field": name, "format": ".2f"} for name in ("recall", "low", "high")] + [{"field": "n"}]
    spec = {
        "height": {"step": BARS_PX},
        "data": {"values": values},
        "encoding": {"y": y, "tooltip": tooltip},
        "layer": [
            {
                "mark": {"type": "bar", "color": MEANING, "opacity": 0.6, "height": {"band": 0.6}},
                "encoding": {"x": x | {"field": "recall", "title": "right passages among the first five (line: 95 %)"}},
            },
            {
                "mark": {"type": "rule", "strokeWidth": 2, "color": "#8a8178"},
                "encoding": {"x": x | {"field": "low"}, "x2": {"field": "high"}},
            },
        ],
    }
    told = "; ".join(f"{value['kind']} {value['recall']:.0%}" for value in values)
    st.vega_lite_chart(spec=spec, alt=f"Bars: share of right passages among the first five, by kind. {told}.")


def parts(rows: Sequence[tuple[str, float, float]]) -> None:
    """What words and meaning give to each passage, each as a share of its best one; rows are (name, words, meaning)."""
    most_words = max((words for _, words, _ in rows), default=0.0) or 1.0
    most_meaning = max((meaning for _, _, meaning in rows), default=0.0) or 1.0
    values = [
        {"passage": name, "part": part, "share": share}
        for name, words, meaning in rows
        for part, share in (("words", words / most_words), ("meaning", meaning / most_meaning))
    ]
    colours = {"domain": ["words", "meaning"], "range": [WORDS, MEANING]}
    y = {
        "field": "passage",
        "type": "nominal",
        "sort": None,
        "title": None,
        "axis": {"labelLimit": 240, "labelOverlap": False},
    }
    x = {
        "field": "share",
        "type": "quantitative",
        "title": "share of the best",
        "axis": {"format": "%", "tickCount": 5},
    }
    spec = {
        "height": {"step": BARS_PX / 2},
        "data": {"values": values},
        "mark": {"type": "bar"},
        "encoding": {
            "y": y,
            "x": x,
            "yOffset": {"field": "part", "sort": ["words", "meaning"]},
            "color": {"field": "part", "scale": colours, "legend": {"orient": "top", "title": None}},
        },
    }
    told = "; ".join(f"{name}: words {words:.1f}, meaning {meaning:.2f}" for name, words, meaning in rows)
    st.vega_lite_chart(spec=spec, alt=f"Bars: what words and meaning give to each passage. {told}.")


def spoken(kind: str) -> str:
    """A kind of question in words.

    >>> spoken("exact_code"), spoken("all")
    ('exact code', 'all questions')
    """
    return "all questions" if kind == "all" else kind.replace("_", " ")
