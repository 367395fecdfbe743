"""Writes the plainest text that a regular expression fits, for a field that must be filled and has no evidence.

It knows literals, classes, groups, alternatives and counts. Anything else (look-around, back references) gives None.
Source: https://docs.python.org/3/library/re.html#regular-expression-syntax
"""

import re

_TOKEN = re.compile(
    r"(?P<count>\{(?P<least>\d+)(?:,\d*)?\}|[*?])|(?P<more>\+)|(?P<class>\[\^?\]?(?:\\.|[^\]\\])*\])|(?P<open>\((?:\?:|\?P<\w+>)?(?!\?))|(?P<close>\))"
    r"|(?P<or>\|)|(?P<edge>\^|\$|\\[bAZ])|(?P<one>\\.|[^\\])"
)
_CANDIDATES = "0A1a_- 23456789bcdefghijklmnopqrstuvwxyzBCDEFGHIJKLMNOPQRSTUVWXYZ.,:;/@#+"
LONGEST = 400


def plainest(pattern: str) -> str | None:
    r"""Give a short text that the pattern fits, None where none is found.

    >>> plainest(r"^BL-\d{5}$"), plainest(r"^(a|b)[x-z]+$"), plainest(r"(?=a)b")
    ('BL-00000', 'ax', None)
    """
    if "(?" in pattern.replace("(?:", "").replace("(?P<", ""):
        return None
    text = _branch([(m.kind, m) for m in map(_Token, _TOKEN.finditer(pattern))])
    return text if text is not None and len(text) <= LONGEST and re.search(pattern, text) else None


class _Token:
    """A piece of the pattern: which kind it is, and what it says."""

    def __init__(self, match: re.Match[str]) -> None:
        kinds = ("count", "more", "class", "open", "close", "or", "edge", "one")
        self.kind = next(kind for kind in kinds if match[kind] is not None)
        self.text, self.least = match[0], int(match["least"] or 0)


def _branch(tokens: list[tuple[str, _Token]]) -> str | None:
    """The first alternative of a group, piece by piece; a count repeats or drops the piece before it."""
    pieces: list[str] = []
    index = 0
    while index < len(tokens):
        kind, token = tokens[index]
        index += 1
        if kind in ("or", "close"):
            break
        if kind == "open":
            end = _closing(tokens, index)
            inner = _branch(tokens[index:end])
            index = end + 1
            if inner is None:
                return None
            pieces.append(inner)
        elif kind == "count" and pieces:
            pieces[-1] *= min(token.least, LONGEST)
        elif kind in ("class", "one"):
            one = _one(token.text)
            if one is None:
                return None
            pieces.append(one)
    return "".join(pieces)


def _closing(tokens: list[tuple[str, _Token]], start: int) -> int:
    depth = 1
    for index in range(start, len(tokens)):
        depth += {"open": 1, "close": -1}.get(tokens[index][0], 0)
        if not depth:
            return index
    return len(tokens)


def _one(token: str) -> str | None:
    """A character that the class, the escape or the literal fits."""
    if len(token) == 1 and token != ".":
        return token
    return next((letter for letter in _CANDIDATES if re.fullmatch(token, letter)), None) or (
        token[1] if token[0] == "\\" and len(token) == 2 and not token[1].isalnum() else None
    )
