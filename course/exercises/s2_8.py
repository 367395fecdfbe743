"""The exercises of lesson s2.8, "Tool calling": one round by hand, errors as results, a loop that ends, authority."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from stages.s2_llms.chat import Chat, Message
from stages.s2_llms.loop import run
from stages.s2_llms.mcp.shop import Shop
from stages.s2_llms.messages import ToolCall, ToolResult
from stages.s2_llms.practice import Entry
from stages.s2_llms.tools import Tool, tool

from . import Exercise, Incorrect, Question, Quiz, Wrong, expect, shorten
from .evidence import requests_during

if TYPE_CHECKING:
    from course.begun import Lesson


def _check_round(ask_stock: Callable[[str], Any], lesson: "Lesson") -> None:
    with requests_during(lesson) as sent:
        text = ask_stock("How many pieces of BL-D4 are in stock?")
    expect(sent, "Expected requests at the provider, saw none: call the model inside the function.")
    names = [one.get("function", one).get("name") for one in sent[0].body.get("tools", ())]
    expect(names == ["check_stock"], f"Expected one tool in the first request, check_stock, saw {names}.")
    expect(len(sent) == 2, f"A question that needs the tool: expected two requests, saw {len(sent)}.")
    _check_result(sent[1])
    expect(isinstance(text, str), f"Expected the model's last words, saw {shorten(text)} ({type(text).__name__}).")
    expect("2310" in text.replace(",", ""), f"Expected the model's last words, with 2310 in them, saw {shorten(text)}.")
    with requests_during(lesson) as sent:
        text = ask_stock("Hello!")
    expect(len(sent) == 1 and text, f"'Hello!' needs no tool: expected words after one request, saw {len(sent)}.")


def _check_result(entry: Entry) -> None:
    results = [turn for turn in entry.body.get("messages", ()) if turn.get("role") == "tool"]
    expect(len(results) == 1, f"Expected one message with the role tool in the second request, saw {len(results)}.")
    content = str(results[0].get("content"))
    expect(
        "2310" in content, f"Expected what the shop said (2310 pieces) as the tool's result, saw {shorten(content)}."
    )


_STOCK_SCHEMA = """{"type": "object", "properties": {"sku": {"type": "string"}}, "required": ["sku"]}"""
_BY_HAND = f'''
import json
from dataclasses import asdict
from openai import OpenAI
from stages.s2_llms.mcp.shop import Shop

def ask_stock(question):
    """Offer check_stock(sku), run what the model asks for, and return its last words."""
    about = "Tell price and stock of a machine, part or consumable by its SKU."
    schema = {_STOCK_SCHEMA}
    function = {{"name": "check_stock", "description": about, "parameters": schema}}
    ask = {{"model": lesson.models["openai"], "tools": [{{"type": "function", "function": function}}]}}
    talk = [{{"role": "user", "content": question}}]
    message = OpenAI().chat.completions.create(messages=talk, **ask).choices[0].message
    if not message.tool_calls:
        return message.content
    talk.append(message)
    for call in message.tool_calls:
        stock = Shop("C-10002").check_stock(**json.loads(call.function.arguments))
        talk.append({{"role": "tool", "tool_call_id": call.id, "content": json.dumps(asdict(stock))}})
    return OpenAI().chat.completions.create(messages=talk, **ask).choices[0].message.content
'''


def _spoilt(code: str, *changes: tuple[str, str]) -> str:
    """The code with a typical fault in it."""
    for right, wrong in changes:
        if right not in code:
            raise ValueError(f"{right!r} does not stand in the code that is to be spoilt.")
        code = code.replace(right, wrong)
    return code


by_hand = Exercise(
    id="by-hand",
    title="Exercise 1: one round by hand",
    task="Write `ask_stock(question)` with OpenAI's SDK. It offers one tool, `check_stock` with the argument `sku`; "
    'when the model asks for it, run `Shop("C-10002").check_stock`, send the result back, and return the model\'s last '
    "words. Where the model wants no tool, its first words are the answer.",
    name="ask_stock",
    check=_check_round,
    starter='''
def ask_stock(question):
    """Offer check_stock(sku), run what the model asks for, and return its last words."""
    ...
''',
    hints=(
        "The two cells under 'One call, by hand' do the same for another tool.",
        "`message.tool_calls` is None when the model answers in words.",
        "Second request: the first messages, the model's own, then a `tool` one with the call's id and the result.",
    ),
    solution=_BY_HAND,
    alternative='''
from stages.s2_llms.chat import Chat, Message
from stages.s2_llms.mcp.shop import Shop
from stages.s2_llms.tools import answer_calls, tool

def ask_stock(question):
    """With the neutral messages of stages.s2_llms."""
    chat, tools = Chat(lesson.providers["openai"]), [tool(Shop("C-10002").check_stock)]
    talk = [Message("user", question)]
    answer = chat.reply(talk, tools=tools)
    if answer.calls:
        talk += [answer.message, Message("user", parts=tuple(answer_calls(tools, answer.calls)))]
        answer = chat.reply(talk, tools=tools)
    return answer.text
''',
    wrong=(
        Wrong(
            _spoilt(
                _BY_HAND, ("    talk.append(message)", "    return str(message.tool_calls)\n    talk.append(message)")
            ),
            "expected two requests, saw 1",
        ),
        Wrong(_spoilt(_BY_HAND, ("json.dumps(asdict(stock))", '"done"')), "what the shop said"),
        Wrong(_spoilt(_BY_HAND, ("    talk.append(message)\n", "")), "Your code raised BadRequestError"),
        Wrong(
            _spoilt(_BY_HAND, ("    if not message.tool_calls:\n        return message.content\n", "")),
            "'NoneType' object is not iterable",
        ),
        Wrong(_spoilt(_BY_HAND, ('"name": "check_stock"', '"name": "stock"')), "Expected one tool in the first"),
        Wrong(
            _spoilt(
                _BY_HAND, ("    return OpenAI().chat", "    OpenAI().chat"), ("choices[0].message.content\n", "id\n")
            ),
            "the model's last words, saw None",
        ),
    ),
    praise="Every agent framework does these two requests for you. Now you know what it hides.",
)


PIECES = {"BL-D4": 2310, "BL-S58": 402}


def _stock(sku: str) -> int:
    if sku not in PIECES:
        raise LookupError(f"There is no {sku}. There are: {', '.join(PIECES)}.")
    return PIECES[sku]


def _refuses(sku: str) -> int:
    raise ValueError(f"{sku}: ask for one piece at least.")


def _has_a_bug(sku: str) -> int:
    return len(sku) // 0


def _read(seen: Any, what: str) -> dict[str, Any]:
    """What the learner's function returned, read as JSON."""
    if not isinstance(seen, str):
        raise Incorrect(f"{what}: expected a string of JSON, saw {shorten(seen)} ({type(seen).__name__}).")
    try:
        read = json.loads(seen)
    except ValueError:
        raise Incorrect(f"{what}: expected a string of JSON, saw {shorten(seen)}, which is none.") from None
    expect(isinstance(read, dict), f"{what}: expected a JSON object, saw {shorten(seen)}.")
    return dict(read)


