"""The skills for tools: which to call next, and what to say of their results. Joins routing, planning and the reasoner.

Nothing is remembered between two asks: each time the next step is worked out from the conversation.
Compare https://platform.openai.com/docs/guides/function-calling
"""

from collections.abc import Sequence

from ..core import Fault, Text, Tool, ToolCall, ToolResult
from . import context, planning, reasoner, results, routing, steps
from .answer import Answer
from .identity import digest, fingerprint
from .reading import Reading
from .words import spoken, stems

Said = Answer | Sequence[Text | ToolCall] | None


def call_tools(reading: Reading) -> Said:
    """The nearest tools, with arguments from the request."""
    ask, mind = reading.ask, reading.mind
    if not ask.tools or ask.tool_choice == "none":
        return None
    if reading.results and ask.tool_choice == "auto":
        return _reasoned(reading, work_of(reading)) if mind.checks else _call_what_is_left(reading)
    forced = ask.tool_choice in ("required", "named")
    offered = [tool for tool in ask.tools if ask.tool_choice != "named" or tool.name == ask.tool_name]
    if not offered:
        raise Fault("bad_request", f"There is no tool '{ask.tool_name}' among: {', '.join(t.name for t in ask.tools)}.")
    work = work_of(reading)
    if mind.checks and not forced:
        return _reasoned(reading, work)
    least = -1.0 if forced else mind.tool_at
    chosen = routing.choose(work.request, offered, mind, several=ask.parallel_tools, least=least)
    calls = [planning.filled(work, call) for tool in chosen for call in _calls(work, tool, several=ask.parallel_tools)]
    return _place(reading, work, calls, forced=forced)


def _reasoned(reading: Reading, work: planning.Work) -> Said:
    """The next step of a plan that begins at its goal; with results too, it ends after so many rounds."""
    now = reasoner.active(work)
    if now is None or planning.rounds(reading.ask) >= planning.MOST_ROUNDS:
        return None
    calls = reasoner.next_calls(now)
    if not calls and work.made and isinstance(told := tell_results(reading), Answer) and not told.found:
        calls = reasoner.elsewhere(now)
    if not calls and not work.made:
        calls = [planning.filled(now, call) for goal in reasoner.goals(now) for call in _calls(now, goal, several=True)]
    placed = _place(reading, now, calls, forced=bool(work.made))
    has_parts = work.made and steps.branches(work.request) is None  # a branch not taken is no part to be done
    return placed or (_call_for_parts(reading, now) if has_parts else None)


def work_of(reading: Reading) -> planning.Work:
    """What a plan is made from, taken from the ask."""
    results = [block for turn in reading.ask.turns for block in turn.blocks if isinstance(block, ToolResult)]
    made = [(reading.calls[r.call_id], r) for r in reading.results if r.call_id in reading.calls]
    context = f"{reading.system}\n" + "\n".join(said.text for said in reading.said)
    told = "\n".join(user for user, _ in reversed(reading.exchanges) if user != reading.request)
    return planning.Work(reading.ask.tools, _whole_request(reading), told, context, results, made, reading.mind)


def _calls(work: planning.Work, tool: Tool, *, several: bool) -> list[routing.Call]:
    return routing.calls(tool, work.request, work.mind, several=several, context=work.context)


def _whole_request(reading: Reading) -> str:
    """The request; where the model asked back, the request before it belongs to it."""
    asked_back = reading.exchanges and reading.exchanges[-1][1].rstrip().endswith("?")
    message = next((turn.text() for turn in reversed(reading.ask.turns) if turn.role == "user" and turn.text()), "")
    unmarked = context.find(message).rest  # an address in lines belongs to the request, marked documents do not
    request = unmarked if len(unmarked) <= _LONG_REQUEST else reading.request
    return f"{reading.exchanges[-1][0]}\n{request}" if asked_back else request


_LONG_REQUEST = 2_000  # letters


def _place(reading: Reading, work: planning.Work, calls: Sequence[routing.Call], *, forced: bool) -> Said:
    """Give the calls. For what is missing the careful model calls another tool first, or asks back."""
    if not calls:
        return None
    if not forced and not reading.mind.guesses:
        lacking = next((call for call in calls if call.missing), None)
        if lacking is not None and (step := planning.producer(work, lacking)) is not None:
            calls = [*(call for call in calls if not call.missing), step]
        elif lacking is not None:
            names = " and the ".join(spoken(name) for name in planning.unproduced(work, lacking))
            return Answer(f"To use {lacking.tool.name} I need the {names}. Can you tell me?")
    key = fingerprint(reading.ask)
    limited = calls if reading.ask.parallel_tools else calls[:1]
    return [ToolCall(f"call_{digest(key, str(i))}", call.tool.name, call.args) for i, call in enumerate(limited)]


def _call_what_is_left(reading: Reading) -> Said:
    """After results: the next step of the plan; none after so many rounds, or when all was called."""
    if planning.rounds(reading.ask) >= planning.MOST_ROUNDS:
        return None
    work, mind = work_of(reading), reading.mind
    goals = routing.choose(work.request, work.tools, mind, several=True, least=mind.tool_at)
    calls = planning.next_calls(work, goals) if mind.meanings else []
    return _place(reading, work, calls, forced=True) or _call_for_parts(reading, work)


def _call_for_parts(reading: Reading, work: planning.Work) -> Said:
    """A tool that another part of the request needs, if it was not called and can be filled."""
    done = {call.name for call, _ in work.made}
    parts = routing.parts(reading.request)
    for part in parts if len(parts) > 1 else []:
        score, tool = routing.rank(part, work.tools, work.mind, fit=False)[0]
        if tool.name in done or score < work.mind.tool_at + 0.1 or routing.tells(part):
            continue
        known = "\n".join([reading.request, *(result.text for result in reading.results)])
        calls = routing.calls(tool, known, work.mind, several=False, context=work.context)
        if not calls[0].missing:
            return _place(reading, work, calls, forced=True)
    return None


def tell_results(reading: Reading) -> Said:
    """Words from what the tools gave back."""
    if not reading.results:
        return None
    names = {identity: call.name for identity, call in reading.calls.items()}
    says_much = len(stems(reading.question)) > 1  # "What can I do?" does not
    question = reading.question if says_much else reading.request
    told = results.final(reading.results, reading.calls, _whole_request(reading))
    return results.tell(question, results.names(names, told), reading.orders, reading.mind)
