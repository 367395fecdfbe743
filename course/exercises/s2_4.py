"""The exercises of lesson s2.4, "Tokens, context, cost": count first, order for the cache, trim, and bill a month."""

from collections.abc import Callable, Mapping, Sequence
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from stages.s2_llms.prices import cost_usd

from . import Exercise, Question, Quiz, Wrong, expect, shorten
from .evidence import requests_during

if TYPE_CHECKING:
    from course.begun import Lesson

SHORT = "How long is the warranty?"
LONG = "The machine stands in the kitchen and makes coffee every morning. " * 40


def _check_fits(fits: Callable[[str, int], bool], lesson: "Lesson") -> None:
    for text, limit, expected in ((SHORT, 100, True), (LONG, 100, False), (LONG, 5_000, True)):
        with requests_during(lesson) as sent:
            seen = fits(text, limit)
        expect(sent, "Expected a question to the provider how many tokens it is, saw none: a guess is no count.")
        expect({e.vendor for e in sent} == {"anthropic"}, f"Expected a request to Anthropic, saw {sent[-1].vendor}.")
        generating = [e for e in sent if "count" not in e.route]
        expect(not generating, "Expected that nothing is generated, saw a request for an answer, which costs money.")
        expect(isinstance(seen, bool), f"Expected True or False, saw {shorten(seen)}.")
        expect(
            seen == expected,
            f"A text of {len(text):,} characters and a limit of {limit:,} tokens: expected {expected}, saw {seen}.",
        )


count_first = Exercise(
    id="count-first",
    title="Exercise 1: does it fit?",
    task="Write `fits(text, limit)` with Anthropic's SDK: True if a request with this text as its only message has at "
    "most `limit` tokens. Nothing may be generated.",
    name="fits",
    check=_check_fits,
    starter='''
def fits(text, limit):
    """Return whether the request has at most so many tokens."""
    ...
''',
    hints=(
        "The cell above counts with all three vendors.",
        "`anthropic_client.messages.count_tokens(...)` gives an object with `input_tokens`.",
    ),
    solution='''
from anthropic import Anthropic

def fits(text, limit):
    """Return whether the request has at most so many tokens."""
    counted = Anthropic().messages.count_tokens(
        model=lesson.models["anthropic"], messages=[{"role": "user", "content": text}]
    )
    return counted.input_tokens <= limit
''',
    alternative='''
import anthropic

def fits(text, limit):
    """The same with content blocks, and one client for all calls."""
    client = anthropic.Anthropic(max_retries=0)
    blocks = [{"type": "text", "text": text}]
    counted = client.messages.count_tokens(
        model=lesson.models["anthropic"], messages=[{"role": "user", "content": blocks}]
    )
    return not counted.input_tokens > limit
''',
    wrong=(
        Wrong("def fits(text, limit):\n    return len(text) / 4 <= limit", "a guess is no count"),
        Wrong(
            """
from anthropic import Anthropic

def fits(text, limit):
    reply = Anthropic().messages.create(model=lesson.models["anthropic"], max_tokens=1,
                                        messages=[{"role": "user", "content": text}])
    return reply.usage.input_tokens <= limit
""",
            "which costs money",
        ),
        Wrong(
            """
from anthropic import Anthropic

def fits(text, limit):
    counted = Anthropic().messages.count_tokens(model=lesson.models["anthropic"],
                                                messages=[{"role": "user", "content": text}])
    return counted.input_tokens >= limit
""",
            "expected True, saw False",
        ),
        Wrong(
            """
from openai import OpenAI

def fits(text, limit):
    return OpenAI().responses.input_tokens.count(model=lesson.models["openai"], input=text).input_tokens <= limit
""",
            "saw openai",
        ),
    ),
    praise="A count costs a moment. A request that is refused costs the customer's patience.",
)

DOCUMENTS = "\n\n".join(
    f"<document id='d{n}'>\nPart {n} of the machine has the number {n * 37} and is made of steel.\n</document>"
    for n in range(1, 70)
)
TICKETS = ("Which number has part 7?", "Which number has part 31?", "What is part 12 made of?")


