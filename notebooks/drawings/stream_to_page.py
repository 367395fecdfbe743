"""Draws notebooks/drawings/stream_to_page.svg: words go from the provider to the page, hanging up goes back."""

from course.drawing import SOFT, Page

page = Page(
    880,
    220,
    "From the provider to the page, and back",
    "Three boxes: the provider, your server, the reader's page. Pieces of the answer go from the provider to your "
    "server as the vendor's events, and from there to the page as your own events: words, then done or cut. A dashed "
    "arrow goes the other way: the reader closes the page, your server hangs up, the provider stops writing.",
)
provider = page.box("provider", 40, 30, 200, 100, "provider", "the model writes", "sends the bill")
server = page.box("program", 340, 30, 200, 100, "your server", "holds the key", "knows the end mark")
reader = page.box("person", 640, 30, 200, 100, "the reader's page", "EventSource", "knows no key")
page.arrow(provider.side("right", -22), server.side("left", -22), "chunks")
page.arrow(server.side("right", -22), reader.side("left", -22), "words, done")
page.arrow(server.side("left", 26), provider.side("right", 26), "hangs up", dashed=True, above=False)
page.arrow(reader.side("left", 26), server.side("right", 26), "leaves", dashed=True, above=False)
page.text(440, 176, "Each piece is passed on at once. Who leaves must be noticed in each link of the chain.", size=14)
page.text(440, 198, "A chain that only passes words on keeps paying for readers who have gone.", size=13, colour=SOFT)
page.save(__file__)
