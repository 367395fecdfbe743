"""Draws notebooks/drawings/three_dialects.svg: the same request as three vendors want to read it."""

from course.drawing import Page

ROWS = ("key travels in", "instructions", "question", "answer is in", "ended because")
VENDORS = {
    "OpenAI": ("authorization: Bearer", "messages[0], role system", "messages[1], role user",
               "choices[0].message.content", "finish_reason"),
    "Anthropic": ("x-api-key (or Bearer)", "system", "messages[0], role user", "content[0].text", "stop_reason"),
    "Google Gemini": ("x-goog-api-key", "systemInstruction", "contents[0].parts[0]",
                      "candidates[0].content.parts[0]", "finishReason"),
}  # fmt: skip

page = Page(
    900,
    300,
    "One request, three dialects",
    "A table with a row for each part of a request and a column for each vendor. Key: OpenAI sends it in the "
    "authorization header, Anthropic in x-api-key or authorization, Gemini in x-goog-api-key. Instructions: a message "
    "with the role system, a field named system, a field named systemInstruction. The answer: in "
    "choices[0].message.content, in content[0].text, in candidates[0].content.parts[0]. Why it ended: finish_reason, "
    "stop_reason, finishReason.",
)
for column, (vendor, cells) in enumerate(VENDORS.items()):
    left = 150 + column * 248
    page.box("provider", left, 20, 234, 42, vendor)
    for row, cell in enumerate(cells):
        page.box("program", left, 76 + row * 42, 234, 36, "")
        page.text(left + 117, 99 + row * 42, cell, size=12, mono=True)
for row, name in enumerate(ROWS):
    page.text(136, 99 + row * 42, name, size=14, anchor="end", bold=True)
page.save(__file__)
