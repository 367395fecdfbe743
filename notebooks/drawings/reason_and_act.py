"""Draws notebooks/drawings/reason_and_act.svg: the loop of an agent, and the three ways out of it."""

from course.drawing import Page

page = Page(
    900,
    360,
    "Reason and act",
    "A person asks the program, which asks the model. The model reasons. When it answers in words, the loop ends and "
    "the person has an answer. When it asks for a tool, the program first looks at its limits: steps, seconds, money, "
    "circles. When one is reached it stops and says why. Otherwise it acts: it checks the arguments, runs the tool, "
    "and what came of it, a result or an error, goes back to the model, which reasons again.",
)
person = page.box("person", 20, 50, 130, 76, "a person", "asks")
model = page.box("provider", 280, 40, 210, 96, "1 Reason", "the model answers,", "or asks for a tool")
limits = page.box("note", 620, 40, 250, 96, "2 Check the limits", "steps, seconds, money,", "circles")
act = page.box("program", 260, 230, 250, 96, "3 Act", "check the arguments, run the tool;", "an error is a result, too")
stop = page.box("key", 620, 230, 250, 96, "Stop, and say why", "this is not a success:", "tell the person")
page.arrow(person.side("right", -14), model.side("left", -14), "question")
page.arrow(model.side("left", 18), person.side("right", 18), "answer", above=False)
page.arrow(model.side("right"), limits.side("left"), "a tool call")
page.arrow(limits.side("bottom", -70), act.side("right", -20))
page.text(566, 182, "all is well", size=13, anchor="end")
page.arrow(act.side("top"), model.side("bottom"))
page.text(374, 190, "result or error", size=13, anchor="end")
page.arrow(limits.side("bottom", 40), stop.side("top", 40), dashed=True)
page.text(774, 190, "one is reached", size=13, anchor="end")
page.save(__file__)
