"""Draws notebooks/drawings/who_decides.svg: what an MCP server offers, and who decides that it is used."""

from course.drawing import Kind, Page

ROWS: tuple[tuple[str, str, Kind, str, str], ...] = (
    ("tools", "track_shipment, check_stock, …", "provider", "the model decides", "while it answers"),
    ("resources", "help://articles/descaling, …", "program", "the program decides", "before it asks the model"),
    ("prompts", "triage(ticket)", "person", "the person decides", "from a menu, say"),
)

page = Page(
    900,
    320,
    "What a server offers, and who decides",
    "An MCP server on the left offers three kinds of things. Tools, for example track_shipment: the model decides to "
    "call one while it answers. Resources, for example an article of the help centre: the program decides to read one "
    "before it asks the model. Prompts, for example triage of a ticket: the person chooses one, from a menu, say.",
)
server = page.box("program", 30, 60, 150, 200, "MCP server", "of the shop")
for row, (kind, example, look, who, when) in enumerate(ROWS):
    top = 30 + row * 94
    offered = page.box("note", 270, top, 280, 72, kind, example)
    decider = page.box(look, 650, top, 220, 72, who, when)
    page.arrow(server.side("right", (row - 1) * 60), offered.side("left"))
    page.arrow(decider.side("left"), offered.side("right"))
page.save(__file__)
