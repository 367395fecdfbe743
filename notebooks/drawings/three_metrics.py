"""Draws notebooks/drawings/three_metrics.svg: one ranking, and what each of three metrics sees of it."""

from course.drawing import Page

page = Page(
    900,
    318,
    "One ranking, three metrics",
    "A ranking of five passages for one question. Places 1, 3 and 5 answer nothing, place 2 has grade 2, place 4 has "
    "grade 3; one more passage of grade 3 was not found. Recall asks which were found and sees two of three. "
    "Reciprocal rank asks where the first one is and sees one half. nDCG asks how good and how high up: each grade is "
    "divided by the logarithm of its place plus one, and the sum is 0.43 of the best possible one.",
)

PLACES = ((0, ""), (2, "helps"), (0, ""), (3, "answers"), (0, ""))

page.text(20, 78, "found, best first", size=13, anchor="start")
for place, (grade, word) in enumerate(PLACES, 1):
    left = 150 + (place - 1) * 122
    if grade:
        page.box("store", left, 44, 106, 60, f"grade {grade}", word)
    else:
        page.box("note", left, 44, 106, 60, "–")
    page.text(left + 53, 32, f"place {place}", size=13)
page.box("key", 776, 44, 108, 60, "grade 3", "answers")
page.text(830, 32, "not found", size=13)

GAINS = "2/log 3 + 3/log 5 = 2.55, of the best possible 3/log 2 + 3/log 3 + 2/log 4 = 5.89"
ROWS = (
    ("recall", "which of them are here?", "two of three", "2 / 3 = 0.67"),
    ("reciprocal rank", "where is the first?", "place 2, and nothing else", "1 / 2 = 0.50"),
    ("nDCG", "how good, how high up?", GAINS, "0.43"),
)
for number, (name, asks, sees, value) in enumerate(ROWS):
    y = 156 + number * 52
    page.arrow((20, y - 26), (880, y - 26), tip=False)
    page.text(20, y, name, bold=True, anchor="start")
    page.text(20, y + 17, asks, size=12, anchor="start")
    page.text(196, y + 6, f"sees: {sees}", size=14, anchor="start")
    page.text(880, y + 6, value, bold=True, anchor="end")
page.text(880, 304, "logarithms to base 2", size=12, anchor="end")
page.save(__file__)
