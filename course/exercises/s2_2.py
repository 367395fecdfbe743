"""The exercises of lesson s2.2, "Streaming": measure the first words, miss no cut, stop in time, tell a page."""

import gc
import json
import time
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from stages.s2_llms.articles import load_articles
from stages.s2_llms.errors import StreamCut

from . import Exercise, Question, Quiz, Wrong, expect, shorten
from .evidence import requests_during

if TYPE_CHECKING:
    from openai.types.chat import ChatCompletionChunk

    from course.begun import Lesson


def _chunk(words: str | None, stop: str | None = None) -> "ChatCompletionChunk":
    """A chunk as OpenAI's SDK gives it; words None: one without choices, as the last one with the usage is."""
    from openai.types.chat import ChatCompletionChunk

    choices = [] if words is None else [{"index": 0, "delta": {"content": words}, "finish_reason": stop}]
    said = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 0, "model": "m", "choices": choices}
    return ChatCompletionChunk.model_validate(said)


class _Clock:
    """A clock that only moves while chunks arrive, so that a check needs no patience and no luck."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s

    def play(self, *arrivals: tuple[float, str | None]) -> Iterator["ChatCompletionChunk"]:
        """Chunks, each so many seconds after the one before."""
        for wait_s, words in arrivals:
            self.now_s += wait_s
            yield _chunk(words)


def _check_first_word(first_word: Callable[..., Any], lesson: "Lesson") -> None:
    clock = _Clock()
    seen = first_word(clock.play((0.5, ""), (0.75, "Rinse"), (1.75, " the"), (1.0, " tank.")), clock)
    about = "An empty chunk after 0.5 s, the first words 0.75 s later, the end at 4.0 s"
    expect(seen == 1.25, f"{about}: expected 1.25, saw {shorten(seen)}.")
    clock = _Clock()
    seen = first_word(clock.play((0.25, None), (0.25, "Rinse")), clock)
    expect(seen == 0.5, f"A chunk without choices first, as Azure sends it: expected 0.5, saw {shorten(seen)}.")
    clock = _Clock()
    seen = first_word(clock.play((0.5, ""), (0.5, None)), clock)
    expect(seen is None, f"A stream without any words: expected None, saw {shorten(seen)}.")


first_word = Exercise(
    id="first-word",
    title="Exercise 1: the time to the first word",
    task="Write `first_word(chunks, clock)`. `chunks` is a stream of OpenAI's SDK that has not been read yet, "
    "`clock()` tells the time in seconds. Return how many seconds pass until the first words arrive, and None if "
    "none do.",
    name="first_word",
    check=_check_first_word,
    starter='''
def first_word(chunks, clock):
    """Return the seconds until the first words arrive, None if none do."""
    ...
''',
    hints=(
        "Look at the clock before the loop, and again at the first chunk that has words.",
        "Not each chunk has choices, and not each choice has words: `for choice in chunk.choices:` is never wrong.",
        "`if choice.delta.content:` is false for None and for an empty text.",
    ),
    solution='''
def first_word(chunks, clock):
    """Return the seconds until the first words arrive, None if none do."""
    began = clock()
    for chunk in chunks:
        for choice in chunk.choices:
            if choice.delta.content:
                return clock() - began
''',
    alternative='''
def first_word(chunks, clock):
    """By asking for the first moment at which there were words."""
    began = clock()
    moments = (clock() - began for chunk in chunks if any(choice.delta.content for choice in chunk.choices))
    return next(moments, None)
''',
    wrong=(
        Wrong(
            """
def first_word(chunks, clock):
    began = clock()
    for chunk in chunks:
        return clock() - began
""",
            "expected 1.25, saw 0.5",
        ),
        Wrong(
            """
def first_word(chunks, clock):
    for chunk in chunks:
        for choice in chunk.choices:
            if choice.delta.content:
                return clock()
""",
            "saw 101.25",
        ),
        Wrong(
            """
def first_word(chunks, clock):
    began = clock()
    text = "".join(choice.delta.content or "" for chunk in chunks for choice in chunk.choices)
    return clock() - began if text else None