def _check_cacheable(build: Callable[[str, str, str, str], Any], lesson: "Lesson") -> None:
    from openai import OpenAI

    rules = "Answer from the documents only."
    with requests_during(lesson) as sent:
        for minute, ticket in enumerate(TICKETS):
            messages = build(rules, DOCUMENTS, ticket, f"09:4{minute}")
            expect(
                isinstance(messages, list) and all(isinstance(m, Mapping) and "role" in m for m in messages),
                f"Expected a list of messages with a role and a content each, saw {shorten(messages)}.",
            )
            whole = "\n".join(str(message.get("content")) for message in messages)
            for name, part in (
                ("rules", rules),
                ("documents", DOCUMENTS),
                ("ticket", ticket),
                ("time", f"09:4{minute}"),
            ):
                expect(part in whole, f"Expected the {name} in the messages, saw none of it.")
            OpenAI(max_retries=0).chat.completions.create(model=lesson.models["openai"], messages=messages)
    later = sent[1:]
    share = sum(e.cached or 0 for e in later) / sum(e.tokens_in or 1 for e in later)
    first = min(("time", whole.find("09:4")), ("ticket", whole.find(TICKETS[-1])), key=lambda part: part[1])[0]
    expect(
        share >= 0.9,
        f"Three tickets in a row: expected 90 % of the tokens or more from the cache, saw {share:.0%}. "
        f"The {first} changes each time, and it stands before the documents.",
    )


cacheable = Exercise(
    id="cacheable",
    title="Exercise 2: a prompt that the cache likes",
    task="Write `build(rules, documents, ticket, time)`: the messages for OpenAI's SDK. All four must be in them, and "
    "when one ticket follows another, nearly all tokens must come from the cache.",
    name="build",
    check=_check_cacheable,
    starter='''
def build(rules, documents, ticket, time):
    """Return a list of messages."""
    ...
''',
    hints=(
        "Which of the four are the same for every ticket?",
        "The same things first, in one system message; the time and the ticket last, in the user's message.",
    ),
    solution='''
def build(rules, documents, ticket, time):
    """Return a list of messages: what never changes first."""
    return [
        {"role": "system", "content": f"{rules}\\n\\n{documents}"},
        {"role": "user", "content": f"It is {time}.\\n\\n{ticket}"},
    ]
''',
    alternative='''
def build(rules, documents, ticket, time):
    """One message, in the same order."""
    return [{"role": "user", "content": "\\n\\n".join([rules, documents, ticket, f"It is {time}."])}]
''',
    wrong=(
        Wrong(
            """
def build(rules, documents, ticket, time):
    return [{"role": "system", "content": f"It is {time}. {rules} {documents}"}, {"role": "user", "content": ticket}]
""",
            "The time changes",
        ),
        Wrong(
            """
def build(rules, documents, ticket, time):
    return [{"role": "user", "content": f"{ticket} {time}"}, {"role": "user", "content": f"{rules} {documents}"}]
""",
            "The ticket changes",
        ),
        Wrong(
            """
def build(rules, documents, ticket, time):
    return [{"role": "system", "content": f"{rules} {documents}"}, {"role": "user", "content": ticket}]
""",
            "Expected the time",
        ),
        Wrong(
            """
def build(rules, documents, ticket, time):
    return f"{rules} {documents} {ticket} {time}"
""",
            "Expected a list of messages",
        ),
    ),
    praise="One line moved, nine tenths of the input at a tenth of the price.",
)


def _words(message: Mapping[str, str]) -> int:
    return len(message["content"].split())


def _talk(*sizes: int) -> list[dict[str, str]]:
    """A system message of two words, and then turns of these sizes, user first."""
    turns = [
        {"role": ("user", "assistant")[n % 2], "content": " ".join([f"w{n}"] * size)} for n, size in enumerate(sizes)
    ]
    return [{"role": "system", "content": "be brief"}, *turns]


Trim = Callable[[list[dict[str, str]], Callable[[Mapping[str, str]], int], int], Sequence[Mapping[str, str]]]


def _check_trim(trim: Trim, lesson: "Lesson") -> None:
    cases: tuple[tuple[list[dict[str, str]], int, int, str], ...] = (
        (_talk(3, 3, 3), 100, 3, "everything fits, so nothing may be cut"),
        (_talk(10, 10, 4, 4, 3), 15, 3, "the two oldest turns do not fit"),
        (_talk(10, 4, 4, 4, 3), 17, 3, "a turn of the assistant without its question does not help: cut both"),
        (_talk(5, 5, 5, 5, 30), 32, 1, "only the last question fits"),
        (_talk(5, 5, 30), 20, 1, "the last question alone is too large: it stays all the same"),
    )
    for messages, limit, kept, why in cases:
        before = [dict(message) for message in messages]
        seen = trim(messages, _words, limit)
        expect(isinstance(seen, list), f"Expected a list of messages, saw {type(seen).__name__}.")
        expect(
            messages == before,
            "Expected that the conversation itself stays as it is, saw it changed: build a new list.",
        )
        sizes = [_words(message) for message in messages]
        what = f"Sizes {sizes}, at most {limit}"
        expect(seen[:1] == messages[:1], f"{what}: expected the system message first, saw {shorten(seen[:1])}.")
        expected = [messages[0], *messages[-kept:]]
        expect(
            list(seen) == expected,
            f"{what}: expected {[_words(m) for m in expected]} ({why}), saw {[_words(m) for m in seen]}.",
        )


