"""What practice-reasoner does beyond practice-large: it plans from its goal, checks its answer, and writes that down.

Tools: steps.py reads conditions, choices and "each"; the plan starts from the goal; results that contradict each other
are noted. Answers: the evidence is ranked by both minds; an id that the question names has to stand in the passage of
the answer, else it looks again there; a number of the answer that no passage has makes it abstain. The notes say all of
it, so they are long. Compare Dhuliawala et al., Chain-of-Verification,
https://arxiv.org/abs/2309.11495
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..core import Tool, ToolCall
from . import planning, routing, steps
from .answer import NOT_FOUND, Answer, answer
from .context import Passage
from .described import describe
from .grounded import questions
from .mind import shared_words
from .planning import Work
from .reading import Reading
from .routing import Call
from .sentences import split
from .values import CODE
from .words import spoken, stems

_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_LEAST_OF_EACH = 5  # records for which the same is done
_SHOWN = 3  # sentences of evidence in the notes


@dataclass(frozen=True)
class Look:
    """What the second look came to: the reply, perhaps a better one, and what the notes say about it."""

    said: Any
    notes: tuple[str, ...]


# ---- tools -------------------------------------------------------------------------------------------------------


def active(work: Work) -> Work | None:
    """The part of the request that is to be done now; None where its condition fails and nothing else is asked."""
    parts = steps.branches(work.request)
    if parts is None:
        return work
    found = steps.holds(parts.condition, planning.records(work))
    if found is None:
        asked = f"{parts.before} {parts.condition}".strip()
        reading = [tool for tool in work.tools if describe(tool).reads]
        return replace(work, request=asked, tools=reading or work.tools)
    request = parts.then if found[0] else parts.otherwise
    told = f"{parts.before} {parts.condition}\n{work.told}"
    return replace(work, request=request, told=told) if request else None


def goals(work: Work) -> list[Tool]:
    """The tools that the request is about: where the nearest tool only feeds another that is meant, that other one."""
    mind = work.mind
    found = routing.choose(work.request, work.tools, mind, several=True, least=mind.tool_at)
    if not found:
        return []
    plain = routing.rank(work.request, work.tools, mind, fit=False)
    value, meant = plain[0]
    if meant.name in [tool.name for tool in found]:
        return found
    margin = {tool.name: value - other for other, tool in plain}
    can_start = _can_start(work, meant)
    return [meant if _feeds(tool, meant) or (can_start and margin[tool.name] >= _CLEARLY) else tool for tool in found]


_CLEARLY = 0.1  # so much nearer by its words alone, though the text has no id for it


def _can_start(work: Work, tool: Tool) -> bool:
    """Whether a result has, or another tool gives, what this one lacks."""
    call = routing.calls(tool, work.request, work.mind, several=False, context=work.context)[0]
    known = planning.filled(work, call)
    return bool(call.missing) and (not known.missing or planning.producer(work, known) is not None)


def _feeds(tool: Tool, goal: Tool) -> bool:
    """Whether a reading tool's description names what the goal requires, and its own parameters do not."""
    about, own = describe(tool), tool.parameters.get("required", ())
    wanted = [stems(spoken(name)) - planning.GENERIC for name in goal.parameters.get("required", ()) if name not in own]
    return about.reads and any(words and words <= stems(about.whole) for words in wanted)


def next_calls(work: Work) -> list[Call]:
    """The next calls of the plan: for all records where the request says so, else one step."""
    if work.made and steps.is_told(work.request, planning.records(work)):
        return []
    calls = planning.next_calls(work, goals(work))
    return [one for call in calls for one in _for_each(work, call)]


def elsewhere(work: Work) -> list[Call]:
    """Where the results do not tell: the next nearest tool that only reads, was not called, and lacks nothing."""
    for value, tool in routing.rank(work.request, work.tools, work.mind):
        if value < work.mind.tool_at:
            break
        call = routing.calls(tool, work.request, work.mind, several=False, context=work.context)[0]
        if describe(tool).reads and not work.tried(tool.name) and not call.missing:
            return [call]
    return []


def _for_each(work: Work, call: Call) -> list[Call]:
    """One call for each record of the newest result that has this call's id, where all of them are meant."""
    if not steps.for_each(work.request) and not steps.for_each(work.told.split("\n")[0]):
        return [call]
    properties = call.tool.parameters.get("properties", {})
    for name, value in call.args.items():
        found = planning.all_valued(work, name, properties.get(name))
        if value in found and str(value) not in work.request and len(found) > 1:
            made = [dict(one.args) for one, _ in work.made if one.name == call.tool.name]
            calls = [Call(call.tool, {**call.args, name: one}) for one in found[:_LEAST_OF_EACH]]
            return [one for one in calls if dict(one.args) not in made]
    return [call]


def contradictions(work: Work) -> list[str]:
    """Fields for which two results about the same id give different values.

    What was changed between the two is not known here, so they are told and nothing is decided.
    """
    seen: dict[tuple[str, str], Any] = {}
    found: list[str] = []
    for record in planning.records(work):
        identity = next((str(v) for k, v in record.items() if re.search(r"(?:_id|number|_code)$|^id$", k)), None)
        for key, value in record.items() if identity else ():
            before = seen.setdefault((str(identity), key), value)
            if before != value and not isinstance(value, list | dict):
                found.append(f"{identity}, {spoken(key)}: {before} and {value}")
    return list(dict.fromkeys(found))