def _check_told(told: Callable[[Callable[[str], int], str], Any], lesson: "Lesson") -> None:
    read = _read(told(_stock, '{"sku": "BL-D4"}'), "A call that works")
    expect(read == {"result": 2310}, f"A call that works: expected {{'result': 2310}}, saw {read}.")
    for name, function, words in (
        ("A LookupError", _stock, "There are: BL-D4"),
        ("A ValueError", _refuses, "one piece at least"),
    ):
        read = _read(told(function, '{"sku": "BL-S99"}'), name)
        error = str(read.get("error", ""))
        expect("error" in read, f"{name}: expected the field error, saw {read}.")
        expect(words in error, f"{name}: the model needs the error's own words ({words!r}), saw {shorten(error)}.")
    for name, arguments in (("Half a JSON object", '{"sku": "BL-D4"'), ("A list", '["BL-D4"]')):
        read = _read(told(_stock, arguments), f"{name} as arguments")
        expect(read.get("error"), f"{name} as arguments: expected the field error with some words, saw {read}.")
    try:
        seen = told(_has_a_bug, '{"sku": "BL-D4"}')
    except ZeroDivisionError:
        return
    raise Incorrect(f"A bug (ZeroDivisionError) must stop the program, not go to the model, saw {shorten(seen)}.")


