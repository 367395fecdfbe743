"""A Gemini request body → a neutral `Ask`; generating and counting read the same body, and Vertex sends it too.

Options that need a feature which the practice models do not have are refused by name. Tools and the configuration are
read beside this.

Source: https://ai.google.dev/api/generate-content#method:-models.generatecontent
"""

from collections.abc import Mapping

from ..core import Ask
from .gemini_common import Node
from .gemini_config import with_config
from .gemini_parts import read_contents, read_instruction
from .gemini_tools import read_tools, with_tool_config

# accepted without effect; the last two are Vertex's own
NO_EFFECT = frozenset(("safetySettings", "labels", "serviceTier", "store", "modelArmorConfig", "outputConfig"))

_FIELDS = {"model", "contents", "systemInstruction", "tools", "toolConfig", "generationConfig", *NO_EFFECT}
_NOT_OFFERED: Mapping[str, str] = {
    "cachedContent": "the practice models keep no cached contents; send the whole prompt",
    "continuationToken": "the practice models finish every reply; there is nothing to continue",
}


def read_ask(body: Node, model: str, *, stream: bool = False) -> Ask:
    """Read a whole request.

    Raises:
        Fault: "bad_request".
    """
    for name, reason in _NOT_OFFERED.items():
        if (field := body.get(name)) is not None:
            raise field.about(f"not offered: {reason}")
    body.only(_FIELDS)
    contents, instruction = body.get("contents"), body.get("systemInstruction")
    if contents is None:
        raise Node(None, "contents").about("contents is not specified")
    system = (read_instruction(instruction),) if instruction else ()
    ask = Ask(model, (*system, *read_contents(contents)), tools=read_tools(body), stream=stream)
    return with_config(with_tool_config(ask, body), body)
