"""What it costs to index a folder and to keep up with it, beside what the embedding itself costs.

    python tests/benchmarks/sync.py                             100 files, embedded by the practice provider: 2 minutes
    python tests/benchmarks/sync.py --files 10000 --quick       without a model: what is left is the index's own cost
    python tests/benchmarks/sync.py --files 10000 --lay-out X   only make the folder X, to try the app on

The folder: Brewline's articles with some words changed, as Markdown, text and HTML, in folders with spaces and umlauts,
and a few files that are empty, binary, broken, in another encoding, or a link to themselves; one is a large log, of
3,000 bytes for each other file. The embedding alone is timed in the same process, on the same texts, in the same
batches, with a full stop more. Prints Markdown; it asserts nothing.
"""

import argparse
import hashlib
import html
import random
import re
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import psutil

from stages.s2_llms.providers import PROVIDERS
from stages.s3_rag import brewline, store
from stages.s3_rag.embeddings import Embed, Remembered, open_embedder
from stages.s3_rag.sync import Report, sync
from stages.s3_rag.vectors import Matrix, unit

PLACES = ("Zürich", "Köln Süd", "Dublin", "São Paulo", "Malmö")
ENDINGS = ("md",) * 7 + ("txt",) * 2 + ("html",)
A_LOG = 3_000  # bytes for each file
STEP = 256  # texts that a sync embeds at once
_HEAD = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)


# ---- the folder -----------------------------------------------------------------------------------------------


def lay_out(folder: Path, n_files: int) -> list[Path]:
    """Make a folder with so many files that can be read, a log, and some that cannot."""
    articles = [
        (path.stem, _HEAD.sub("", path.read_text(encoding="utf-8")))
        for path in sorted(brewline.corpus().values())
        if path.suffix == ".md"
    ]
    made = []
    for number in range(n_files):
        name, text = articles[number % len(articles)]
        text, ending = varied(text, random.Random(number)), ENDINGS[number % len(ENDINGS)]
        here = folder / f"Büro {PLACES[number % len(PLACES)]}" / f"ordner {number // len(PLACES) % 20}"
        here.mkdir(parents=True, exist_ok=True)
        made.append(here / f"{name} größe {number}.{ending}")
        made[-1].write_text(_as(ending, f"{name}-{number}", text), encoding="utf-8")
    spoil(folder / "bad ones", articles[0][1], n_files * A_LOG)
    return made


def varied(text: str, drawn: random.Random) -> str:
    """A text with one of twenty words from elsewhere in it, and other numbers."""
    words = text.split(" ")
    for at, word in enumerate(words):
        if word.isdigit():
            words[at] = str(drawn.randint(1, 99))
        elif word.isalpha() and word.islower() and drawn.random() < 0.05:
            words[at] = drawn.choice(words).strip("\n#|") or word
    return " ".join(words)


def _as(ending: str, name: str, text: str) -> str:
    if ending == "md":
        return f"---\nid: {name}\nlanguage: en-GB\n---\n{text}"
    if ending == "txt":
        return text
    lines = [html.escape(line) for line in text.splitlines() if line.strip()]
    marked = [re.sub(r"^#{1,3} (.*)$", r"<h2>\1</h2>", line) for line in lines]
    body = "".join(line if line.startswith("<h2>") else f"<p>{line}</p>" for line in marked)
    return f"<!doctype html><title>{name}</title><nav>Home</nav><main>{body}</main>"


def spoil(folder: Path, text: str, size: int) -> None:
    """Add what real folders have too."""
    folder.mkdir()
    bad = {
        "empty.md": b"",
        "a picture.txt": b"GIF89a\0\0\0",
        "broken.pdf": b"%PDF-1.7 and then nothing",
        "latin one.txt": "Gerät".encode("latin-1"),
        "head.md": b"---\ntitle: [\n---\ntext",
        "song.mp3": b"ID3",
    }
    for name, data in bad.items():
        (folder / name).write_bytes(data)
    (folder / "round").symlink_to(folder.parent, target_is_directory=True)
    (folder / "self.md").symlink_to(folder / "self.md")
    with (folder / "a large log.txt").open("w", encoding="utf-8") as file:
        while file.tell() < size:
            file.write(f"{text}\n\n")


