"""The exercises of lesson s2.12, "Frameworks": read one on the wire, make one fail loudly, put one behind a function.

The frameworks are imported only where a check needs them: each takes seconds.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING, Any, cast

from stages.s2_llms.mcp.shop import Shop
from stages.s2_llms.practice import Entry

from . import Exercise, Incorrect, Question, Quiz, Wrong, expect, shorten
from .evidence import requests_during

if TYPE_CHECKING:
    from course.begun import Lesson

PARCEL = "Where is the parcel of order BL-10433?"
NO_SUCH_ORDER = "Where is the parcel of order BL-10483?"


def _looks() -> list[Callable[..., object]]:
    shop = Shop("C-10002")
    return [shop.list_orders, shop.track_shipment]


def _spoilt(code: str, *changes: tuple[str, str]) -> str:
    """The code with a typical fault in it."""
    for right, wrong in changes:
        if right not in code:
            raise ValueError(f"{right!r} does not stand in the code that is to be spoilt.")
        code = code.replace(right, wrong)
    return code


def _body(**tools: str) -> dict[str, Any]:
    """A request that offers these tools: name and description."""
    functions = [{"name": name, "description": text, "parameters": {}} for name, text in tools.items()]
    return {"messages": [], "tools": [{"type": "function", "function": function} for function in functions]}


def _check_wire(added: Callable[[Mapping[str, Any], Mapping[str, Any]], Any], lesson: "Lesson") -> None:
    mine = _body(track="Where a parcel is.", stock="How many are left.")
    cases = {
        "Two equal requests": (mine, mine, {}),
        "The same words with other line breaks": (
            mine,
            _body(track="Where a parcel is.", stock="How many\n    are left."),
            {},
        ),
        "Three more words for one of two tools": (
            mine,
            _body(track="Where a parcel is. Raises: NotFound: none", stock="How many are left."),
            {"track": 3},
        ),
        "A tool that stands only in theirs": (mine, _body(hand_over="Call a person."), {"hand_over": 3}),
        "Fewer words in theirs": (mine, _body(track="Where."), {}),
        "The same tools in another order": (
            mine,
            _body(stock="How many are left now.", track="Where a parcel is."),
            {"stock": 1},
        ),
        "A request without tools": ({"messages": []}, mine, {"track": 4, "stock": 4}),
    }
    for what, (ours, theirs, wanted) in cases.items():
        seen = added(ours, theirs)
        expect(seen == wanted, f"{what}: expected {wanted}, saw {shorten(seen)}.")


_WIRE = '''
def added(mine, theirs):
    """Return {tool name: words by which its description is longer in theirs}."""
    def words(body):
        functions = [tool["function"] for tool in body.get("tools", [])]
        return {f["name"]: len(f["description"].split()) for f in functions}

    before = words(mine)
    more = {name: n - before.get(name, 0) for name, n in words(theirs).items()}
    return {name: n for name, n in more.items() if n > 0}
'''

on_the_wire = Exercise(
    id="wire",
    title="Exercise 1: what did it add?",
    task="Write `added(mine, theirs)` for two request bodies of OpenAI's chat. It returns a dict: for each tool whose "
    "description is longer in `theirs`, how many words it is longer. A tool that `mine` does not have counts with all "
    "its words; tools that are not longer are left out.",
    name="added",
    check=_check_wire,
    starter='''
def added(mine, theirs):
    """Return {tool name: words by which its description is longer in theirs}."""
    ...
''',
    hints=(
        'The tools of a body: `body.get("tools", [])`, each with `tool["function"]["name"]` and `["description"]`.',
        "`len(text.split())` counts words, whatever the line breaks.",
        "Make `{name: words}` of each body, then subtract; `before.get(name, 0)` for a tool that is new.",
    ),
    solution=_WIRE,
    alternative='''
from collections import Counter

def added(mine, theirs):
    """With counters: a difference of counters keeps only what is more than nothing."""
    def words(body):
        count = Counter()
        for tool in body.get("tools", ()):
            count[tool["function"]["name"]] += len(tool["function"]["description"].split())
        return count

    return dict(words(theirs) - words(mine))
''',
    wrong=(
        Wrong(_spoilt(_WIRE, (" if n > 0", "")), "Two equal requests: expected {}, saw {'track': 0"),
        Wrong(_spoilt(_WIRE, (".split())", ")")), "with other line breaks"),
        Wrong(_spoilt(_WIRE, ("before.get(name, 0)", "before[name]")), "KeyError: 'hand_over'"),
        Wrong(_spoilt(_WIRE, ('body.get("tools", [])', 'body["tools"]')), "KeyError: 'tools'"),
        Wrong(
            _spoilt(_WIRE, ("n - before.get(name, 0) for", "n for")),
            "Two equal requests: expected {}, saw {'track': 4",
        ),
    ),
    praise="Put the two bodies of any upgrade through it: a new version of a framework is a new prompt.",
)


def _aside(function: Callable[[], Any]) -> Any:
    """Run a function in a thread of its own: a notebook's own thread already has an event loop that runs."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(function).result()


