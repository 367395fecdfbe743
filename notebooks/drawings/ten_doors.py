"""Draws notebooks/drawings/ten_doors.svg: programs ask a routing table, which knows ten doors and four languages."""

from course.drawing import Page

PROGRAMS = ("Answer desk", "Triage", "Night report")
LANGUAGES = {
    "chat completions": ("OpenAI", "Azure v1", "Azure old"),
    "messages": ("Anthropic", "Foundry", "Vertex Claude", "Bedrock invoke"),
    "converse": ("Bedrock converse",),
    "generateContent": ("Gemini", "Vertex Gemini"),
}

page = Page(
    980,
    470,
    "Ten doors, four languages",
    "On the left three programs: answer desk, triage, night report. Each has an arrow to one routing table in the "
    "middle, which holds for each program the door, the model and the region. From the table an arrow goes to each of "
    "four languages on the right, drawn as frames with their doors inside. Chat completions: OpenAI, Azure v1, "
    "Azure old. Messages: Anthropic, Foundry, Vertex Claude, Bedrock invoke. Converse: Bedrock converse. "
    "GenerateContent: Gemini, Vertex Gemini.",
)
table = page.box("store", 228, 165, 170, 140, "Routing table", "one row a program:", "door, model, region")
for number, name in enumerate(PROGRAMS):
    program = page.box("program", 24, 90 + number * 112, 150, 66, name)
    page.arrow(program.side("right"), table.side("left", (number - 1) * 34))
for number, (language, doors) in enumerate(LANGUAGES.items()):
    top = 22 + number * 110
    page.frame(450, top, 508, 98, language)
    width = (476 - 10 * (len(doors) - 1)) / max(len(doors), 2)
    for place, door in enumerate(doors):
        left = 466 + place * (width + 10)
        page.box("provider", left, top + 38, width, 46, "")
        page.text(left + width / 2, top + 66, door, size=12, bold=True)
    page.arrow(table.side("right", (number - 1.5) * 28), (450, top + 49))
page.save(__file__)
