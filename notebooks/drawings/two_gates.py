"""Draws notebooks/drawings/two_gates.svg: a question passes the search's score and the model's word, or gets a no."""

from course.drawing import Page

page = Page(
    900,
    360,
    "Two gates before an answer",
    "A question goes to the search, which finds six chunks. The first gate compares a score with a threshold. What "
    "passes goes to the model; the second gate is its own word, whether the documents say it. What passes both is an "
    "answer with a citation. Below both gates an arrow leads down to a good no: what was searched, the nearest "
    "article, and a way to a person, who gets the question.",
)

question = page.box("person", 24, 60, 120, 70, "question")
search = page.box("program", 188, 60, 130, 70, "search", "six chunks")
first = page.box("key", 362, 50, 140, 90, "gate 1", "score at least", "the threshold?")
model = page.box("provider", 556, 50, 140, 90, "gate 2: model", "do the documents", "say it?")
answer = page.box("store", 750, 60, 126, 70, "answer", "with a citation")
no = page.box("note", 362, 236, 334, 92, "a good no", "what was searched · the nearest article", "the way to a person")
person = page.box("person", 750, 247, 126, 70, "person", "has the question")

page.arrow(question.side("right"), search.side("left"))
page.arrow(search.side("right"), first.side("left"))
page.arrow(first.side("right"), model.side("left"), "yes")
page.arrow(model.side("right"), answer.side("left"), "yes")
page.arrow(first.side("bottom"), (432, 236))
page.text(446, 192, "no: no model is asked", size=13, anchor="start")
page.arrow(model.side("bottom"), (626, 236))
page.text(640, 192, "“The documents do not say.”", size=13, anchor="start")
page.arrow(no.side("right"), person.side("left"))
page.save(__file__)