_TOLD = '''
import json

def told(function, arguments):
    """Run function with the arguments that a model wrote; return JSON with `result` or `error`."""
    try:
        read = json.loads(arguments)
        if not isinstance(read, dict):
            raise ValueError("The arguments must be a JSON object.")
        return json.dumps({"result": function(**read)})
    except (LookupError, ValueError) as error:
        return json.dumps({"error": str(error)})
'''

say_it = Exercise(
    id="told",
    title="Exercise 2: an error is a result",
    task="Write `told(function, arguments)`. `arguments` is the string that a model wrote and should be a JSON object; "
    'the function gets what is in it by name. Return a string of JSON: `{"result": …}`, or `{"error": …}` with the '
    "error's words after a LookupError or ValueError and when the arguments are no JSON object. Any other exception is "
    "a bug and goes up.",
    name="told",
    check=_check_told,
    starter='''
def told(function, arguments):
    """Run function with the arguments that a model wrote; return JSON with `result` or `error`."""
    ...
''',
    hints=(
        "`json.loads` raises a JSONDecodeError, which is a kind of ValueError: let it happen inside your `try`.",
        '`["BL-D4"]` is JSON, and no object. `isinstance(read, dict)` tells.',
        "`except (LookupError, ValueError) as error:` and `str(error)`: nothing broader.",
    ),
    solution=_TOLD,
    alternative='''
import json

def told(function, arguments):
    """Looking before each step."""
    try:
        read = json.loads(arguments)
    except json.JSONDecodeError as broken:
        return json.dumps({"error": f"no JSON: {broken}"})
    if not isinstance(read, dict):
        return json.dumps({"error": "a JSON object is needed"})
    try:
        answer = {"result": function(**read)}
    except LookupError as error:
        answer = {"error": error.args[0]}
    except ValueError as error:
        answer = {"error": f"wrong value: {error}"}
    return json.dumps(answer)
''',
    wrong=(
        Wrong(_spoilt(_TOLD, ("(LookupError, ValueError)", "Exception")), "must stop the program"),
        Wrong(_spoilt(_TOLD, ("str(error)", '"not found"')), "the model needs the error's own words"),
        Wrong(
            _spoilt(
                _TOLD,
                ("    try:\n        read = json.loads(arguments)\n", "    read = json.loads(arguments)\n    try:\n"),
            ),
            "JSONDecodeError",
        ),
        Wrong(_spoilt(_TOLD, ('json.dumps({"result": function(**read)})', "function(**read)")), "saw 2310 (int)"),
        Wrong(
            _spoilt(_TOLD, ("if not isinstance(read, dict):", "if not read:")),
            "argument after ** must be a mapping",
        ),
    ),
    praise="Good error texts are the cheapest way to make an agent look clever.",
)


def _looks() -> list[Tool]:
    shop = Shop("C-10002")
    return [tool(look) for look in (shop.list_orders, shop.track_shipment)]


PLAN = "Where is the parcel of my dispatched order?"
THREE = "Where are the parcels of the orders BL-10433, BL-10431 and BL-90001?"