""",
            "saw 4.0",
        ),
        Wrong(
            """
def first_word(chunks, clock):
    began = clock()
    for chunk in chunks:
        if chunk.choices[0].delta.content:
            return clock() - began
""",
            "IndexError",
        ),
        Wrong(
            """
def first_word(chunks, clock):
    began = clock()
    for chunk in chunks:
        if any(choice.delta.content for choice in chunk.choices):
            break
    return clock() - began
""",
            "expected None, saw 1.0",
        ),
    ),
    praise="Measure it where your users are: the first chunk flatters, the first word is what they see.",
)


def _read(read_all: Callable[..., Any], *chunks: "ChatCompletionChunk") -> Any:
    """What the learner's function makes of these chunks: a text, or the StreamCut that it raised."""
    try:
        return read_all(iter(chunks))
    except StreamCut as cut:
        return cut


def _check_read_all(read_all: Callable[..., Any], lesson: "Lesson") -> None:
    whole = (_chunk(""), _chunk("Rinse"), _chunk(" the"), _chunk(" tank."), _chunk("", "stop"), _chunk(None))
    seen = _read(read_all, *whole)
    expect(seen == "Rinse the tank.", f"A healthy stream: expected 'Rinse the tank.', saw {_told(seen)}.")
    seen = _read(read_all, *whole[:2])
    expect(isinstance(seen, StreamCut), f"A stream that ends after 'Rinse': expected a StreamCut, saw {_told(seen)}.")
    expect(seen.text == "Rinse", f"Expected `.text` of the StreamCut to be 'Rinse', saw {shorten(seen.text)}.")
    seen = _read(read_all, *whole[:4])
    about = "A stream that ends after 'Rinse the tank.' and never says that it has ended"
    expect(isinstance(seen, StreamCut), f"{about}: expected a StreamCut, saw {_told(seen)}.")
    seen = _read(read_all, *whole[:2], _chunk("", "length"), _chunk(None))
    about = "A stream that ends with 'length', the token limit, has an end"
    expect(seen == "Rinse", f"{about}: expected 'Rinse', saw {_told(seen)}.")
    with requests_during(lesson):
        lesson.control.order("cut_stream", after=3)
        seen = _live(read_all, lesson)
    expect(isinstance(seen, StreamCut), f"A real stream, cut after 3 chunks: expected a StreamCut, saw {_told(seen)}.")


def _live(read_all: Callable[..., Any], lesson: "Lesson") -> Any:
    """The same with a stream that really comes over the line."""
    from openai import OpenAI

    asked: Any = [{"role": "user", "content": "Say 'Rinse the tank before you make coffee.'"}]
    with OpenAI(max_retries=0) as client:
        chunks = client.chat.completions.create(model=lesson.models["openai"], messages=asked, stream=True)
        try:
            return read_all(chunks)
        except StreamCut as cut:
            return cut


def _told(seen: Any) -> str:
    return f"a StreamCut ({seen})" if isinstance(seen, StreamCut) else shorten(seen)


