"""An Anthropic request body → a neutral `Ask`; asking for a message and counting its tokens read the same body.

Here is the conversation and which prefixes of it are to be cached; tools and options are read beside this. Whether the
model exists and whether the prompt fits is the model's affair.

Source: https://platform.claude.com/docs/en/api/messages
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby, takewhile

from ..core import Ask, Block, Role, Text, Thinking, ToolCall, ToolResult, Turn
from .anthropic_blocks import Content, cache_ttl, read_content
from .anthropic_citations import sources
from .anthropic_common import Node, not_one_of
from .anthropic_options import NO_EFFECT, check_rest, with_format, with_thinking
from .anthropic_tools import read_tools, tool_ttls, with_choice

COUNTED = {
    *("model", "messages", "system", "tools", "tool_choice", "output_config", "output_format", "thinking"),
    *("cache_control", "speed", "user_profile_id", "workspace_id"),
}
ASKED = COUNTED | {"max_tokens", "stop_sequences", "stream", "temperature"} | set(NO_EFFECT)

MOST_MARKS = 4
_BLOCKS_OF: Mapping[str, set[str]] = {
    "user": {"text", "image", "document", "search_result", "tool_result"},
    "assistant": {"text", "tool_use", "thinking", "redacted_thinking"},
    "system": {"text"},
}
_ROLES: Mapping[str, Role] = {"user": "user", "assistant": "assistant", "system": "system"}


def read_ask(body: Node) -> Ask:
    """Read what both endpoints have in common: model, conversation, tools, thinking and the wanted format.

    `echo` says what the reply needs: the documents to cite, whether thoughts are told, how long a cache entry lives.

    Raises:
        Fault: "bad_request".
    """
    check_rest(body)
    model = body.need("model").text()
    system = read_content(body.need("system"), {"text"}) if body.get("system") else Content(())
    messages = _conversation(body.need("messages"))
    before = (Turn("system", system.blocks),) if any(_has_words(block) for block in system.blocks) else ()
    ask = Ask(model, (*before, *(turn for message in messages for turn in _turns(message))), tools=read_tools(body))
    ask = with_thinking(with_format(with_choice(ask, body), body), body)
    ask = _with_cache(ask, body, system if before else Content((), system.marks), messages)
    _check_thoughts(ask, body, messages)
    return _with_sources(ask, body)


def _has_words(block: Block) -> bool:
    return isinstance(block, Text) and bool(block.text)


def _with_sources(ask: Ask, body: Node) -> Ask:
    cited = sources(body)
    if cited and ask.schema is not None:
        raise body.fault("citations can't be combined with a format: leave `citations` or `output_config.format` out")
    return replace(ask, echo={**ask.echo, "sources": cited}) if cited else ask


def _with_cache(ask: Ask, body: Node, system: Content, messages: list["_Message"]) -> Ask:
    """The ask with the places where cached prefixes end: the vendor's order is tools, system, messages."""
    ttls = list(tool_ttls(body))
    marks = [0] * len(ttls)  # before the first block
    told = 0
    for content in (system, *(message.content for message in messages)):
        marks += [told + count for count, _ in content.marks]
        ttls += [ttl for _, ttl in content.marks]
        told += len(content.blocks)
    if ttl := cache_ttl(Node({"cache_control": body.value.get("cache_control")})):  # the end of all that is sent
        marks.append(told)
        ttls.append(ttl)
    if len(marks) > MOST_MARKS:
        raise body.fault(f"A maximum of {MOST_MARKS} blocks with cache_control may be provided. Found {len(marks)}.")
    if "5m" in ttls and "1h" in ttls[ttls.index("5m") :]:
        raise body.fault("a ttl='1h' cache_control block must not come after a ttl='5m' cache_control block")
    if not marks:
        return ask
    return replace(ask, cache_marks=tuple(dict.fromkeys(marks)), echo={**ask.echo, "cache_ttl": ttls[-1]})


