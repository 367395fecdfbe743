"""The exercises of lesson s2.10, "Pictures, sound, documents": vendors' forms, a smaller picture, a voice, any file."""

import base64
import io
import json
import os
import wave
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np

from stages.s2_llms.brewline import DATASETS
from stages.s2_llms.chat import Chat, File
from stages.s2_llms.practice import Entry
from stages.s2_llms.providers import PROVIDERS

from . import Exercise, Incorrect, Question, Quiz, Wrong, expect, shorten
from .evidence import requests_during

if TYPE_CHECKING:
    from course.begun import Lesson

PHOTO = DATASETS / "photos" / "P-063.png"  # a palette picture, as many screenshots are
CALL = DATASETS / "voice" / "V-006.wav"


def _spoilt(code: str, *changes: tuple[str, str]) -> str:
    """The code with a typical fault in it."""
    for right, wrong in changes:
        if right not in code:
            raise ValueError(f"{right!r} does not stand in the code that is to be spoilt.")
        code = code.replace(right, wrong)
    return code


# ---- exercise 1: the vendor's own forms --------------------------------------------------------------------------


def _samples(folder: Path) -> dict[Path, str]:
    """A file of each kind, with its media type."""
    from PIL import Image
    from pypdf import PdfWriter

    png, jpeg, pdf = (folder / name for name in ("photo.png", "photo.jpg", "manual.pdf"))
    png.write_bytes(PHOTO.read_bytes())
    Image.open(PHOTO).convert("RGB").resize((160, 120)).save(jpeg, "JPEG")
    writer = PdfWriter()
    writer.add_blank_page(width=200, height=200)
    writer.write(pdf)
    return {png: "image/png", jpeg: "image/jpeg", pdf: "application/pdf"}


def _check_form(ask_about: Callable[[str, Path], Any], lesson: "Lesson") -> None:
    with TemporaryDirectory() as folder:
        for path, media_type in _samples(Path(folder)).items():
            name, question = path.name, f"What does {path.name} show?"
            with requests_during(lesson) as sent:
                text = ask_about(question, path)
            expect(len(sent) == 1, f"{name}: expected one request at the provider, saw {len(sent)}.")
            _check_parts(name, sent[0], question, media_type, path.read_bytes())
            expect(isinstance(text, str) and text, f"{name}: expected the answer's words, saw {shorten(text)}.")


def _check_parts(name: str, entry: Entry, question: str, media_type: str, data: bytes) -> None:
    content = entry.body["messages"][-1]["content"] if "messages" in entry.body else None
    if not isinstance(content, list):
        raise Incorrect(f"{name}: expected content that is a list of parts, saw {shorten(content, 80)}.")
    kinds = [part["type"] for part in content]
    wanted = "file" if media_type == "application/pdf" else "image_url"
    expect("text" in kinds, f"{name}: expected a part of type text with the question, saw {kinds}.")
    expect(question in json.dumps(content), f"{name}: the question does not stand in the request.")
    expect(wanted in kinds, f"{name}: expected a part of type {wanted}, saw {kinds}.")
    part = content[kinds.index(wanted)][wanted]
    url = part["file_data"] if wanted == "file" else part["url"]
    head, _, payload = url.partition(";base64,")
    expect(head == f"data:{media_type}", f"{name}: expected a URL that begins with data:{media_type}, saw {head}.")
    expect(base64.b64decode(payload) == data, f"{name}: what arrived is not what stands in the file.")


_FORM = '''
import base64
from openai import OpenAI

TYPES = {".png": "image/png", ".jpg": "image/jpeg", ".pdf": "application/pdf"}

def ask_about(question, path):
    """Ask OpenAI's chat completions about a PNG, a JPEG or a PDF; return the answer's words."""
    data = base64.b64encode(path.read_bytes()).decode()
    url = f"data:{TYPES[path.suffix]};base64,{data}"
    if path.suffix == ".pdf":
        part = {"type": "file", "file": {"filename": path.name, "file_data": url}}
    else:
        part = {"type": "image_url", "image_url": {"url": url}}
    content = [{"type": "text", "text": question}, part]
    turn = {"role": "user", "content": content}
    reply = OpenAI().chat.completions.create(model=lesson.models["openai"], messages=[turn])
    return reply.choices[0].message.content
'''