# ---- what is measured -----------------------------------------------------------------------------------------


class Quick:
    """An embedder that costs next to nothing: a vector by the checksum of a text."""

    model = "quick"

    def __init__(self) -> None:
        self._rows = unit(np.random.default_rng(20_261_123).standard_normal((4_096, 384), np.float32))

    def __call__(self, texts: Sequence[str]) -> Matrix:
        return self._rows[[int(hashlib.sha256(text.encode()).hexdigest()[:3], 16) for text in texts]]


class Timed:
    """An embedder, what it was given, and the seconds that it took."""

    def __init__(self, embed: Embed) -> None:
        self._embed, self.model = embed, embed.model
        self.seconds, self.texts = 0.0, list[str]()

    def __call__(self, texts: Sequence[str]) -> Matrix:
        began = time.perf_counter()
        rows = self._embed(texts)
        self.seconds += time.perf_counter() - began
        self.texts += texts
        return rows


class Peak:
    """The most memory that this process had while a block ran, in megabytes."""

    def __enter__(self) -> "Peak":
        self._process, self._ended = psutil.Process(), threading.Event()
        self.mb = 0.0
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(0.05):
            self.mb = max(self.mb, self._process.memory_info().rss / 1e6)


def measured(home: Path, n_files: int, embed: Embed) -> str:
    """All figures, as a table."""
    folder, index = home / "documents", home / "index"
    made = lay_out(folder, n_files)
    embed(["Load what has to be loaded."])
    timed = Timed(embed)
    with Peak() as peak:
        built = sync(folder, index, Remembered(timed, home / "vectors.sqlite"))
    within, texts = timed.seconds, list(timed.texts)
    began = time.perf_counter()
    for at in range(0, len(texts), STEP):
        embed([f"{text} ." for text in texts[at : at + STEP]])  # the practice provider remembers what it has seen
    alone = time.perf_counter() - began
    remembered = Remembered(timed, home / "vectors.sqlite")
    nothing = sync(folder, index, remembered)
    for path in made[::100]:
        path.write_text(path.read_text(encoding="utf-8") + "\nOne more sentence.\n", encoding="utf-8")
    changed = sync(folder, index, remembered)
    for path in made[50::100]:
        path.unlink()
    removed = sync(folder, index, remembered)
    disk = sum(path.stat().st_size for path in (store.current(index), home / "vectors.sqlite")) / 1e6
    rows = {
        "files, not readable": f"{len(built.added):,}, {len(built.unreadable)}",
        "chunks, different texts": f"{built.chunks:,}, {built.embedded:,}",
        "build": f"{built.seconds:.1f} s, {_rate(built)}",
        "embedding within it": f"{within:.1f} s (build: {built.seconds / within:.2f} ×)",
        "embedding alone": f"{alone:.1f} s (build: {built.seconds / alone:.2f} ×)",
        "sync, nothing changed": _share(nothing, built),
        f"sync, {len(changed.changed)} changed": _share(changed, built),
        f"sync, {len(removed.removed)} removed": _share(removed, built),
        "peak memory of the build": f"{peak.mb:,.0f} MB",
        "disk: index and remembered vectors": f"{disk:,.0f} MB",
    }
    return "\n".join(["| | |", "|---|---|", *(f"| {name} | {value} |" for name, value in rows.items())])


def _rate(report: Report) -> str:
    return f"{report.chunks / report.seconds:,.0f} chunks/s"


def _share(report: Report, built: Report) -> str:
    return f"{report.seconds:.2f} s ({report.seconds / built.seconds:.1%} of the build)"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=100, help="how many (default: 100)")
    parser.add_argument("--quick", action="store_true", help="vectors by checksum, no model")
    parser.add_argument("--lay-out", type=Path, metavar="FOLDER", help="make the folder, measure nothing")
    asked = parser.parse_args()
    if asked.lay_out:
        print(f"{len(lay_out(asked.lay_out, asked.files)):,} files and some bad ones in {asked.lay_out}")
        return
    embed = Quick() if asked.quick else open_embedder(PROVIDERS["practice"])
    with tempfile.TemporaryDirectory(prefix="course-sync-", ignore_cleanup_errors=True) as name:
        print(measured(Path(name), asked.files, embed))


if __name__ == "__main__":
    main()