def _check_thoughts(ask: Ask, body: Node, messages: list["_Message"]) -> None:
    """With a fixed budget, the turn that called tools has to come back as it was: its thoughts first."""
    thinking = body.get("thinking")
    if ask.thinking is None or thinking is None or thinking.need("type").text() != "enabled":
        return
    last = next((message for message in reversed(messages) if message.role == "assistant"), None)
    if last and last.calls() and messages[-1].results() and not isinstance(last.blocks[0], Thinking):
        raise last.place.fault(
            "Expected `thinking` or `redacted_thinking`, but found `tool_use`. When `thinking` is enabled, a final "
            "`assistant` message must start with a thinking block (preceding the lastmost set of `tool_use` and "
            "`tool_result` blocks). To avoid this requirement, disable `thinking`."
        )


# ---- the conversation ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Message:
    """One message as it was sent, and its place for complaints."""

    place: Node
    role: Role
    content: Content

    @property
    def blocks(self) -> tuple[Block, ...]:
        return self.content.blocks

    def calls(self) -> set[str]:
        return {block.id for block in self.blocks if isinstance(block, ToolCall)}

    def results(self) -> set[str]:
        return {block.call_id for block in self.blocks if isinstance(block, ToolResult)}

    def leading(self) -> tuple[Block, ...]:
        """The blocks before the first words: only there do results of tools count."""
        return tuple(takewhile(lambda block: not isinstance(block, Text), self.blocks))


def _conversation(messages: Node) -> list[_Message]:
    read = [_message(message) for message in messages.items()]
    if not any(message.role == "user" for message in read):
        raise messages.fault("at least one message with the role 'user' is required")
    if read[-1].role == "assistant":
        raise read[-1].place.fault(
            "This model does not support assistant message prefill. The conversation must end with a user message."
        )
    _check_results(_joined(read))
    return read


def _message(message: Node) -> _Message:
    message.only({"role", "content"})
    role = message.need("role")
    if role.text() not in _ROLES:
        raise not_one_of(role, _ROLES)
    content = read_content(message.need("content"), _BLOCKS_OF[role.text()])
    if not any(not isinstance(block, Text) or block.text for block in content.blocks) and role.text() != "assistant":
        raise message.fault(f"{role.text()} messages must have non-empty content")
    return _Message(message, _ROLES[role.text()], content)


def _joined(messages: list[_Message]) -> list[_Message]:
    """Neighbours of the same role as one message: that is how the vendor reads them."""
    joined = []
    for role, group in groupby((m for m in messages if m.role != "system"), key=lambda message: message.role):
        members = list(group)
        joined.append(_Message(members[0].place, role, Content(tuple(block for m in members for block in m.blocks))))
    return joined


def _check_results(messages: list[_Message]) -> None:
    """Every call is answered in the message after it, and nothing else is answered there."""
    nothing = _Message(Node(None), "assistant", Content(()))
    for before, message in zip([nothing, *messages], [*messages, nothing], strict=True):
        answered = {block.call_id for block in message.leading() if isinstance(block, ToolResult)}
        if unanswered := before.calls() - answered:
            raise before.place.fault(
                "`tool_use` ids were found without `tool_result` blocks immediately after: "
                f"{', '.join(sorted(unanswered))}. Each `tool_use` block must have a corresponding `tool_result` "
                "block in the next message, before any text."
            )
        if unasked := message.results() - before.calls():
            raise message.place.fault(
                f"unexpected `tool_use_id` found in `tool_result` blocks: {', '.join(sorted(unasked))}. Each "
                "`tool_result` block must have a corresponding `tool_use` block in the previous message."
            )


def _turns(message: _Message) -> Iterator[Turn]:
    """A user's message as one or two turns: results of tools are a turn of their own, with the role 'tool'."""
    first = message.leading() if message.results() else ()
    if first:
        yield Turn("tool", first)
    if rest := message.blocks[len(first) :]:
        yield Turn(message.role, rest)
