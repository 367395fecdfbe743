"""Draws notebooks/drawings/prompt_cache.svg: which part of a second request the prompt cache reuses."""

from course.drawing import Page

page = Page(
    900,
    330,
    "The cache reuses the beginning",
    "Two pairs of requests. Above: rules and documents stand first, then the question. The second request has the same "
    "rules and documents, which are reused; only the new question is paid in full. Below: the time stands first, then "
    "the same rules, documents and question. The second request begins with another time, so nothing is reused.",
)


def request(y: float, label: str, parts: list[tuple[str, float, bool]]) -> None:
    """One request as a row of boxes; what is reused is drawn as a store, what is paid in full as a program."""
    page.text(104, y + 26, label, size=14, anchor="end")
    left = 116.0
    for name, width, reused in parts:
        page.box("store" if reused else "program", left, y, width, 42, name)
        left += width + 6


page.text(116, 30, "constant first: all but the question is reused", size=15, anchor="start", bold=True)
request(44, "request 1", [("rules", 90, False), ("documents", 480, False), ("question 1", 130, False)])
request(98, "request 2", [("rules", 90, True), ("documents", 480, True), ("question 2", 130, False)])
page.text(116, 182, "the time first: nothing is reused", size=15, anchor="start", bold=True)
request(
    196, "request 1", [("9:40", 60, False), ("rules", 90, False), ("documents", 414, False), ("question 1", 130, False)]
)
request(
    250, "request 2", [("9:41", 60, False), ("rules", 90, False), ("documents", 414, False), ("question 2", 130, False)]
)
page.text(116, 316, "straight corners, green: from the cache, at a tenth of the price", size=13, anchor="start")
page.save(__file__)
