"""The exercises of lesson s2.1, "First calls": read a reply to its end, sort errors, find leaked keys."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from . import Exercise, Incorrect, Question, Quiz, Wrong, expect, shorten
from .evidence import requests_during

if TYPE_CHECKING:
    from course.begun import Lesson

RULES = "Answer from the text only. Text: The tank of the Brewline One holds 1.4 litres. It is made of glass."
ASKED = "How much water does the tank of the Brewline One hold?"


def _check_complete(ask: Callable[[str, str, int], tuple[str, bool]], lesson: "Lesson") -> None:
    for max_tokens, complete in ((300, True), (4, False)):
        with requests_during(lesson) as sent:
            answer = ask(RULES, ASKED, max_tokens)
        expect(sent, "Expected a request at the provider, saw none: call the model inside the function.")
        expect("anthropic" in {e.vendor for e in sent}, f"Expected a request to Anthropic, saw {sent[-1].vendor}.")
        body = sent[-1].body
        expect(body.get("system"), "Expected the rules in the field `system`, saw a request without it.")
        expect(body["max_tokens"] == max_tokens, f"Expected max_tokens={max_tokens}, saw {body['max_tokens']}.")
        _expect_pair(answer)
        expect(
            answer[1] == complete,
            f"With max_tokens={max_tokens} the answer is {'complete' if complete else 'cut off'}, so expected "
            f"{complete} as the second value, saw {shorten(answer[1])}. What does `stop_reason` say?",
        )


def _expect_pair(answer: Any) -> None:
    if not isinstance(answer, tuple) or len(answer) != 2:
        raise Incorrect(f"Expected two values, the text and whether it is complete, saw {shorten(answer)}.")
    expect(isinstance(answer[0], str), f"Expected text first, saw {type(answer[0]).__name__}: take it from a block.")


complete = Exercise(
    id="complete",
    title="Exercise 1: is the answer complete?",
    task="Write `ask(rules, question, max_tokens)` with Anthropic's SDK. It returns the answer's text, and True if the "
    "model came to its end or False if the answer was cut off.",
    name="ask",
    check=_check_complete,
    starter='''
def ask(rules, question, max_tokens):
    """Return (text, complete)."""
    ...
''',
    hints=(
        "The cell with `anthropic_client.messages.create(...)` makes the call. Put the three parameters in.",
        "A complete answer has `stop_reason == 'end_turn'`; one that was cut off has 'max_tokens'.",
    ),
    solution='''
from anthropic import Anthropic

def ask(rules, question, max_tokens):
    """Return (text, complete)."""
    reply = Anthropic().messages.create(
        model=lesson.models["anthropic"], system=rules, max_tokens=max_tokens,
        messages=[{"role": "user", "content": question}],
    )
    return reply.content[0].text, reply.stop_reason == "end_turn"
''',
    alternative='''
from anthropic import Anthropic

def ask(rules, question, max_tokens):
    """The same with the text of all blocks, and the question the other way round."""
    reply = Anthropic().messages.create(
        model=lesson.models["anthropic"], system=[{"type": "text", "text": rules}], max_tokens=max_tokens,
        messages=[{"role": "user", "content": [{"type": "text", "text": question}]}],
    )
    return "".join(block.text for block in reply.content if block.type == "text"), reply.stop_reason != "max_tokens"
''',
    wrong=(
        Wrong(
            """
from anthropic import Anthropic

def ask(rules, question, max_tokens):
    reply = Anthropic().messages.create(model=lesson.models["anthropic"], system=rules, max_tokens=max_tokens,
                                        messages=[{"role": "user", "content": question}])
    return reply.content[0].text, True
""",
            "With max_tokens=4 the answer is cut off",
        ),
        Wrong(
            """
from anthropic import Anthropic

def ask(rules, question, max_tokens):
    reply = Anthropic().messages.create(model=lesson.models["anthropic"], system=rules, max_tokens=1000,
                                        messages=[{"role": "user", "content": question}])
    return reply.content[0].text, reply.stop_reason == "end_turn"
""",
            "saw 1000",
        ),
        Wrong(
            """
