"""Draws notebooks/drawings/three_piles.svg: which tickets the loop may show, which choose, and which report."""

from course.drawing import Page

page = Page(
    900,
    310,
    "Three piles of tickets",
    "Three piles of tickets with three jobs. Train tickets: their failures are shown to the model that writes the next "
    "version. Dev tickets: each version is measured on them, and kept only if it is better; the writer never sees "
    "them. Test tickets: opened once, for the version that was chosen; their figure is reported.",
)
ROWS = (("train", "525", "shown to the writer"), ("dev", "166", "choose a version"), ("test", "165", "opened once"))
stores = [
    page.box("store", 28, 28 + row * 92, 190, 68, f"{name}, {size}", job) for row, (name, size, job) in enumerate(ROWS)
]
writer = page.box("provider", 330, 28, 170, 68, "the writer", "a new version")
keep = page.box("program", 590, 84, 180, 76, "better on dev?", "keep it, or not")
report = page.box("program", 590, 212, 180, 68, "report", "with an interval")
page.arrow(stores[0].side("right"), writer.side("left"), "failures")
page.arrow(writer.side("right"), (588, 104))
page.text(524, 100, "try this", size=13)
page.arrow(stores[1].side("right"), (588, 146), "measure")
page.arrow((680, 84), (680, 44), tip=False)
page.arrow((680, 44), (502, 44), "the best so far")
page.arrow(keep.side("bottom"), report.side("top"))
page.text(692, 190, "no gain twice: stop", size=13, anchor="start")
page.arrow(stores[2].side("right"), report.side("left"), "measure, once")
page.save(__file__)