read_all = Exercise(
    id="complete",
    title="Exercise 2: whole, or not at all",
    task="Write `read_all(chunks)`. It reads a stream of OpenAI's SDK and returns the whole text. If the stream ends "
    "without having said that it is finished, it raises `StreamCut(text, message)` with the text that had arrived.",
    name="read_all",
    check=_check_read_all,
    starter='''
def read_all(chunks):
    """Return the whole text; raise StreamCut(text, message) if the end is missing."""
    ...
''',
    hints=(
        "The vendor's end mark is `choice.finish_reason`: None in each chunk but the one that ends the answer.",
        "Any word there is an end: 'stop', 'length', 'tool_calls', 'content_filter'. Only None all the way is a cut.",
        "Keep the last one that is not None: `stop = choice.finish_reason or stop`. The usage comes after it.",
    ),
    solution='''
from stages.s2_llms.errors import StreamCut

def read_all(chunks):
    """Return the whole text; raise StreamCut(text, message) if the end is missing."""
    text, stop = "", None
    for chunk in chunks:
        for choice in chunk.choices:
            text += choice.delta.content or ""
            stop = choice.finish_reason or stop
    if stop is None:
        raise StreamCut(text, f"The stream ended after {len(text)} characters.")
    return text
''',
    alternative='''
from stages.s2_llms.errors import StreamCut

def read_all(chunks):
    """With all choices in one list."""
    choices = [choice for chunk in chunks for choice in chunk.choices]
    text = "".join(choice.delta.content or "" for choice in choices)
    if not any(choice.finish_reason for choice in choices):
        raise StreamCut(text, "The end is missing.")
    return text
''',
    wrong=(
        Wrong(
            """
def read_all(chunks):
    return "".join(choice.delta.content or "" for chunk in chunks for choice in chunk.choices)
""",
            "ends after 'Rinse': expected a StreamCut, saw 'Rinse'",
        ),
        Wrong(
            """
from stages.s2_llms.errors import StreamCut

def read_all(chunks):
    text = "".join(choice.delta.content or "" for chunk in chunks for choice in chunk.choices)
    if not text.endswith("."):
        raise StreamCut(text, "That is no end of a sentence.")
    return text
""",
            "never says that it has ended: expected a StreamCut, saw 'Rinse the tank.'",
        ),
        Wrong(
            """
from stages.s2_llms.errors import StreamCut

def read_all(chunks):
    text, stop = "", None
    for chunk in chunks:
        for choice in chunk.choices:
            text += choice.delta.content or ""
            stop = choice.finish_reason or stop
    if stop != "stop":
        raise StreamCut(text, "It did not stop by itself.")
    return text
""",
            "has an end: expected 'Rinse', saw a StreamCut",
        ),
        Wrong(
            """
from stages.s2_llms.errors import StreamCut

def read_all(chunks):
    text, stop = "", None
    for chunk in chunks:
        stop = chunk.choices[0].finish_reason if chunk.choices else None
        text += chunk.choices[0].delta.content if chunk.choices else ""
    if stop is None:
        raise StreamCut(text, "The last chunk says nothing.")
    return text
""",
            "A healthy stream: expected 'Rinse the tank.', saw a StreamCut",
        ),
        Wrong(
            """
from stages.s2_llms.errors import StreamCut

def read_all(chunks):
    choices = [choice for chunk in chunks for choice in chunk.choices]
    if not any(choice.finish_reason for choice in choices):
        raise StreamCut("", "The end is missing.")
    return "".join(choice.delta.content or "" for choice in choices)
""",
            "Expected `.text` of the StreamCut to be 'Rinse', saw ''",
        ),
        Wrong(
            """
def read_all(chunks):
    text = ""
    for chunk in chunks:
        text += chunk.choices[0].delta.content
    return text
""",
            "IndexError",
        ),
    ),
    praise="No SDK does this for you. Write it once, in the one place where your program reads streams.",
)


def _check_first_line(first_line: Callable[..., Any], lesson: "Lesson") -> None:
    article = next(article.body for article in load_articles() if article.id == "group-head-seal")
    document = f"<document id='group-head-seal'>\n{article}\n</document>"
    asked = [{"role": "user", "content": f"{document}\n\nHow do I change the group head seal?"}]
    with requests_during(lesson):
        whole = _whole(asked, lesson)
    wanted, pieces = whole.splitlines()[0], len(whole.split(" "))
    with requests_during(lesson):
        lesson.control.pace(4)
        gc.disable()  # it would close a forgotten stream at a moment that nobody can foresee
        try:
            seen = first_line(asked)
            at_return = lesson.control.journal()
            sent = _when_ended(lesson)
        finally:
            gc.enable()
    expect(len(sent) == 1, f"Expected one request at the provider, saw {len(sent)}.")
    expect(sent[0].stream, "Expected a stream, saw a request for the whole answer: `stream=True`.")
    expect(seen == wanted, f"Expected the first line {wanted!r}, saw {shorten(seen)}.")
    arrived = str(sent[0].reply).count("data: ")
    if arrived > pieces / 2:
        after = "before" if at_return[0].duration_ms is not None else "after"
        expect(False, _WENT_ON[after].format(arrived=arrived))