def _answer(agent: Any, question: str) -> str:
    """The agent's answer, from an event loop of its own."""

    async def ask() -> str:
        return cast(str, (await agent.run(question)).output)

    return cast(str, _aside(lambda: asyncio.run(ask())))


def _check_loud(desk_agent: Callable[[Sequence[Callable[..., object]]], Any], lesson: "Lesson") -> None:
    from pydantic_ai import Agent
    from pydantic_ai.exceptions import AgentRunError, ModelRateLimitError

    from stages.s2_llms.errors import CourseError

    def made(looks: Sequence[Callable[..., object]]) -> Any:
        seen = desk_agent(looks)
        if not isinstance(seen, Agent):
            raise Incorrect(f"Expected an Agent, saw {shorten(seen)} ({type(seen).__name__}).")
        return seen

    with requests_during(lesson) as sent:
        text = _answer(made(_looks()), PARCEL)
    expect("Calderwick" in str(text), f"{PARCEL} Expected the parcel's place, Calderwick, saw {shorten(text)}.")
    with requests_during(lesson) as sent:
        try:
            _answer(made(_looks()), NO_SUCH_ORDER)
        except (CourseError, AgentRunError) as error:
            raise Incorrect(
                f"{NO_SUCH_ORDER} The run ended in {type(error).__name__}: the model must hear it."
            ) from error
    _check_heard(sent)
    with requests_during(lesson) as sent:
        lesson.control.order("rate_limit", count=1, retry_after_s=0.05)
        with suppress(ModelRateLimitError):
            _answer(made(_looks()), PARCEL)
    first = [entry.status for entry in sent]
    expect(first == [429], f"A rate limit: expected one request and its error, saw the requests {first}: who retries?")
    with requests_during(lesson):
        _check_bug(made)


def _check_heard(sent: Sequence[Entry]) -> None:
    turns = [turn for entry in sent[1:2] for turn in entry.body.get("messages", ()) if turn.get("role") == "tool"]
    told = " ".join(str(turn.get("content")) for turn in turns)
    expect(
        "no order BL-10483" in told, f"{NO_SUCH_ORDER} The model must hear the error's own words, it heard {told!r}."
    )


def _check_bug(made: Callable[[Sequence[Callable[..., object]]], Any]) -> None:
    def track_shipment(order_id: str) -> str:
        """Tell where the parcel of an order is. Use it for "where is my order"."""
        return f"{order_id}: {1 / 0}"

    try:
        _answer(made([track_shipment]), PARCEL)
    except ZeroDivisionError:
        return
    raise Incorrect("A tool with a bug (it divides by zero) must stop the program, and yours went on.")


_LOUD = '''
from functools import wraps
from pydantic_ai import Agent, ToolFailed
from pydantic_ai.models.openai import OpenAIChatModel
from stages.s2_llms.errors import CourseError

def desk_agent(looks):
    """Return an Agent that tells the model of a CourseError, and never retries a request."""
    def told(look):
        @wraps(look)
        def run(*args, **named):
            try:
                return look(*args, **named)
            except CourseError as error:
                raise ToolFailed(str(error)) from error
        return run

    model = OpenAIChatModel(lesson.models["openai"], settings={"max_retries": 0})
    return Agent(model, tools=[told(look) for look in looks])
'''

