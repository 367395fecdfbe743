"""Draw the pictures: 78 PNG files of 640 × 480 pixels, and `labels.jsonl`.

    python datasets/photos/make.py            # writes beside this file, and SHA256SUMS
    python datasets/photos/make.py --out DIR  # writes somewhere else
    python datasets/photos/make.py --only P-007 P-061

It needs Pillow (the extra `datasets`) and uses only the font that Pillow brings; `photo_recipe/` explains the steps.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from pathlib import Path

from photo_recipe.drawing import draw
from photo_recipe.scenes import Scene, scenes

HERE = Path(__file__).parent


def label(scene: Scene, box: list[int] | None) -> dict[str, object]:
    """Return a picture's line of `labels.jsonl`."""
    return {
        "id": scene.name,
        "file": f"{scene.name}.png",
        "product": scene.product,
        "fault": scene.fault,
        "display": scene.display,
        "part": scene.part,
        "view": scene.view,
        "box": box,
        "caption": scene.caption,
        "text_in_picture": scene.text,
    }


def write_sums(folder: Path) -> None:
    """Write SHA256SUMS of the pictures and their labels, by name."""
    files = sorted([*folder.glob("P-*.png"), folder / "labels.jsonl"])
    sums = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in files]
    (folder / "SHA256SUMS").write_text("".join(sums), encoding="utf-8", newline="\n")


def main() -> None:
    """Write the files."""
    parser = argparse.ArgumentParser(description="Draw the pictures.")
    parser.add_argument("--out", type=Path, default=HERE, help="folder for the files (default: beside this script)")
    parser.add_argument("--only", nargs="*", default=[], help="draw these pictures alone, and no labels")
    arguments = parser.parse_args()
    out: Path = arguments.out
    out.mkdir(parents=True, exist_ok=True)
    lines = []
    for scene in scenes():
        if arguments.only and scene.name not in arguments.only:
            continue
        picture, box = draw(scene)
        picture.save(out / f"{scene.name}.png", optimize=True)
        lines.append(json.dumps(label(scene, box), ensure_ascii=False) + "\n")
    if not arguments.only:
        (out / "labels.jsonl").write_text("".join(lines), encoding="utf-8", newline="\n")
    if out == HERE and not arguments.only:
        write_sums(out)


if __name__ == "__main__":
    main()