from anthropic import Anthropic

def ask(rules, question, max_tokens):
    reply = Anthropic().messages.create(model=lesson.models["anthropic"], max_tokens=max_tokens,
                                        messages=[{"role": "user", "content": rules + question}])
    return reply.content[0].text, reply.stop_reason == "end_turn"
""",
            "a request without it",
        ),
        Wrong(
            """
from openai import OpenAI

def ask(rules, question, max_tokens):
    reply = OpenAI().chat.completions.create(model=lesson.models["openai"], max_tokens=max_tokens,
        messages=[{"role": "system", "content": rules}, {"role": "user", "content": question}])
    return reply.choices[0].message.content, reply.choices[0].finish_reason == "stop"
""",
            "saw openai",
        ),
        Wrong(
            """
from anthropic import Anthropic

def ask(rules, question, max_tokens):
    reply = Anthropic().messages.create(model=lesson.models["anthropic"], system=rules, max_tokens=max_tokens,
                                        messages=[{"role": "user", "content": question}])
    return reply.content, reply.stop_reason == "end_turn"
""",
            "Expected text first",
        ),
    ),
    praise="A reply with status 200 can still be half an answer. Now your code notices.",
)


def _failures(lesson: "Lesson") -> Iterator[tuple[str, str, Exception]]:
    """Real exceptions of the three SDKs: what was done, what should be said about it, and the exception."""
    import anthropic
    import openai
    from google import genai

    hello, model = "Hello", lesson.models
    turns: Any = [{"role": "user", "content": hello}]

    def ask_openai(name: str = model["openai"], **options: Any) -> Any:
        return openai.OpenAI(max_retries=0, **options).chat.completions.create(model=name, messages=turns)

    def ask_anthropic(name: str = model["anthropic"], **options: Any) -> Any:
        client = anthropic.Anthropic(max_retries=0, **options)
        return client.messages.create(model=name, messages=turns, max_tokens=50)

    def ask_google(name: str = model["google"], **options: Any) -> Any:
        client = genai.Client(**options)
        return client.models.generate_content(model=name, contents=hello)

    wrong, nobody = {"api_key": "sk-never-issued"}, {"base_url": "http://127.0.0.1:9"}
    yield "OpenAI with a wrong key", "key", _raised(lambda: ask_openai(**wrong))
    yield "Anthropic with a wrong key", "key", _raised(lambda: ask_anthropic(**wrong))
    yield "OpenAI with an unknown model", "request", _raised(lambda: ask_openai("no-such-model"))
    yield "Google with an unknown model", "request", _raised(lambda: ask_google("no-such-model"))
    yield "OpenAI with nobody at the address", "later", _raised(lambda: ask_openai(**nobody))
    for vendor, ask in (("OpenAI", ask_openai), ("Anthropic", ask_anthropic), ("Google", ask_google)):
        for kind in ("rate_limit", "overloaded"):
            lesson.control.order(kind, count=1)
            yield f"{vendor} after `{kind}`", "later", _raised(ask)


def _raised(call: Callable[[], Any]) -> Exception:
    try:
        call()
    except Exception as exc:  # noqa: BLE001 - whatever the SDK raises is what we came for
        return exc
    raise Incorrect("The provider answered where it should have refused: run the lesson's first cell again.")


def _check_sorting(sort_out: Callable[[Exception], str], lesson: "Lesson") -> None:
    lesson.control.reset()
    for what, expected, exc in _failures(lesson):
        seen = sort_out(exc)
        expect(
            seen == expected,
            f"{what} raises {type(exc).__name__}: expected {expected!r}, saw {shorten(seen)}.",
        )


sort_errors = Exercise(
    id="sort-errors",
    title="Exercise 2: what should I do about it?",
    task="Write `sort_out(exc)`. It gets an exception from any of the three SDKs and returns 'key' (401, 403), "
    "'request' (any other 4xx but 429) or 'later' (429, 5xx, and no answer at all).",
    name="sort_out",
    check=_check_sorting,
    starter='''
def sort_out(exc):
    """Return 'key', 'request' or 'later'."""
    ...
''',
    hints=(
        "OpenAI and Anthropic keep the status in `exc.status_code`, Google in `exc.code`. Some errors have none.",
        "`getattr(exc, 'status_code', None) or getattr(exc, 'code', None)` finds it, if asked in this order.",
        "No status at all means that no answer came: 'later'.",
    ),
    solution='''
def sort_out(exc):
    """Return 'key', 'request' or 'later'."""
    status = getattr(exc, "status_code", None) or getattr(exc, "code", None)
    if status in (401, 403):
        return "key"
    if isinstance(status, int) and 400 <= status < 500 and status != 429:
        return "request"
    return "later"
''',
    alternative='''
import anthropic, openai
from google.genai import errors

def sort_out(exc):
    """By class where a vendor has one for it."""
    if isinstance(exc, (openai.AuthenticationError, openai.PermissionDeniedError,
                        anthropic.AuthenticationError, anthropic.PermissionDeniedError)):
        return "key"
    if isinstance(exc, errors.ClientError):
        return {401: "key", 403: "key", 429: "later"}.get(exc.code, "request")
    known = (openai.BadRequestError, openai.NotFoundError, anthropic.BadRequestError, anthropic.NotFoundError)
    return "request" if isinstance(exc, known) else "later"
''',
    wrong=(
        Wrong(
            """
