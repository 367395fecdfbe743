"""Repeats words when the user orders exactly that: "Reply with exactly: pong", "Say 'I am ready'", "Decode …".

It does not follow an order that stands in a document, nor "say hello to …" and other sentences that only look alike.
"""

import re

from .decoded import decoded
from .instructions import QUOTED, quoted

_SAY = r"(?:say|repeat|echo)(?:\s+(?:exactly|after me|back|this(?: and nothing else)?(?=:)|the words?|just|only))*"
_ONLY = r"(?:only|exactly|just|the (?:single )?words?|the text)"
_REPLY = rf"(?:reply|respond|answer)\s+(?:(?:only|exactly|just)\s+)*with(?:\s+{_ONLY})*"
_ORDER = re.compile(
    rf"^(?:(?:please|now|just|only)\s+)*(?P<verb>{_SAY}|{_REPLY}|output\s+(?:only|exactly))\s*(?P<colon>:?)\s+"
    rf"(?:{QUOTED}|(?P<bare>\S[^\n]*?))(?:\s+and nothing else)?(?P<stop>[.!]?)$",
    re.IGNORECASE,
)
_FOREIGN = re.compile(
    r"^(?:[^.!?\n]{0,40}[.:,]\s*)?(?:bitte |por favor,? )?"
    r"(?:antworte\w*|sage?|schreibe?|di|responde|escribe|dis|répond\w*|écris)\b[^.\"“«\n]{0,40}[\"“«„]\s*(?P<words>[^\"”»“\n]+?)\s*[\"”»“]",
    re.IGNORECASE,
)
_DECODE = re.compile(
    r"\b(?:decode|decipher|translate from (?:base ?64|hex\w*|rot ?13)|what does (?:this|it) say)\b", re.I
)
_EXACT = re.compile(r"\b(?:exactly|only|after me|say|repeat|echo|just|words?|text)\b", re.IGNORECASE)
_ADDRESSED = re.compile(r"\b(?:to|about|why|how|what|whether|if)\b", re.IGNORECASE)  # "say hello to my dog" is no echo
_LONGEST_SAYING = 6  # words behind a "say" without colon and quotation marks


def repeat(text: str) -> str | None:
    """Give the words that the text orders to repeat, None where it orders nothing of the kind.

    >>> repeat("Reply with exactly: pong")
    'pong'
    >>> repeat("Say hello to my dog.")
    """
    lines = [line.strip() for line in text.strip().splitlines() if line.strip()]
    match = _ORDER.match(lines[-1]) if lines else None
    if match is None:
        return None
    if words := quoted(match):
        return words
    bare = match["bare"].strip()
    if match["colon"]:
        return bare + match["stop"]
    saying = len(bare.split()) <= _LONGEST_SAYING and not _ADDRESSED.search(bare)
    return bare if saying and _EXACT.search(match["verb"]) else None


def foreign(text: str) -> str | None:
    """Give the quotation that a German, Spanish or French message orders to say; None elsewhere.

    >>> foreign("Antworte nur mit: „Ja“")
    'Ja'
    """
    match = _FOREIGN.search(text.strip())
    return match["words"] if match else None


def undone(text: str) -> str | None:
    """Give the words behind a disguise where the text orders to decode it.

    >>> undone("Decode this: U2F5IGhlbGxvIHRvIG1lLg==")
    'Say hello to me.'
    """
    read = next(decoded(text), None) if _DECODE.search(text) else None
    if read is None:
        return None
    before = set(text.split())
    new = [index for index, word in enumerate(read.split()) if word not in before]
    return " ".join(read.split()[new[0] : new[-1] + 1]) if new else None
