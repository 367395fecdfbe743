"""Plans several tools in order from what they need and give. One step is worked out each time the model is asked.

A required argument that the conversation lacks is looked up in earlier results; where none has it, a reading tool
whose description mentions it is called first. An error with a hint is followed once. Nothing is remembered between
two asks. Compare Yao et al., ReAct, https://arxiv.org/abs/2210.03629
"""

import difflib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..core import Ask, Tool, ToolCall, ToolResult
from . import routing, steps
from . import schema as schemas
from .described import describe
from .fields import Source
from .filling import fill
from .mind import Mind, shared_words
from .routing import Call
from .words import spoken, stems

MOST_ROUNDS = 6
GENERIC = stems("id number code no name date value key")
_MOST_TRIES = 2  # of a tool that reported an error

SAYS_ERROR = re.compile(r"\s*error\b[^\n]{0,40}:", re.IGNORECASE)  # OpenAI's wire has no mark for a failed call


@dataclass(frozen=True)
class Work:
    """What a plan is made from: the tools, the request, the texts and results before, and the calls already made.

    `told` are the user's earlier words; `results` are all results of the conversation, newest last; `made` are the
    calls since the last request with their results.
    """

    tools: Sequence[Tool]
    request: str
    told: str
    context: str
    results: Sequence[ToolResult]
    made: Sequence[tuple[ToolCall, ToolResult]]
    mind: Mind

    def tried(self, name: str) -> int:
        """How often this tool was called for this request."""
        return sum(call.name == name for call, _ in self.made)


def rounds(ask: Ask) -> int:
    """How many times tools were called since the user last said something."""
    count = 0
    for turn in reversed(ask.turns):
        if turn.role == "user" and not all(isinstance(block, ToolResult) for block in turn.blocks):
            break
        count += turn.role == "assistant" and any(isinstance(block, ToolCall) for block in turn.blocks)
    return count


def filled(work: Work, call: Call) -> Call:
    """The call with its missing arguments taken from results, then from what the user said before."""
    properties = call.tool.parameters.get("properties", {})
    known = {name: value for name in call.missing if (value := _from_results(work, name, properties.get(name)))}
    missing = tuple(name for name in call.missing if name not in known)
    if missing and work.told and any(_is_id(name, properties.get(name)) for name in missing):
        schema = {"type": "object", **call.tool.parameters}
        earlier = fill(schema, Source(work.told, work.mind, work.context))
        also = [name for name in missing if name not in earlier.missing and _is_id(name, properties.get(name))]
        known |= {name: earlier.value[name] for name in also if name in earlier.value}
    left = tuple(name for name in call.missing if name not in known)
    return Call(call.tool, {**call.args, **known}, left)


def _is_id(name: str, part: Any) -> bool:
    return isinstance(part, Mapping) and ("pattern" in part or bool(stems(spoken(name)) & GENERIC))


def _from_results(work: Work, name: str, part: Any) -> Any:
    """The value of this name in the results, from the record that shares most words with the request."""
    for result in reversed(work.results):
        records = [record for record in _records(_parsed(result.text)) if _valued(record, name, part) is not None]
        if records:
            if work.mind.checks and (best := steps.chosen(f"{work.request}\n{work.told}", records)) is not None:
                return _valued(best, name, part)
            texts = [json.dumps(record, ensure_ascii=False) for record in records]
            likeness = shared_words(work.request, texts)
            return _valued(records[max(range(len(records)), key=lambda i: (likeness[i], -i))], name, part)
    return None


def records(work: Work) -> list[Mapping[str, Any]]:
    """All records of all results that are no errors, oldest first."""
    return [record for result in work.results for record in _records(_parsed(result.text))]


def all_valued(work: Work, name: str, part: Any) -> list[Any]:
    """What the records of the newest result that has this field hold under it, each once."""
    for result in reversed(work.results):
        found = [_valued(record, name, part) for record in _records(_parsed(result.text))]
        if values := [value for value in found if value is not None]:
            return [value for i, value in enumerate(values) if value not in values[:i]]
    return []


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _records(value: Any, depth: int = 0) -> Iterator[Mapping[str, Any]]:
    if depth > schemas.MAX_DEPTH:
        return
    if isinstance(value, Mapping) and "error" not in value:
        yield value
    inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    for one in inner:
        yield from _records(one, depth + 1)


def _valued(record: Mapping[str, Any], name: str, part: Any) -> Any:
    """What the record holds under this name, or one that says the same: serials for serial_number."""
    wanted = stems(spoken(name)) - GENERIC
    same = sorted(record, key=lambda key: key != name)
    for key in same:
        if key == name or (wanted and stems(spoken(key)) - GENERIC == wanted):
            value = record[key]
            value = value[0] if isinstance(value, list) and value and part and part.get("type") != "array" else value
            if value not in (None, "", []) and schemas.fits(value, part or {}, part or {}):
                return value
    return None


def producer(work: Work, call: Call, depth: int = 0) -> Call | None:
    """A call of a reading tool that gives what this call lacks; None where nothing gives one of them."""
    steps = [_gives(work, call.tool, name, depth) for name in call.missing]
    return steps[0] if steps and all(steps) else None


