"""Stage 2, working with LLMs: a thin layer over the vendors' SDKs, and a chat in the terminal on top of it.

Modules are imported where they are used, not here: an SDK takes a second or more to import.
"""

__all__ = [
    "app",
    "articles",
    "breaker",
    "brewline",
    "chat",
    "conversation",
    "corpus",
    "errors",
    "keys",
    "loop",
    "mcp",
    "messages",
    "practice",
    "prices",
    "prompts",
    "providers",
    "retry",
    "schema",
    "sdks",
    "tools",
]
