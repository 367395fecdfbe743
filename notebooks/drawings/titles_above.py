"""Draws notebooks/drawings/titles_above.svg: one page, cut into windows and cut at its headings with titles above."""

from course.drawing import Page

page = Page(
    900,
    404,
    "One page, cut in two ways",
    "In the middle a page: its title, Your repair, a sentence, a heading What to send with a table of three rows, and "
    "a heading Then with the sentence: it takes 7 to 10 days. On the left it is cut into windows of equal size: the "
    "first ends with the head of the table, the second holds the rows without it and half a sentence, the third the "
    "other half. On the right it is cut at its headings. Each chunk has the page's title and its heading above its "
    "text: the table is whole, and Then has become Your repair: Then.",
)

LINES = (
    "# Your repair",
    "Use the box it came in.",
    "",
    "## What to send",
    "| Part | Send it? |",
    "| tank | no       |",
    "| lead | yes      |",
    "| tray | no       |",
    "",
    "## Then",
    "It takes 7",
    "to 10 days.",
)
ROW = 26
TOP = 78


def write(left: float, top: float, lines: tuple[str, ...]) -> None:
    for number, line in enumerate(lines):
        page.text(left, top + number * ROW, line, size=13, anchor="start", mono=True, bold=line.startswith("#"))


for middle, words in ((142, "windows"), (440, "the page"), (746, "headings, titles above")):
    page.text(middle, 34, words, bold=True)
page.box("note", 330, 52, 220, 338, "")
write(348, TOP, LINES)

for first, last, top in ((0, 5, 52), (5, 11, 190), (11, 12, 354)):
    shown = tuple(line for line in LINES[first:last] if line)
    page.box("key", 32, top, 220, len(shown) * ROW + 8, "")
    write(50, top + 20, shown)
for line in (5, 11):
    height = TOP + line * ROW - 17
    page.arrow((262, height), (560, height), dashed=True, tip=False)

for title, lines, top in (
    ("Your repair", LINES[1:2], 52),
    ("Your repair: What to send", LINES[4:8], 146),
    ("Your repair: Then", LINES[10:12], 304),
):
    page.box("store", 618, top, 256, (len(lines) + 1) * ROW + 8, "")
    page.text(636, top + 21, title, size=15, bold=True, anchor="start")
    write(636, top + 21 + ROW, lines)
page.save(__file__)
