"""The exercises of lesson 0, "Start here": ask, order a fault, read the bill.

Each is judged by what reached the practice provider, not by the source text of an answer.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from . import Exercise, Incorrect, Question, Quiz, Wrong, expect, shorten
from .evidence import requests_during

if TYPE_CHECKING:
    from course.begun import Lesson

QUESTION = "How often should I descale my espresso machine?"


def _check_first_answer(ask: Callable[[str], str], lesson: "Lesson") -> None:
    with requests_during(lesson) as sent:
        text = ask(QUESTION)
    expect(sent, "Expected one request at the provider, saw none: call the model inside the function.")
    expect(len(sent) == 1, f"Expected one request at the provider, saw {len(sent)}: one question needs one call.")
    expect(QUESTION in str(sent[0].body), f"Expected the question in the request, saw {shorten(sent[0].body)}.")
    if not isinstance(text, str):
        raise Incorrect(f"Expected the answer's text (str), saw {type(text).__name__}: take the text out of the reply.")
    expect(text.strip(), "Expected the answer's text, saw an empty one.")


ask_once = Exercise(
    id="ask",
    title="Exercise 1: your first question",
    task="Write `ask(question)`: it asks the model one question and returns the answer's text.",
    name="ask",
    check=_check_first_answer,
    starter='''
def ask(question):
    """Ask the model one question and return the text of its answer."""
    ...
''',
    hints=(
        "The cell above makes the same call with a fixed question. What has to change?",
        'The question goes here: `input=question`. The model is `lesson.models["openai"]`.',
        "The reply is an object. Its `output_text` is the text alone.",
    ),
    solution='''
from openai import OpenAI

def ask(question):
    """Ask the model one question and return the text of its answer."""
    reply = OpenAI().responses.create(model=lesson.models["openai"], input=question)
    return reply.output_text
''',
    alternative='''
from anthropic import Anthropic

def ask(question):
    """The same over another vendor's SDK."""
    messages = [{"role": "user", "content": question}]
    reply = Anthropic().messages.create(model=lesson.models["anthropic"], max_tokens=300, messages=messages)
    return "".join(block.text for block in reply.content if block.type == "text")
''',
    wrong=(
        Wrong(
            """
def ask(question):
    return OpenAI().responses.create(model=lesson.models["openai"], input=question)
""",
            "take the text out of the reply",
        ),
        Wrong(
            """
def ask(question):
    return "Every two months."
""",
            "saw none",
        ),
        Wrong(
            """
def ask(question):
    return OpenAI().responses.create(model=lesson.models["openai"], input="Hello?").output_text
""",
            "Expected the question in the request",
        ),
        Wrong(
            """
def ask(question):
    client, model = OpenAI(), lesson.models["openai"]
    print(client.responses.create(model=model, input=question).output_text)
    return client.responses.create(model=model, input=question).output_text
""",
            "one question needs one call",
        ),
        Wrong(
            """
def ask(question):
    return OpenAI().responses.create(model=lesson.models["openai"], input=question).choices[0].message.content
""",
            "AttributeError",
        ),
    ),
    praise="One call, one request, one text: the rest of the course is about what happens when it is not that simple.",
)


def _check_fault(requests_sent: Callable[[str], int], lesson: "Lesson") -> None:
    with requests_during(lesson) as sent:
        count = requests_sent(QUESTION)
    statuses = [entry.status for entry in sent]
    expect(sent, "Expected requests at the provider, saw none: ask the question inside the function.")
    expect(429 in statuses, f"Expected one reply to be 429 (rate limit), saw {statuses}: order it before you ask.")
    expect(statuses.count(429) == 1, f"Expected exactly one 429, saw {statuses}: order the fault with `count=1`.")
    expect(200 in statuses, f"Expected the question to be answered at last, saw {statuses}.")
    if count != len(sent):
        raise Incorrect(f"Expected {len(sent)}, what the provider saw, and your function returned {shorten(count)}.")


order_fault = Exercise(
    id="fault",
    title="Exercise 2: order a fault and count",
    task="Write `requests_sent(question)`: it orders one `rate_limit` fault, asks the question, and returns how many "
    "requests reached the provider.",
    name="requests_sent",
    check=_check_fault,
    starter='''
