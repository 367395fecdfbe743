"""Draws notebooks/drawings/four_sieves.svg: what an answer must pass on its way into the table, and who checks it."""

from course.drawing import Page

page = Page(
    900,
    316,
    "Four sieves between a model and a table",
    "From left to right an answer passes four sieves. Is it JSON: checked by the parser, promised by JSON mode. Has it "
    "the form: checked by the class, promised by a native schema. Does it keep our rules: checked by validators, "
    "promised by nobody. Is it true: checked by labels and people, promised by nobody. What does not pass one of the "
    "first three goes back to the model with the reason; what cannot be mended goes to a person.",
)

SIEVES = (
    ("JSON?", "the parser", "JSON mode"),
    ("the form?", "the class", "native schema"),
    ("our rules?", "validators", "nobody"),
    ("true?", "labels, people", "nobody"),
)

answer = page.box("provider", 16, 66, 108, 64, "model", "an answer")
before = answer
for number, (asks, checks, promises) in enumerate(SIEVES):
    left = 158 + number * 152
    sieve = page.box("program" if number < 3 else "person", left, 66, 132, 64, asks)
    page.arrow(before.side("right"), sieve.side("left"))
    page.text(left + 66, 36, checks, size=14, bold=True)
    page.text(left + 66, 160, promises, size=14)
    before = sieve
page.arrow(before.side("right"), (782, 98))
table = page.box("store", 784, 66, 100, 64, "table", "a row")
page.text(146, 36, "checked by", size=13, anchor="end")
page.text(146, 160, "promised by", size=13, anchor="end")
page.arrow((528, 184), (528, 214), tip=False)
page.arrow((224, 214), (224, 184), tip=False)
page.arrow((528, 214), (40, 214), "what does not pass goes back, with the reason", above=False, tip=False)
page.arrow((40, 214), (40, 132))
page.box("person", 622, 236, 262, 66, "a person", "refused, or wrong three times")
page.arrow((528, 214), (620, 262))
page.save(__file__)
