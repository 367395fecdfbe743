"""Takes a tool's description apart: what it says that the tool is for, each thing that it lists, and what it is not.

A good description says more here than a bad one, and that is all that makes a tool with a good one easier to find.
Compare https://platform.claude.com/docs/en/agents-and-tools/tool-use/define-tools
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from ..core import Tool
from .sentences import prose
from .words import spoken

_NOT = re.compile(r"\b(?:not|never|don't|doesn't|cannot|can't|nothing)\b", re.IGNORECASE)
_QUOTED = re.compile(r"[\"“]([^\"”]+)[\"”]")
_LEAD = re.compile(
    r"^(?:only |use (?:it|this)(?: tool)? |call (?:it|this) )?(?:(?:for|to|when|after|before|if|or|and)\b ?)*",
    re.IGNORECASE,
)
_LIST = re.compile(r",\s*(?:or |and )?|\s+or\s+")
_GENERAL = re.compile(
    r"\b(?:any|all|every|general|factual) questions?\b|\bquestions? (?:of fact|in general)|\bbefore (?:you )?answer",
    re.IGNORECASE,
)
_READS = re.compile(
    r"^(?:get|list|tell|check|find|search|look|show|read|fetch|return|retrieve|query|track|calculate|compute|convert|"
    r"lookup|estimate|count)s?\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Described:
    """What a tool is described as.

    `whole` is all that it is for; `examples` are quoted requests; `uses` are the clauses; `items` the things that
    a clause lists; `general`: it says that it is for any question; `reads`: it begins with a verb that changes nothing.
    """

    whole: str
    examples: tuple[str, ...]
    uses: tuple[str, ...]
    items: tuple[str, ...]
    general: bool
    reads: bool


@lru_cache(maxsize=512)
def _read(name: str, description: str) -> Described:
    clauses = [clause for sentence in prose(description) for clause in re.split(r";\s+", sentence)]
    uses = [clause for clause in clauses if not _NOT.search(clause)]
    examples = tuple(match[1] for use in uses for match in _QUOTED.finditer(use))
    items = [item for use in uses for item in _items(use)]
    whole = f"{spoken(name)}: {' '.join(uses)}"
    reads = bool(_READS.match(spoken(name)) or (uses and _READS.match(uses[0])))
    general = _GENERAL.search(description) is not None
    return Described(whole, examples, (spoken(name), *uses), tuple(items), general, reads)


def describe(tool: Tool) -> Described:
    """Take the description of a tool apart.

    >>> describe(Tool("pass_on", "Pass it on. Use it for danger, lawyers or fire. Not for repairs.")).items
    ('danger', 'lawyers', 'fire')
    """
    return _read(tool.name, tool.description)


def _items(clause: str) -> list[str]:
    body = clause.split(":", 1)[-1]
    parts = [_LEAD.sub("", part.strip(' ."“”')).strip() for part in _LIST.split(body)]
    return [part for part in parts if part] if len(parts) > 1 else []
