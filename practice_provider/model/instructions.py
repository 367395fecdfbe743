"""Reads the instructions that the model honours, from the system text and the user's own words.

The list is short and documented in MODEL_CARD.md: what to say when the context does not tell, cite, how long, how to
begin and end, as a list, in capitals. Everything else is read by nobody: a tone, a persona or a "think carefully"
change nothing. English only. It reads patterns, not meanings, so an instruction in unusual words is missed.
"""

import re
from dataclasses import dataclass

QUOTED = r"(?:\"(?P<a>[^\"\n]+)\"|“(?P<b>[^”\n]+)”|`(?P<c>[^`\n]+)`|(?<!\w)'(?P<d>[^\n]+?)'(?!\w))"
DONT_KNOW = "I don't know."

# ---- what to say when the context does not tell ------------------------------------------------------------------

_UNKNOWN = r"(?:not|no|n't|n’t|cannot|unknown|unsure|nothing|missing|unable|unanswerable|lacks?|without)\b"
_VERB = r"\b(?:answer|say|reply|respond|write|return|output|use|tell)\b"
_NOT_QUOTE = r"[^\"“`\n]"
_IF_THEN_QUOTED = re.compile(  # If it is not there, answer "…"
    rf"\b(?:if|when|unless)\b{_NOT_QUOTE}{{0,120}}?{_UNKNOWN}{_NOT_QUOTE}{{0,80}}?"
    rf"{_VERB}{_NOT_QUOTE}{{0,60}}?{QUOTED}",
    re.IGNORECASE,
)
_QUOTED_IF = re.compile(  # Answer "…" if it is not there
    rf"{_VERB}[^\"“`\n.]{{0,30}}?{QUOTED}[^\n.]{{0,20}}?\b(?:if|when)\b[^\n.]{{0,160}}?{_UNKNOWN}", re.IGNORECASE
)
_SAY_YOU_DONT_KNOW = re.compile(
    r"\b(?:say|admit|tell (?:me|us|them|the (?:user|customer)))\s+(?:that\s+)?"
    r"you\s+(?:do not|don['’]t|dont|cannot|can['’]t)\s+(?:know|find|answer|tell)\b",
    re.IGNORECASE,
)
_DONT_GUESS = re.compile(
    rf"\bif\b[^\n.]{{0,160}}?{_UNKNOWN}[^\n.]{{0,160}}?"
    r"\b(?:say so|(?:don't|do not) (?:guess|answer)|decline|abstain)\b",
    re.IGNORECASE,
)
_IF_THEN_BARE = re.compile(  # If it is not there, answer NOT_FOUND.
    rf"\b(?:if|when)\b[^\n.]{{0,200}}?{_UNKNOWN}[^\n.,:]{{0,160}}?(?:,|:|\bthen\b)\s*"
    rf"(?:(?:then|please|just|simply|only)\s+)*{_VERB}\s*"
    r"(?:(?:only|exactly|with|just|the words?)\b\s*|:\s*)*(?P<bare>[^\n.]+)",
    re.IGNORECASE,
)
_NOT_LITERAL = re.compile(r"(?:so|that|you|him|her|them|the (?:user|customer))\b", re.IGNORECASE)

# ---- what the answer looks like ----------------------------------------------------------------------------------

_CITE = re.compile(
    r"\b(?:cite|citations?|(?:give|name) (?:your |the )?sources?|with sources?|"
    r"refer to the (?:document|passage|source)|quote the (?:id|source))\b",
    re.IGNORECASE,
)
_NUMBERS = {"one": 1, "a single": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "ten": 10}
_COUNT = (
    r"\b(?:in|with|at most|no more than|under|fewer than|less than|maximum(?: of)?|exactly|only|most)\s+(?:just\s+)?"
    rf"(?P<n>\d+|{'|'.join(_NUMBERS)})\s+"
)
_SENTENCES = re.compile(
    rf"{_COUNT}(?:(?:short|simple|brief)\s+)?sentences?\b|\b(?P<m>one|single)[- ]sentence\b", re.IGNORECASE
)
_WORDS = re.compile(rf"{_COUNT}words?\b|\b(?P<m>one|single)[- ]word\b", re.IGNORECASE)
_BULLETS = re.compile(r"\b(?:bullet(?:ed)? (?:points?|list)|as a list|as bullets)\b", re.IGNORECASE)
_CAPITALS = re.compile(r"\b(?:in (?:all )?(?:capital letters|capitals|upper ?case|caps)|all caps)\b", re.IGNORECASE)
_EVERY = r"(?:\s+(?:your|every|each|all|the|of|its?|answers?|repl(?:y|ies)|responses?|messages?|always))*"
_WITH = r"\s+(?:with|by saying)(?: the words?)?:?\s*"
_BEGIN = re.compile(rf"\b(?:begin|start|open){_EVERY}{_WITH}{QUOTED}", re.IGNORECASE)
_FINISH = re.compile(rf"\b(?:end|finish|close|sign off){_EVERY}{_WITH}{QUOTED}", re.IGNORECASE)


@dataclass(frozen=True)
class Instructions:
    """What was asked about the form of the answer; None and False where nothing was said."""

    abstain: str | None = None
    cite: bool = False
    sentences: int | None = None
    words: int | None = None
    bullets: bool = False
    capitals: bool = False
    begin: str = ""
    finish: str = ""

    def shape(self, text: str) -> str:
        """Give a finished answer its beginning, its end and its letters."""
        whole = " ".join(part for part in (self.begin, text, self.finish) if part)
        return whole.upper() if self.capitals else whole


_READ = 4_000  # characters at the beginning and at the end: nobody hides instructions in the middle


def read(text: str) -> Instructions:
    """Read the instructions in a text; of a very long one only the beginning and the end.

    >>> read('If the context does not say, answer "No idea".').abstain
    'No idea'
    >>> read("Answer in one sentence and cite your sources.").sentences
    1
    """
    text = text if len(text) <= 2 * _READ else f"{text[:_READ]}\n{text[-_READ:]}"
    return Instructions(
        abstain=_abstain(text),
        cite=_CITE.search(text) is not None,
        sentences=_number(_SENTENCES.search(text)),
        words=_number(_WORDS.search(text)),
        bullets=_BULLETS.search(text) is not None,
        capitals=_CAPITALS.search(text) is not None,
        begin=quoted(_BEGIN.search(text)),
        finish=quoted(_FINISH.search(text)),
    )


def quoted(match: re.Match[str] | None) -> str:
    """Give what stands between the quotation marks of a match of `QUOTED`."""
    if match is None:
        return ""
    return next((match[name].strip() for name in "abcd" if match[name]), "")


def _number(match: re.Match[str] | None) -> int | None:
    if match is None:
        return None
    word = (match["n"] or match["m"]).lower()
    return int(word) if word.isdigit() else _NUMBERS.get(word, 1)


def _abstain(text: str) -> str | None:
    for pattern in (_IF_THEN_QUOTED, _QUOTED_IF):
        if words := quoted(pattern.search(text)):
            return words
    if _SAY_YOU_DONT_KNOW.search(text) or _DONT_GUESS.search(text):
        return DONT_KNOW
    bare = _IF_THEN_BARE.search(text)
    if bare is None:
        return None
    words = bare["bare"].strip()
    return DONT_KNOW if _NOT_LITERAL.match(words) else words
