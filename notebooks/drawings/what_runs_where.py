"""Draws notebooks/drawings/what_runs_where.svg: which programs take part in a lesson."""

from course.drawing import Page

page = Page(
    860,
    446,
    "What runs where",
    "Your browser shows JupyterLab. The notebook's cells run in a Python process on your machine, with the vendors' "
    "own SDKs in it. The SDKs send HTTP requests to the practice provider, a second process on your machine. Only when "
    "you set COURSE_PROVIDER do the same requests leave your machine for the real providers.",
)
page.frame(16, 16, 828, 306, "Your machine")
browser = page.box("person", 40, 66, 170, 96, "You", "JupyterLab", "in your browser")
kernel = page.box("program", 300, 66, 220, 96, "Your Python", "the cells, and the SDKs of", "OpenAI, Anthropic, Google")
practice = page.box("provider", 612, 66, 210, 96, "Practice provider", "answers, and breaks", "when you ask it to")
state = page.box("store", 40, 222, 170, 76, "Your progress", "a file in .course/")
real = page.box("note", 300, 362, 220, 66, "Real providers", "only if COURSE_PROVIDER is set")
page.arrow(browser.side("right"), kernel.side("left"), "run a cell")
page.arrow(kernel.side("right"), practice.side("left"), "HTTP")
page.arrow(kernel.side("left", 38), state.side("right", -20))
page.arrow(kernel.side("bottom"), real.side("top"), dashed=True)
page.save(__file__)