fail_loudly = Exercise(
    id="loud",
    title="Exercise 2: one place for each decision",
    task="Write `desk_agent(looks)`: a pydantic-ai `Agent` for `lesson.models['openai']` whose tools are these "
    "functions. When one raises a CourseError the model hears its words; any other exception stops the run. And the "
    "SDK below does not retry by itself: retrying is to happen in one place, and that is not here.",
    name="desk_agent",
    check=_check_loud,
    starter='''
def desk_agent(looks):
    """Return an Agent that tells the model of a CourseError, and never retries a request."""
    ...
''',
    hints=(
        "`told` in the cell above does the first half: give it each of the looks.",
        '`OpenAIChatModel(name, settings={"max_retries": 0})` is what reaches the SDK.',
        "Catch `CourseError`, and nothing broader.",
    ),
    solution=_LOUD,
    alternative='''
from functools import wraps
from openai import AsyncOpenAI
from pydantic_ai import Agent, ModelRetry
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai import OpenAIProvider
from stages.s2_llms.errors import CourseError

def desk_agent(looks):
    """With a client of our own, and a ModelRetry: it asks the model to try again, a number of times."""
    agent = Agent(
        OpenAIChatModel(lesson.models["openai"], provider=OpenAIProvider(openai_client=AsyncOpenAI(max_retries=0))),
        retries={"tools": 3},
    )
    for look in looks:
        def run(*args, look=look, **named):
            try:
                return look(*args, **named)
            except CourseError as error:
                raise ModelRetry(str(error)) from error
        agent.tool_plain(wraps(look)(run))
    return agent
''',
    wrong=(
        Wrong(_spoilt(_LOUD, ("told(look) for look", "look for look")), "ended in NotFound: the model must hear it"),
        Wrong(_spoilt(_LOUD, ("except CourseError", "except Exception")), "must stop the program, and yours went on"),
        Wrong(_spoilt(_LOUD, (', settings={"max_retries": 0}', "")), "saw the requests [429, 200, 200]: who retries?"),
        Wrong(_spoilt(_LOUD, ("ToolFailed(str(error))", 'ToolFailed("it failed")')), "the error's own words"),
        Wrong(_spoilt(_LOUD, ("    return Agent(model", "    Agent(model")), "Expected an Agent, saw None"),
    ),
    praise="Three layers could have retried here. Now one decides, and it is yours.",
)


def _graph(lesson: "Lesson") -> Any:
    """The graph of the lesson: a model and its tools, in a circle."""
    from langchain_openai import ChatOpenAI
    from langgraph.graph import START, MessagesState, StateGraph
    from langgraph.prebuilt import ToolNode, tools_condition

    model = ChatOpenAI(model=lesson.models["openai"], use_responses_api=False).bind_tools(_looks())
    graph = StateGraph(MessagesState)
    graph.add_node("model", lambda state: {"messages": [model.invoke(state["messages"])]})
    graph.add_node("tools", ToolNode(_looks()))
    graph.add_edge(START, "model")
    graph.add_conditional_edges("model", tools_condition)
    graph.add_edge("tools", "model")
    return graph.compile()


def _check_honest(ask: Callable[[Any, str], Any], lesson: "Lesson") -> None:
    graph = _graph(lesson)

    def ended(what: str, fault: str = "", **options: Any) -> tuple[str, str, list[Entry]]:
        with requests_during(lesson) as sent:
            if fault:
                lesson.control.order(fault, **options)
            seen = ask(graph, PARCEL)
        if not isinstance(seen, tuple) or len(seen) != 2:
            raise Incorrect(f"{what}: expected the pair (end, text), saw {shorten(seen)}.")
        return str(seen[0]), str(seen[1]), sent

    end, text, sent = ended("A plain day")
    expect(sent and sent[-1].stream, "Expected streamed requests, as the desk wants them: use graph.stream.")
    expect(end == "answered", f"A plain day: expected the end 'answered', saw {shorten(end)}.")
    expect("Calderwick" in text, f"A plain day: expected the model's last words as text, saw {shorten(text)}.")
    end, _, _ = ended("A cut answer", "cut_stream", count=1, skip=1)
    expect(end == "cut", f"A stream that stops early: expected the end 'cut', saw {shorten(end)}.")
    end, _, _ = ended("A long answer", "truncated", count=1, skip=1, after=4)
    expect(end == "length", f"An answer at its limit of tokens: expected the end 'length', saw {shorten(end)}.")
    end, _, sent = ended("A model that never stops", "wrong_arguments", count=99)
    expect(end == "steps", f"A model that never stops: expected the end 'steps', saw {shorten(end)}.")
    expect(len(sent) <= 5, f"A model that never stops: expected an end after 5 requests at most, saw {len(sent)}.")


_HONEST = '''
from langgraph.errors import GraphRecursionError

ENDS = {"stop": "answered", "length": "length"}

def ask(graph, question):
    """Return (end, text), with the end "answered", "length", "cut" or "steps"."""
    start = {"messages": [("user", question)]}
    try:
        for mode, state in graph.stream(start, {"recursion_limit": 8}, stream_mode=["messages", "values"]):
            if mode == "values":
                last = state["messages"][-1]
    except GraphRecursionError:
        return "steps", ""
    return ENDS.get(last.response_metadata.get("finish_reason"), "cut"), last.content
'''

