"""A picture to words: what it shows, where its fingerprint is known; else its size and its main colours, honestly.

It is not a vision model: it knows the pictures of one table (fingerprints.py) and nothing else. Links are not fetched.
Which picture formats vendors take: https://platform.openai.com/docs/guides/images-vision
"""

import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np
from PIL import Image as Pictures
from PIL import UnidentifiedImageError

from ..core import Image, Turn
from . import fingerprints
from .context import Passage

MOST_PIXELS = 40_000_000
FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
TITLE = "picture"  # of the passage that a picture becomes
_CACHED = 64  # pictures: a conversation sends the same one with every turn
_NAMES_IT = re.compile(
    r"\b(?:describe|caption|in|on|does|look at|explain)\b[^.?!]{0,30}"
    r"\b(?:picture|photo|image|screenshot)s?\b(?: shows?\b)?\W*$",
    re.IGNORECASE,
)
_LOOKS = re.compile(
    r"\b(?:what (?:do|can) you see|what (?:is|'s|are) (?:this|that|these|here|wrong|happening|the matter|going on)|"
    r"what is (?:wrong|the problem|the fault)|describe (?:it|this|that|what)|look at (?:it|this|that))\b",
    re.IGNORECASE,
)
_LEAST_SHARE = 0.2  # of a picture that a colour covers, to be named after the first
_COLOURS = {
    "black": (20, 20, 20),
    "white": (245, 245, 245),
    "grey": (128, 128, 128),
    "red": (200, 40, 40),
    "orange": (240, 150, 50),
    "yellow": (240, 220, 60),
    "green": (70, 150, 70),
    "blue": (50, 90, 190),
    "light blue": (160, 200, 235),
    "purple": (130, 70, 160),
    "pink": (240, 160, 190),
    "brown": (120, 80, 45),
    "beige": (225, 205, 170),
}


def words(block: Image) -> str | None:
    """Say what a picture shows, line by line; None where it is not known."""
    return _seen(block.data)[0] if block.data else None


def unknown(block: Image) -> str:
    """Say honestly that a picture is not known, and what can be said of it.

    >>> unknown(Image("image/png", b"not a picture"))
    "I can't open this picture (image/png, 13 bytes): it is damaged, too large, or of an unusual format."
    >>> unknown(Image("image/png", url="https://example.com/a.png"))
    "I can't see the picture at https://example.com/a.png: links are not fetched, send its bytes."
    """
    if not block.data:
        return f"I can't see the picture at {block.url}: links are not fetched, send its bytes."
    looks = _seen(block.data)[1]
    if looks is None:
        told = f"{block.media_type}, {len(block.data):,} bytes"
        return f"I can't open this picture ({told}): it is damaged, too large, or of an unusual format."
    return f"I don't know this picture ({block.media_type}, {looks})."


def passage(block: Image) -> Passage | None:
    """Give a picture as a passage to answer from; None where it is not known."""
    shown = words(block)
    return None if shown is None else Passage(shown, title=TITLE, origin="document")


def described(request: str, passages: Sequence[Passage]) -> str | None:
    r"""Say what the pictures show where the request asks about them as a whole, or asks nothing; None else.

    >>> described("What do you see?", [Passage("The picture shows: a cup.\n\n- colour: red", title="picture")])
    'The picture shows: a cup.'
    """
    shown = [one.text for one in passages if one.title == TITLE]
    asks = bool(_NAMES_IT.search(request)) or (len(shown) == len(passages) and bool(_LOOKS.search(request)))
    if not shown or (request.strip() and not asks):
        return None
    return "\n\n".join(part for text in shown for part in text.split("\n\n") if not part.startswith("- "))


def told(turn: Turn) -> str | None:
    """Say what the known pictures of a turn show, without their labels."""
    return described("", [one for block in turn.blocks if isinstance(block, Image) and (one := passage(block))])


@lru_cache(maxsize=_CACHED)
def _seen(data: bytes) -> tuple[str | None, str | None]:
    """What a picture shows, and what it looks like; each None where it can't be told."""
    picture = _opened(data)
    if picture is None:
        return None, None
    return fingerprints.picture(picture), f"{picture.width} × {picture.height} pixels, {_colours(picture)}"


def _opened(data: bytes) -> Pictures.Image | None:
    """Decode a picture on a white ground; None where it can't be decoded or would take too much memory."""
    try:
        with Pictures.open(io.BytesIO(data), formats=FORMATS) as file:
            if file.width * file.height > MOST_PIXELS:
                return None
            whole = file.convert("RGBA")
    except (UnidentifiedImageError, Pictures.DecompressionBombError, OSError, SyntaxError, ValueError, EOFError):
        return None  # these are what Pillow's decoders raise for damaged files
    ground = Pictures.new("RGBA", whole.size, "white")
    return Pictures.alpha_composite(ground, whole).convert("RGB")


def _colours(picture: Pictures.Image) -> str:
    """Name the one or two colours that cover the most.

    >>> _colours(Pictures.new("RGB", (9, 9), (250, 250, 250)))
    'mostly white'
    """
    dots = np.asarray(picture.resize((32, 32), Pictures.Resampling.BOX), float).reshape(-1, 1, 3)
    nearest = np.linalg.norm(dots - np.array(list(_COLOURS.values())), axis=2).argmin(axis=1)
    return f"mostly {' and '.join(_most(Counter(nearest.tolist())))}"


def _most(counted: Counter[int]) -> Iterator[str]:
    names = list(_COLOURS)
    for rank, (colour, count) in enumerate(counted.most_common(2)):
        if rank == 0 or count >= _LEAST_SHARE * counted.total():
            yield names[colour]
