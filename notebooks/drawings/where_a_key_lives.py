"""Draws notebooks/drawings/where_a_key_lives.svg: the way of a key, and the places where it leaks."""

from course.drawing import Page

page = Page(
    900,
    330,
    "The way of a key",
    "A key is kept in one of four places: an environment variable, a .env file that git ignores, the system's keyring, "
    "or a secret manager. From there it goes into the process, and the SDK puts it into a header of each request. It "
    "leaks where somebody prints it: into the notebook's source, into a cell's output, into a log file.",
)
stores = ["environment variable", ".env file, ignored by git", "the system's keyring", "a secret manager"]
boxes = [page.box("store", 30, 24 + 50 * n, 220, 40, name) for n, name in enumerate(stores)]
process = page.box("program", 360, 76, 190, 96, "Your process", "reads it once,", "at the start")
provider = page.box("provider", 672, 76, 196, 96, "Provider", "sees it in a header")
for number, box in enumerate(boxes):
    page.arrow(box.side("right"), process.side("left", -30 + 20 * number))
page.arrow(process.side("right"), provider.side("left"), "each request")
leaks = ["notebook source", "cell output", "log file"]
for number, name in enumerate(leaks):
    leak = page.box("key", 212 + 164 * number, 260, 150, 44, name)
    page.arrow(process.side("bottom", -60 + 60 * number), leak.side("top"), dashed=True)
page.text(30, 287, "Where it leaks:", size=15, bold=True, anchor="start")
page.save(__file__)
