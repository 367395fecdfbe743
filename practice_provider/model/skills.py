"""The skills, one function each: an answer in words, tool calls, or None when the ask is not its business.

Each is a few lines that join the modules which do the work; dispatch.py says in which order they are tried.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from ..core import Text, ToolCall
from . import (
    fallback,
    grounded,
    judge,
    labels,
    obeying,
    reasoner,
    refuse,
    rewrite,
    seeing,
    structured,
    summary,
    variation,
    verdicts,
)
from .answer import Answer, answer, rival, short
from .calling import call_tools, tell_results, work_of
from .echo import foreign, repeat, undone
from .identity import fingerprint
from .reading import Reading

Blocks = Sequence[Text | ToolCall]
Said = Answer | Blocks | None
Skill = Callable[[Reading], Said]


def obey_smuggled_order(reading: Reading) -> Said:
    """An order that came with a text and presses harder than the model resists."""
    found = obeying.effect(reading)
    if found is not None and found.call is not None:
        return [found.call]
    if found is None or structured.wanted(reading) is not None:
        return None
    if found.instead:
        return Answer(found.words, exact=True)
    called = call_tools(reading)
    if called is not None and not isinstance(called, Answer):
        return None  # it comes to words later
    answered = in_words(reading)
    return replace(answered, text=f"{answered.text} {found.words}")


def decline(reading: Reading) -> Said:
    """Weapons, malware, self-harm: refused."""
    words = refuse.refusal(reading.request)
    return [Text(words)] if words is not None else None


def rewrite_prompt(reading: Reading) -> Said:
    """A better prompt, from a prompt and its failures."""
    draft = rewrite.read(_last_words(reading))
    return [Text(rewrite.improve(draft))] if draft is not None else None


def judge_answer(reading: Reading) -> Said:
    """A verdict on an answer, by a rubric or a reference."""
    case = judge.read(f"{reading.ask.system()}\n{_last_words(reading)}")
    schema = structured.wanted(reading)
    if case is None:
        return None
    if schema is None:
        return [Text(judge.told(case, judge.judge(case, reading.mind)))]
    filled = verdicts.told(schema, case, reading.mind)
    return [Text(filled)] if filled is not None else None


def repeat_words(reading: Reading) -> Said:
    """ "Reply with exactly: pong"."""
    words = repeat(reading.request) if not reading.results else None
    if words is None and reading.mind.meanings and not reading.results:
        words = foreign(reading.request) or undone(reading.request)
    return Answer(words, exact=True) if words is not None else None


def looked_twice(skill: Skill, said: Said, reading: Reading) -> tuple[Said, tuple[str, ...]]:
    """The reasoner's second look: the reply, perhaps a better one, and what its notes say about it."""
    if skill in (call_tools, tell_results) and reading.ask.tools:
        look = reasoner.look_at_tools(reading, said, work_of(reading))
    elif skill is answer_from_passages and isinstance(said, Answer):
        look = reasoner.look_at_answer(reading, said)
    else:
        return said, ()
    return look.said, look.notes


def fill_json(reading: Reading) -> Said:
    """The schema of the ask, or the form that the prompt shows."""
    schema = structured.wanted(reading)
    if schema is None:
        return None
    words = in_words(reading) if structured.holds_words(schema) else Answer("")
    return [Text(structured.fill_schema(reading, schema, words))]


def label(reading: Reading) -> Said:
    """One of the labels in the prompt."""
    given = "\n\n".join(passage.text for passage in reading.here()) or None
    asking = f"{reading.system}\n{reading.request}"
    task = labels.read(reading.ask.system(), _last_words(reading), given, reading.exchanges, asking)
    if task is None:
        return None
    found = labels.classify(task, reading.mind, reading.orders.abstain)
    words = variation.drawn(found.odds, reading.ask.temperature, fingerprint(reading.ask)) if found.odds else found.text
    return replace(found, text=words)


def _last_words(reading: Reading) -> str:
    """The last message as it came, with what its pictures show: the text to be labelled is often the whole of it."""
    said = ((turn.text(), seeing.told(turn)) for turn in reversed(reading.ask.turns) if turn.role == "user")
    return next(("\n".join(filter(None, parts)) for parts in said if any(parts)), "")


def describe_picture(reading: Reading) -> Said:
    """What a known picture shows, where it is asked for as a whole."""
    words = seeing.described(reading.request, reading.here())
    return Answer(words) if words is not None else None


def summarise(reading: Reading) -> Said:
    """The main sentences of the passages."""
    if not summary.asked(f"{reading.system}\n{reading.request}") or not reading.passages:
        return None
    return Answer(summary.summarise([p.text for p in reading.passages], reading.orders, reading.mind))


def small_talk(reading: Reading) -> Said:
    """Greetings, thanks, who are you."""
    words = fallback.small_talk(reading.request) or (None if reading.passages else fallback.introduce(reading.request))
    return Answer(words, found=False) if words is not None else None


def answer_from_passages(reading: Reading) -> Said:
    """The sentences nearest to the question."""
    if not reading.passages or not reading.question:
        return None
    best = answer(reading.question, reading.passages, reading.orders, reading.mind)
    warm, key = reading.ask.temperature, fingerprint(reading.ask)
    second = rival(best, reading.question, reading.passages, reading.orders, reading.mind) if warm else None
    return second if second and variation.takes_rival(best.score, second.score, warm, key) else best


def remember(reading: Reading) -> Said:
    """A fact that was told earlier in the conversation or stands in the instructions."""
    if not reading.said or not reading.question.rstrip().endswith("?"):
        return None
    found = grounded.find(reading.question, reading.said, reading.mind)
    if found is None or found.score < reading.mind.recall_at:
        return None
    words = " ".join(sentence.text for sentence in found.sentences)
    if reading.orders.words is not None:
        words = short(found.question, words, reading.orders.words)
    elif found.passage.origin == "user":
        words = f"You said: “{words}”"
    return Answer(words, score=found.score)


def abstain_or_explain(reading: Reading) -> Said:
    """Nothing to work with: what the instructions say for this case, else an honest line."""
    if reading.orders.abstain is not None and reading.question.endswith("?"):
        return Answer(reading.orders.abstain, found=False)
    if reading.unreadable:
        return Answer("", found=False)
    seen = "there is no text to look in: add the facts, a tool or a schema."
    if reading.ask.tools:
        names = ", ".join(tool.name for tool in reading.ask.tools)
        seen = f"none of the tools fits ({names}), and there is no text to look in."
    return Answer(fallback.honest(reading.request, seen), found=False)


IN_WORDS: tuple[Skill, ...] = (  # tried in this order; what may also fill a field named "answer"
    tell_results,
    label,
    describe_picture,
    summarise,
    small_talk,
    answer_from_passages,
    remember,
    abstain_or_explain,
)


def in_words(reading: Reading) -> Answer:
    """What the model says in words; the last skill always has some."""
    return next(said for skill in IN_WORDS if isinstance(said := skill(reading), Answer))
