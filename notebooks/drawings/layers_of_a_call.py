"""Draws notebooks/drawings/layers_of_a_call.svg: the layers between a program and a model, and where to look."""

from course.drawing import Page

page = Page(
    900,
    400,
    "What stands between your program and the model",
    "Four boxes from left to right: your program, the framework, the SDK, the provider. Below your program stands what "
    "it writes: tools, instructions, limits. Below the framework what it may do by itself: words added to your prompt, "
    "the loop and its limits, tool errors caught or not, a second try, the end of a stream judged. Below the SDK: "
    "retries and timeouts. Below the provider stands the journal: every request as it arrived. It is the one place "
    "where all that the layers did can be seen.",
)
program = page.box("program", 20, 60, 180, 90, "your program", "what you wrote")
framework = page.box("note", 260, 60, 180, 90, "a framework", "what it does by itself")
sdk = page.box("program", 500, 60, 160, 90, "the SDK", "it retries, too")
provider = page.box("provider", 720, 60, 160, 90, "the provider", "what arrives")
page.arrow(program.side("right", -14), framework.side("left", -14))
page.arrow(framework.side("left", 14), program.side("right", 14))
page.arrow(framework.side("right", -14), sdk.side("left", -14))
page.arrow(sdk.side("left", 14), framework.side("right", 14))
page.arrow(sdk.side("right", -14), provider.side("left", -14))
page.arrow(provider.side("left", 14), sdk.side("right", 14))
columns = {
    20: ("tools", "instructions", "limits"),
    260: (
        "words added to your prompt",
        "the loop, and when it ends",
        "tool errors: told, or raised?",
        "a cut stream: noticed?",
    ),
    500: ("how often it asks again", "how long it waits"),
}
for left, lines in columns.items():
    for number, line in enumerate(lines):
        page.text(left + 8, 190 + 24 * number, f"• {line}", size=14, anchor="start")
journal = page.box("store", 720, 210, 160, 76, "the journal", "each request, whole")
page.arrow(provider.side("bottom"), journal.side("top"))
person = page.box("person", 20, 310, 130, 66, "you", "reading")
page.arrow(person.side("right"), (800, 343), tip=False, dashed=True)
page.arrow((800, 343), journal.side("bottom"), dashed=True)
page.text(470, 370, "One look at the right end shows what every layer did.", size=15, bold=True)
page.save(__file__)