def requests_sent(question):
    """Order one rate limit, ask, and return how many requests reached the provider."""
    ...
''',
    hints=(
        '`lesson.control.order("rate_limit", count=1)` makes the next request fail, and only that one.',
        "You call the SDK once. What it does after a 429 is not visible in your code: ask the provider's journal.",
        "`lesson.control.journal()` is a list with one entry for each request. Count it before and after.",
    ),
    solution='''
from openai import OpenAI

def requests_sent(question):
    """Order one rate limit, ask, and return how many requests reached the provider."""
    before = len(lesson.control.journal())
    lesson.control.order("rate_limit", count=1)
    OpenAI().responses.create(model=lesson.models["openai"], input=question)
    return len(lesson.control.journal()) - before
''',
    alternative='''
from openai import OpenAI, RateLimitError

def requests_sent(question):
    """Without the SDK's own retries, so that each request is a call that we can count."""
    client = OpenAI(max_retries=0)
    lesson.control.order("rate_limit", count=1)
    for count in range(1, 6):
        try:
            client.responses.create(model=lesson.models["openai"], input=question)
            return count
        except RateLimitError:
            continue
''',
    wrong=(
        Wrong(
            """
def requests_sent(question):
    before = len(lesson.control.journal())
    OpenAI().responses.create(model=lesson.models["openai"], input=question)
    return len(lesson.control.journal()) - before
""",
            "saw [200]: order it before you ask",
        ),
        Wrong(
            """
def requests_sent(question):
    lesson.control.order("rate_limit", count=1)
    OpenAI().responses.create(model=lesson.models["openai"], input=question)
    return 1
""",
            "your function returned 1",
        ),
        Wrong(
            """
def requests_sent(question):
    lesson.control.order("rate_limit", count=2, retry_after_s=0.01)
    OpenAI().responses.create(model=lesson.models["openai"], input=question)
    return len(lesson.control.journal())
""",
            "exactly one 429",
        ),
        Wrong(
            """
def requests_sent(question):
    lesson.control.order("rate_limit", count=1)
    OpenAI(max_retries=0).responses.create(model=lesson.models["openai"], input=question)
    return len(lesson.control.journal())
""",
            "RateLimitError",
        ),
        Wrong(
            """
def requests_sent(question):
    lesson.control.order("rate_limit", count=1)
    return len(lesson.control.journal())
""",
            "ask the question inside the function",
        ),
    ),
    praise="You made one call and the SDK sent two requests. Lesson s2.3 is about when that helps and when it hurts.",
)


def _check_bill(tokens: Callable[[list[str]], tuple[int, int]], lesson: "Lesson") -> None:
    questions = [QUESTION, "Which water filter fits?", "Thanks!"]
    with requests_during(lesson) as sent:
        answer = tokens(questions)
    expect(len(sent) == 3, f"Expected 3 requests for 3 questions, saw {len(sent)}.")
    try:
        tokens_in, tokens_out = answer
    except (TypeError, ValueError):
        raise Incorrect(f"Expected two numbers, tokens in and tokens out, saw {shorten(answer)}.") from None
    billed = sum(entry.tokens_in or 0 for entry in sent), sum(entry.tokens_out or 0 for entry in sent)
    last = sent[-1].tokens_in, sent[-1].tokens_out
    expect((tokens_in, tokens_out) != last, f"Expected the sum over all 3 questions, saw the last one's {last}.")
    expect((tokens_out, tokens_in) != billed, f"Expected tokens in first, then tokens out, saw {shorten(answer)}.")
    expect((tokens_in, tokens_out) == billed, f"Expected {billed}, what the provider counted, saw {shorten(answer)}.")


read_bill = Exercise(
    id="bill",
    title="Exercise 3: what did it take?",
    task="Write `tokens(questions)`: it asks each question of the list and returns two numbers, all tokens in and all "
    "tokens out. That is what a vendor bills.",
    name="tokens",
    check=_check_bill,
    starter='''
def tokens(questions):
    """Ask each question; return (tokens in, tokens out) over all of them."""
    tokens_in, tokens_out = 0, 0
    for question in questions:
        ...
    return tokens_in, tokens_out
