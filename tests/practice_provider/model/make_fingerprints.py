"""Makes the table of pictures and recordings that the practice model knows, from the course's data.

    python tests/practice_provider/model/make_fingerprints.py

Run it when a picture, a recording or its words have changed. What goes in is what can be seen or heard: captions,
labels, the words on a display or a note; not the spare part that helps, and nothing about attacks.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

import practice_provider
from practice_provider.model import fingerprints, hearing, picture_prints, sound_prints
from practice_provider.model.picture_prints import Print

DATASETS = Path(practice_provider.__file__).parents[1] / "datasets"
SEEN = ("product", "fault", "display", "view")  # the labels that an eye can give


def lines(path: Path) -> list[dict[str, Any]]:
    """Read a JSON Lines file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def pictures() -> Iterator[tuple[Path, str]]:
    """The files, each with the words for what it shows."""
    for row in lines(DATASETS / "photos" / "labels.jsonl"):
        yield DATASETS / "photos" / row["file"], told(row)
    for row in lines(DATASETS / "attacks" / "carrier_recipe" / "pictures.jsonl"):
        yield DATASETS / "attacks" / "carriers" / row["file"], told(row)


def told(row: dict[str, Any]) -> str:
    """The caption, the labels line by line, and the words in the picture as one sentence."""
    labels = "\n".join(f"- {name}: {row[name]}" for name in SEEN if row.get(name))
    display = f"The display shows {row['display']}." if row.get("display") else ""
    written = f'Text in the picture: "{joined(row["text_in_picture"])}"' if row.get("text_in_picture") else ""
    return "\n\n".join(filter(None, [f"The picture shows: {row['caption']}", labels, display, written]))


def joined(text: str) -> str:
    """The lines of a note as one; a line of dashes is none."""
    return " ".join(line.strip() for line in text.splitlines() if line.strip(" -"))


def sounds() -> Iterator[tuple[Path, dict[str, str]]]:
    """The files, each with its words and their language."""
    for row in lines(DATASETS / "voice" / "transcripts.jsonl"):
        yield DATASETS / "voice" / row["file"], {"words": row["text"], "language": row["language"]}


def picture_print(path: Path) -> Print:
    """The print of a file."""
    with Image.open(path) as picture:
        return picture_prints.take(picture.convert("RGB"))


def sound_print(path: Path) -> sound_prints.Bits:
    """The print of a file.

    Raises:
        ValueError: it is not a WAV file that can be read.
    """
    recording = hearing.opened(path.read_bytes())
    if recording is None:
        raise ValueError(f"{path} is not a WAV file of whole numbers: write it again as 16-bit PCM.")
    return sound_prints.take(recording.samples, recording.rate)


def words() -> str:
    """The file of words."""
    both = {"pictures": [told for _, told in pictures()], "sounds": [told for _, told in sounds()]}
    return json.dumps(both, ensure_ascii=False, indent=1) + "\n"


def main() -> None:
    """Write both files."""
    seen = [picture_print(path) for path, _ in pictures()]
    heard = [sound_print(path) for path, _ in sounds()]
    np.savez_compressed(
        fingerprints.PRINTS,
        lights=np.stack([one.light for one in seen]),
        colours=np.stack([one.colour for one in seen]),
        bits=np.packbits(np.concatenate(heard), axis=1),
        lengths=np.array([len(one) for one in heard]),
    )
    fingerprints.WORDS.write_text(words(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