def _check_agent(run_task: Callable[[Chat, str, list[Tool], int], Any], lesson: "Lesson") -> None:
    chat = Chat(lesson.providers["openai"], timeout_s=20)

    def ended(what: str, question: str, steps: int, fault: str = "") -> tuple[str, str, int]:
        with requests_during(lesson) as sent:
            if fault:
                lesson.control.order(fault, count=99)
            seen = run_task(chat, question, _looks(), steps)
        if not isinstance(seen, tuple) or len(seen) != 2:
            raise Incorrect(f"{what}: expected the pair (end, text), saw {shorten(seen)}.")
        return str(seen[0]), str(seen[1]), len(sent)

    end, text, requests = ended("A task with a plan", PLAN, 8)
    expect(requests == 3, f"A task with a plan (list, track, answer): expected 3 requests, saw {requests}.")
    expect(end == "answered", f"A task with a plan: expected the end 'answered', saw {shorten(end)}.")
    expect("Calderwick" in text, f"A task with a plan: expected the model's last words, saw {shorten(text)}.")
    end, _, requests = ended("Three parcels", THREE, 8)
    expect(end == "answered", f"One tool with three different arguments is no circle, saw the end {shorten(end)}.")
    end, _, requests = ended("steps=2", PLAN, 2)
    expect(requests == 2, f"steps=2 and a task of three: expected 2 requests, saw {requests}.")
    expect(end == "steps", f"steps=2 and a task of three: expected the end 'steps', saw {shorten(end)}.")
    stubborn = "A model that repeats one wrong call"
    end, _, requests = ended(stubborn, PLAN.replace("my dispatched order", "order BL-10433"), 9, "wrong_arguments")
    expect(requests == 3, f"{stubborn}: expected an end after 3 requests, saw {requests}.")
    expect(end == "circles", f"{stubborn}: expected the end 'circles', saw {shorten(end)}.")


_AGENT = '''
import json
from collections import Counter
from stages.s2_llms.chat import Message
from stages.s2_llms.tools import answer_calls

def run_task(chat, question, tools, steps):
    """Reason and act; return (end, text) with the end "answered", "steps" or "circles"."""
    talk, seen = [Message("user", question)], Counter()
    for step in range(1, steps + 1):
        answer = chat.reply(talk, tools=tools)
        if not answer.calls:
            return "answered", answer.text
        seen.update(f"{call.name} {json.dumps(call.arguments, sort_keys=True)}" for call in answer.calls)
        if max(seen.values()) >= 3:
            return "circles", answer.text
        results = answer_calls(tools, answer.calls)
        talk += [answer.message, Message("user", parts=tuple(results))]
    return "steps", answer.text
'''

write_agent = Exercise(
    id="agent",
    title="Exercise 3: a loop that ends",
    task="Write `run_task(chat, question, tools, steps)` with `chat.reply(talk, tools=tools)` and "
    "`answer_calls(tools, answer.calls)`. It returns `(end, text)`. The end is `'answered'`, `'steps'` after so many "
    "answers of the model, or `'circles'` as soon as the model asks for the same tool with the same arguments for the "
    "third time.",
    name="run_task",
    check=_check_agent,
    starter='''
def run_task(chat, question, tools, steps):
    """Reason and act; return (end, text) with the end "answered", "steps" or "circles"."""
    ...
''',
    hints=(
        'The talk begins with `Message("user", question)`; `answer.calls` is empty when the model is done.',
        'After the tools ran: `talk += [answer.message, Message("user", parts=tuple(results))]`.',
        "Count `call.name` with `json.dumps(call.arguments, sort_keys=True)`: other arguments are no circle.",
    ),
    solution=_AGENT,
    alternative='''
from stages.s2_llms.chat import Message
from stages.s2_llms.loop import Budget, run

def run_task(chat, question, tools, steps):
    """With the reference version."""
    *_, done = run(chat, [Message("user", question)], tools, budget=Budget(steps=steps))
    return done.end, done.text
''',
    wrong=(
        Wrong(_spoilt(_AGENT, ("range(1, steps + 1)", "range(99)")), "expected 2 requests, saw 3"),
        Wrong(_spoilt(_AGENT, ("max(seen.values()) >= 3", "False")), "expected an end after 3 requests"),
        Wrong(
            _spoilt(_AGENT, ('f"{call.name} {json.dumps(call.arguments, sort_keys=True)}"', "call.name")),
            "three different arguments is no circle",
        ),
        Wrong(_spoilt(_AGENT, ('"answered", answer.text', "answer.text")), "expected the pair (end, text)"),
        Wrong(_spoilt(_AGENT, ("[answer.message, Message", "[Message")), "Your code raised BadRequest"),
        Wrong(_spoilt(_AGENT, ('return "steps", answer.text', 'return "answered", answer.text')), "the end 'steps'"),
    ),
    praise="Add seconds and USD in the same place, and you have the loop that this course uses from here on.",
)


