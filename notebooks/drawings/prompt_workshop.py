"""Draws notebooks/drawings/prompt_workshop.svg: how a prompt is improved, and which tickets may see what."""

from course.drawing import Page

page = Page(
    900,
    300,
    "How a prompt is improved",
    "A circle of four steps on training tickets: measure all of them, read the failures, make one change, and measure "
    "the same tickets again; a change that does not help is thrown away. Five tickets of each label go into the prompt "
    "as examples and are not measured. Only the version that is kept goes on to the test tickets, once.",
)
page.frame(16, 16, 590, 268, "train: look as often as you like")
measure = page.box("program", 48, 70, 150, 70, "measure", "the same 200")
reads = page.box("person", 240, 70, 150, 70, "read failures", "why this one?")
change = page.box("program", 430, 70, 150, 70, "change", "one thing")
page.arrow(measure.side("right"), reads.side("left"))
page.arrow(reads.side("right"), change.side("left"))
page.arrow((505, 140), (505, 196), tip=False)
page.arrow((505, 196), (123, 196), "fixed more than it broke? keep, or throw away", above=False, tip=False)
page.arrow((123, 196), (123, 142))
page.text(311, 262, "tickets that the prompt shows as examples are not measured", size=13)
test = page.box("store", 716, 70, 168, 70, "test", "once, at the end")
page.arrow((580, 105), (714, 105))
page.text(660, 97, "what is kept", size=13)
page.text(800, 170, "this figure is reported", size=13)
page.save(__file__)
