"""The exercises of lesson s2.5, "Prompting": read a label, compare two prompts, show examples, write a prompt."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from . import Exercise, Incorrect, Question, Quiz, Wrong, expect, requests_during, shorten

if TYPE_CHECKING:
    from course.begun import Lesson
    from stages.s2_llms.brewline import Ticket

LABELS = ["leak", "order_status", "return_refund", "safety"]
ANSWERS: tuple[tuple[str, str | None, str], ...] = (
    ("leak", "leak", "it is a label as it stands"),
    ("Leak.", "leak", "a capital and a full stop change nothing"),
    (' "order status"\n', "order_status", "quotes, white space and a missing underscore change nothing"),
    ("refund", None, "no label has this name; a guess would hide that"),
    ("It is not a leak, I think.", None, "a sentence is no label, whatever word stands in it"),
    ("leak, or perhaps safety", None, "two labels are no answer"),
    ("", None, "nothing is no label"),
)


def _check_label(label_of: Callable[[str, list[str]], str | None], lesson: "Lesson") -> None:
    for text, expected, why in ANSWERS:
        seen = label_of(text, list(LABELS))
        expect(seen == expected, f"{text!r}: expected {expected!r}, saw {shorten(seen)}: {why}.")


label_of = Exercise(
    id="label-of",
    title="Exercise 1: is it a label?",
    task="Write `label_of(text, labels)`: the label that the answer `text` gives, spelled as in `labels`, or None. "
    "Capitals, white space and quotes around it, a full stop at its end, and a space for an underscore must not "
    "matter. A sentence, two labels, or a word that is no label: None.",
    name="label_of",
    check=_check_label,
    starter='''
def label_of(text, labels):
    """Return the label that the text gives, or None."""
    ...
''',
    hints=(
        "Bring the text into the form that labels have, then look whether it is one of them.",
        "`text.strip(' \\n\"\\'.').lower().replace(' ', '_')`",
    ),
    solution='''
def label_of(text, labels):
    """Return the label that the text gives, or None."""
    tidy = text.strip(" \\n\\"'.").lower().replace(" ", "_")
    return tidy if tidy in labels else None
''',
    alternative='''
import re

def label_of(text, labels):
    """With a pattern for each label."""
    for label in labels:
        words = re.escape(label).replace("_", "[_ ]")
        if re.fullmatch(rf"""[\\s"']*{words}[\\s"'.]*""", text, re.IGNORECASE):
            return label
    return None
''',
    wrong=(
        Wrong(
            """
def label_of(text, labels):
    return text if text in labels else None
""",
            "a capital and a full stop change nothing",
        ),
        Wrong(
            """
def label_of(text, labels):
    tidy = text.lower().replace(" ", "_")
    return next((label for label in labels if label in tidy), None)
""",
            "a sentence is no label",
        ),
        Wrong(
            """
import difflib

def label_of(text, labels):
    tidy = text.strip(" \\n\\"'.").lower().replace(" ", "_")
    close = difflib.get_close_matches(tidy, labels, n=1, cutoff=0.4)
    return close[0] if close else None
""",
            "a guess would hide that",
        ),
        Wrong(
            """
def label_of(text, labels):
    tidy = text.strip(" \\n\\"'.").lower()
    return tidy if tidy in labels else None
""",
            "a missing underscore change nothing",
        ),
    ),
    praise="Lenient about form, strict about everything else: what is no label is counted as wrong, and seen.",
)


def _marks(right: int, wrong: int, name: str) -> dict[str, bool]:
    return {f"TK-{name}{number}": number < right for number in range(right + wrong)}


def _pair(fixed: int, broken: int, same: int = 20) -> tuple[dict[str, bool], dict[str, bool]]:
    """Marks before and after, the second in the opposite order."""
    before = _marks(broken, fixed, "a") | _marks(same // 2, same // 2, "b")
    after = {name: not right if name.startswith("TK-a") else right for name, right in before.items()}
    return before, dict(reversed(after.items()))


PAIRS = (
    (20, 5, "better", "25 tickets changed, and 20 to 5 is no accident"),
    (5, 20, "worse", "four times as many were broken as fixed"),
    (0, 0, "cannot tell", "nothing changed at all"),
    (9, 4, "cannot tell", "9 to 4 comes by chance in about one case of four"),
    (5, 0, "cannot tell", "5 to 0 comes by chance in 2 of 32 cases, both ways counted"),
    (6, 0, "better", "6 to 0 comes by chance in 2 of 64 cases"),
)


def _check_compare(compare: Callable[..., tuple[int, int, str]], lesson: "Lesson") -> None:
    for fixed, broken, verdict, why in PAIRS:
        seen = compare(*_pair(fixed, broken))
        if not (isinstance(seen, tuple) and len(seen) == 3):
            raise Incorrect(f"Expected a tuple (fixed, broken, verdict), saw {shorten(seen)}.")
        expect(
            seen[:2] == (fixed, broken),
            f"Expected {fixed} fixed and {broken} broken, saw {shorten(seen[:2])}. "
            "Match the tickets by their id: the second dict may come in another order.",
        )
        expect(seen[2] == verdict, f"{fixed} fixed, {broken} broken: expected {verdict!r}, saw {seen[2]!r}: {why}.")


fixed_broken = Exercise(
    id="fixed-broken",
    title="Exercise 2: better, worse, or luck?",
    task="Write `compare(before, after)` for two dicts of the same tickets, id to True (right) or False. Return a "
    "tuple: how many were fixed, how many broken, and 'better' or 'worse' if the sign test's chance is below 0.05, "
    "else 'cannot tell'.",
    name="compare",
    check=_check_compare,
    starter='''
def compare(before, after):
    """Return (fixed, broken, 'better' | 'worse' | 'cannot tell')."""
    ...
''',
    hints=(
        "Fixed: `sum(after[name] and not before[name] for name in before)`.",
        "n = fixed + broken; `chance = min(1, 2 * sum(comb(n, k) for k in range(min(fixed, broken) + 1)) / 2**n)`.",
    ),
    solution='''
from math import comb

def compare(before, after):
    """Return (fixed, broken, 'better' | 'worse' | 'cannot tell')."""
    fixed = sum(after[name] and not before[name] for name in before)
    broken = sum(before[name] and not after[name] for name in before)
    n = fixed + broken
    chance = min(1, 2 * sum(comb(n, k) for k in range(min(fixed, broken) + 1)) / 2**n)
    if chance >= 0.05:
        return fixed, broken, "cannot tell"
    return fixed, broken, "better" if fixed > broken else "worse"
''',
    alternative='''
def compare(before, after):
    """By tossing a coin in thought: the rows of Pascal's triangle."""
    changes = [after[name] - before[name] for name in before if after[name] != before[name]]
    fixed, broken = changes.count(1), changes.count(-1)
    row = [1]
    for _ in changes:
        row = [left + right for left, right in zip([0, *row], [*row, 0])]
    chance = 2 * sum(row[: min(fixed, broken) + 1]) / sum(row)
    verdict = "cannot tell" if chance >= 0.05 else "better" if fixed > broken else "worse"
    return fixed, broken, verdict
''',
    wrong=(
        Wrong(
            """
def compare(before, after):
    fixed = sum(after[name] and not before[name] for name in before)
    broken = sum(before[name] and not after[name] for name in before)
    return fixed, broken, "better" if fixed > broken else "worse" if broken > fixed else "cannot tell"
""",
            "9 to 4 comes by chance",
        ),
        Wrong(
            """
from math import comb

def compare(before, after):
    pairs = list(zip(before.values(), after.values()))
    fixed, broken = pairs.count((False, True)), pairs.count((True, False))
    n = fixed + broken
    chance = min(1, 2 * sum(comb(n, k) for k in range(min(fixed, broken) + 1)) / 2**n)
    if chance >= 0.05:
        return fixed, broken, "cannot tell"
    return fixed, broken, "better" if fixed > broken else "worse"
""",
            "Match the tickets by their id",
        ),
        Wrong(
            """
from math import comb

def compare(before, after):
    fixed = sum(after[name] and not before[name] for name in before)
    broken = sum(before[name] and not after[name] for name in before)
    n = fixed + broken
    chance = sum(comb(n, k) for k in range(min(fixed, broken) + 1)) / 2**n
    if chance >= 0.05:
        return fixed, broken, "cannot tell"
    return fixed, broken, "better" if fixed > broken else "worse"
""",
            "both ways counted",
        ),
        Wrong(
            """
def compare(before, after):
    fixed = sum(after[name] and not before[name] for name in before)
    broken = sum(before[name] and not after[name] for name in before)
    if abs(fixed - broken) < 6:
        return fixed, broken, "cannot tell"
    return "better" if fixed > broken else "worse"
""",
            "Expected a tuple (fixed, broken, verdict)",
        ),
    ),
    praise="The same tickets before and after: nothing else tells so much for so few of them.",
)


PROMPT = "Answer with the label alone."
SHOWN = (
    ("TK-1", "Puddle", "Water under it.\nSince Monday.", "leak"),
    ("TK-2", "Drip", "It drips.", "leak"),
    ("TK-3", "Ring", "The seal is wet.", "leak"),
    ("TK-4", "Where?", "Where is my parcel?", "order_status"),
    ("TK-5", "Late", "Ordered on Monday. " + "Nothing yet. " * 30, "order_status"),
    ("TK-6", "Sparks", "It sparks -> help!", "safety"),
)
HELD_OUT = {"TK-1", "TK-4"}


def _ticket(row: tuple[str, str, str, str]) -> "Ticket":
    from stages.s2_llms.brewline import Ticket

    absent: dict[str, Any] = dict.fromkeys(("customer_id", "order_id", "serial_number", "error_code", "stars"))
    name, subject, text, intent = row
    return Ticket(
        id=name,
        created_at="2026-01-02T09:00",
        channel="form",
        language="en",
        subject=subject,
        text=text,
        product="one",
        intent=intent,
        second_intent=None,
        urgency="normal",
        expected_resolution="answer",
        needs_human=False,
        attachments=(),
        voice_of="short",
        second_pass=None,
        **absent,
    )


def _check_examples(with_examples: Callable[..., str], lesson: "Lesson") -> None:
    tickets = [_ticket(row) for row in SHOWN]
    seen = with_examples(PROMPT, tickets, 1, HELD_OUT)
    expect(isinstance(seen, str), f"Expected text, saw {shorten(seen)} ({type(seen).__name__}).")
    expect(seen.startswith(PROMPT), f"Expected the prompt first and unchanged, saw {shorten(seen[:60])}.")
    leaked = [ticket for ticket in tickets if ticket.id in HELD_OUT and ticket.text.splitlines()[0] in seen]
    expect(not leaked, "A ticket of `keep_out` is shown as an example: whatever is measured on it now is worthless.")
    lines = [line for line in seen.splitlines() if "->" in line]
    labels = sorted(line.rpartition("->")[2].strip() for line in lines)
    expected = ["leak", "order_status", "safety"]
    expect(labels == expected, f"With each=1: expected examples for {expected}, saw {shorten(labels)}.")
    expect(max(map(len, lines)) <= 160, f"Expected lines of 160 characters at most, saw {max(map(len, lines))}.")
    both = with_examples(PROMPT, tickets, 2, set())
    labels = sorted(line.rpartition("->")[2].strip() for line in both.splitlines() if "->" in line)
    expected = ["leak", "leak", "order_status", "order_status", "safety"]
    expect(labels == expected, f"With each=2: expected {expected}, saw {shorten(labels)}.")
    expect(
        "Water under it.\nSince" not in both,
        "The ticket of two lines became two lines: an example must stand on one, or the model sees half of it.",
    )


examples = Exercise(
    id="examples",
    title="Exercise 3: examples, and none of them borrowed",
    task="Write `with_examples(prompt, tickets, each, keep_out)`: the prompt, a line `Examples:`, and up to `each` "
    "examples of every intent, each on one line of at most 160 characters: `- subject: text -> intent`. No ticket "
    "whose id is in the set `keep_out` may be shown: these are the ones that will be measured.",
    name="with_examples",
    check=_check_examples,
    starter='''
def with_examples(prompt, tickets, each, keep_out):
    """Return the prompt with examples below it."""
    ...
''',
    hints=(
        "Count how many you have shown of each intent, with a `Counter`, and pass over a ticket that is not needed.",
        "`' '.join(text.split())[:120]` takes out line breaks and cuts; add the label after that.",
    ),
    solution='''
from collections import Counter

def with_examples(prompt, tickets, each, keep_out):
    """Return the prompt with examples below it."""
    shown, lines = Counter(), []
    for ticket in tickets:
        if ticket.id in keep_out or shown[ticket.intent] == each:
            continue
        shown[ticket.intent] += 1
        said = " ".join(f"{ticket.subject}: {ticket.text}".split())[:120]
        lines.append(f"- {said} -> {ticket.intent}")
    return f"{prompt}\\n\\nExamples:\\n" + "\\n".join(lines)
''',
    alternative='''
from itertools import groupby

def with_examples(prompt, tickets, each, keep_out):
    """Sorted by intent."""
    free = sorted((t for t in tickets if t.id not in keep_out), key=lambda t: t.intent)
    text = f"{prompt}\\n\\nExamples:"
    for intent, group in groupby(free, key=lambda t: t.intent):
        for ticket in list(group)[:each]:
            said = f"{ticket.subject}: {ticket.text}".replace("\\n", " ")
            text += f"\\n- {said[:110]} -> {intent}"
    return text
''',
    wrong=(
        Wrong(
            """
from collections import Counter

def with_examples(prompt, tickets, each, keep_out):
    shown, lines = Counter(), []
    for t in tickets:
        if shown[t.intent] < each:
            shown[t.intent] += 1
            lines.append("- " + " ".join(f"{t.subject}: {t.text}".split())[:120] + f" -> {t.intent}")
    return prompt + "\\n\\nExamples:\\n" + "\\n".join(lines)
""",
            "is shown as an example",
        ),
        Wrong(
            """
def with_examples(prompt, tickets, each, keep_out):
    free = [t for t in tickets if t.id not in keep_out]
    lines = ["- " + " ".join(f"{t.subject}: {t.text}".split())[:120] + f" -> {t.intent}" for t in free[:each]]
    return prompt + "\\n\\nExamples:\\n" + "\\n".join(lines)
""",
            "With each=1: expected examples for",
        ),
        Wrong(
            """
from collections import Counter

def with_examples(prompt, tickets, each, keep_out):
    shown, lines = Counter(), []
    for t in reversed(tickets):
        if t.id not in keep_out and shown[t.intent] < each:
            shown[t.intent] += 1
            lines.append("- " + " ".join(f"{t.subject}: {t.text}".split()) + f" -> {t.intent}")
    return prompt + "\\n\\nExamples:\\n" + "\\n".join(lines)
""",
            "Expected lines of 160 characters at most",
        ),
        Wrong(
            """
from collections import Counter

def with_examples(prompt, tickets, each, keep_out):
    shown, lines = Counter(), []
    for t in tickets:
        if t.id not in keep_out and shown[t.intent] < each:
            shown[t.intent] += 1
            lines.append(f"- {t.subject}: {t.text[:100]} -> {t.intent}")
    return prompt + "\\n\\nExamples:\\n" + "\\n".join(lines)
""",
            "became two lines",
        ),
    ),
    praise="Examples teach; examples that are measured afterwards teach you nothing.",
)


DESKS = {
    "workshop": ("machine_fault", "leak", "coffee_quality"),
    "shipping": ("order_status", "delivery_problem"),
    "office": ("business_billing", "account_privacy", "return_refund"),
    "shop": ("parts_order", "buying_advice"),
}
OF_EACH, NEEDED, ROOM = 12, 24, 1_800


def _desk_tickets() -> "list[tuple[str, Ticket]]":
    """Twelve English tickets of dev for each desk, with one wish each."""
    from stages.s2_llms.brewline import load_tickets

    plain = [ticket for ticket in load_tickets("dev") if ticket.language == "en" and not ticket.second_intent]
    return [
        (desk, ticket)
        for desk, intents in DESKS.items()
        for ticket in [ticket for ticket in plain if ticket.intent in intents][:OF_EACH]
    ]


def _check_desks(desk_prompt: Callable[[], str], lesson: "Lesson") -> None:
    from stages.s2_llms.chat import Chat, Message

    prompt = desk_prompt()
    expect(isinstance(prompt, str), f"Expected text, saw {shorten(prompt)} ({type(prompt).__name__}).")
    expect(
        len(prompt) <= ROOM,
        f"Expected {ROOM:,} characters at most, saw {len(prompt):,}: this is sent and paid for with each ticket.",
    )
    rows = _desk_tickets()
    chat = Chat(lesson.providers["openai"], model=lesson.small_models["openai"], timeout_s=20)
    with requests_during(lesson):
        said = [_said(chat, Message, prompt, ticket) for _, ticket in rows]
    usable = sum(text in DESKS for text in said)
    expect(
        usable >= 0.9 * len(rows),
        f"Only {usable} of {len(rows)} answers are one of {', '.join(DESKS)}. One of them: {shorten(said[0][:80])}.",
    )
    right = _right_by_desk(rows, said)
    told = ", ".join(f"{desk} {n} of {OF_EACH}" for desk, n in right.items())
    expect(
        sum(right.values()) >= NEEDED,
        f"Expected {NEEDED} of {len(rows)} right, saw {sum(right.values())}: {told}. "
        "The small model compares words: tell it the customers' words for each desk.",
    )


def _said(chat: Any, message: Any, prompt: str, ticket: "Ticket") -> str:
    turn = [message("user", f"Subject: {ticket.subject}\n\n{ticket.text}")]
    return str(chat.reply(turn, system=prompt, max_tokens=60).text).strip()


def _right_by_desk(rows: "list[tuple[str, Ticket]]", said: list[str]) -> Mapping[str, int]:
    right = dict.fromkeys(DESKS, 0)
    for (desk, _), text in zip(rows, said, strict=True):
        right[desk] += text == desk
    return right


four_desks = Exercise(
    id="four-desks",
    title="Exercise 4: four desks, from nothing",
    task="Write `desk_prompt()`: instructions with which the small model sends a message to one of four desks. "
    "`workshop`: faults, leaks, bad coffee. `shipping`: where is my order, lost or damaged parcels. `office`: "
    "invoices, accounts, returns and refunds. `shop`: parts, and questions before buying. The check sends 48 tickets "
    "of dev; 24 must be "
    "right, in 1,800 characters at most.",
    name="desk_prompt",
    check=_check_desks,
    starter='''
def desk_prompt():
    """Return the instructions."""
    ...
''',
    hints=(
        "Begin as triage v3 does: the task, the form of the answer, `Labels:` and a line `- name: words` for each.",
        "Read tickets of train for each desk, and put the customers' own words into its description.",
        "A few short examples, `- My parcel is late -> shipping`, cost little. Check whether they help.",
    ),
    solution='''
def desk_prompt():
    """Return the instructions."""
    return """Sort the message to the desk that takes it. Answer with the label alone.

Labels:
- workshop: machine broken, leaks, drips, error code, blinking light, noise, does not heat, sour, bitter or weak coffee
- shipping: where is my order or parcel, tracking, courier, delivery, late, lost, damaged box, missing or wrong item
- office: invoice, VAT, refund, money back, send it back, return label, charged twice, password, login, newsletter
- shop: which part, seal, basket, tank or filter fits, cost, in stock, which machine to buy, difference, voucher"""
''',
    alternative='''
DESKS = {
    "workshop": "machine broken, leak, drips, puddle, error code, no heat, noise, stuck, sour or bitter coffee",
    "shipping": "where is my parcel, order, tracking, courier, delivery late, lost, damaged, box, missing item",
    "office": "refund, money back, return it, invoice, VAT number, charged twice, password, login, newsletter",
    "shop": "which part fits, seal, basket, tank, price, in stock, which machine to buy, difference, voucher",
}

def desk_prompt():
    """Built from a table, as a program would."""
    lines = [f"- {name}: {words}" for name, words in DESKS.items()]
    return "Classify the message. Answer with one label and nothing else.\\n\\nLabels:\\n" + "\\n".join(lines)
''',
    wrong=(
        Wrong(
            """
def desk_prompt():
    return "You are a helpful assistant. Please send this message to the workshop, the shop, shipping or the office."
""",
            "answers are one of workshop, shipping, office, shop",
        ),
        Wrong(
            """
def desk_prompt():
    return "Which desk gets this message? Answer with one of: workshop, shipping, office, shop"
""",
            "tell it the customers' words for each desk",
        ),
        Wrong(
            """
from stages.s2_llms.prompts import load

def desk_prompt():
    return load("triage", 4).text
""",
            "this is sent and paid for with each ticket",
        ),
        Wrong(
            """
def desk_prompt():
    return ["workshop", "shipping", "office", "shop"]
""",
            "Expected text, saw",
        ),
    ),
    praise="A task, a form, a closed list and words for each label: that is a prompt that can be measured.",
)


quiz = Quiz(
    (
        Question(
            "Which of these changed most in this lesson?",
            (
                "telling the model that it is an expert",
                "naming a closed list of labels, so that a program can use the answer",
                "lowering the temperature from 0.5 to 0",
            ),
            answer="b",
            why="From no usable answer to one for each ticket. All finer questions begin after that.",
            nudge="Look at the first two rows of the table of versions.",
        ),
        Question(
            "A new prompt fixes 9 tickets of 200 and breaks 6. What do you know?",
            ("it is better: 3 more are right", "it is worse: it broke 6", "you cannot tell yet"),
            answer="c",
            why="9 to 6 is what a coin gives in most cases. Take more tickets, or a larger change.",
            nudge="What would the sign test say to 9 heads and 6 tails?",
        ),
        Question(
            "Why must an example in the prompt not be a ticket that you measure on?",
            (
                "the model may copy its label, and the figure then says nothing about new tickets",
                "examples have to be invented",
                "the prompt becomes too long",
            ),
            answer="a",
            why="It is the exam's answer sheet, handed out before the exam.",
            nudge="What does the figure promise about tomorrow's tickets?",
        ),
        Question(
            "You offer the label 'other', and the small model takes it nearly always. What follows?",
            (
                "never offer a way out",
                "measure the way out like a label: how many take it, and what is right among the rest",
                "the tickets are bad",
            ),
            answer="b",
            why="How sure a model must be differs from model to model. Only counting tells.",
            nudge="What did the large model do with the same line?",
        ),
        Question(
            "The small model with a long prompt, or the large one with a short prompt?",
            (
                "the small one: its tokens are cheaper",
                "the large one: it is more often right",
                "whichever is right often enough for less money, counted for each ticket",
            ),
            answer="c",
            why="A prompt is paid for with each ticket. Multiply before you choose.",
            nudge="Look at the plot of accuracy against cost.",
        ),
    )
)

EXERCISES = (label_of, fixed_broken, examples, four_desks, quiz)
