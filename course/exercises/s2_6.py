"""The exercises of lesson s2.6, "Meta-prompting": show failures, find what leaked, write a loop that stops."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from . import Exercise, Incorrect, Question, Quiz, Wrong, expect, requests_during, shorten

if TYPE_CHECKING:
    from course.begun import Lesson

START = "Sort the message. Answer with a label."
FAILURES = (
    ("My parcel is late.\nIt is a present.", "leak", "order_status"),
    ("Water under it.", "order_status", "leak"),
    ("Sour. " + "Very sour. " * 60, "leak", "coffee_quality"),
    ("Not to be shown, the fourth.", "leak", "safety"),
)


def _check_rewrite(rewrite: Callable[..., str], lesson: "Lesson") -> None:
    from stages.s2_llms.chat import Chat

    chat = Chat(lesson.providers["openai"], model=lesson.models["openai"], timeout_s=20)
    with requests_during(lesson) as sent:
        seen = rewrite(chat, START, list(FAILURES), 3)
    expect(len(sent) == 1, f"Expected one request at the provider, saw {len(sent)}.")
    asked = "\n".join(str(turn["content"]) for turn in sent[0].body["messages"])
    expect(START in asked, f"The request does not hold the prompt that is to be improved: {shorten(asked[:120])}.")
    longest = max(len(line) for line in asked.splitlines())
    expect(
        longest <= 240, f"Expected texts cut to 200 characters, saw a line of {longest}: they all end in the prompt."
    )
    for text, given, label in FAILURES[:3]:
        start = text.split("\n")[0][:16]
        expect(start in asked, f"The failure {start!r} is not in the request: nobody can mend what he never sees.")
        after = asked.partition(start)[2][:360]
        expect(label in after, f"After {start!r} the request does not say what was expected ({label}).")
        expect(given in after, f"After {start!r} the request does not say what was answered ({given}).")
    expect(FAILURES[3][0] not in asked, "Expected at most 3 failures, as `most` says; the fourth is there as well.")
    expect(isinstance(seen, str), f"Expected the new prompt as text, saw a {type(seen).__name__}: return `.text`.")
    with requests_during(lesson):
        lesson.control.order("truncated")
        cut = rewrite(chat, START, list(FAILURES), 3)
    expect(
        cut == START, f"The writer was cut off: expected the old prompt back, saw half of a new one: {shorten(cut)}."
    )


rewrite = Exercise(
    id="rewrite",
    title="Exercise 1: ask for a better prompt",
    task="Write `rewrite(chat, prompt, failures, most)`: one request that asks the model to improve `prompt`. A "
    "failure is a tuple (text, given, expected). Show `most` of them at most, each with all three, the text on one "
    "line and cut to 200 characters. Return the new prompt; if the answer was cut off (`answer.stop` is 'length'), "
    "return the old one.",
    name="rewrite",
    check=_check_rewrite,
    starter='''
def rewrite(chat, prompt, failures, most):
    """Return a better prompt, or the old one."""
    ...
''',
    hints=(
        "`' '.join(text.split())[:200]` puts a text on one line and cuts it; `failures[:most]` are the ones to show.",
        "`chat.reply([Message('user', …)], max_tokens=4000)` gives an answer with `.stop` and `.text`.",
    ),
    solution='''
from stages.s2_llms.chat import Message

def rewrite(chat, prompt, failures, most):
    """Return a better prompt, or the old one."""
    shown = ""
    for text, given, expected in failures[:most]:
        shown += f"Text: {' '.join(text.split())[:200]}\\nExpected: {expected}\\nGiven: {given}\\n\\n"
    task = "Improve this prompt, given its failures. Answer with the whole new prompt and nothing else."
    ask = f"{task}\\n<prompt>\\n{prompt}\\n</prompt>\\n\\n{shown}"
    answer = chat.reply([Message("user", ask)], max_tokens=4000)
    return prompt if answer.stop == "length" else answer.text
''',
    alternative='''
from stages.s2_llms.chat import Message

def rewrite(chat, prompt, failures, most):
    """With tags, and the task as the system prompt."""
    rows = []
    for text, given, expected in failures[:most]:
        line = text.replace("\\n", " ")[:200]
        rows.append(f"<failure>\\n<text>{line}</text>\\n<given>{given}</given>\\n<expected>{expected}</expected>\\n</failure>")
    turn = Message("user", f"Improve this prompt.\\n<prompt>{prompt}</prompt>\\n" + "\\n".join(rows))
    answer = chat.reply([turn], system="You write prompts. Give the new prompt alone.", max_tokens=4000)
    if answer.stop != "end":
        return prompt
    return answer.text
''',
    wrong=(
        Wrong(
            """
