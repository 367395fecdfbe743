"""Draws notebooks/drawings/three_prompts.svg: nothing, everything, or a few chosen files in the prompt."""

from course.drawing import Page

page = Page(
    900,
    384,
    "What stands in the prompt",
    "Three prompts for the same question. Nothing: only the question reaches the model, which knows nothing of the "
    "firm. Everything: all files of the shelf stand in the prompt before the question; it grows with each new file. "
    "Look-up: a small step reads the names of all files and chooses a few, and only these stand in the prompt; it "
    "stays the same size, and a file that was not chosen cannot be answered from.",
)


def shelf(x: float, y: float, chosen: tuple[int, ...]) -> None:
    """Twelve files; those that go into the prompt are filled."""
    for place in range(12):
        left, top = x + place % 6 * 40, y + place // 6 * 44
        page.box("store" if place in chosen else "note", left, top, 32, 36, "")


COLUMNS = (
    (16, "nothing", (), "no file", "the question", 44),
    (312, "everything", tuple(range(12)), "all files", "all files, the question", 118),
    (608, "look-up", (2, 7), "chosen by name", "two files, the question", 62),
)
for x, name, chosen, how, holds, height in COLUMNS:
    page.frame(x, 14, 276, 358, name)
    shelf(x + 22, 48, chosen)
    page.text(x + 138, 148, how, size=13)
    if chosen:
        page.arrow((x + 138, 156), (x + 138, 180))
    page.box("program", x + 42, 182, 192, height, "the prompt", holds)
    page.arrow((x + 138, 182 + height), (x + 138, 324))
    page.box("provider", x + 78, 326, 120, 36, "model")
page.save(__file__)
