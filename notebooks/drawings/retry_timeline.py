"""Draws notebooks/drawings/retry_timeline.svg: the same failing call, retried in four ways."""

from course.drawing import INK, Page

WAYS = {  # seconds at which a try is sent
    "at once, again and again": [0, 0.12, 0.24, 0.36, 0.48, 0.6, 0.72, 0.84, 0.96, 1.08, 1.2, 1.32, 1.44, 1.56, 1.68],
    "the same wait each time": [0, 1, 2, 3, 4, 5],
    "back-off: each wait twice as long": [0, 0.5, 1.5, 3.5],
    "back-off with jitter": [0, 0.3, 1.1, 2.6],
}
page = Page(
    880,
    260,
    "Four ways to ask again",
    "Four time lines of five seconds. Asking at once sends fifteen tries in under two seconds. The same wait sends "
    "one each second. Back-off sends four tries with waits of a half, one and two seconds. With jitter the waits are "
    "drawn by chance below those, so that two clients do not meet again.",
)
for row, (name, tries) in enumerate(WAYS.items()):
    y = 46 + row * 48
    page.text(290, y + 5, name, size=14, anchor="end")
    page.arrow((310, y), (850, y))
    for second in tries:
        page.dot(314 + second * 104, y)
for second in range(6):
    page.text(314 + second * 104, 238, f"{second} s", size=13, colour=INK)
page.save(__file__)
