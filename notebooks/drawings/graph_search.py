"""Draws notebooks/drawings/graph_search.svg: how an HNSW graph is walked, from long links down to short ones."""

from itertools import pairwise

from course.drawing import Page

page = Page(
    900,
    420,
    "An HNSW graph: long links above, short links below",
    "Three layers, one below the other, of the same points. The top layer has three points with long links, the middle "
    "layer has six, the bottom layer has all fourteen, each linked to its near neighbours. The search enters at a "
    "point of the top layer on the left, goes along a link to the point nearest to the question, steps down to the "
    "same point in the middle layer, goes one link nearer, steps down, and looks around among close neighbours at the "
    "bottom, where it finds the nearest. Most points are never compared with the question.",
)

LEFT, STEP = 236, 44
HEIGHTS = {"top": 78, "middle": 196, "bottom": 322}
SWAY = (0, 14, -12, 8, -6, 16, 0, -14, 10, -4, 14, -10, 6, 0)
LAYERS = {"top": (0, 6, 13), "middle": (0, 3, 6, 9, 11, 13), "bottom": tuple(range(14))}
TOLD = {
    "top": ("a few points", "long links"),
    "middle": ("more points", "shorter links"),
    "bottom": ("all points, each", "with its neighbours"),
}


def at(layer: str, point: int) -> tuple[float, float]:
    return LEFT + point * STEP, HEIGHTS[layer] + SWAY[point]


for layer, points in LAYERS.items():
    page.box("note", 200, HEIGHTS[layer] - 36, 660, 76, "")
    for line, words in enumerate(TOLD[layer]):
        page.text(184, HEIGHTS[layer] - 2 + line * 20, words, size=14, anchor="end")
    ahead = (1, 2) if layer == "bottom" else (1,)
    for number, point in enumerate(points):
        for step in ahead:
            if number + step < len(points):
                page.arrow(at(layer, point), at(layer, points[number + step]), dashed=True, tip=False)
WALK = (("top", 0), ("top", 6), ("middle", 6), ("middle", 9), ("bottom", 9), ("bottom", 10))
for layer, points in LAYERS.items():
    for point in points:
        page.dot(*at(layer, point))


def near(start: tuple[float, float], end: tuple[float, float], gap: float = 9) -> tuple[float, float]:
    (x1, y1), (x2, y2) = start, end
    share = 1 - gap / ((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5
    return x1 + (x2 - x1) * share, y1 + (y2 - y1) * share


for before, after in pairwise(WALK):
    start, end = at(*before), at(*after)
    page.arrow(near(end, start), near(start, end))
page.text(LEFT, 34, "enter here", size=14, bold=True)
found = at("bottom", 10)
page.text(found[0], 390, "the nearest", size=14, bold=True)
page.arrow((found[0], 374), (found[0], found[1] + 10))
page.text(200, 408, "solid: the walk of one question · dashed: links", size=13, anchor="start")
page.save(__file__)
