"""Stage 2, working with LLMs: one chat over three vendors' SDKs, its errors, its manners and its bill.

Modules are imported where they are used, not here: an SDK takes a second or more to import.
"""

__all__ = ["app", "articles", "breaker", "chat", "errors", "keys", "practice", "prices", "providers", "retry", "sdks"]