in_its_form = Exercise(
    id="in-its-form",
    title="Exercise 1: a file in the vendor's form",
    task="Write `ask_about(question, path)` with OpenAI's SDK and its chat completions. `path` is a `Path` to a .png, "
    "a .jpg or a .pdf. Send the question and the file in one user message, each in its own part, and return the words "
    "of the answer.",
    name="ask_about",
    check=_check_form,
    starter='''
def ask_about(question, path):
    """Ask OpenAI's chat completions about a PNG, a JPEG or a PDF; return the answer's words."""
    ...
''',
    hints=(
        "`content` is a list: a part of type `text`, and one of type `image_url` or `file`.",
        "A data URL is `data:` + the media type + `;base64,` + the bytes in base64. A JPEG is `image/jpeg`.",
        'A PDF is `{"type": "file", "file": {"filename": …, "file_data": data URL}}`.',
    ),
    solution=_FORM,
    alternative='''
from stages.s2_llms.chat import Chat, File, Message

def ask_about(question, path):
    """With the neutral part: it knows the forms."""
    chat = Chat(lesson.providers["openai"], model=lesson.models["openai"])
    return chat.reply([Message("user", question, (File.read(path),))]).text
''',
    wrong=(
        Wrong(_spoilt(_FORM, ("TYPES[path.suffix]", "'image/png'")), "expected a URL that begins with data:image/jpeg"),
        Wrong(_spoilt(_FORM, ('path.suffix == ".pdf"', "False")), "expected a part of type file"),
        Wrong(_spoilt(_FORM, ('[{"type": "text", "text": question}, part]', "[part]")), "with the question"),
        Wrong(
            _spoilt(_FORM, ('[{"type": "text", "text": question}, part]', "f'{question} {path}'")),
            "expected content that is a list of parts",
        ),
        Wrong(_spoilt(_FORM, (".decode()", "")), "Your code raised BadRequestError"),
    ),
    praise="Bytes, a media type and a part: whatever you send to whichever vendor, it is these three.",
)


# ---- exercise 2: a smaller picture -------------------------------------------------------------------------------

GPS, ORIENTATION = 0x8825, 0x0112


