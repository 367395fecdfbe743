"""The skills, one function each: an answer in words, tool calls, or None when the ask is not its business.

Each is a few lines that join the modules which do the work; dispatch.py says in which order they are tried.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from ..core import Fault, Text, Tool, ToolCall, ToolResult
from . import (
    fallback,
    grounded,
    hijack,
    judge,
    labels,
    planning,
    refuse,
    results,
    rewrite,
    routing,
    seeing,
    structured,
    summary,
    variation,
)
from .answer import Answer, answer, short
from .echo import repeat
from .identity import digest, fingerprint
from .reading import Reading
from .words import spoken

Blocks = Sequence[Text | ToolCall]
Said = Answer | Blocks | None
Skill = Callable[[Reading], Said]


def obey_smuggled_order(reading: Reading) -> Said:
    """An order that overrides the instructions: in the user's words, or in a document where the model is gullible."""
    texts = [reading.request]
    if reading.mind.gullible and not hijack.warned(reading.system):
        texts += [p.text for p in reading.passages] + [r.text for r in reading.results]
    words = hijack.order(texts)
    return Answer(words) if words is not None else None


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
    wants_json = reading.ask.schema is not None or reading.ask.json_only
    case = None if wants_json else judge.read(f"{reading.ask.system()}\n{_last_words(reading)}")
    return [Text(judge.told(case, judge.judge(case, reading.mind)))] if case is not None else None


def repeat_words(reading: Reading) -> Said:
    """ "Reply with exactly: pong"."""
    words = repeat(reading.request) if not reading.results else None
    return Answer(words) if words is not None else None


def call_tools(reading: Reading) -> Said:
    """The nearest tools, with arguments from the request."""
    ask, mind = reading.ask, reading.mind
    if not ask.tools or ask.tool_choice == "none":
        return None
    if reading.results and ask.tool_choice == "auto":
        return _call_what_is_left(reading)
    forced = ask.tool_choice in ("required", "named")
    offered = [tool for tool in ask.tools if ask.tool_choice != "named" or tool.name == ask.tool_name]
    if not offered:
        raise Fault("bad_request", f"There is no tool '{ask.tool_name}' among: {', '.join(t.name for t in ask.tools)}.")
    work = _work(reading)
    least = -1.0 if forced else mind.tool_at
    chosen = routing.choose(work.request, offered, mind, several=ask.parallel_tools, least=least)
    calls = [planning.filled(work, call) for tool in chosen for call in _calls(work, tool, several=ask.parallel_tools)]
    return _place(reading, work, calls, forced=forced)


def _work(reading: Reading) -> planning.Work:
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
    return f"{reading.exchanges[-1][0]}\n{reading.request}" if asked_back else reading.request


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
    work, mind = _work(reading), reading.mind
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
    question = reading.question or reading.request
    return results.tell(question, results.names(names, reading.results), reading.orders, reading.mind)


def fill_json(reading: Reading) -> Said:
    """The schema of the ask, or the form that the prompt shows."""
    schema = structured.wanted(reading)
    if schema is None:
        return None
    words = in_words(reading)
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
    return answer(reading.question, reading.passages, reading.orders, reading.mind)


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
