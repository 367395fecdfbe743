"""Draws notebooks/drawings/postings.svg: an index turned round, from each term to the passages that have it."""

from course.drawing import Page

page = Page(
    900,
    330,
    "Postings: from each term to its passages",
    "On the left three passages with their texts. In the middle a table of postings: each term has a line with the "
    "passages that hold it and how often: k16 in which-tank once and in price-list once; tank in which-tank twice, in "
    "price-list twice and in error-e12 once; float in error-e12 once; price in price-list once. On the right the "
    "question K16 tank reads only the lines k16 and tank. All other lines stay unread.",
)

page.text(120, 30, "passages", size=15, bold=True)
PASSAGES = (
    ("which-tank", "tank K16 or tank K14?"),
    ("price-list", "price: tank K16, tank K14"),
    ("error-e12", "the float in the tank"),
)
for number, (name, text) in enumerate(PASSAGES):
    page.box("note", 20, 48 + number * 84, 200, 64, name, text)

page.text(465, 30, "postings: term, passages, how often", size=15, bold=True)
LINES = (
    ("float", "error-e12 × 1", False),
    ("k14", "which-tank × 1 · price-list × 1", False),
    ("k16", "which-tank × 1 · price-list × 1", True),
    ("price", "price-list × 1", False),
    ("tank", "which-tank × 2 · price-list × 2 · error-e12 × 1", True),
)
for number, (term, found, read) in enumerate(LINES):
    top = 48 + number * 47
    page.box("store" if read else "note", 280, top, 64, 38, term)
    page.text(356, top + 24, found, size=14, anchor="start", bold=read)
page.arrow((222, 132 + 32), (276, 132 + 32), "once")

question = page.box("person", 716, 128, 164, 64, "question", "K16 tank")
page.arrow(question.side("left", -10), (604, 161))
page.arrow(question.side("bottom"), (722, 248))
page.text(20, 316, "solid: the two lines that this question reads · dashed: what stays unread", size=13, anchor="start")
page.save(__file__)