_WENT_ON = {
    "before": "Your function waited for all {arrived} chunks before it returned: leave the loop once you have it.",
    "after": "Your function returned, and the provider went on and sent {arrived} chunks to nobody: leaving the loop "
    "does not close the connection.",
}


def _whole(asked: Any, lesson: "Lesson") -> str:
    from openai import OpenAI

    with OpenAI(max_retries=0) as client:
        reply = client.chat.completions.create(model=lesson.models["openai"], messages=asked)
    return reply.choices[0].message.content or ""


def _when_ended(lesson: "Lesson", patience_s: float = 20) -> list[Any]:
    """The journal, once the provider has noticed how each request ended."""
    until = time.monotonic() + patience_s
    while any(entry.duration_ms is None for entry in lesson.control.journal()) and time.monotonic() < until:
        time.sleep(0.02)
    return lesson.control.journal()


first_line = Exercise(
    id="first-line",
    title="Exercise 3: enough is enough",
    task="Write `first_line(messages)`. It asks `lesson.models['openai']` for a stream with OpenAI's SDK and returns "
    "the first line of the answer, without the line break. As soon as it has that line, it hangs up, so that the "
    "provider writes no more.",
    name="first_line",
    check=_check_first_line,
    starter='''
def first_line(messages):
    """Return the first line of the streamed answer, then stop the stream."""
    ...
''',
    hints=(
        "Collect the text, and after each chunk look whether it holds a line break: `if '\\n' in text`.",
        "A piece may hold the end of one line and the beginning of the next: `text.split('\\n')[0]`.",
        "`with OpenAI().chat.completions.create(…, stream=True) as chunks:` closes the connection however you leave.",
    ),
    solution='''
from openai import OpenAI

def first_line(messages):
    """Return the first line of the streamed answer, then stop the stream."""
    text, client = "", OpenAI(max_retries=0)
    with client.chat.completions.create(model=lesson.models["openai"], messages=messages, stream=True) as chunks:
        for chunk in chunks:
            for choice in chunk.choices:
                text += choice.delta.content or ""
            if "\\n" in text:
                break
    return text.split("\\n")[0]
''',
    alternative='''
from openai import OpenAI

def first_line(messages):
    """Closed by hand."""
    text, client = "", OpenAI(max_retries=0)
    chunks = client.chat.completions.create(model=lesson.models["openai"], messages=messages, stream=True)
    for chunk in chunks:
        text += "".join(choice.delta.content or "" for choice in chunk.choices)
        if "\\n" in text:
            chunks.close()
            break
    return text.partition("\\n")[0]
''',
    wrong=(
        Wrong(
            """
def first_line(messages):
    text, client = "", OpenAI(max_retries=0)
    chunks = client.chat.completions.create(model=lesson.models["openai"], messages=messages, stream=True)
    for chunk in chunks:
        text += "".join(choice.delta.content or "" for choice in chunk.choices)
        if "\\n" in text:
            break
    return text.split("\\n")[0]
""",
            "leaving the loop does not close the connection",
        ),
        Wrong(
            """
def first_line(messages):
    client = OpenAI(max_retries=0)
    chunks = client.chat.completions.create(model=lesson.models["openai"], messages=messages, stream=True)
    text = "".join(choice.delta.content or "" for chunk in chunks for choice in chunk.choices)
    return text.split("\\n")[0]
""",
            "before it returned",
        ),
        Wrong(
            """
def first_line(messages):
    client = OpenAI(max_retries=0)
    reply = client.chat.completions.create(model=lesson.models["openai"], messages=messages)
    return reply.choices[0].message.content.split("\\n")[0]
""",
            "saw a request for the whole answer",
        ),
        Wrong(
            """
def first_line(messages):
    text, client = "", OpenAI(max_retries=0)
    with client.chat.completions.create(
        model=lesson.models["openai"], messages=messages, stream=True, max_completion_tokens=5
    ) as chunks:
        for chunk in chunks:
            text += "".join(choice.delta.content or "" for choice in chunk.choices)
    return text
""",
            "Expected the first line",
        ),
    ),
    praise="`with` also closes the stream when an exception, a Ctrl-C or a closed browser tab ends your loop.",
)

