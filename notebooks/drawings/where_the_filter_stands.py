"""Draws notebooks/drawings/where_the_filter_stands.svg: after the search, inside it, or one index for each customer."""

from course.drawing import Page

page = Page(
    900,
    414,
    "Where the filter stands: after, inside, or before the search",
    "Three rows, each for one question of a customer. First: a search over the chunks of all customers gives its ten "
    "nearest, a filter after it drops those of others, and nought or one is left. Second: the search knows whose each "
    "chunk is and counts only the customer's own while it goes, and ten are left. Third: each customer has an index, "
    "the question goes to one of them, the others are never touched, and ten are left.",
)

ROWS = (
    (44, "after", "post-filter"),
    (176, "inside", "pre-filter, or while it searches"),
    (308, "before", "an index for each customer"),
)
for top, name, told in ROWS:
    page.frame(16, top - 30, 868, 120, f"{name}: {told}")
    page.box("person", 34, top + 6, 126, 62, "question", "of one customer")

at = ROWS[0][0]
search = page.box("store", 226, at + 6, 190, 62, "all chunks", "the ten nearest")
keep = page.box("key", 490, at + 6, 170, 62, "filter", "drops the others'")
left = page.box("note", 728, at + 6, 138, 62, "0 or 1 left", "and no error")
page.arrow((160, at + 37), search.side("left"))
page.arrow(search.side("right"), keep.side("left"), "10")
page.arrow(keep.side("right"), left.side("left"))

at = ROWS[1][0]
inside = page.box("store", 226, at + 6, 434, 62, "all chunks, each with its owner", "the filter is asked at each chunk")
right = page.box("note", 728, at + 6, 138, 62, "10 left", "if there are 10")
page.arrow((160, at + 37), inside.side("left"))
page.arrow(inside.side("right"), right.side("left"))

at = ROWS[2][0]
mine = page.box("store", 226, at + 6, 134, 62, "this customer", "searched")
page.box("note", 376, at + 6, 134, 62, "another", "never touched")
page.box("note", 526, at + 6, 134, 62, "another", "never touched")
own = page.box("note", 728, at + 6, 138, 62, "10 left", "nothing to forget")
page.arrow((160, at + 37), mine.side("left"))
below = at + 80
page.arrow(mine.side("bottom"), (293, below), tip=False)
page.arrow((293, below), (797, below), tip=False)
page.arrow((797, below), own.side("bottom"))
page.save(__file__)