be_honest = Exercise(
    id="honest",
    title="Exercise 3: a function that you can trust",
    task="Write `ask(graph, question)` around a LangGraph graph, streamed with `stream_mode=['messages', 'values']`. "
    "It returns `(end, text)`. The end is `'answered'` only when the model itself said that it was done; `'length'` at "
    "its limit of tokens, `'cut'` when the stream stopped without a reason, and `'steps'` when it was still going "
    "after five requests at most (each request and each round of tools is a step of the graph).",
    name="ask",
    check=_check_honest,
    starter='''
def ask(graph, question):
    """Return (end, text), with the end "answered", "length", "cut" or "steps"."""
    ...
''',
    hints=(
        'In the mode "values" each item is the whole state: `state["messages"][-1]` is the newest message.',
        '`last.response_metadata.get("finish_reason")` is "stop", "length", or, when the stream was cut, not there.',
        'Give `{"recursion_limit": 8}` as the second argument, and catch `langgraph.errors.GraphRecursionError`.',
    ),
    solution=_HONEST,
    alternative='''
from langgraph.errors import GraphRecursionError

def ask(graph, question):
    """With the pieces of the last message, and the reason that one of them brings."""
    text, reason = "", None
    config = {"recursion_limit": 9}
    try:
        start = {"messages": [{"role": "user", "content": question}]}
        for mode, item in graph.stream(start, config, stream_mode=["messages", "values"]):
            if mode == "values":
                text, reason = item["messages"][-1].content, item["messages"][-1].response_metadata.get("finish_reason")
    except GraphRecursionError:
        return "steps", text
    if reason == "stop":
        return "answered", text
    return ("length" if reason == "length" else "cut"), text
''',
    wrong=(
        Wrong(
            _spoilt(_HONEST, ('"finish_reason"), "cut")', '"finish_reason"), "answered")')), "expected the end 'cut'"
        ),
        Wrong(_spoilt(_HONEST, (', "length": "length"', ', "length": "answered"')), "expected the end 'length'"),
        Wrong(_spoilt(_HONEST, ('{"recursion_limit": 8}', "{}")), "expected the end 'steps', saw 'answered'"),
        Wrong(_spoilt(_HONEST, ("except GraphRecursionError", "except ValueError")), "GraphRecursionError"),
        Wrong(_spoilt(_HONEST, (", last.content\n", "\n")), "expected the pair (end, text)"),
        Wrong(
            """
def ask(graph, question):
    last = graph.invoke({"messages": [("user", question)]})["messages"][-1]
    return "answered", last.content
""",
            "Expected streamed requests",
        ),
    ),
    praise="Behind such a function you can change the framework, or leave it, and no caller notices.",
)

quiz = Quiz(
    (
        Question(
            "What does an agent framework put in the place of the model's reasoning?",
            ("A planner of its own.", "Nothing: it sends requests and runs tools in a loop.", "A better model."),
            "b",
            "Both journals in the lesson show the same circle that you wrote in s2.8.",
            "Look at the first requests of the three ways: what do they have in common?",
        ),
        Question(
            "Your framework retries three times, its SDK three times, and so does your job queue. A provider is down. "
            "How many requests does one job make?",
            ("3", "9", "27"),
            "c",
            "Retries multiply. Choose one layer, and switch the others off.",
            "Each try of an outer layer is all tries of the layers in it.",
        ),
        Question(
            "A stream ends early and your program gets the text without an error. Which is the worst outcome?",
            ("An exception.", "Half an answer, shown as a whole one.", "A second request."),
            "b",
            "What fails loudly can be repaired; what is silently wrong is believed.",
            "Which of them does nobody notice?",
        ),
        Question(
            "You need a run to wait until tomorrow for a person's yes, and to outlive a restart. What follows?",
            (
                "A reason to look at a framework that keeps state.",
                "A longer timeout in the loop.",
                "A larger budget of steps.",
            ),
            "a",
            "State that outlives a process is real work; somebody has done it, and it can be tested.",
            "Which of them survives that the program is stopped?",
        ),
        Question(
            "You upgrade a framework by one minor version. What should run before it is shipped?",
            (
                "Nothing: your code did not change.",
                "The type checker.",
                "Your task set, the faults and a look at the wire.",
            ),
            "c",
            "Prompt, retries and limits may all have changed under the same call.",
            "Where do the default limits and the words of the prompts live?",
        ),
    )
)

EXERCISES = (on_the_wire, fail_loudly, be_honest, quiz)