def sort_out(exc):
    status = getattr(exc, "status_code", 500)
    return "key" if status in (401, 403) else "request" if 400 <= status < 500 and status != 429 else "later"
""",
            "Google with an unknown model",
        ),
        Wrong(
            """
def sort_out(exc):
    status = getattr(exc, "status_code", None) or getattr(exc, "code", None) or 500
    return "key" if status in (401, 403) else "request" if status < 500 else "later"
""",
            "OpenAI after `rate_limit`",
        ),
        Wrong(
            """
def sort_out(exc):
    status = getattr(exc, "status_code", None) or getattr(exc, "code", None)
    return "key" if status in (401, 403) else "later" if status in (429, 500, 503, 529) else "request"
""",
            "nobody at the address",
        ),
        Wrong(
            """
def sort_out(exc):
    return "key" if "key" in str(exc).lower() else "later"
""",
            "OpenAI with an unknown model",
        ),
    ),
    praise="Eleven failures from three SDKs, three decisions. Lesson s2.3 acts on them.",
)

KEYS = {
    "OpenAI": "sk-proj-" + "a1B2c3D4e5F6g7H8i9J0k1L2",
    "Anthropic": "sk-ant-api03-" + "Zm9yLXByYWN0aWNlLW9ubHk",
    "Google": "AIza" + "SyB-0123456789abcdefghijklmnopqrstu",
}


def _check_lines(leaky_lines: Callable[[str], list[int]], lesson: "Lesson") -> None:
    for vendor, key in KEYS.items():
        text = f"import os\nKEY = '{key}'\nprint('done')"
        seen = leaky_lines(text)
        expect(isinstance(seen, list), f"Expected a list of line numbers, saw {type(seen).__name__}.")
        expect(seen != [1], "Expected line 2, saw line 1: lines are counted from 1.")
        expect(seen == [2], f"Line 2 holds a key of {vendor}: expected [2], saw {shorten(seen)}.")
    innocent = "We ask: risk-free? task-list? Commit 3f9ac1d07b21e4d6aa01.\nsk-\nkey = os.environ['OPENAI_API_KEY']"
    seen = leaky_lines(innocent)
    expect(
        seen == [], f"A text without any key: expected [], saw {shorten(seen)}. Too strict a shape blocks honest work."
    )
    many = "\n".join([KEYS["Google"], "fine", f"a={KEYS['OpenAI']} b={KEYS['Anthropic']}"])
    seen = leaky_lines(many)
    expect(seen == [1, 3], f"Keys on lines 1 and 3 (two of them): expected [1, 3], saw {shorten(seen)}.")


find_leaks = Exercise(
    id="find-leaks",
    title="Exercise 3: build a scanner",
    task="Write `leaky_lines(text)`: the numbers of the lines, from 1, that hold a key of OpenAI (`sk-…`), Anthropic "
    "(`sk-ant-…`) or Google (`AIza…`). Each line counts once. Words such as risk-free are not keys.",
    name="leaky_lines",
    check=_check_lines,
    starter='''
def leaky_lines(text):
    """Return the numbers of the lines that hold a key."""
    ...
''',
    hints=(
        "`enumerate(text.splitlines(), 1)` gives line numbers from 1.",
        r"A word that begins with sk- and goes on for 20 signs or more: `r'\bsk-[\w-]{20,}'`.",
        r"Google's are AIza and 35 more signs: `r'\bAIza[\w-]{35}'`. Join two shapes with `|`.",
    ),
    solution='''
import re

def leaky_lines(text):
    """Return the numbers of the lines that hold a key."""
    shape = re.compile(r"\\bsk-[\\w-]{20,}|\\bAIza[\\w-]{35}")
    return [number for number, line in enumerate(text.splitlines(), 1) if shape.search(line)]
''',
    alternative='''
from stages.s2_llms.keys import find_keys

def leaky_lines(text):
    """With the reference version."""
    return sorted({leak.line for leak in find_keys(text)})
''',
    wrong=(
        Wrong(
            """
