"""Draws notebooks/drawings/stream_endings.svg: six ways in which a stream can go, and what the program notices."""

from course.drawing import SOFT, Page

WAYS = {  # name: seconds of the pieces, what stands at the end, what the program notices
    "whole": (range(11), "end mark", "the whole answer"),
    "connection lost": (range(5), "×", "an exception"),
    "broken piece": (range(5), "{…", "an exception"),
    "error in mid-stream": (range(5), "error", "an exception"),
    "stalled": (range(5), "…", "nothing, for minutes"),
    "ended early": (range(5), "", "nothing, for ever"),
}
page = Page(
    880,
    350,
    "How a stream can end",
    "Six time lines of an answer that arrives in pieces. Whole: eleven pieces, then an end mark; the program has the "
    "whole answer. Connection lost, broken piece, error in mid-stream: five pieces, then an exception. Stalled: five "
    "pieces, then silence; the program notices nothing for minutes. Ended early: five pieces, then the stream is "
    "closed in good order, but without an end mark; the program notices nothing at all.",
)
page.text(196, 36, "the stream", size=14, bold=True, anchor="start", colour=SOFT)
page.text(670, 36, "your program notices", size=14, bold=True, anchor="start", colour=SOFT)
for row, (name, (pieces, mark, noticed)) in enumerate(WAYS.items()):
    y = 70 + row * 50
    silent = noticed.startswith("nothing")
    page.text(176, y + 5, name, size=14, anchor="end", bold=silent)
    last = 200 + (len(pieces) - 1) * 36
    page.arrow((200, y), (last, y), tip=False)
    for piece in pieces:
        page.dot(200 + piece * 36, y)
    if mark == "end mark":
        page.box("provider", last + 18, y - 15, 74, 30, "end")
    elif mark:
        page.text(last + 22, y + 6, mark, size=16, bold=True, anchor="start")
    page.text(670, y + 5, noticed, size=14, anchor="start", bold=silent)
page.save(__file__)
