"""Draws notebooks/drawings/two_lists.svg: two lists of candidates, fused by places, and the best of them reranked."""

from course.drawing import Page

page = Page(
    900,
    330,
    "Two lists become one",
    "On the left the list of the words: a, b, c. Below it the list of the meaning: b, d, a. Arrows lead from both to "
    "a fused list, in which each passage has the sum of what its places bring: b has one sixty-second and one "
    "sixty-first and is first, a has one sixty-first and one sixty-third and is second, then d and c, which stand in "
    "one list each. From there an arrow leads to a reranker, which looks at the candidates once more, and from it to "
    "a short list with a first and b second.",
)

ROW = 30


def ranking(x: float, y: float, title: str, rows: tuple[str, ...], width: float = 150) -> None:
    page.text(x + width / 2, y - 12, title, bold=True)
    page.box("store", x, y, width, len(rows) * ROW + 10, "")
    for place, row in enumerate(rows, 1):
        page.text(x + 14, y + place * ROW - 6, f"{place}.  {row}", anchor="start", mono=True, size=14)


ranking(28, 52, "words", ("a   13.0", "b    7.2", "c    1.1"))
ranking(28, 206, "meaning", ("b   0.49", "d   0.47", "a   0.44"))
ranking(302, 98, "fused by places", ("b  1/62 + 1/61", "a  1/61 + 1/63", "d  1/62", "c  1/63"), 204)
page.box("program", 574, 118, 130, 90, "reranker", "looks again,", "at these only")
ranking(768, 128, "shown", ("a", "b"), 104)
page.arrow((184, 102), (296, 146))
page.arrow((184, 256), (296, 200))
page.arrow((512, 163), (568, 163))
page.arrow((710, 163), (762, 163))
page.text(404, 272, "places, not scores:", size=13)
page.text(404, 290, "13.0 and 0.49 never meet", size=13)
page.text(640, 272, "dearer for each passage,", size=13)
page.text(640, 290, "so it gets few of them", size=13)
page.save(__file__)
