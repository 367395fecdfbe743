"""What an attached file says, in words to search for: a photo is described, a recording written down, a PDF read.

Nothing is passed over in silence: what cannot be read has a reason for the customer. The practice model does not see or
hear; it knows the course's pictures and recordings. What a picture says is the customer's word, not an order to us
(stage 7 looks at that).
"""

import io
import re
import wave
from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from stages.s2_llms.chat import Chat, Message
from stages.s3_rag.documents import READERS, Unreadable

from .attachments import Attachment
from .reader import language

LOOK = (
    "Describe this picture in one or two sentences: which product, what is wrong, and every code or word that can be "
    'read. If nothing can be made out, answer exactly: "NOTHING"'
)
UNKNOWN = ("NOTHING", "I don't know this picture", "I can't open this picture", "The practice model does not know")
SILENT = 50.0  # of 32,768: the loudness below which there is nothing to hear
MOST_LETTERS = 600  # of a PDF, where it asks nothing in so many words
ASK: Mapping[str, str] = {"en": "What should I do?", "de": "Was soll ich tun?", "es": "¿Qué debo hacer?"}
_ASKS = re.compile(r"[^.!?\n]*\?")
Hear = Callable[[Attachment], str]
NOT_SEEN = "We could not make out what the picture shows. Please say in words what you see, and every code."
NOT_HEARD = "We could not understand the recording. Please type your question."
NO_SOUND = "Nothing can be heard in the recording. Please check the microphone, or type your question."


def read(one: Attachment, chat: Chat, hear: Hear) -> Attachment:
    """The attachment with what was read from it, or with the reason why nothing was.

    Raises:
        ProviderError: the model did not answer.
    """
    kind = one.media_type.partition("/")[0]
    return _READERS[kind](one, chat, hear)


def question(typed: str, one: Attachment) -> str:
    """What is searched and asked: what was typed, and what was read; where nothing is asked, what to do.

    >>> question("Why?", Attachment("p.png", "image/png", b"", "A Duo drips"))
    'A Duo drips. Why?'
    >>> question("", Attachment("p.png", "image/png", b"", "A Duo drips."))
    'A Duo drips. What should I do?'
    """
    words = (one.words or "").strip()
    if words and words[-1] not in ".!?":
        words += "."
    told = " ".join(part for part in (words, typed.strip()) if part)
    return told if "?" in told else f"{told} {ASK[language(told)]}"


def _photo(one: Attachment, chat: Chat, hear: Hear) -> Attachment:
    told = chat.reply([Message("user", LOOK, (one.file,))]).text.strip()
    if told.startswith(UNKNOWN):
        return replace(one, problem=NOT_SEEN)
    return replace(one, words=" ".join(told.removeprefix("The picture shows: ").split()))


def _voice(one: Attachment, chat: Chat, hear: Hear) -> Attachment:
    if is_silent(one):
        return replace(one, problem=NO_SOUND)
    told = hear(one).strip()
    return replace(one, problem=NOT_HEARD) if not told or told.startswith(UNKNOWN) else replace(one, words=told)


def _pdf(one: Attachment, chat: Chat, hear: Hear) -> Attachment:
    try:
        document = READERS[".pdf"](one.name, one.data)
    except Unreadable as error:
        return replace(one, problem=str(error))
    text = " ".join(document.text.split())
    if not text:
        return replace(one, problem=f"{one.name} holds pictures and no text. Please type your question.")
    asked = " ".join(match.strip() for match in _ASKS.findall(document.text.replace("\n", " ")))
    return replace(one, words=(asked or text)[:MOST_LETTERS])


_READERS: Mapping[str, Callable[[Attachment, Chat, Hear], Attachment]] = {
    "image": _photo,
    "audio": _voice,
    "application": _pdf,
}


def is_silent(one: Attachment) -> bool:
    """Whether a WAV file of 16 bits holds no sound; other files are not looked into."""
    if one.media_type != "audio/wav":
        return False
    try:
        with wave.open(io.BytesIO(one.data)) as sound:
            if sound.getsampwidth() != 2:
                return False
            values = np.frombuffer(sound.readframes(sound.getnframes()), "<i2").astype(float)
    except (wave.Error, EOFError, ValueError):
        return False
    return len(values) == 0 or float(np.sqrt(np.mean(values**2))) < SILENT