def leaky_lines(text):
    return [n for n, line in enumerate(text.splitlines(), 1) if "sk-" in line or "AIza" in line]
""",
            "Too strict a shape",
        ),
        Wrong(
            """
import re

def leaky_lines(text):
    shape = re.compile(r"\\bsk-[\\w-]{20,}|\\bAIza[\\w-]{35}")
    return [n for n, line in enumerate(text.splitlines()) if shape.search(line)]
""",
            "counted from 1",
        ),
        Wrong(
            """
import re

def leaky_lines(text):
    return [n for n, line in enumerate(text.splitlines(), 1) if re.search(r"\\bsk-[\\w-]{20,}", line)]
""",
            "a key of Google",
        ),
        Wrong(
            """
import re

def leaky_lines(text):
    shape = re.compile(r"\\bsk-[\\w-]{20,}|\\bAIza[\\w-]{35}")
    return [n for n, line in enumerate(text.splitlines(), 1) for _ in shape.finditer(line)]
""",
            "(two of them)",
        ),
    ),
    praise="Scanners of code hosts begin like this. They know hundreds of shapes, and ask the vendor if a key is live.",
)

quiz = Quiz(
    (
        Question(
            "A reply has status 200 and its `stop_reason` is `max_tokens`. What do you have?",
            ("A complete answer.", "An answer that was cut off.", "An error that the SDK hides."),
            "b",
            "The limit was reached in mid-sentence. Raise it, or ask for less.",
            "Look at the cell with `max_tokens=6`.",
        ),
        Question(
            "Where do the developer's instructions go in Anthropic's API?",
            ("Into the field `system`.", "Into a message with the role `system`.", "Into a header."),
            "a",
            "OpenAI's chat completions want a message for it, Google a configuration field.",
            "Look at the drawing of the three dialects.",
        ),
        Question(
            "A call fails with 401. What helps?",
            ("Asking again after a second.", "A shorter question.", "Another key, or the right one."),
            "c",
            "The provider does not know who you are, and will not know it in a second either.",
            "Which of the three changes who you are?",
        ),
        Question(
            "You find a key in a commit from yesterday. What comes first?",
            ("Remove it in a new commit.", "Revoke it at the vendor.", "Rewrite the history."),
            "b",
            "Only revoking makes the copies harmless that others have made meanwhile.",
            "Who may have copied it since yesterday?",
        ),
        Question(
            "Why does the log filter cover keys when no code should log them?",
            (
                "Because somebody will log a header one day.",
                "Because the SDK logs keys by default.",
                "Because the law asks for it.",
            ),
            "a",
            "A safeguard that needs everybody's attention at all times is none.",
            "Look at the Monday program: what did it still write into the log?",
        ),
    )
)

EXERCISES = (complete, sort_errors, find_leaks, quiz)