CUSTOMER, OWN, FOREIGN = "C-10006", "BL-10452", "BL-10433"


def _check_signed(tool_for: Callable[..., Any], lesson: "Lesson") -> None:
    log: list[str] = []

    def made(yes: bool) -> Tool:
        log.clear()

        def approve(order_id: str) -> bool:
            log.append(f"asked {order_id}")
            return yes

        seen = tool_for(CUSTOMER, lambda order_id: log.append(f"cancelled {order_id}"), approve)
        if not isinstance(seen, Tool):
            raise Incorrect(f"Expected a Tool, saw {shorten(seen)} ({type(seen).__name__}): tool(function) makes one.")
        return seen

    def call(one: Tool, order_id: str) -> ToolResult:
        return one.answer(ToolCall("1", one.name, {"order_id": order_id}))

    arguments = list(made(True).parameters.get("properties", {}))
    expect(arguments == ["order_id"], f"Expected one argument, order_id, saw {arguments}. Who asks is in the session.")
    told_yes = call(made(True), OWN)
    expect(not told_yes.is_error, f"An own order and a yes: expected a result, saw the error {shorten(told_yes.text)}.")
    expect(log, "An own order and a yes: expected a question and a cancellation, saw neither.")
    expect(log[0] == f"asked {OWN}", f"Expected the person to be asked first, saw {log}.")
    expect(log == [f"asked {OWN}", f"cancelled {OWN}"], f"Expected one question and one cancellation, saw {log}.")
    told_no = call(made(False), OWN)
    expect(log == [f"asked {OWN}"], f"After a no expected nothing to be cancelled, saw {log}.")
    expect(told_no.text != told_yes.text, "After a no the model must hear something else than after a yes.")
    foreign = call(made(True), FOREIGN)
    expect(f"cancelled {FOREIGN}" not in log, f"{FOREIGN} is another customer's order, and it was cancelled.")
    expect(not log, f"{FOREIGN} is another customer's order: nobody need be asked, saw {log}.")
    expect(foreign.is_error, f"{FOREIGN}: expected an error that the model can read, saw {shorten(foreign.text)}.")
    _check_by_model(made(True), log, lesson)


def _check_by_model(one: Tool, log: list[str], lesson: "Lesson") -> None:
    chat = Chat(lesson.providers["openai"], timeout_s=20)
    with requests_during(lesson):
        for _ in run(chat, [Message("user", f"Please cancel order {OWN}.")], [one]):
            pass
    expect(f"cancelled {OWN}" in log, "A model that was asked to cancel did not call it: what does its docstring say?")


_SIGNED = '''
from stages.s2_llms.mcp.shop import Shop
from stages.s2_llms.tools import tool

def tool_for(customer_id, cancel, approve):
    """Return the tool cancel_order(order_id) for the customer who is signed in."""
    def cancel_order(order_id: str) -> str:
        """Cancel an order of the customer that is still being prepared. A person approves it."""
        Shop(customer_id).get_order(order_id)
        if not approve(order_id):
            return f"A person said no: {order_id} stays as it is. Tell the customer."
        cancel(order_id)
        return f"{order_id} is cancelled."

    return tool(cancel_order)
'''