from stages.s2_llms.chat import Message

def rewrite(chat, prompt, failures, most):
    answer = chat.reply([Message("user", f"Improve this prompt.\\n<prompt>{prompt}</prompt>")])
    return answer.text
""",
            "nobody can mend what he never sees",
        ),
        Wrong(
            """
from stages.s2_llms.chat import Message

def rewrite(chat, prompt, failures, most):
    shown = "\\n".join(f"Text: {' '.join(t.split())[:200]}\\nExpected: {e}" for t, g, e in failures[:most])
    ask = f"Improve this prompt.\\n<prompt>{prompt}</prompt>\\n{shown}"
    answer = chat.reply([Message("user", ask)], max_tokens=4000)
    return prompt if answer.stop == "length" else answer.text
""",
            "does not say what was answered",
        ),
        Wrong(
            """
from stages.s2_llms.chat import Message

def rewrite(chat, prompt, failures, most):
    shown = "\\n".join(f"Text: {' '.join(t.split())[:200]}\\nExpected: {e}\\nGiven: {g}" for t, g, e in failures)
    ask = f"Improve this prompt.\\n<prompt>{prompt}</prompt>\\n{shown}"
    answer = chat.reply([Message("user", ask)], max_tokens=4000)
    return prompt if answer.stop == "length" else answer.text
""",
            "the fourth is there as well",
        ),
        Wrong(
            """
from stages.s2_llms.chat import Message

def rewrite(chat, prompt, failures, most):
    shown = "\\n".join(f"Text: {' '.join(t.split())}\\nExpected: {e}\\nGiven: {g}" for t, g, e in failures[:most])
    ask = f"Improve this prompt.\\n<prompt>{prompt}</prompt>\\n{shown}"
    answer = chat.reply([Message("user", ask)], max_tokens=4000)
    return prompt if answer.stop == "length" else answer.text
""",
            "Expected texts cut to 200 characters",
        ),
        Wrong(
            """
from stages.s2_llms.chat import Message

def rewrite(chat, prompt, failures, most):
    shown = "\\n".join(f"Text: {' '.join(t.split())[:200]}\\nExpected: {e}\\nGiven: {g}" for t, g, e in failures[:most])
    ask = f"Improve this prompt.\\n<prompt>{prompt}</prompt>\\n{shown}"
    return chat.reply([Message("user", ask)], max_tokens=4000).text
""",
            "expected the old prompt back",
        ),
    ),
    praise="The prompt, its failures, what came and what was wanted: more than most people tell the model they ask.",
)


WRITTEN = """Sort it.

<example>
<text>Where is my parcel? It is a present, and I have waited since Monday for it.</text>
<label>order_status</label>
</example>

- Water under   the machine -> leak"""
TICKETS = {
    "TK-1": "Where is my parcel?\nIt is a present, and I have waited since Monday for it. Please tell me.",
    "TK-2": "water under the machine",
    "TK-3": "Where is my refund? It is a present, and I have waited since Monday for it.",
    "TK-4": "It sparks.",
}


def _check_leaked(leaked: Callable[[str, dict[str, str]], list[str]], lesson: "Lesson") -> None:
    seen = leaked(WRITTEN, dict(TICKETS))
    if not isinstance(seen, list):
        raise Incorrect(f"Expected a list of ids, saw {shorten(seen)} ({type(seen).__name__}).")
    expect(
        "TK-1" in seen, "TK-1 was copied without its line break and cut at its end; its first 30 letters stand there."
    )
    expect("TK-2" in seen, "TK-2 stands there with a capital and more spaces: neither hides a leak from a model.")
    expect("TK-3" not in seen, "TK-3 only ends like the example: it begins with other words, so it was not copied.")
    expect(sorted(seen) == ["TK-1", "TK-2"], f"Expected TK-1 and TK-2, saw {shorten(seen)}.")
    empty = leaked("Sort it.", dict(TICKETS))
    expect(empty == [], f"A prompt without any ticket: expected [], saw {shorten(empty)}.")


leaked = Exercise(
    id="leaked",
    title="Exercise 2: what does the prompt know by heart?",
    task="Write `leaked(prompt, tickets)`: `tickets` is a dict of id to text. Return the list of ids whose first 30 "
    "characters stand in the prompt. Capitals and white space must not matter, on either side.",
    name="leaked",
    check=_check_leaked,
    starter='''
def leaked(prompt, tickets):
    """Return the ids of the tickets that stand in the prompt."""
    ...
''',
    hints=(
        "Bring the prompt and each text into one plain form, then look whether the one holds the other.",
        "`' '.join(text.split()).lower()`; cut to 30 characters after that, not before.",
    ),
    solution='''
def plain(text):
    return " ".join(text.split()).lower()

def leaked(prompt, tickets):
    """Return the ids of the tickets that stand in the prompt."""
    known = plain(prompt)
    return [name for name, text in tickets.items() if plain(text)[:30] in known]
''',
    alternative='''
import re

def leaked(prompt, tickets):
    """With a pattern for each ticket."""
    found = []
    for name, text in tickets.items():
        start = " ".join(text.split())[:30]
        pattern = r"\\s+".join(map(re.escape, start.split()))
        if re.search(pattern, prompt, re.IGNORECASE):
            found.append(name)
    return found
''',
    wrong=(
        Wrong(
            """
