"""Tools: functions of ours that a model may ask for. Arguments are checked before anything runs.

A tool that fails answers with an error that the model can read and act on; only a bug in the tool stops the program.
Who may call a tool, and whether a person must agree first, is not decided here.
Sources: https://platform.openai.com/docs/guides/function-calling,
https://docs.anthropic.com/en/docs/agents-and-tools/tool-use/overview, https://ai.google.dev/gemini-api/docs/function-calling
"""

import inspect
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, cast

from pydantic import TypeAdapter
from pydantic_core import ArgsKwargs, to_json

from .errors import CourseError
from .messages import JsonObject, ToolCall, ToolResult
from .schema import problems, reasons

TOLD = (CourseError, ValueError, LookupError, OSError)
"""What a tool may raise at run time, and the model is told. Anything else is a bug, and stops the program."""


@dataclass(frozen=True)
class Tool:
    """A function that a model may ask for. `parameters` is a JSON schema of an object; `run` gets its arguments."""

    name: str
    description: str
    parameters: JsonObject
    run: Callable[[JsonObject], object]

    def answer(self, call: ToolCall) -> ToolResult:
        """Check the call's arguments, run the function, and give its result as words; JSON unless it is a string."""
        if call.broken:
            return _failed(call, f"The arguments are no JSON object: {call.broken:.200}")
        if wrong := problems(call.arguments, self.parameters):
            return _failed(call, "\n".join(wrong))
        try:
            result = self.run(call.arguments)
        except TOLD as error:
            return _failed(call, reasons(error))
        return ToolResult(call.id, result if isinstance(result, str) else to_json(result, fallback=str).decode())


def tool(function: Callable[..., object]) -> Tool:
    """Make a tool of a typed function: its name, the first paragraph of its docstring, a schema from its annotations.

    Raises:
        ValueError: it has no docstring, which is all that a model knows of it.

    >>> def stock(sku: str) -> int:
    ...     '''How many pieces of a part are in stock.'''
    ...     return 12
    >>> tool(stock).answer(ToolCall("1", "stock", {"sku": "BL-S54"})).text
    '12'
    """
    name, description = function.__name__, " ".join((inspect.getdoc(function) or "").partition("\n\n")[0].split())
    if not description:
        raise ValueError(f"{name} has no docstring. Say what it is for and when to use it: a model reads nothing else.")
    typed: TypeAdapter[Any] = TypeAdapter(cast(Any, function))
    schema = typed.json_schema()
    return Tool(name, description, schema, lambda arguments: typed.validate_python(ArgsKwargs((), dict(arguments))))


def answer_calls(tools: Sequence[Tool], calls: Sequence[ToolCall], workers: int = 1) -> list[ToolResult]:
    """The results of all calls, in the calls' order; with more than one worker they run side by side, in threads."""
    known = {tool.name: tool for tool in tools}

    def answer(call: ToolCall) -> ToolResult:
        if call.name in known:
            return known[call.name].answer(call)
        return _failed(call, f"There is no tool {call.name!r}. There are: {', '.join(known)}.")

    if workers == 1:
        return [answer(call) for call in calls]
    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(answer, calls))


def _failed(call: ToolCall, why: str) -> ToolResult:
    return ToolResult(call.id, why, is_error=True)