_WORDS = ("1. Rinse the tank.\n", "2. Fill it:", " fresh water,", " at most 2 l.\n\n", "Ça va? ☕")


def _check_frames(frames: Callable[[Iterable[str]], Any], lesson: "Lesson") -> None:
    seen = _events("".join(frames(iter(_WORDS))))
    expect(seen, "Expected events, saw none that is complete: each one ends with an empty line.")
    expect(
        [kind for kind, _ in seen] == ["words"] * len(_WORDS) + ["done"],
        f"Expected {len(_WORDS)} events `words`, then one event `done`, saw {shorten([kind for kind, _ in seen])}.",
    )
    for (_, data), words in zip(seen, _WORDS, strict=False):
        expect(_from_json(data) == words, f"Expected {words!r} as JSON, saw the data {shorten(data)}.")
    seen = _events("".join(frames(_broken())))
    kinds = [kind for kind, _ in seen]
    about = "A stream that breaks after two pieces"
    expect(kinds[:2] == ["words"] * 2, f"{about}: expected two events `words` first, saw {shorten(kinds)}.")
    expect("done" not in kinds, f"{about}: saw an event `done`, so the page would take half an answer for a whole one.")
    expect(kinds[2:] == ["broken"], f"{about}: expected one event `broken` at the end, saw {shorten(kinds)}.")


def _broken() -> Iterator[str]:
    yield from _WORDS[:2]
    raise StreamCut("".join(_WORDS[:2]), "The answer stopped before its end.")


def _from_json(data: str) -> Any:
    try:
        return json.loads(data)
    except ValueError:
        return None


def _events(text: str) -> list[tuple[str, str]]:
    """What a browser's EventSource makes of the text: (event, data) pairs. A block without an empty line is lost."""
    seen = []
    *blocks, _ = text.replace("\r\n", "\n").split("\n\n")
    for block in blocks:
        fields = [line.split(":", 1) for line in block.split("\n") if ":" in line and not line.startswith(":")]
        event = next((value.strip() for name, value in fields if name == "event"), "message")
        data = [value.removeprefix(" ") for name, value in fields if name == "data"]
        if data:
            seen.append((event, "\n".join(data)))
    return seen


