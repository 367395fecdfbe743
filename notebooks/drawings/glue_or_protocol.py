"""Draws notebooks/drawings/glue_or_protocol.svg: four programs and five look-ups, with and without a protocol."""

from course.drawing import Box, Page

PROGRAMS = ("chat (OpenAI)", "batch (Claude)", "voice (Gemini)", "terminal")
LOOK_UPS = ("get_order", "list_orders", "track_shipment", "check_warranty", "check_stock")

page = Page(
    900,
    400,
    "Glue, or a protocol",
    "Two pictures side by side. Left: four programs and five look-ups of the shop; each program is joined to each "
    "look-up, which makes twenty lines. Right: the same four programs are joined to one MCP server, and the server to "
    "the five look-ups, which makes nine lines.",
)


def programs(left: float) -> list[Box]:
    boxes = [page.box("program", left, 62 + row * 84, 130, 48, "") for row in range(len(PROGRAMS))]
    for row, name in enumerate(PROGRAMS):
        page.text(left + 65, 91 + row * 84, name, size=14)
    return boxes


def look_ups(left: float) -> list[Box]:
    boxes = [page.box("store", left, 50 + row * 68, 134, 44, "") for row in range(len(LOOK_UPS))]
    for row, name in enumerate(LOOK_UPS):
        page.text(left + 67, 77 + row * 68, name, size=13, mono=True)
    return boxes


page.text(205, 32, "each with each: 4 × 5 = 20", bold=True)
for program in programs(30):
    for row in range(len(LOOK_UPS)):
        page.arrow(program.side("right"), (250, 72 + row * 68), tip=False)
look_ups(250)

page.text(665, 32, "through one server: 4 + 5 = 9", bold=True)
server = page.box("program", 632, 150, 86, 110, "MCP", "server")
for program in programs(450):
    page.arrow(program.side("right"), (632, 205), tip=False)
for look_up in look_ups(748):
    page.arrow((718, 205), look_up.side("left"), tip=False)
page.save(__file__)
