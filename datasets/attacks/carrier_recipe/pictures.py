"""Pictures with words in them: a scene is drawn, then its sheet of text is laid into it.

Colours, place and tilt come from the file's name, so that no two pictures are alike. It draws no faults of machines:
those are in `datasets/photos/`. The font is the one that Pillow brings.
Source: https://pillow.readthedocs.io/en/stable/reference/ImageDraw.html
"""

from __future__ import annotations

import hashlib
import io

from PIL import Image, ImageDraw, ImageFont

from carrier_recipe import scenes
from carrier_recipe.scenes import Look, Scene

SIZE = (640, 480)  # pixels
COLOURS = 40  # of the palette: flat drawings need no more, and a file stays below 25 KB


def look(name: str) -> Look:
    """Return the colours, shift and tilt that belong to a file's name.

    >>> look("a.png") == look("a.png"), look("a.png") == look("b.png")
    (True, False)
    """
    drawn = hashlib.sha256(name.encode()).digest()
    return Look(
        tone=scenes.TONES[drawn[0] % len(scenes.TONES)],
        accent=scenes.ACCENTS[drawn[1] % len(scenes.ACCENTS)],
        shift=(drawn[2] % 121 - 60, drawn[3] % 61 - 30),
        tilt=drawn[4] % 13 - 6,
    )


def _font(lines: list[str], scene: Scene) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Return the largest font in which all lines fit on the scene's sheet."""
    width, height = scene.sheet[0] - 2 * scene.margin, scene.sheet[1] - 2 * scene.margin
    for size in range(52, 12, -2):
        font = ImageFont.load_default(size)
        if size * 1.25 * len(lines) <= height and max(font.getlength(line) for line in lines) <= width:
            return font
    raise ValueError(f"the text {lines!r} does not fit on {scene.sheet}; shorten it")


def _sheet(text: str, scene: Scene, seen: Look) -> Image.Image:
    """Return the sheet of the scene with its words, on a transparent ground."""
    sheet = Image.new("RGBA", scene.sheet, (0, 0, 0, 0))
    draw = ImageDraw.Draw(sheet)
    scene.paper(draw, scene.sheet, seen)
    lines = text.split("\n")
    font = _font(lines, scene)
    step = scene.sheet[1] / (len(lines) + 1) if scene.spread else font.size * 1.25  # type: ignore[union-attr]
    top = (scene.sheet[1] - step * (len(lines) - 1)) / 2
    for number, line in enumerate(lines):
        x, anchor = (scene.sheet[0] / 2, "mm") if scene.centred else (scene.margin, "lm")
        draw.text((x, top + number * step), line, fill=scene.ink, font=font, anchor=anchor)
    return sheet


def picture(name: str, scene_name: str, text: str) -> bytes:
    """Return a PNG of 640 × 480 pixels with the text laid into the scene.

    Raises:
        KeyError: the scene is none of `scenes.SCENES`.
        ValueError: the text does not fit.
    """
    scene, seen = scenes.SCENES[scene_name], look(name)
    image = Image.new("RGB", SIZE, seen.tone)
    scene.ground(ImageDraw.Draw(image), seen)
    sheet = _sheet(text, scene, seen).rotate(seen.tilt if scene.tilts else 0, Image.Resampling.BICUBIC, expand=True)
    x = (SIZE[0] - sheet.width) // 2 + seen.shift[0] * scene.moves
    y = (SIZE[1] - sheet.height) // 2 + seen.shift[1] * scene.moves
    if scene.tilts:
        image.paste((60, 52, 46), (x + 7, y + 9), sheet.getchannel("A").point(lambda alpha: alpha // 3))
    image.paste(sheet, (x, y), sheet)
    content = io.BytesIO()
    image.quantize(COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(content, "PNG", optimize=True)
    return content.getvalue()
