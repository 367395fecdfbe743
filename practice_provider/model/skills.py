"""The skills, one function each: an answer in words, tool calls, or None when the ask is not its business.

Each is a few lines that join the modules which do the work; dispatch.py says in which order they are tried.
"""

from collections.abc import Callable, Sequence

from ..core import Fault, Text, Tool, ToolCall
from . import fallback, grounded, hijack, labels, results, routing, structured, summary
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
    if reading.mind.gullible:
        texts += [p.text for p in reading.passages] + [r.text for r in reading.results]
    words = hijack.order(texts)
    return Answer(words) if words is not None else None


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
    request = _whole_request(reading)
    forced = ask.tool_choice in ("required", "named")
    offered = [tool for tool in ask.tools if ask.tool_choice != "named" or tool.name == ask.tool_name]
    if not offered:
        raise Fault("bad_request", f"There is no tool '{ask.tool_name}' among: {', '.join(t.name for t in ask.tools)}.")
    chosen = routing.choose(request, offered, mind, several=ask.parallel_tools, least=-1.0 if forced else mind.tool_at)
    calls = [c for tool in chosen for c in _calls(reading, tool, request)]
    return _place(reading, calls, forced=forced)


def _calls(reading: Reading, tool: Tool, request: str) -> list[routing.Call]:
    several = reading.ask.parallel_tools
    facts = f"{reading.system}\n" + "\n".join(said.text for said in reading.said)
    return routing.calls(tool, request, reading.mind, several=several, context=facts)


def _whole_request(reading: Reading) -> str:
    """The request; where the model asked back, the request before it belongs to it."""
    asked_back = reading.exchanges and reading.exchanges[-1][1].rstrip().endswith("?")
    return f"{reading.exchanges[-1][0]}\n{reading.request}" if asked_back else reading.request


def _place(reading: Reading, calls: Sequence[routing.Call], *, forced: bool) -> Said:
    """Give the calls; the careful model asks back for what is missing instead."""
    if not calls:
        return None
    lacking = next((call for call in calls if call.missing), None)
    if lacking is not None and not forced and not reading.mind.guesses:
        names = " and the ".join(spoken(name) for name in lacking.missing)
        return Answer(f"To use {lacking.tool.name} I need the {names}. Can you tell me?")
    key = fingerprint(reading.ask)
    limited = calls if reading.ask.parallel_tools else calls[:1]
    return [ToolCall(f"call_{digest(key, str(i))}", call.tool.name, call.args) for i, call in enumerate(limited)]


def _call_what_is_left(reading: Reading) -> Said:
    """After results: a tool that another part of the request needs, if it was not called and can be filled."""
    done = {reading.calls[r.call_id].name for r in reading.results if r.call_id in reading.calls}
    for part in routing.parts(reading.request) if len(routing.parts(reading.request)) > 1 else []:
        score, tool = routing.rank(part, reading.ask.tools, reading.mind)[0]
        if tool.name in done or score < reading.mind.tool_at + 0.1:
            continue
        known = "\n".join([reading.request, *(r.text for r in reading.results)])
        calls = [call for call in _calls(reading, tool, known)[:1] if not call.missing]
        if calls:
            return _place(reading, calls, forced=True)
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
    task = labels.read(reading.system, reading.request, given, reading.exchanges)
    return Answer(labels.classify(task, reading.mind)) if task is not None else None


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
    summarise,
    small_talk,
    answer_from_passages,
    remember,
    abstain_or_explain,
)


def in_words(reading: Reading) -> Answer:
    """What the model says in words; the last skill always has some."""
    return next(said for skill in IN_WORDS if isinstance(said := skill(reading), Answer))