trim_turns = Exercise(
    id="trim",
    title="Exercise 3: trim, and hurt nobody",
    task="Write `trim(messages, count, limit)`. Keep the system message and the last question always, and of the rest "
    "the newest turns that fit into `limit` together with them. `count(message)` gives a message's tokens. What is "
    "kept of the conversation begins with a user's turn.",
    name="trim",
    check=_check_trim,
    starter='''
def trim(messages, count, limit):
    """Return the messages that fit: system first, then the newest turns."""
    ...
''',
    hints=(
        "Take the system message and the last one out first: `system, *turns, last = messages`.",
        "Go through `turns` from the newest back, and stop at the first that does not fit.",
        "If what you kept begins with the assistant, drop that turn, too.",
    ),
    solution='''
def trim(messages, count, limit):
    """Return the messages that fit: system first, then the newest turns."""
    system, *turns, last = messages
    room = limit - count(system) - count(last)
    kept = []
    for turn in reversed(turns):
        room -= count(turn)
        if room < 0:
            break
        kept.insert(0, turn)
    if kept and kept[0]["role"] == "assistant":
        kept = kept[1:]
    return [system, *kept, last]
''',
    alternative='''
def trim(messages, count, limit):
    """From the other end: drop pairs until the rest fits."""
    system, rest = messages[0], list(messages[1:])
    while len(rest) > 1 and count(system) + sum(map(count, rest)) > limit:
        rest = rest[2:]
    return [system, *rest]
''',
    wrong=(
        Wrong(
            "def trim(messages, count, limit):\n    return [messages[0], *messages[1:][-4:]]",
            "the two oldest turns do not fit",
        ),
        Wrong(
            """
def trim(messages, count, limit):
    kept = list(messages)
    while len(kept) > 2 and sum(map(count, kept)) > limit:
        kept.pop(1)
    return kept
""",
            "without its question",
        ),
        Wrong(
            """
def trim(messages, count, limit):
    while len(messages) > 2 and sum(map(count, messages)) > limit:
        del messages[1:3]
    return messages
""",
            "build a new list",
        ),
        Wrong(
            """
def trim(messages, count, limit):
    kept = list(messages)
    while kept and sum(map(count, kept)) > limit:
        kept.pop(0)
    return kept
""",
            "expected the system message first",
        ),
    ),
    praise="Now pin the order number, and this is what many chat products do.",
)

CALLS = (
    ("practice-large", 7_000, 20, 0),
    ("practice-large", 7_000, 30, 6_900),
    ("practice-small", 900, 5, 0),
    ("practice-large", 7_100, 25, 7_000),
)


def _check_month(month: Callable[[Sequence[Any], int], Any], lesson: "Lesson") -> None:
    calls = [
        SimpleNamespace(model=model, tokens_in=tokens_in, tokens_out=tokens_out, cached=cached)
        for model, tokens_in, tokens_out, cached in CALLS
    ]
    for times in (1, 1_000):
        seen = month(calls, times)
        expect(isinstance(seen, Mapping), f"Expected a dictionary from model to USD, saw {shorten(seen)}.")
        expect({*seen} == {"practice-large", "practice-small"}, f"Expected both models, saw {shorten(sorted(seen))}.")
        for model in seen:
            expected = times * sum(cost_usd(*call) or 0 for call in CALLS if call[0] == model)
            full = times * sum(cost_usd(*call[:3]) or 0 for call in CALLS if call[0] == model)
            hint = " That is the price without the cache." if abs(seen[model] - full) < 1e-6 < full - expected else ""
            expect(
                abs(seen[model] - expected) < 1e-6,
                f"{model}, {times:,} times: expected {expected:.6f} USD, saw {shorten(seen[model])}.{hint}",
            )
    expect(month([], 5) == {}, f"No calls, no bill: expected {{}}, saw {shorten(month([], 5))}.")


