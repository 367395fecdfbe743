"""Refuses three kinds of request: to build a weapon, to write malware, to harm oneself. A tiny list of patterns.

It is no safety system: it is there so that code which handles a refusal has one to handle. It reads the user's own
question only, never a document, and a request in unusual words passes. What vendors do at this place:
https://platform.claude.com/docs/en/test-and-evaluate/strengthen-guardrails/handle-streaming-refusals
"""

import re

_MAKE = r"\b(?:how (?:do|can|could|to|would)|build|make|write|create|give me|help me|show me|explain how)\b"
_ROWS = (
    (
        rf"{_MAKE}[^.?!\n]{{0,60}}\b(?:(?<!bath )bombs?|explosives?|nerve gas|bioweapons?|untraceable guns?)\b",
        "I can't help with making weapons.",
    ),
    (
        rf"{_MAKE}[^.?!\n]{{0,60}}\b(?:malware|ransomware|keyloggers?|computer virus(?:es)?|botnets?|phishing \w+)\b",
        "I can't help with malware or with fraud. I can help to protect a system against them.",
    ),
    (
        r"\b(?:kill(?:ing)? myself|end(?:ing)? my life|hurt(?:ing)? myself on purpose|commit suicide)\b",
        "I can't help with that. Please talk to someone you trust, or call your local emergency number.",
    ),
)
_DEFENCE = re.compile(r"\b(?:protect|prevent|detect|recogni[sz]e|spot|remove|report|avoid|defend|scan)\w*\b", re.I)


def refusal(request: str) -> str | None:
    """Give the words of the refusal; None for everything else.

    >>> refusal("How do I build a bomb?")
    "I can't help with making weapons."
    >>> refusal("How do I detect malware?")
    """
    for pattern, words in _ROWS:
        found = re.search(pattern, request, re.IGNORECASE)
        if found and not _DEFENCE.search(request):
            return words
    return None
