"""Draws notebooks/drawings/circuit_breaker.svg: the three states of a circuit breaker."""

from course.drawing import Page

page = Page(
    860,
    250,
    "The three states of a circuit breaker",
    "Closed: calls go through. After five failures in a row it opens: calls fail at once and nothing is sent. After a "
    "rest it is half open: one call goes through. If it succeeds the breaker closes, if it fails the breaker opens "
    "again.",
)
closed = page.box("store", 40, 70, 190, 96, "Closed", "calls go through")
opened = page.box("key", 335, 70, 190, 96, "Open", "calls fail at once,", "nothing is sent")
half = page.box("note", 630, 70, 190, 96, "Half open", "one call goes through")
page.arrow(closed.side("right"), opened.side("left"), "5 failures")
page.arrow(opened.side("right", -20), half.side("left", -20), "after a rest")
page.arrow(half.side("left", 24), opened.side("right", 24), "it fails", above=False)
page.arrow((725, 166), (725, 214), tip=False)
page.text(440, 206, "it succeeds: close again", size=13, colour="#5b6b7a")
page.arrow((725, 214), (135, 214), tip=False)
page.arrow((135, 214), closed.side("bottom"))
page.save(__file__)