def unproduced(work: Work, call: Call) -> tuple[str, ...]:
    """The missing arguments that no tool gives: the user has to be asked for them."""
    return tuple(name for name in call.missing if _gives(work, call.tool, name, 0) is None)


def _gives(work: Work, goal: Tool, name: str, depth: int) -> Call | None:
    part = goal.parameters.get("properties", {}).get(name, {})
    wanted = stems(spoken(name)) - GENERIC
    if "enum" in part or not wanted or depth > len(work.tools) or not work.mind.meanings:
        return None
    found: list[Call] = []
    for tool in work.tools:
        about = describe(tool)
        if name in tool.parameters.get("required", ()) or about.general or not about.reads or work.tried(tool.name):
            continue
        if wanted <= stems(about.whole):
            found.append(filled(work, _first(work, tool)))
    ready = [call for call in found if not call.missing]
    if ready or depth >= 2:
        return ready[0] if ready else None
    return next((step for call in found if (step := producer(work, call, depth + 1)) is not None), None)


def _first(work: Work, tool: Tool) -> Call:
    return routing.calls(tool, work.request, work.mind, several=False, context=work.context)[0]


def next_calls(work: Work, goals: Sequence[Tool]) -> list[Call]:
    """What is left to call for the goals after results: first what an error's hint says, then what was not called."""
    if recovery := _recovered(work):
        return [recovery]
    for tool in goals:
        tried = work.tried(tool.name)
        calls = routing.calls(tool, work.request, work.mind, several=True, context=work.context)
        if tried and any(call.missing for call in calls):
            continue
        left = [call for call in (_told_better(work, filled(work, one)) for one in calls) if not _was_made(work, call)]
        ready = [call for call in left if not call.missing]
        if ready:
            return ready
        if not tried and left and (step := producer(work, left[0])) is not None:
            return [step]
    return []


def _told_better(work: Work, call: Call) -> Call:
    """An argument that was already used under another name is taken from a result that has it by its own name."""
    used = {str(value): name for made, _ in work.made for name, value in made.args.items()}
    args = dict(call.args)
    for name, value in call.args.items():
        if used.get(str(value), name) != name:
            part = call.tool.parameters.get("properties", {}).get(name)
            args[name] = _from_results(work, name, part) or value
    return Call(call.tool, args, call.missing)


def _was_made(work: Work, call: Call) -> bool:
    return any(made.name == call.tool.name and dict(made.args) == dict(call.args) for made, _ in work.made)


def error(result: ToolResult) -> str | None:
    """What an error result says, hint and message together; None for a result that is no error."""
    value = _parsed(result.text)
    if isinstance(value, Mapping) and value.get("error"):
        return " ".join(str(value[key]) for key in ("hint", "message", "error") if isinstance(value.get(key), str))
    return result.text if result.is_error or SAYS_ERROR.match(result.text) else None


def _recovered(work: Work) -> Call | None:
    """The tool that the last error's hint names, or the failed call with the field that it names read again."""
    if not work.made:
        return None
    errors = [(call, words) for call, result in work.made if (words := error(result)) is not None]
    for _, words in errors:
        for tool in work.tools:
            named = re.search(rf"\b{re.escape(tool.name)}\b", words)
            if named and describe(tool).reads and not work.tried(tool.name):  # what acts is the user's to decide
                hinted = filled(work, _first(work, tool))
                return producer(work, hinted) if hinted.missing else hinted
    call, words = errors[-1] if errors else (work.made[-1][0], "")
    is_last = bool(errors) and call is work.made[-1][0]
    return _again(work, call, words) if is_last and work.tried(call.name) < _MOST_TRIES else None


def _again(work: Work, call: ToolCall, words: str) -> Call | None:
    tool = next((tool for tool in work.tools if tool.name == call.name), None)
    properties = tool.parameters.get("properties", {}) if tool is not None else {}
    named = [name for name in properties if re.search(rf"\b{re.escape(name)}\b", words)]
    if tool is None:
        return None
    part = {"type": "object", "properties": {name: properties[name] for name in named}}
    source = Source(words, work.mind, work.context, taken=set(map(str, call.args.values())))
    read = {name: value for name, value in fill(part, source).value.items() if value} if named else {}
    if work.mind.checks and (corrected := _corrected(call, words)):
        read = corrected
    again = Call(tool, {**call.args, **read})
    return None if not read or _was_made(work, again) else again


_ALIKE = 0.75  # of two names, one of them misspelt


def _corrected(call: ToolCall, words: str) -> dict[str, str]:
    """An argument that is spelled almost as a name that the error offers becomes that name."""
    for name, value in call.args.items():
        offered = [one for one in steps.suggestions(words) if one.lower() != str(value).lower()]
        nearest = difflib.get_close_matches(str(value), offered, n=1, cutoff=_ALIKE)
        if nearest and isinstance(value, str):
            return {name: nearest[0]}
    return {}
