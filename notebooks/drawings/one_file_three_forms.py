"""Draws notebooks/drawings/one_file_three_forms.svg: a file becomes each vendor's own part, or an error."""

from course.drawing import Page

POST = ("photo", "PDF", "voice message", "video")
VENDORS = (
    ("OpenAI", "image_url · file", "input_audio"),
    ("Anthropic", "image · document", "no sound"),
    ("Gemini", "inline_data for all", "pictures, PDF, sound"),
)

page = Page(
    940,
    400,
    "One file, three forms",
    "On the left what the post brings: a photo, a PDF, a voice message, a video. Each becomes one neutral part, a File "
    "with bytes, media type and name. From it an arrow goes to each vendor, which has a form of its own: OpenAI "
    "image_url, file and input_audio; Anthropic image and document and no form for sound; Gemini inline_data for all. "
    "Where a vendor has no form, a dashed arrow goes down to an error before any call, which names the way out: "
    "transcribe it, convert it, or give it to a person.",
)
part = page.box("program", 268, 92, 170, 128, "File", "bytes", "media type", "name")
for number, name in enumerate(POST):
    thing = page.box("store", 24, 24 + number * 68, 150, 50, name)
    page.arrow(thing.side("right"), part.side("left", (number - 1.5) * 30))
for number, (vendor, *forms) in enumerate(VENDORS):
    box = page.box("provider", 640, 20 + number * 96, 270, 80, vendor, *forms)
    page.arrow(part.side("right", (number - 1) * 36), box.side("left"))
error = page.box("key", 232, 300, 242, 74, "BadRequest", "before any call")
page.arrow(part.side("bottom"), error.side("top"), dashed=True)
page.text(364, 262, "no form for it", size=13, anchor="start")
way_out = page.box("person", 640, 312, 270, 66, "the way out", "transcribe · convert · a person")
page.arrow(error.side("right"), way_out.side("left"))
page.text(539, 60, "each in its own form", size=13)
page.save(__file__)