month_bill = Exercise(
    id="month",
    title="Exercise 4: the bill from your own traces",
    task="Write `month(calls, times)`: USD for each model, if these calls happen so many times in a month. A call has "
    "`model`, `tokens_in`, `tokens_out` and `cached` (the part of `tokens_in` that came from the cache).",
    name="month",
    check=_check_month,
    starter='''
def month(calls, times):
    """Return {model: USD}."""
    ...
''',
    hints=(
        "`cost_usd(model, tokens_in, tokens_out, cached)` from `stages.s2_llms.prices` knows the price of one call.",
        "Add up in a dictionary: `bill[call.model] = bill.get(call.model, 0) + …`.",
    ),
    solution='''
from stages.s2_llms.prices import cost_usd

def month(calls, times):
    """Return {model: USD}."""
    bill = {}
    for call in calls:
        one = cost_usd(call.model, call.tokens_in, call.tokens_out, call.cached)
        bill[call.model] = bill.get(call.model, 0) + one * times
    return bill
''',
    alternative='''
from stages.s2_llms.prices import PRACTICE

def month(calls, times):
    """With the price list itself: a cached token costs a tenth."""
    bill = {call.model: 0.0 for call in calls}
    for call in calls:
        price = PRACTICE[call.model]
        tokens_in = call.tokens_in - 0.9 * call.cached
        usd = tokens_in * price.usd_per_million_in + call.tokens_out * price.usd_per_million_out
        bill[call.model] += times * usd / 1_000_000
    return bill
''',
    wrong=(
        Wrong(
            """
from stages.s2_llms.prices import cost_usd

def month(calls, times):
    bill = {}
    for call in calls:
        bill[call.model] = bill.get(call.model, 0) + times * cost_usd(call.model, call.tokens_in, call.tokens_out)
    return bill
""",
            "without the cache",
        ),
        Wrong(
            """
from stages.s2_llms.prices import cost_usd

def month(calls, times):
    return {c.model: times * cost_usd(c.model, c.tokens_in, c.tokens_out, c.cached) for c in calls}
""",
            "0.00225",
        ),
        Wrong(
            """
from stages.s2_llms.prices import cost_usd

def month(calls, times):
    return times * sum(cost_usd(c.model, c.tokens_in, c.tokens_out, c.cached) for c in calls)
""",
            "Expected a dictionary",
        ),
        Wrong(
            """
from stages.s2_llms.prices import cost_usd

def month(calls, times):
    bill = {}
    for c in calls:
        bill[c.model] = bill.get(c.model, 0) + cost_usd(c.model, c.tokens_in, c.tokens_out, c.cached)
    return bill
""",
            "1,000 times",
        ),
    ),
    praise="With a feature's name beside each call this becomes a bill by feature: lesson s5.3.",
)

quiz = Quiz(
    (
        Question(
            "A chat sends its whole history with each question. The chat gets twice as long. Its bill gets about…",
            ("twice as high.", "four times as high.", "ten times as high."),
            "b",
            "Each question costs more than the one before: the sum grows with the square.",
            "Add up 1 + 2 + 3 + 4, and then go on to 8.",
        ),
        Question(
            "Which of these has the most tokens for its length?",
            (
                "An English sentence.",
                "A list of serial numbers.",
                "The same English sentence in capital first letters.",
            ),
            "b",
            "Numbers and codes are rare in the vocabulary, so they fall into crumbs.",
            "What occurs often in the texts that the vocabulary was made from?",
        ),
        Question(
            "Your prompt is: time, rules, documents, question. What does the cache reuse for the next question?",
            ("The rules and the documents.", "Everything but the question.", "Nothing, or nearly nothing."),
            "c",
            "It compares from the first token and stops at the first difference: the time.",
            "Which part is the first that changes?",
        ),
        Question(
            "A long conversation is replaced by a summary. What is most likely to be lost?",
            ("The topic.", "The order number.", "The customer's mood."),
            "b",
            "Exact things are not central to a text. Pin them in code.",
            "What did the note in the lesson leave out?",
        ),
        Question(
            "The provider says 400, context too long. What do you do?",
            ("Send less.", "Wait and ask again.", "Ask three times with jitter."),
            "a",
            "The same request will be too long tomorrow as well.",
            "Which status codes are worth a retry?",
        ),
    )
)

EXERCISES = (count_first, cacheable, trim_turns, month_bill, quiz)