def leaked(prompt, tickets):
    return [name for name, text in tickets.items() if text in prompt]
""",
            "cut at its end",
        ),
        Wrong(
            """
def leaked(prompt, tickets):
    known = " ".join(prompt.split())
    return [name for name, text in tickets.items() if " ".join(text.split())[:30] in known]
""",
            "neither hides a leak",
        ),
        Wrong(
            """
def leaked(prompt, tickets):
    known = set(" ".join(prompt.split()).lower().replace(".", "").split())
    def shared(text):
        words = text.lower().replace(".", "").split()
        return sum(word in known for word in words) / len(words)
    return [name for name, text in tickets.items() if shared(text) > 0.7]
""",
            "begins with other words",
        ),
        Wrong(
            """
def leaked(prompt, tickets):
    known = " ".join(prompt.split()).lower()
    return sum(" ".join(text.split()).lower()[:30] in known for text in tickets.values())
""",
            "Expected a list of ids",
        ),
    ),
    praise="Two lines that belong before every figure: whatever stands in the prompt is not measured.",
)


SCORES = {"p": 0.20, "pA": 0.40, "pAB": 0.35, "pAC": 0.50, "pACD": 0.45, "pACE": 0.44, "pACF": 0.90}


class _Loop:
    """A writer and a measure without a model: each version has its score."""

    def __init__(self) -> None:
        self.letters, self.improved, self.measured = iter("ABCDEF"), list[str](), list[str]()

    def improve(self, prompt: str) -> str:
        self.improved.append(prompt)
        return prompt + next(self.letters)

    def score(self, prompt: str) -> float:
        self.measured.append(prompt)
        return SCORES.get(prompt, 0.0)


def _check_best(best_of: Callable[..., Any], lesson: "Lesson") -> None:
    run = _Loop()
    seen = best_of("p", run.improve, run.score, rounds=6, patience=2)
    expect(
        run.improved[:3] == ["p", "pA", "pA"],
        f"Expected the writer to get p, pA, pA: what is worse is thrown away. Saw {shorten(run.improved[:3])}.",
    )
    expect(
        len(run.improved) == 5,
        f"Expected the end after 5 rounds, two of them in a row without a gain; saw {len(run.improved)}.",
    )
    expect(seen == ("pAC", 0.5), f"Expected the best version and its score, ('pAC', 0.5), saw {shorten(seen)}.")
    twice = [prompt for prompt in SCORES if run.measured.count(prompt) > 1]
    expect(not twice, f"Measured more than once: {', '.join(twice)}. Each measurement is a bill; remember the score.")
    short = _Loop()
    seen = best_of("p", short.improve, short.score, rounds=1, patience=2)
    expect(len(short.improved) == 1, f"With rounds=1: expected one round, saw {len(short.improved)}.")
    expect(seen == ("pA", 0.4), f"With rounds=1: expected ('pA', 0.4), saw {shorten(seen)}.")


best_of = Exercise(
    id="best-of",
    title="Exercise 3: a loop that knows when to stop",
    task="Write `best_of(prompt, improve, score, rounds, patience)`. `improve(prompt)` gives a new version, "
    "`score(prompt)` its share on held-out tickets. Always improve the best version so far; keep a new one only if it "
    "scores higher; stop after `patience` rounds in a row without a gain. Measure each version once. Return "
    "(best prompt, its score).",
    name="best_of",
    check=_check_best,
    starter='''
def best_of(prompt, improve, score, rounds, patience):
    """Return (the best prompt, its score)."""
    ...
''',
    hints=(
        "Keep two variables, `best` and `top`, and a third that counts the rounds since the last gain.",
        "After a gain the count goes back to 0; when it reaches `patience`, `break`.",
    ),
    solution='''
def best_of(prompt, improve, score, rounds, patience):
    """Return (the best prompt, its score)."""
    best, top, idle = prompt, score(prompt), 0
    for _ in range(rounds):
        new = improve(best)
        value = score(new)
        if value > top:
            best, top, idle = new, value, 0
        else:
            idle += 1
        if idle == patience:
            break
    return best, top
''',
    alternative='''
def best_of(prompt, improve, score, rounds, patience):
    """With a list of all versions that were kept."""
    kept, last_gain = [(score(prompt), prompt)], -1
    for number in range(rounds):
        if number - last_gain > patience:
            break
        new = improve(kept[-1][1])
        value = score(new)
        if value > kept[-1][0]:
            kept.append((value, new))
            last_gain = number
    return kept[-1][1], kept[-1][0]
''',
    wrong=(
        Wrong(
            """