def _phone_picture(width: int, height: int, orientation: int = 1) -> File:
    """A JPEG as a phone makes it: with the place, and turned by a note instead of by its pixels. Red: top left."""
    from PIL import Image

    picture = Image.new("RGB", (width, height), "lightblue")
    picture.paste("red", (0, 0, width // 4, height // 4))
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    exif.get_ifd(GPS).update({1: "N", 2: (55.0, 40.0, 12.0), 3: "W", 4: (2.0, 30.0, 3.0)})
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=exif)
    return File("image/jpeg", out.getvalue(), "phone.jpg")


def _check_small(small: Callable[..., Any], lesson: "Lesson") -> None:
    told = {
        "1600 × 1200": (_phone_picture(1600, 1200), (800, 600)),
        "600 × 1800": (_phone_picture(600, 1800), (267, 800)),
        "640 × 480, a PNG with a palette": (File.read(PHOTO), (640, 480)),
    }
    for name, (file, size) in told.items():
        picture = _opened(name, small(file, 800))
        near = all(abs(seen - wanted) <= 1 for seen, wanted in zip(picture.size, size, strict=True))
        more = " Enlarging adds tokens and no detail." if max(picture.size) > max(size) and max(size) < 800 else ""
        expect(near, f"{name}, longest side 800: expected {_by(size)}, saw {_by(picture.size)}.{more}")
        expect(not picture.getexif().get_ifd(GPS), f"{name}: the result still says where the picture was taken.")
    turned = _opened("A turned picture", small(_phone_picture(1600, 1200, orientation=6), 800))
    upright = turned.size == (600, 800) and _is_red(turned.convert("RGB").getpixel((turned.width - 20, 20)))
    expect(upright, "A picture that the phone has marked as turned: expected it upright, it lies on its side.")


def _by(size: tuple[int, int]) -> str:
    return f"{size[0]} × {size[1]}"


def _is_red(pixel: Any) -> bool:
    return bool(pixel[0] > 180 and pixel[1] < 80)


def _opened(name: str, file: Any) -> Any:
    from PIL import Image

    if not isinstance(file, File):
        raise Incorrect(f"{name}: expected a File, saw {shorten(file, 80)} ({type(file).__name__}).")
    picture = Image.open(io.BytesIO(file.data))
    really = f"image/{(picture.format or 'unknown').lower()}"
    expect(file.media_type == really, f"{name}: the media type says {file.media_type}, and the bytes are {really}.")
    return picture


_SMALL = '''
import io
from PIL import Image, ImageOps
from stages.s2_llms.chat import File

def small(file, longest):
    """Return a new File: upright, no side over `longest`, nothing in it but the picture."""
    picture = ImageOps.exif_transpose(Image.open(io.BytesIO(file.data)))
    picture = picture.convert("RGB")
    picture.thumbnail((longest, longest))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=80)
    return File("image/jpeg", out.getvalue(), file.name)
'''

small_picture = Exercise(
    id="small-picture",
    title="Exercise 2: a picture that is ready to travel",
    task="Write `small(file, longest)`. `file` is a `File` with a picture of any kind and mode. Return a new `File`: "
    "no side longer than `longest` pixels, never larger than it was, upright even where a phone has only noted that "
    "the picture is turned, without the place where it was taken, and with the media type that its bytes have.",
    name="small",
    check=_check_small,
    starter='''
def small(file, longest):
    """Return a new File: upright, no side over `longest`, nothing in it but the picture."""
    ...
''',
    hints=(
        "`picture.thumbnail((longest, longest))` keeps the proportions and never enlarges.",
        "`ImageOps.exif_transpose(picture)` turns the pixels as the note says.",
        'A JPEG has no palette: `picture.convert("RGB")` before `picture.save(out, "JPEG")`.',
    ),
    solution=_SMALL,
    alternative='''
import io
from PIL import Image, ImageOps
from stages.s2_llms.chat import File

def small(file, longest):
    """As a PNG: larger in bytes, and every pixel as it was."""
    with Image.open(io.BytesIO(file.data)) as opened:
        picture = ImageOps.exif_transpose(opened).convert("RGBA")
    scale = min(1, longest / max(picture.size))
    size = tuple(max(1, round(side * scale)) for side in picture.size)
    clean = Image.new("RGBA", size, "white")
    clean.alpha_composite(picture.resize(size))
    out = io.BytesIO()
    clean.save(out, "PNG")
    return File("image/png", out.getvalue(), file.name)
''',
    wrong=(
        Wrong(
            _spoilt(_SMALL, ("picture.thumbnail((longest, longest))", "picture = picture.resize((longest, longest))")),
            "1600 × 1200, longest side 800: expected 800 × 600, saw 800 × 800",
        ),
        Wrong(
            _spoilt(
                _SMALL,
                (
                    "picture.thumbnail((longest, longest))",
                    "picture = picture.resize([round(side * longest / max(picture.size)) for side in picture.size])",
                ),
            ),
            "Enlarging adds tokens",
        ),
        Wrong(
            _spoilt(
                _SMALL,
                ("ImageOps.exif_transpose(Image.open(io.BytesIO(file.data)))", "Image.open(io.BytesIO(file.data))"),
            ),
            "it lies on its side",
        ),
        Wrong(
            _spoilt(_SMALL, ("quality=80", "quality=80, exif=picture.getexif()")),
            "still says where the picture was taken",
        ),
        Wrong(_spoilt(_SMALL, ('File("image/jpeg"', 'File("image/png"')), "the media type says image/png"),
        Wrong(_spoilt(_SMALL, ('    picture = picture.convert("RGB")\n', "")), "cannot write mode P as JPEG"),
    ),
    praise="Smaller, upright, and nobody's garden gate in it: do this before anything else touches the picture.",
)


# ---- exercise 3: a voice that answers ----------------------------------------------------------------------------

HELP = "If CAL stays on after descaling, the rinse was not finished. Fill the tank to MAX and press the double button."


def _silence(seconds: float = 2.0) -> bytes:
    return _wav(np.zeros(round(seconds * 16_000)))


def _wav(samples: Any) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes((samples * 32_767).astype("<i2").tobytes())
    return out.getvalue()


def _check_voice(answer_call: Callable[[bytes, str], Any], lesson: "Lesson") -> None:
    with requests_during(lesson) as sent:
        sound = answer_call(CALL.read_bytes(), HELP)
    routes = [entry.route.rpartition("/")[2] for entry in sent]
    expect("transcriptions" in routes, f"Expected a transcription first, saw {routes or 'no request'}.")
    expect("speech" in routes, f"Expected the answer to be spoken at the end, saw {routes}.")
    expect(len(sent) == 3, f"Expected three requests (hear, answer, speak), saw {len(sent)}: {routes}.")
    heard, thought, spoken = sent
    asked = json.dumps(thought.body, ensure_ascii=False)
    expect(heard.reply["text"] in asked, "What the caller said does not stand in the question to the model.")
    expect("the rinse was not finished" in asked, "The help text does not stand in the question to the model.")
    said = spoken.body["input"]
    expect(said.strip() != heard.reply["text"].strip(), "The caller hears his own words again: speak the answer.")
    expect(
        isinstance(sound, bytes) and sound.startswith(b"RIFF"),
        f"Expected the bytes of a WAV file, saw {shorten(sound, 60)} ({type(sound).__name__}).",
    )
    with requests_during(lesson) as sent:
        sound = answer_call(_silence(), HELP)
    expect(not sent, f"A recording in which nothing is heard: expected no request, saw {len(sent)}.")
    expect(sound is None, f"A recording in which nothing is heard: expected None, saw {shorten(sound, 60)}.")


_VOICE = '''
import io
import wave
import numpy as np
from openai import OpenAI

def loudest(sound):
    with wave.open(io.BytesIO(sound)) as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2")
    return int(abs(samples.astype(int)).max(initial=0))

def answer_call(sound, help_text):
    """Hear a WAV file, answer from the help text, return a WAV file; None for silence."""
    if loudest(sound) < 500:
        return None
    client = OpenAI()
    file = ("call.wav", sound)
    heard = client.audio.transcriptions.create(model="practice-transcribe", file=file).text
    rules = "Answer the caller in one or two sentences, only from the help text."
    asked = f"<help>\\n{help_text}\\n</help>\\n{heard}"
    turns = [{"role": "system", "content": rules}, {"role": "user", "content": asked}]
    reply = client.chat.completions.create(model=lesson.models["openai"], messages=turns)
    text = reply.choices[0].message.content
    spoken = client.audio.speech.create(model="practice-speak", voice="alloy", input=text, response_format="wav")
    return spoken.content
'''

voice_answer = Exercise(
    id="voice-answer",
    title="Exercise 3: a voice that answers",
    task="Write `answer_call(sound, help_text)`. `sound` holds the bytes of a WAV file (16 bit). Transcribe it with "
    "practice-transcribe, have a model answer from the help text, speak the answer with practice-speak, and return "
    "its WAV bytes. Where nothing can be heard in the recording, return None and ask nobody: transcribers make up "
    "words out of silence.",
    name="answer_call",
    check=_check_voice,
    starter='''
def answer_call(sound, help_text):
    """Hear a WAV file, answer from the help text, return a WAV file; None for silence."""
    ...
''',
    hints=(
        'Hear with `audio.transcriptions.create(file=("call.wav", sound), …)`, speak with `audio.speech.create(…)`.',
        '`response_format="wav"` gives a WAV file, and the reply\'s `.content` is its bytes.',
        "Silence: read the samples with the module `wave`, and see how large the largest of them is.",
        '`numpy.frombuffer(frames, "<i2")` gives the samples of 16 bit; speech reaches some thousands.',
    ),
    solution=_VOICE,
    alternative='''
import array
import io
import wave
from openai import OpenAI
from stages.s2_llms.chat import Chat, File, Message

def answer_call(sound, help_text):
    """With the neutral chat, and the average in place of the peak."""
    with wave.open(io.BytesIO(sound)) as file:
        samples = array.array("h", file.readframes(file.getnframes()))
    if not samples or sum(map(abs, samples)) / len(samples) < 50:
        return None
    client, chat = OpenAI(), Chat(lesson.providers["openai"])
    heard = client.audio.transcriptions.create(model="practice-transcribe", file=("call.wav", sound))
    note = File("text/plain", help_text.encode(), "help.txt")
    text = chat.reply([Message("user", heard.text, (note,))], system="Answer from the document.").text
    voice = {"model": "practice-speak", "voice": "nova", "response_format": "wav"}
    return client.audio.speech.create(input=text, **voice).content
''',
    wrong=(
        Wrong(
            _spoilt(_VOICE, ("    if loudest(sound) < 500:\n        return None\n", "")), "expected no request, saw 3"
        ),
        Wrong(
            _spoilt(_VOICE, ("</help>\\n{heard}", "</help>\\nWhat shall I do?")), "What the caller said does not stand"
        ),
        Wrong(_spoilt(_VOICE, ("<help>\\n{help_text}\\n</help>\\n{heard}", "{heard}")), "The help text does not stand"),
        Wrong(_spoilt(_VOICE, ("input=text", "input=heard")), "The caller hears his own words again"),
        Wrong(_spoilt(_VOICE, ("return spoken.content", "return text")), "Expected the bytes of a WAV file"),
        Wrong(
            _spoilt(
                _VOICE, ("    text = reply", "    return reply"), ("message.content\n", "message.content.encode()\n")
            ),
            "Expected the answer to be spoken at the end",
        ),
    ),
    praise="Three small calls in a row. The hard part of a voice agent is what you did first: to notice that there is "
    "nothing to answer.",
)


# ---- exercise 4: every kind of file ------------------------------------------------------------------------------

HEARD = "My grinder blinks three times."


def _check_every(send: Callable[..., Any], lesson: "Lesson") -> None:
    tone = File("audio/wav", _wav(0.3 * np.sin(np.arange(1_600) / 6)), "message.wav")
    video = File("video/mp4", b"\x00\x00\x00\x18ftypmp42", "clip.mp4")
    files = (File.read(PHOTO), tone, video)
    calls: list[str] = []

    def hear(file: File) -> str:
        calls.append(file.name)
        return HEARD

    for vendor, listens in (("anthropic", False), ("google", True)):
        calls.clear()
        with requests_during(lesson) as sent:
            chat = Chat.from_env(PROVIDERS[vendor], os.environ, model=lesson.models[vendor])
            told = send(chat, "What is wrong?", files, hear)
        expect(len(sent) == 1, f"{vendor}: expected one request for all files, saw {len(sent)}.")
        body = json.dumps(sent[0].body)
        expect("image/png" in body, f"{vendor} takes pictures: expected the photo in the request, saw none.")
        if listens:
            expect(not calls, f"{vendor} listens itself: expected no call of hear, saw one for {calls}.")
            expect("audio/wav" in body, f"{vendor} listens itself: expected the recording in the request, saw none.")
        else:
            expect(HEARD in body, f"{vendor} does not listen: what hear(file) said does not stand in the request.")
        _check_told(vendor, told)


def _check_told(vendor: str, told: Any) -> None:
    if not (isinstance(told, tuple) and len(told) == 2):
        raise Incorrect(f"{vendor}: expected a pair (text, names), saw {shorten(told, 80)}.")
    text, left_out = told
    expect(isinstance(text, str), f"{vendor}: expected the answer's words first, saw {shorten(text, 80)}.")
    expect(list(left_out) == ["clip.mp4"], f"{vendor}: expected ['clip.mp4'] as left out, saw {shorten(left_out, 80)}.")


_EVERY = '''
from stages.s2_llms.chat import Message
from stages.s2_llms.errors import BadRequest

def send(chat, question, files, hear):
    """Ask about all files that the chat takes; return the answer and the names left out."""
    words, kept, left_out = question, list(files), []
    while True:
        try:
            return chat.reply([Message("user", words, tuple(kept))]).text, left_out
        except BadRequest as error:
            refused = [file for file in kept if f"({file.name})" in str(error)]
            if error.status or not refused:
                raise
            kept.remove(refused[0])
            if refused[0].media_type.startswith("audio/"):
                words += f"\\n\\nRecording {refused[0].name}: {hear(refused[0])}"
            else:
                left_out.append(refused[0].name)
'''

_HEAR_ALL = """
    for file in files:
        if file.media_type.startswith("audio/"):
            words += f" {hear(file)}"
        else:
            kept.append(file)
    while True:"""

every_kind = Exercise(
    id="every-kind",
    title="Exercise 4: whatever the post brings",
    task="Write `send(chat, question, files, hear)` for a neutral `Chat`. All files that the vendor takes go along "
    "with the question, in one request. A recording that it does not take is turned into words with `hear(file)`, and "
    "they go along. Any other file is left out. Return a pair: the answer's text, and the names of what was left out.",
    name="send",
    check=_check_every,
    starter='''
def send(chat, question, files, hear):
    """Ask about all files that the chat takes; return the answer and the names left out."""
    ...
''',
    hints=(
        "A kind that the vendor does not take is a `BadRequest` before any call, and its message names the file.",
        "Try, take out the file that the message names, try again: nothing has been sent until all of them fit.",
        "A `BadRequest` that has a `.status` came from the vendor: that one is not yours to swallow.",
    ),
    solution=_EVERY,
    alternative='''
from importlib import import_module
from stages.s2_llms.chat import Message, Text

def send(chat, question, files, hear):
    """By the SDK module's own table of forms, before anything is tried."""
    forms = import_module(f"stages.s2_llms.sdks.over_{chat.provider.sdk}").FORMS
    parts, left_out = [], []
    for file in files:
        kind = file.media_type.partition("/")[0]
        if file.media_type in forms or kind in forms:
            parts.append(file)
        elif kind == "audio":
            parts.append(Text(hear(file)))
        else:
            left_out.append(file.name)
    return chat.reply([Message("user", question, tuple(parts))]).text, left_out
''',
    wrong=(
        Wrong(
            """
from stages.s2_llms.chat import Message

def send(chat, question, files, hear):
    return chat.reply([Message("user", question, tuple(files))]).text, []
""",
            "Your code raised BadRequest: Anthropic takes no audio/wav",
        ),
        Wrong(
            _spoilt(_EVERY, ('if refused[0].media_type.startswith("audio/")', "if False")),
            "what hear(file) said does not stand",
        ),
        Wrong(
            _spoilt(
                _EVERY,
                ("words, kept, left_out = question, list(files), []", "words, kept, left_out = question, [], []"),
                ("    while True:", _HEAR_ALL),
            ),
            "google listens itself: expected no call of hear",
        ),
        Wrong(_spoilt(_EVERY, ("left_out.append(refused[0].name)", "pass")), "as left out, saw []"),
        Wrong(
            """
from stages.s2_llms.chat import Message
from stages.s2_llms.errors import BadRequest

def send(chat, question, files, hear):
    texts, left_out = [], []
    for file in files:
        try:
            texts.append(chat.reply([Message("user", question, (file,))]).text)
        except BadRequest:
            if file.media_type.startswith("audio/"):
                texts.append(chat.reply([Message("user", f"{question} {hear(file)}")]).text)
            else:
                left_out.append(file.name)
    return " ".join(texts), left_out
""",
            "expected one request for all files, saw 2",
        ),
        Wrong(
            _spoilt(
                _EVERY,
                (
                    'return chat.reply([Message("user", words, tuple(kept))]).text, left_out',
                    'return chat.reply([Message("user", words, tuple(kept))]).text',
                ),
            ),
            "expected a pair (text, names)",
        ),
    ),
    praise="Nothing is dropped in silence: a picture goes, a voice becomes words, and what nobody takes has a name.",
)


quiz = Quiz(
    (
        Question(
            "What does a vendor's API get when you send a photo from your disk?",
            (
                "the path, from which it reads the file",
                "the bytes in base64, with a media type",
                "a description that the SDK has made",
            ),
            answer="b",
            why="Models see no paths. SDKs pack bytes; a link works too, where the vendor can fetch it.",
            nudge="Look at what reached the provider in the first cells with a picture.",
        ),
        Question(
            "A model answers a question about a page of a PDF, and the page is a scan. What should worry you most?",
            (
                "an answer that does not mention the scan",
                "a sentence that says that the page cannot be read",
                "the number of tokens",
            ),
            answer="a",
            why="'I can't read it' can be handled. A fluent answer from the other pages looks like success.",
            nudge="Which of the three would nobody notice?",
        ),
        Question(
            "Phones send 12-megapixel photos. What do you do first?",
            (
                "send them as they are: more pixels, better answers",
                "ask the model to ignore most of the pixels",
                "make them smaller and upright, and take the place out",
            ),
            answer="c",
            why="Vendors shrink them anyway, after you have paid for the way; and a photo carries its GPS position.",
            nudge="What did the plot of tokens over size do on its right-hand side?",
        ),
        Question(
            "The chat model that you have chosen takes no sound. How does a voice message get in?",
            (
                "transcribe it first, and send the words",
                "send it as a picture of the waves",
                "it cannot: choose another vendor",
            ),
            answer="a",
            why="Hear, think, speak: three models in a row are still the most common voice agent.",
            nudge="What did the error say that came before any call?",
        ),
        Question(
            "What do 39 of 39 pictures on the practice provider tell you about your own photos?",
            (
                "that a vision model will read nearly all of them",
                "that the code around the model works",
                "that pictures are easier than text",
            ),
            answer="b",
            why="It looks pictures up in a table. How well a model sees is measured with that model, on your photos.",
            nudge="Remember the green picture that it had never seen.",
        ),
    )
)

EXERCISES = (in_its_form, small_picture, voice_answer, every_kind, quiz)