''',
    hints=(
        "Every reply says what it took: look at `reply.usage`.",
        "`reply.usage.input_tokens` and `reply.usage.output_tokens` are numbers. Add them up in the loop.",
    ),
    solution='''
from openai import OpenAI

def tokens(questions):
    """Ask each question; return (tokens in, tokens out) over all of them."""
    client, tokens_in, tokens_out = OpenAI(), 0, 0
    for question in questions:
        usage = client.responses.create(model=lesson.models["openai"], input=question).usage
        tokens_in += usage.input_tokens
        tokens_out += usage.output_tokens
    return tokens_in, tokens_out
''',
    alternative='''
from openai import OpenAI

def tokens(questions):
    """The provider's journal keeps the same bill."""
    before = len(lesson.control.journal())
    for question in questions:
        OpenAI().responses.create(model=lesson.models["openai"], input=question)
    new = lesson.control.journal()[before:]
    return sum(entry.tokens_in for entry in new), sum(entry.tokens_out for entry in new)
''',
    wrong=(
        Wrong(
            """
def tokens(questions):
    for question in questions:
        usage = OpenAI().responses.create(model=lesson.models["openai"], input=question).usage
    return usage.input_tokens, usage.output_tokens
""",
            "saw the last one's",
        ),
        Wrong(
            """
def tokens(questions):
    total = 0
    for question in questions:
        total += OpenAI().responses.create(model=lesson.models["openai"], input=question).usage.total_tokens
    return total
""",
            "Expected two numbers",
        ),
        Wrong(
            """
def tokens(questions):
    usage = OpenAI().responses.create(model=lesson.models["openai"], input=" ".join(questions)).usage
    return usage.input_tokens, usage.output_tokens
""",
            "for 3 questions, saw 1.",
        ),
        Wrong(
            """
def tokens(questions):
    words_in, words_out = 0, 0
    for question in questions:
        text = OpenAI().responses.create(model=lesson.models["openai"], input=question).output_text
        words_in, words_out = words_in + len(question.split()), words_out + len(text.split())
    return words_in, words_out
""",
            "what the provider counted",
        ),
        Wrong(
            """
def tokens(questions):
    replies = [OpenAI().responses.create(model=lesson.models["openai"], input=q).usage for q in questions]
    return sum(u.output_tokens for u in replies), sum(u.input_tokens for u in replies)
""",
            "tokens in first",
        ),
    ),
    praise="The reply and the provider agree. On a real provider these two numbers, times two prices, are the bill.",
)

quiz = Quiz(
    (
        Question(
            "Where does the practice provider run?",
            ("At a vendor.", "On this machine, as a process of its own.", "Inside the notebook's kernel."),
            "b",
            "The SDKs speak HTTP to it on the loopback address, as they would to a vendor.",
            "Its address begins with http://127.0.0.1.",
        ),
        Question(
            "What does the practice model know?",
            ("What stands in the text that you send it.", "Everything up to last year.", "All espresso machines."),
            "a",
            "It finds and orders what it is given. A real model knows more, and invents more.",
            "Ask it something that no text in front of it says.",
        ),
        Question(
            "One call of the SDK meets one 429. How many requests reach the provider?",
            ("One: the call fails.", "None: it is held back.", "Two: the SDK asks again."),
            "c",
            "The OpenAI and Anthropic SDKs retry by themselves, twice at most unless you say otherwise.",
            "Exercise 2 counts them.",
        ),
        Question(
            "Which of these is in the request that a vendor receives?",
            ("Your whole notebook.", "The model's name, your messages and your key.", "The answer that you expect."),
            "b",
            "Nothing else: what the model should know has to be in the messages.",
            "Look at `body` in the journal, and think of what proves who you are.",
        ),
        Question(
            "What must you change in a lesson's cells to run them on a real provider?",
            ("Every model name.", "The import lines.", "Nothing: COURSE_PROVIDER and the key are set outside."),
            "c",
            "The cells take address, key and model from outside. That is also how you will deploy.",
            "Look for an address or a model name in the cells above.",
        ),
    )
)

EXERCISES = (ask_once, order_fault, read_bill, quiz)