frames = Exercise(
    id="frames",
    title="Exercise 4: build the server's half of a page",
    task="Write the generator `frames(pieces)`. `pieces` yields pieces of text, and may raise a `ProviderError`. For "
    "each piece yield one server-sent event `words` with the piece as JSON, at the end one event `done`; after an "
    "error one event `broken` with the error's message as JSON, and no `done`.",
    name="frames",
    check=_check_frames,
    starter='''
def frames(pieces):
    """Yield the events: `words` for each piece, then `done`, or `broken` after an error."""
    ...
''',
    hints=(
        "One event is `event: words`, a line break, `data: …`, and two line breaks.",
        "`json.dumps(piece)` has no line breaks in it, whatever the piece holds.",
        "`try:` around the loop and the `done`, `except ProviderError as error:` for the `broken`.",
    ),
    solution='''
import json
from stages.s2_llms.errors import ProviderError

def frames(pieces):
    """Yield the events: `words` for each piece, then `done`, or `broken` after an error."""
    try:
        for piece in pieces:
            yield f"event: words\\ndata: {json.dumps(piece)}\\n\\n"
        yield "event: done\\ndata: {}\\n\\n"
    except ProviderError as error:
        yield f"event: broken\\ndata: {json.dumps(str(error))}\\n\\n"
''',
    alternative='''
import json
from stages.s2_llms.errors import ProviderError

def frames(pieces):
    """With the last event chosen by what happened."""
    last, told = "done", ""
    try:
        for piece in pieces:
            yield "\\n".join(["event: words", "data: " + json.dumps(piece), "", ""])
    except ProviderError as error:
        last, told = "broken", str(error)
    yield "\\n".join(["event: " + last, "data: " + json.dumps(told), "", ""])
''',
    wrong=(
        Wrong(
            """
import json

def frames(pieces):
    for piece in pieces:
        yield f"event: words\\ndata: {json.dumps(piece)}\\n"
    yield "event: done\\ndata: {}\\n"
""",
            "each one ends with an empty line",
        ),
        Wrong(
            """
import json
from stages.s2_llms.errors import ProviderError

def frames(pieces):
    try:
        for piece in pieces:
            yield f"event: words\\ndata: {json.dumps(piece)}\\n\\n"
    except ProviderError as error:
        yield f"event: broken\\ndata: {json.dumps(str(error))}\\n\\n"
""",
            "'words', 'words'].",
        ),
        Wrong(
            """
def frames(pieces):
    for piece in pieces:
        yield f"event: words\\ndata: {piece}\\n\\n"
    yield "event: done\\ndata: {}\\n\\n"
""",
            "as JSON, saw the data",
        ),
        Wrong(
            """
import json

def frames(pieces):
    for piece in pieces:
        yield f"event: words\\ndata: {json.dumps(piece)}\\n\\n"
    yield "event: done\\ndata: {}\\n\\n"
""",
            "StreamCut",
        ),
        Wrong(
            """
import json
from stages.s2_llms.errors import ProviderError

def frames(pieces):
    try:
        for piece in pieces:
            yield f"event: words\\ndata: {json.dumps(piece)}\\n\\n"
    except ProviderError as error:
        print(error)
    finally:
        yield "event: done\\ndata: {}\\n\\n"
""",
            "half an answer for a whole one",
        ),
        Wrong(
            """
import json
from stages.s2_llms.errors import ProviderError

def frames(pieces):
    try:
        text = "".join(pieces)
    except ProviderError as error:
        yield f"event: broken\\ndata: {json.dumps(str(error))}\\n\\n"
        return
    for piece in text.split(" "):
        yield f"event: words\\ndata: {json.dumps(piece)}\\n\\n"
    yield "event: done\\ndata: {}\\n\\n"
""",
            "saw ['words', 'words', 'words', 'words', 'words', 'words'",
        ),
    ),
    praise="With `StreamingResponse(frames(…), media_type='text/event-stream')` this is a working chat server.",
)

quiz = Quiz(
    (
        Question(
            "What does streaming make faster?",
            ("The whole answer.", "The first words on the screen.", "Both, and it costs less."),
            "b",
            "The last word comes when it would have come anyway, and the tokens cost the same.",
            "Does the model write faster when somebody watches?",
        ),
        Question(
            "A stream ended without an exception. What tells you that the answer is whole?",
            ("The status 200.", "A full stop at its end.", "The vendor's end mark, such as finish_reason."),
            "c",
            "Only the model's side knows that it had said everything, and says so in one field.",
            "Which of the three was missing in the cut streams?",
        ),
        Question(
            "The client's time-out is 5 seconds, and a streamed answer takes 30. What happens?",
            (
                "It is cut off after 5 seconds.",
                "Nothing, as long as no gap between two chunks reaches 5 seconds.",
                "The SDK asks again.",
            ),
            "b",
            "The time-out counts from chunk to chunk. For the whole answer you need a clock of your own.",
            "Remember the slow stream that took longer than its time-out.",
        ),
        Question(
            "A stream broke after half the answer was on the screen. What is best?",
            (
                "Ask again silently and append the new answer.",
                "Show that it is not complete, and offer to ask again.",
                "Remove nothing, say nothing.",
            ),
            "b",
            "The reader has seen the half; a second answer may begin differently.",
            "Would the second answer go on where the first one stopped?",
        ),
        Question(
            "Which of these should not be shown word by word?",
            (
                "An answer that must pass a check before a customer may see it.",
                "A long explanation in a chat.",
                "A translation that a colleague waits for.",
            ),
            "a",
            "What was shown cannot be taken back: check sentence by sentence, or wait for the whole.",
            "For which of them does the end decide about the beginning?",
        ),
    )
)

EXERCISES = (first_word, read_all, first_line, frames, quiz)
