"""Speak the messages: 28 WAV files (16 kHz, mono, 16 bit) and `transcripts.jsonl`.

    python datasets/voice/make.py            # writes beside this file, and SHA256SUMS
    python datasets/voice/make.py --out DIR  # writes somewhere else

It needs numpy and espeakng-loader (the extra `datasets`). The same version gives the same bytes on one kind of machine;
another may round differently, so the files in the repository are the set, and this script says how they were made.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import wave
from pathlib import Path

import numpy as np
from messages import MESSAGES, Message
from noise import NOISES
from speech import RATE, Samples, Speaker, spoken

HERE = Path(__file__).parent
PAUSE = RATE // 4  # before and after the words
LOUDEST = 0.72


def recording(speaker: Speaker, number: int, message: Message) -> Samples:
    """Return the words with a pause around them, and the noise of the place."""
    words = speaker.say(spoken(message.text, message.language), message.voice, message.rate, message.pitch)
    sound = np.concatenate([np.zeros(PAUSE), _trimmed(words), np.zeros(PAUSE)])
    sound *= 0.5 / max(1e-9, float(np.abs(sound).max()))
    if message.noise != "none":
        sound += NOISES[message.noise](len(sound), number)
    return np.asarray(sound * (LOUDEST / float(np.abs(sound).max())))


def _trimmed(words: Samples) -> Samples:
    loud = np.flatnonzero(np.abs(words) > 0.004)
    return words[loud[0] : loud[-1] + 1]


def write_wave(path: Path, sound: Samples) -> None:
    """Write samples between -1 and 1 as 16 bit."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(np.rint(sound * 32767).astype("<i2").tobytes())


def transcript(number: int, message: Message, seconds: float) -> dict[str, object]:
    """Return a message's line of `transcripts.jsonl`."""
    return {
        "id": f"V-{number:03}",
        "file": f"V-{number:03}.wav",
        "language": message.language,
        "seconds": round(seconds, 2),
        "text": message.text,
        "intent": message.intent,
        "product": message.product,
        "order_id": message.order_id,
        "error_code": message.error_code,
        "noise": message.noise,
    }


def write_sums(folder: Path) -> None:
    """Write SHA256SUMS of the recordings and the transcripts, by name."""
    files = sorted([*folder.glob("V-*.wav"), folder / "transcripts.jsonl"])
    sums = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in files]
    (folder / "SHA256SUMS").write_text("".join(sums), encoding="utf-8", newline="\n")


def main() -> None:
    """Write the files."""
    parser = argparse.ArgumentParser(description="Speak the messages.")
    parser.add_argument("--out", type=Path, default=HERE, help="folder for the files (default: beside this script)")
    out: Path = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    speaker, lines = Speaker(), []
    for number, message in enumerate(MESSAGES, 1):
        sound = recording(speaker, number, message)
        write_wave(out / f"V-{number:03}.wav", sound)
        lines.append(json.dumps(transcript(number, message, len(sound) / RATE), ensure_ascii=False) + "\n")
    (out / "transcripts.jsonl").write_text("".join(lines), encoding="utf-8", newline="\n")
    if out == HERE:
        write_sums(out)


if __name__ == "__main__":
    main()
