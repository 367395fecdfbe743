"""Make the PDFs and pictures in `carriers/` from `carrier_recipe/pdfs.jsonl` and `carrier_recipe/pictures.jsonl`.

    python datasets/attacks/make.py            # writes beside this file, and SHA256SUMS
    python datasets/attacks/make.py --out DIR  # writes the carriers somewhere else, and no SHA256SUMS

It needs reportlab and Pillow (the extra `datasets`); it uses no clock, no network and no font of this machine. The text
documents in `carriers/` and `attacks.jsonl` itself come from no script: they are their own source.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from pathlib import Path
from typing import Any

from carrier_recipe import pictures, sheets

HERE = Path(__file__).parent
RECIPE = HERE / "carrier_recipe"


def read(path: Path) -> list[dict[str, Any]]:
    """Return the objects of a JSONL file, by line."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def write_carriers(folder: Path) -> list[str]:
    """Write all PDFs and pictures into a folder and return their names."""
    folder.mkdir(parents=True, exist_ok=True)
    made = {row["file"]: sheets.sheet(row["title"], row["parts"]) for row in read(RECIPE / "pdfs.jsonl")}
    for row in read(RECIPE / "pictures.jsonl"):
        made[row["file"]] = pictures.picture(row["file"], row["scene"], row["text_in_picture"])
    for name, content in made.items():
        (folder / name).write_bytes(content)
    return sorted(made)


def write_sums(folder: Path) -> None:
    """Write SHA256SUMS of the attacks and all carriers, by name."""
    paths = [folder / "attacks.jsonl", *sorted((folder / "carriers").iterdir())]
    lines = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder).as_posix()}\n" for path in paths
    ]
    (folder / "SHA256SUMS").write_text("".join(lines), encoding="utf-8", newline="\n")


def main() -> None:
    """Write the files."""
    parser = argparse.ArgumentParser(description="Make the PDFs and pictures that carry attacks.")
    parser.add_argument("--out", type=Path, help="a folder for the carriers; default: carriers/ beside this file")
    out = parser.parse_args().out
    names = write_carriers(out or HERE / "carriers")
    if not out:
        write_sums(HERE)
    print(f"wrote {len(names)} carriers")


if __name__ == "__main__":
    main()
