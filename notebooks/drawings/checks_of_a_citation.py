"""Draws notebooks/drawings/checks_of_a_citation.svg: what a program can ask of a citation, and what it cannot."""

from course.drawing import Page

page = Page(
    940,
    300,
    "Three questions to a citation",
    "A sentence with a citation, 12.50 pounds, from shipping times and costs, goes through two questions that a "
    "program answers: was this passage shown? If not, the citation is taken out and counted. Do its figures stand "
    "there? If not, the sentence is marked. A third question, is it the right passage and does it mean that, is "
    "answered by people or by a judge. What passes goes to the customer.",
)
said = page.box("provider", 24, 60, 190, 86, "It costs £12.50.", "[shipping#times…]")
shown = page.box("program", 270, 60, 170, 86, "was it shown?", "ids of the prompt")
held = page.box("program", 496, 60, 170, 86, "is it held?", "figures, codes, prices")
meant = page.box("person", 722, 60, 194, 86, "is it meant?", "people, or a judge")
out = page.box("note", 270, 208, 170, 62, "taken out", "and counted")
marked = page.box("note", 496, 208, 170, 62, "marked", "not sent as it is")
sample = page.box("note", 722, 208, 194, 62, "a sample", "of all answers")
for left, right in ((said, shown), (shown, held), (held, meant)):
    page.arrow(left.side("right"), right.side("left"))
page.text(468, 92, "yes", size=13)
page.text(694, 92, "yes", size=13)
page.arrow(shown.side("bottom"), out.side("top"))
page.arrow(held.side("bottom"), marked.side("top"))
page.arrow(meant.side("bottom"), sample.side("top"), dashed=True)
page.text(372, 182, "no", size=13)
page.text(598, 182, "no", size=13)
page.text(355, 40, "a program, each time", size=13)
page.text(581, 40, "a program, each time", size=13)
page.text(819, 40, "now and then", size=13)
page.save(__file__)