def best_of(prompt, improve, score, rounds, patience):
    best, top, idle = prompt, score(prompt), 0
    for _ in range(rounds):
        prompt = improve(prompt)
        value = score(prompt)
        if value > top:
            best, top, idle = prompt, value, 0
        else:
            idle += 1
        if idle == patience:
            break
    return best, top
""",
            "what is worse is thrown away",
        ),
        Wrong(
            """
def best_of(prompt, improve, score, rounds, patience):
    best, top = prompt, score(prompt)
    for _ in range(rounds):
        new = improve(best)
        value = score(new)
        if value > top:
            best, top = new, value
    return best, top
""",
            "Expected the end after 5 rounds, two of them in a row without a gain; saw 6",
        ),
        Wrong(
            """
def best_of(prompt, improve, score, rounds, patience):
    best, top, idle = prompt, score(prompt), 0
    for _ in range(rounds):
        new = improve(best)
        value = score(new)
        if value > top:
            best, top = new, value
        else:
            idle += 1
        if idle == patience:
            break
    return best, top
""",
            "Expected the end after 5 rounds, two of them in a row without a gain; saw 4",
        ),
        Wrong(
            """
def best_of(prompt, improve, score, rounds, patience):
    best, idle = prompt, 0
    for _ in range(rounds):
        new = improve(best)
        if score(new) > score(best):
            best, idle = new, 0
        else:
            idle += 1
        if idle == patience:
            break
    return best, score(best)
""",
            "Each measurement is a bill",
        ),
    ),
    praise="The same ten lines tune prompts, thresholds and much else. The scores must come from tickets it never saw.",
)


quiz = Quiz(
    (
        Question(
            "What does a model need in order to improve a prompt?",
            (
                "the wish that it be better",
                "the prompt, and failures with what came and what was expected",
                "a higher temperature",
            ),
            answer="b",
            why="Without failures it can only guess what you dislike, and makes the prompt longer.",
            nudge="Which request did the first exercise send?",
        ),
        Question(
            "The loop reaches a hundred percent on its own tickets. What do you know about tomorrow's tickets?",
            ("nearly all will be right", "they will be a little worse", "nothing yet"),
            answer="c",
            why="The prompt holds those tickets with their answers. New tickets are not in it.",
            nudge="Look at the two lines of the plot.",
        ),
        Question(
            "Versions are chosen on dev. Why is the figure of dev not the one to report?",
            (
                "the best of many tries on dev was partly lucky on dev",
                "dev tickets are easier by nature",
                "dev is too small",
            ),
            answer="a",
            why="Choosing uses the luck up. Test tickets, opened once, had no part in the choice.",
            nudge="What happens to the winner of many noisy comparisons?",
        ),
        Question(
            "The loop, begun with a good prompt, is worse on dev in each round. What do you do?",
            ("let it run longer", "keep the prompt that you had", "take the last version: it is the most trained"),
            answer="b",
            why="No change is a result. It saves you a longer prompt on every ticket.",
            nudge="What does the rule 'keep it only if it is better' say?",
        ),
        Question(
            "A loop costs two dollars once and makes the prompt ten times as long. Where is the real price?",
            ("in the two dollars", "in the longer prompt, with every ticket from now on", "in the time that it takes"),
            answer="b",
            why="Multiply tokens by tickets by months, then decide.",
            nudge="How often is the loop paid, and how often the prompt?",
        ),
    )
)

EXERCISES = (rewrite, leaked, best_of, quiz)