def look_at_tools(reading: Reading, said: Any, work: Work) -> Look:
    """The plan in words."""
    return Look(said, tuple(_planned(reading, said, work)))


def _planned(reading: Reading, said: Any, work: Work) -> Iterator[str]:
    parts = steps.branches(work.request)
    now = active(work)
    if parts is not None:
        found = steps.holds(parts.condition, planning.records(work))
        outcome = "not known yet, so I look it up first" if found is None else f"{found[1]}, so {_word(found[0])}"
        yield f"Condition: {parts.condition}. Result: {outcome}."
    for goal in goals(now) if now is not None else ():
        needed = [spoken(name) for name in goal.parameters.get("required", ())]
        yield f"Goal: {goal.name}. It needs: {', '.join(needed) or 'nothing'}."
        ranked = routing.rank(now.request if now else "", work.tools, work.mind)[:_SHOWN]
        yield "Considered: " + ", ".join(f"{tool.name} {value:.2f}" for value, tool in ranked) + "."
    for call in said if isinstance(said, list) else ():
        if isinstance(call, ToolCall):
            yield from (f"{call.name}: {_source(work, name, value)}" for name, value in call.args.items())
    yield from (f"Two results disagree: {line}." for line in contradictions(work))


def _word(holds: bool) -> str:
    return "it holds" if holds else "it does not hold"


def _source(work: Work, name: str, value: Any) -> str:
    """Where an argument comes from."""
    text = str(value)
    if text.lower() in f"{work.request}\n{work.told}".lower():
        return f"{spoken(name)} = {text}, from the request."
    if any(text in result.text for result in work.results):
        return f"{spoken(name)} = {text}, from a tool's result."
    return f"{spoken(name)} = {text}, worked out."


# ---- answers -----------------------------------------------------------------------------------------------------


def look_at_answer(reading: Reading, said: Answer) -> Look:
    """Check an answer from passages: each part of the question, its ids, and the numbers of the answer."""
    passages = reading.passages
    notes = list(_evidence(reading, passages))
    parts = questions(reading.question)
    notes += [f"Part {i} of the question: {part}" for i, part in enumerate(parts, 1) if len(parts) > 1]
    checked, note = _about_the_right_thing(reading, said)
    notes += note
    bare = re.sub(r"\[[^\]]*\]", "", checked.text)
    whole = "\n".join(f"{passage.title}\n{passage.text}" for passage in passages)
    numbers = dict.fromkeys(number for number in _NUMBER.findall(re.sub(r"^\d+\.\s", "", bare, flags=re.M)))
    loose = [number for number in numbers if number not in whole]
    told = f"not in the text: {', '.join(loose)}" if loose else "all of them stand in the text"
    notes.append(f"Numbers of the answer: {', '.join(numbers)}; {told}." if numbers else "The answer has no number.")
    if loose and checked.found:
        words = reading.orders.abstain or NOT_FOUND
        return Look(Answer(words, found=False, score=checked.score), (*notes, "So I give no answer."))
    return Look(checked, tuple(notes))


def _evidence(reading: Reading, passages: Sequence[Passage]) -> Iterator[str]:
    """The sentences that both minds rank highest: by meaning and by shared words."""
    rows = [(p.id or str(i), s.text) for i, p in enumerate(passages, 1) for s in split(p.text) if s.kind != "heading"]
    if not rows:
        return
    shared = shared_words(reading.question, [text for _, text in rows])
    likely = sorted(range(len(rows)), key=lambda i: -shared[i])[: 2 * _SHOWN]
    meanings = dict(zip(likely, reading.mind.compare(reading.question, [rows[i][1] for i in likely]), strict=True))
    for i in sorted(likely, key=lambda i: -(meanings[i] + shared[i]))[:_SHOWN]:
        yield f"Evidence: [{rows[i][0]}] “{rows[i][1]}” (meaning {meanings[i]:.2f}, words {shared[i]:.2f})."


def _about_the_right_thing(reading: Reading, said: Answer) -> tuple[Answer, list[str]]:
    """An id that the question names has to stand in a cited passage; else only those that have it are asked."""
    asked = {match[0].upper() for match in CODE.finditer(reading.question)}
    if not asked or not said.found:
        return said, []
    having = [
        p for p in reading.passages if asked & {m[0].upper() for m in CODE.finditer(f"{p.title} {p.text} {p.id}")}
    ]
    if any((p.id or "") in said.cited for p in having) or (not said.cited and having):
        return said, [f"The question names {', '.join(sorted(asked))}; the passage of the answer has it."]
    if not having:
        words = (
            reading.orders.abstain or f"I find nothing about {', '.join(sorted(asked))} in the text that I was given."
        )
        return Answer(words, found=False), [f"No passage has {', '.join(sorted(asked))}: I give no answer."]
    again = answer(reading.question, having, reading.orders, reading.mind)
    return again, [f"The answer was about something else; I looked again in what has {', '.join(sorted(asked))}."]
