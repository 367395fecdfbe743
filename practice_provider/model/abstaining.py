"""Reads what a prompt wants to hear when the context does not tell: "if it is not there, answer 'No idea'".

Words in quotation marks are taken as they stand, else what follows the verb. An instruction in unusual words is missed;
English only. Compare Rajpurkar et al., Know What You Don't Know, https://arxiv.org/abs/1806.03822
"""

import re

QUOTED = r"(?:\"(?P<a>[^\"\n]+)\"|“(?P<b>[^”\n]+)”|`(?P<c>[^`\n]+)`|(?<!\w)'(?P<d>[^\n]+?)'(?!\w))"
DONT_KNOW = "I don't know."

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


def wanted(text: str) -> str | None:
    """Give the words for "it is not there"; None where the text says nothing about this case.

    >>> wanted('If the context does not say, answer "No idea".')
    'No idea'
    """
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


def quoted(match: re.Match[str] | None) -> str:
    """Give what stands between the quotation marks of a match of `QUOTED`."""
    if match is None:
        return ""
    return next((match[name].strip() for name in "abcd" if match[name]), "")