keep_authority = Exercise(
    id="signed",
    title="Exercise 4: the model proposes",
    task="Write `tool_for(customer_id, cancel, approve)`. It returns the Tool `cancel_order` with the one argument "
    "`order_id`. When it is called: another customer's order is an error (`Shop(customer_id).get_order` raises it); "
    "then `approve(order_id)` asks a person; only after a yes `cancel(order_id)` does it. The model hears the end.",
    name="tool_for",
    check=_check_signed,
    starter='''
def tool_for(customer_id, cancel, approve):
    """Return the tool cancel_order(order_id) for the customer who is signed in."""
    ...
''',
    hints=(
        "Define a typed function with a docstring inside, and return `tool(function)`.",
        "The customer's number is known outside the function: the inner function just uses it.",
        "Three lines in this order: look the order up, ask, act. The look-up's error needs no `try`.",
    ),
    solution=_SIGNED,
    alternative='''
from stages.s2_llms.mcp.shop import Shop
from stages.s2_llms.tools import Tool

def tool_for(customer_id, cancel, approve):
    """Written out, without the help of tool()."""
    def run(arguments):
        order = Shop(customer_id).get_order(arguments["order_id"])
        if approve(order.order_id):
            cancel(order.order_id)
            return {"state": "cancelled"}
        return {"error": "denied", "hint": "Tell the customer that it was not approved."}

    schema = {"type": "object", "properties": {"order_id": {"type": "string"}}, "required": ["order_id"]}
    return Tool("cancel_order", "Cancel an order that is still being prepared.", schema, run)
''',
    wrong=(
        Wrong(
            _spoilt(
                _SIGNED,
                ("def tool_for(customer_id, cancel", "def tool_for(signed_in, cancel"),
                ("(order_id: str)", "(order_id: str, customer_id: str)"),
            ),
            "Who asks is in the session",
        ),
        Wrong(_spoilt(_SIGNED, ("if not approve(order_id):", "if False:")), "to be asked first"),
        Wrong(_spoilt(_SIGNED, ("        Shop(customer_id).get_order(order_id)\n", "")), "and it was cancelled"),
        Wrong(
            _spoilt(
                _SIGNED,
                ("        Shop(customer_id).get_order(order_id)\n", ""),
                (
                    "        cancel(order_id)\n",
                    "        Shop(customer_id).get_order(order_id)\n        cancel(order_id)\n",
                ),
            ),
            "nobody need be asked",
        ),
        Wrong(_spoilt(_SIGNED, ("if not approve(order_id):", "if approve(order_id) is None:")), "After a no expected"),
        Wrong(_spoilt(_SIGNED, ("return tool(cancel_order)", "return cancel_order")), "Expected a Tool, saw"),
    ),
    praise="No prompt can talk this tool into anything: what it must not do, it cannot.",
)

quiz = Quiz(
    (
        Question(
            "Who runs a tool that a model calls?",
            ("The model.", "The vendor.", "Your program."),
            "c",
            "The model writes a name and arguments. Whether anything happens is up to you.",
            "Look at the cell after the first tool call: who calls `shop.track_shipment`?",
        ),
        Question(
            "The model calls a tool with an order number that does not exist. What is best?",
            (
                "Raise an exception and end the run.",
                "Send a result that says what is wrong and what to try.",
                "Send an empty result.",
            ),
            "b",
            "It can mend its call, or tell the customer; an empty result invites invention.",
            "Which of the three can the model do something with?",
        ),
        Question(
            "An answer has three tool calls in it. What goes back?",
            ("All three results, each under its id.", "The first result; the rest next time.", "One summary of all."),
            "a",
            "Vendors refuse a talk in which a call has no result.",
            "What joins a result to its call?",
        ),
        Question(
            "Why does a long loop cost more than its number of steps says?",
            (
                "Tools are billed by the vendor.",
                "Each step sends the whole talk again.",
                "Later answers are always longer.",
            ),
            "b",
            "So the tokens grow with the square of the steps; watch the bars of the plot.",
            "What did the tokens of each request do in the plot?",
        ),
        Question(
            "A tool needs to know which customer is asking. Where does that come from?",
            ("From an argument with a good description.", "From the session.", "From the system prompt."),
            "b",
            "Whatever a model fills in, whoever talks to the model can fill in.",
            "Which of them can a customer not write into a chat?",
        ),
    )
)

EXERCISES = (by_hand, say_it, write_agent, keep_authority, quiz)
