"""What a learner is shown: one card with a sign, a heading and a few lines, as plain text and as HTML.

A card has no scripts, no ids, no clock and no colour that carries the meaning alone: the word comes first, the sign has
a shape of its own, and text keeps the page's own colour, so that it reads on dark, on light and in grey print.
Source: https://www.w3.org/TR/WCAG22/#use-of-color and https://www.w3.org/TR/WCAG22/#status-messages
"""

import re
from dataclasses import dataclass
from html import escape
from textwrap import fill
from typing import Any


@dataclass(frozen=True)
class Sign:
    """How a kind of card looks. The colour is only used for the bar and the icon, 3:1 on white and on black."""

    word: str
    icon: str
    colour: str


CORRECT = Sign("Correct", "✔", "#2b8a4f")
INCORRECT = Sign("Incorrect", "✘", "#d04437")
NOT_ATTEMPTED = Sign("Not attempted", "○", "#808080")
EXCEPTION = Sign("Exception", "⚠", "#b7791f")
NOT_CHECKED = Sign("Not checked", "–", "#808080")
HINT = Sign("Hint", "➜", "#3b7fc4")
SOLUTION = Sign("Solution", "★", "#8a63d2")
TASK = Sign("Task", "✎", "#3b7fc4")


@dataclass(frozen=True)
class Card:
    """One card. In lines, `backticks` mark code and two leading spaces indent; `code` is a block under the lines."""

    sign: Sign
    title: str
    lines: tuple[str, ...] = ()
    code: str = ""

    def __repr__(self) -> str:
        """The card as plain text, for a terminal and for a notebook that is read as text."""
        parts = [f"{self.sign.word}. {self.title}"]
        parts += [fill(line, 100, initial_indent="  ", subsequent_indent="  " + _indent(line)) for line in self.lines]
        parts += [f"    {line}".rstrip() for line in self.code.strip("\n").splitlines()]
        return "\n".join(parts)

    def _repr_html_(self) -> str:
        bar = f"border-left: 0.3em solid {self.sign.colour}; padding: 0.1em 0 0.1em 0.8em; margin: 0.4em 0"
        icon = f'<span aria-hidden="true" style="color: {self.sign.colour}">{self.sign.icon}</span>'
        head = f'<p style="margin: 0.2em 0">{icon} <strong>{self.sign.word}.</strong> {_marked(self.title)}</p>'
        body = "".join(f'<p style="margin: 0.2em 0 0.2em {len(_indent(n))}em">{_marked(n)}</p>' for n in self.lines)
        code = f'<pre style="white-space: pre-wrap"><code>{escape(self.code.strip())}</code></pre>' if self.code else ""
        return f'<div role="status" style="{bar}">{head}{body}{code}</div>'


def shorten(value: Any, most: int = 200) -> str:
    """A value as a learner can read it: its repr, on one line, cut in the middle of the page at the latest.

    >>> shorten("abc" * 100, most=12)
    "'abcabcabca…"
    """
    text = " ".join(repr(value).split())
    return text if len(text) <= most else text[: most - 1] + "…"


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def _marked(text: str) -> str:
    """HTML for a line: escaped, with `backticks` turned into code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text, quote=False))
