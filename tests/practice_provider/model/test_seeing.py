"""Pictures that the model knows become words, changed copies too; of any other it says honestly that it can't."""

import importlib
import io
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pictures
from PIL import ImageDraw

import practice_provider
from practice_provider.core import Image, Text, Turn
from practice_provider.model import fingerprints, seeing

PHOTOS = Path(practice_provider.__file__).parents[1] / "datasets" / "photos"
Say = Callable[..., str]


def photo(name: str) -> Pictures.Image:
    return Pictures.open(PHOTOS / f"{name}.png").convert("RGB")


def sent(picture: Pictures.Image, form: str = "PNG", **options: int) -> Image:
    file = io.BytesIO()
    picture.save(file, form, **options)
    return Image(f"image/{form.lower()}", file.getvalue())


def shown(name: str) -> str | None:
    return seeing.words(sent(photo(name)))


@pytest.mark.parametrize("name", ["P-001", "P-024", "P-030", "P-061", "P-076"])
def test_a_copy_is_known_after_compression_scaling_and_a_small_crop(name: str) -> None:
    picture = photo(name)
    expected = seeing.words(Image("image/png", (PHOTOS / f"{name}.png").read_bytes()))
    assert expected is not None
    for copy in (
        sent(picture, "JPEG", quality=50),
        sent(picture.resize((160, 120))),
        sent(picture.resize((1280, 960)), "WEBP"),
        sent(picture.crop((12, 8, 625, 470))),
    ):
        assert seeing.words(copy) == expected


def test_two_pictures_that_differ_in_a_code_alone_are_told_apart() -> None:
    assert shown("P-024") != shown("P-030")


def test_every_picture_of_the_set_has_its_own_caption_and_labels() -> None:
    for line in (PHOTOS / "labels.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        words = seeing.words(Image("image/png", (PHOTOS / row["file"]).read_bytes()))
        assert words is not None, row["file"]
        assert row["caption"] in words, row["file"]
        assert f"fault: {row['fault']}" in words, row["file"]


def test_another_picture_is_said_to_be_unknown_with_its_size_and_colours(say: Say) -> None:
    picture = Pictures.new("RGB", (300, 200), "white")
    ImageDraw.Draw(picture).rectangle((0, 0, 100, 200), fill=(40, 80, 190))
    told = say(Turn("user", (Text("What do you see?"), sent(picture))))
    assert told == "I don't know this picture (image/png, 300 × 200 pixels, mostly white and blue)."


def test_a_known_picture_with_something_drawn_over_it_is_unknown() -> None:
    picture = photo("P-001")
    ImageDraw.Draw(picture).rectangle((200, 150, 420, 330), fill="red")
    assert seeing.words(sent(picture)) is None


@pytest.mark.parametrize("seed", range(40))
def test_a_damaged_file_is_refused_in_words(seed: int) -> None:
    random = np.random.default_rng(seed)
    data = bytearray((PHOTOS / "P-002.png").read_bytes())
    for place in random.integers(0, len(data), 30):
        data[place] = random.integers(0, 256)
    for damaged in (bytes(data), bytes(data[: len(data) // 2]), bytes(data[:40])):
        assert isinstance(seeing.words(Image("image/png", damaged)), str | None)
        assert seeing.unknown(Image("image/png", damaged)).startswith("I ")


def test_a_picture_that_would_fill_the_memory_is_not_decoded() -> None:
    bomb = sent(Pictures.new("1", (9_000, 9_000)))
    assert seeing.unknown(bomb).startswith("I can't open this picture")


def test_questions_forms_and_descriptions_are_answered_from_the_picture(say: Say) -> None:
    picture = sent(photo("P-005"), "JPEG", quality=80)
    schema = {"type": "object", "properties": {"display": {"type": ["string", "null"]}}, "required": ["display"]}
    assert say(Turn("user", (picture, Text("What code does the display show?")))) == "The display shows E17."
    assert json.loads(say(Turn("user", (picture, Text("Extract it."))), schema=schema)) == {"display": "E17"}
    for request in ("What do you see?", "Describe this photo.", ""):
        assert "The picture shows: A steel Brewline Duo" in say(Turn("user", (picture, Text(request))))


def test_a_picture_of_an_earlier_turn_is_still_known(say: Say) -> None:
    turns = (Turn("user", (sent(photo("P-005")), Text("Hello"))), Turn("assistant", (Text("Hello!"),)))
    assert say(*turns, "What code does the display show?") == "The display shows E17."


def test_the_words_on_a_picture_reach_the_model(say: Say) -> None:
    told = say(Turn("user", (sent(photo("P-074")), Text("What do you see?"))))
    assert 'Text in the picture: "House rule: whoever drinks the last cup empties the tray."' in told


def test_the_table_has_the_words_of_the_data_as_they_are_now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    made = importlib.import_module("make_fingerprints").words()
    assert made == fingerprints.WORDS.read_text(encoding="utf-8"), "run make_fingerprints.py again"


ASKED = """
import sys
from pathlib import Path
from practice_provider.core import Ask, Audio, Image, Text, Transcribe, Turn
from practice_provider.model import load
picture, sound, model = Path(sys.argv[1]).read_bytes(), Path(sys.argv[2]).read_bytes(), load()
for name in ("practice-large", "practice-small"):
    seen = (Image("image/png", picture), Text("What do you see?"))
    heard = (Audio("audio/wav", sound), Text("Which error code is it?"))
    for blocks in (seen, heard, (Text("Why is the water cold?"),)):
        print(model.answer(Ask(name, (Turn("user", blocks),))).blocks)
print(model.answer(Transcribe("practice-transcribe", Audio("audio/wav", sound))).text)
import practice_provider
print(Path(practice_provider.__file__).parents[1].joinpath("datasets").exists())
"""


def test_the_model_answers_the_same_without_the_datasets(tmp_path: Path) -> None:
    picture, sound = PHOTOS / "P-005.png", PHOTOS.parent / "voice" / "V-001.wav"
    told = []
    for root in (PHOTOS.parents[1], tmp_path):
        if root == tmp_path:  # a copy of the package, with no datasets beside it
            package = Path(practice_provider.__file__).parent
            shutil.copytree(package, tmp_path / package.name, ignore=shutil.ignore_patterns("__pycache__"))
        command = [sys.executable, "-X", "utf8", "-c", ASKED, str(picture), str(sound)]
        done = subprocess.run(command, cwd=root, capture_output=True, encoding="utf-8", check=True)
        told.append(done.stdout.splitlines())
    assert [lines.pop() for lines in told] == ["True", "False"]
    assert told[0] == told[1]
    assert "E07" in told[0][-1]
