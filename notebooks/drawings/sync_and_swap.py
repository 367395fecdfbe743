"""Draws notebooks/drawings/sync_and_swap.svg: how a sync gets from a folder to an index without anybody seeing half."""

from course.drawing import Page

page = Page(
    900,
    392,
    "A sync: plan, embed what is new, swap",
    "A folder of files is compared with the hashes that the index has. The plan says what was added, changed, moved "
    "and removed. The chunks of changed files are hashed too: only those without a vector go to the embedding model. "
    "All is written to a copy beside the current index; as the last step the pointer CURRENT names the copy. The desk "
    "follows the pointer and reads the old index until then.",
)

folder = page.box("store", 24, 50, 130, 76, "folder", "the truth")
plan = page.box("program", 208, 42, 176, 92, "plan", "hash of each file:", "added, changed,", "moved, removed")
cut = page.box("program", 438, 42, 176, 92, "chunks", "hash of each chunk:", "has it a vector?")
model = page.box("provider", 728, 42, 148, 92, "embedding model", "paid by the token")
part = page.box("store", 438, 204, 176, 76, "next index", "a copy, changed")
old = page.box("store", 208, 204, 176, 76, "old index", "answers meanwhile")
pointer = page.box("key", 208, 322, 176, 52, "CURRENT", "one line of text")
desk = page.box("person", 24, 310, 130, 76, "desk", "asks all the time")

page.arrow(folder.side("right"), plan.side("left"))
page.arrow(plan.side("right"), cut.side("left"))
page.arrow(cut.side("right"), model.side("left"), "only if not")
page.arrow((802, 134), (614, 236), "")
page.text(738, 196, "new vectors", size=13, anchor="start")
page.arrow(cut.side("bottom"), part.side("top"))
page.text(534, 172, "known ones", size=13, anchor="start")
page.arrow(old.side("right"), part.side("left"), "copy")
page.arrow(desk.side("right"), pointer.side("left"))
page.arrow(pointer.side("top"), old.side("bottom"))
page.text(288, 306, "until the end", size=13, anchor="end")
page.arrow(pointer.side("right"), (526, 280), dashed=True)
page.text(478, 336, "last step: os.replace", size=13, anchor="start")
page.save(__file__)
