"""Reads the instructions that the model honours, from the system text and the user's own words.

`ROWS` is the whole list: what a prompt may say, and what then changes (shaping.py does most of it). Everything else is
read by nobody: that is why a vague prompt ("be helpful, think carefully") gives what no prompt gives, and a clear one
does not. Patterns are read, not meanings, so an instruction in unusual words is missed; English only.
Compare Zhou et al., Instruction-Following Evaluation for LLMs (IFEval), https://arxiv.org/abs/2311.07911
"""

import re
from dataclasses import dataclass
from typing import Literal, cast

from .abstaining import DONT_KNOW, QUOTED, quoted, wanted

Tone = Literal["", "polite", "formal", "friendly", "terse"]
Form = Literal["", "bullets", "numbered", "table"]
Order = Literal["", "alphabetical", "number", "largest", "newest", "oldest"]
Language = Literal["", "de", "es", "en"]


@dataclass(frozen=True)
class Instructions:
    """What was asked about the form of the answer; None, "" and False where nothing was said.

    `words`, `sentences` and `letters` are limits. `avoid` are things that must not be mentioned.
    """

    abstain: str | None = None
    cite: bool = False
    sentences: int | None = None
    words: int | None = None
    letters: int | None = None
    form: Form = ""
    capitals: bool = False
    begin: str = ""
    finish: str = ""
    tone: Tone = ""
    language: Language = ""
    order: Order = ""
    avoid: tuple[str, ...] = ()
    bare: bool = False
    quote: bool = False
    steps: bool = False
    context_only: bool = False

    @property
    def bullets(self) -> bool:
        """Whether a list is wanted, of any form."""
        return self.form in ("bullets", "numbered")


@dataclass(frozen=True)
class Row:
    """An instruction as a learner would write it, and what it changes."""

    example: str
    changes: str


ROWS = (
    Row('if the text does not say, answer "X"; say you don\'t know', "X instead of a guess or of the usual line"),
    Row("use only the context; do not use outside knowledge", "the small model abstains instead of guessing"),
    Row("cite your sources", "the passage's id in brackets, also where the passages have no ids"),
    Row("one of: a, b, c", "one of the labels and nothing else"),
    Row("as JSON with the keys a, b", "the form, filled"),
    Row(
        "in two sentences; in one word; at most 30 words; at most 200 characters",
        "it is cut, to a value if it is short",
    ),
    Row("as bullet points; as a numbered list; as a table", "one line, or one row, for each statement"),
    Row("in alphabetical order; sorted by number; largest, newest or oldest first", "the lines of a list are sorted"),
    Row("be polite; formal; friendly (also as a role: a friendly agent)", "first and last words"),
    Row("be terse; brief; concise", "one sentence, nothing about what is missing"),
    Row('no preamble; only the answer; begin with "X"; end with "X"; in capital letters', "as it says"),
    Row("do not mention X", "sentences that speak of X are left out"),
    Row("quote the sentence; in quotation marks", "the sentence unchanged, between quotation marks"),
    Row("think step by step; show your evidence", "the sentence it found, then the answer in few words"),
    Row("answer in German or Spanish", "fixed phrases, dates, yes and no; the text is copied, and a line says so"),
)

_CITE = re.compile(
    r"\b(?:cite|citations?|(?:give|name) (?:your |the )?sources?|with sources?|"
    r"refer to the (?:document|passage|source)|quote the (?:id|source))\b",
    re.IGNORECASE,
)
_NUMBERS = {"one": 1, "a single": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "ten": 10}
_COUNT = (
    r"\b(?:in|with|at most|no more than|under|fewer than|less than|maximum(?: of)?|max\.?|exactly|only|most|up to)\s+"
    rf"(?:just\s+)?(?:(?:\d+|{'|'.join(_NUMBERS)})\s*(?:or|to|-|–)\s*)?(?P<n>\d+|{'|'.join(_NUMBERS)})\s+"
)
_SENTENCES = re.compile(
    rf"{_COUNT}(?:(?:short|simple|brief)\s+)?sentences?\b|\b(?P<m>one|single)[- ]sentence\b", re.IGNORECASE
)
_WORDS = re.compile(rf"{_COUNT}words?\b|\b(?P<m>one|single)[- ]word\b", re.IGNORECASE)
_LETTERS = re.compile(rf"{_COUNT}(?:characters?|letters?)\b(?P<m>)", re.IGNORECASE)
_EVERY = r"(?:\s+(?:your|every|each|all|the|of|its?|answers?|repl(?:y|ies)|responses?|messages?|always))*"
_WITH = r"\s+(?:with|by saying)(?: the words?)?:?\s*"
_BEGIN = re.compile(rf"\b(?:begin|start|open){_EVERY}{_WITH}{QUOTED}", re.IGNORECASE)
_FINISH = re.compile(rf"\b(?:end|finish|close|sign off){_EVERY}{_WITH}{QUOTED}", re.IGNORECASE)
_TELL = r"\b(?:answer|reply|respond|write|speak|say (?:it|everything))\b[^.\n\"“]{0,40}?"
_CHOICES: dict[str, tuple[tuple[str, str], ...]] = {  # field → (value, pattern); the first that is found counts
    "form": (
        ("table", r"\b(?:as|in) a (?:markdown )?table\b|\btable format\b"),
        ("numbered", r"\bnumbered (?:list|points?|steps?)\b|\bas numbered\b"),
        ("bullets", r"\b(?:bullet(?:ed)? (?:points?|list)|as a list|as bullets|bullets only)\b"),
    ),
    "tone": (
        ("terse", r"\b(?:terse|concise(?:ly)?|be brief|briefly|to the point|curt|short answers?|keep it short)\b"),
        ("formal", r"\bformal(?:ly)?\b(?! (?:complaint|notice))|\bofficial (?:tone|style|language|letter)\b"),
        ("polite", r"\b(?:polite(?:ly)?|courteous(?:ly)?)\b"),
        ("friendly", r"(?<!-)\b(?:friendly|warm(?:ly)? (?:tone|and|agent)|cheerful(?:ly)?)\b"),
    ),
    "language": (
        ("de", rf"{_TELL}\bin german\b|\bauf deutsch\b|\bgerman only\b|\blanguage: german\b"),
        ("es", rf"{_TELL}\bin spanish\b|\ben español\b|\bspanish only\b|\blanguage: spanish\b"),
        ("en", rf"{_TELL}\bin english\b|\benglish only\b"),
    ),
    "order": (
        ("alphabetical", r"\balphabetical(?:ly)?\b|\bfrom a to z\b"),
        ("newest", r"\b(?:newest|latest|most recent) (?:one )?first\b|\bby date,? newest\b"),
        ("oldest", r"\boldest first\b|\bchronological(?:ly)?\b|\b(?:sorted|ordered) by date\b"),
        ("largest", r"\b(?:largest|highest|biggest|most expensive) first\b|\bdescending\b"),
        (
            "number",
            r"\b(?:smallest|lowest|cheapest) first\b|\bascending\b|\b(?:sorted|ordered) by (?:number|price|size)\b",
        ),
    ),
}
_FLAGS = {  # field → pattern
    "capitals": r"\b(?:answer|reply|write|respond|everything|all|only|letters?)\b[^.\n]{0,30}"
    r"\bin (?:all )?(?:capital letters|capitals|upper ?case|caps)\b|\ball caps\b|^in capital letters",
    "bare": r"\bno (?:preamble|introduction|small talk|explanation)\b|\bwithout (?:any )?(?:preamble|introduction)\b|"
    r"\b(?:only|just) (?:with )?the answer\b|\bthe answer only\b|\banswer directly\b",
    "quote": r"\bquote the (?:exact |whole |relevant )?(?:sentence|passage|text|words|line)\b|\bverbatim\b|"
    r"\bin quotation marks\b|\b(?:exact|direct) quot(?:e|ation)s?\b",
    "steps": r"\b(?:think|reason|go|work) (?:it )?(?:through )?step[- ]by[- ]step\b|"
    r"\bshow your (?:evidence|work|reasoning)\b|"
    r"\b(?:give|name|state|write) (?:your |the )?evidence (?:first|before)\b|\bevidence first\b",
    "context_only": r"\b(?:only|solely|exclusively)\b[^.\n]{0,40}\b(?:context|passages?|documents?|texts?|articles?|"
    r"sources?|information (?:given|provided))\b|\b(?:no|not use|don['’]t use|without)\b[^.\n]{0,20}"
    r"\b(?:outside|own|prior|general) knowledge\b|\bdo(?: not|n['’]t) guess\b",
}
_AVOID = re.compile(
    r"\b(?:do not|don['’]t|never|avoid|without|must not|not to)\s+"
    r"(?:mention(?:ing)?|talk(?:ing)? about|speak(?:ing)? (?:of|about)|refer(?:ring)? to|"
    r"bring(?:ing)? up|nam(?:e|ing))\s+"
    r"(?:the words? )?(?P<what>[^.;:\n!?]+)",
    re.IGNORECASE,
)
_NO_THING = re.compile(  # what is no topic: "do not mention that you are a program"
    r"(?:that|this prompt|these|your|the (?:context|passages?|documents?|text|source|article|instructions?)|it|them)\b",
    re.IGNORECASE,
)
_READ = 4_000  # characters at the beginning and at the end: nobody hides instructions in the middle


def read(text: str) -> Instructions:
    """Read the instructions in a text; of a very long one only the beginning and the end.

    >>> read('If the context does not say, answer "No idea".').abstain
    'No idea'
    >>> read("Answer in one or two sentences.").sentences
    2
    >>> read("Be friendly. Answer in one sentence and cite your sources.").tone
    'friendly'
    """
    text = text if len(text) <= 2 * _READ else f"{text[:_READ]}\n{text[-_READ:]}"
    chosen = {field: _chosen(rows, text) for field, rows in _CHOICES.items()}
    flags = {field: re.search(said, text, re.IGNORECASE | re.MULTILINE) is not None for field, said in _FLAGS.items()}
    return Instructions(
        form=cast(Form, chosen["form"]),
        tone=cast(Tone, chosen["tone"]),
        language=cast(Language, chosen["language"]),
        order=cast(Order, chosen["order"]),
        abstain=wanted(text),
        cite=_CITE.search(text) is not None,
        sentences=_number(_SENTENCES.search(text)),
        words=_number(_WORDS.search(text)),
        letters=_number(_LETTERS.search(text)),
        begin=quoted(_BEGIN.search(text)),
        finish=quoted(_FINISH.search(text)),
        avoid=tuple(_avoided(text)),
        capitals=flags["capitals"],
        bare=flags["bare"],
        quote=flags["quote"],
        steps=flags["steps"],
        context_only=flags["context_only"],
    )


def listed() -> str:
    """The table of the instructions as Markdown."""
    lines = [f"| {row.example} | {row.changes} |" for row in ROWS]
    return "\n".join(["| The prompt says | What changes |", "|---|---|", *lines])


def _chosen(rows: tuple[tuple[str, str], ...], text: str) -> str:
    return next((value for value, said in rows if re.search(said, text, re.IGNORECASE)), "")


def _number(match: re.Match[str] | None) -> int | None:
    if match is None:
        return None
    word = (match["n"] or match["m"]).lower()
    return int(word) if word.isdigit() else _NUMBERS.get(word, 1)


def _avoided(text: str) -> list[str]:
    """The things that must not be mentioned: "prices, competitors or dates" are three."""
    things = [
        part.strip(" \"'“”`")
        for match in _AVOID.finditer(text)
        for part in re.split(r",\s*(?:and\s+|or\s+)?|\s+(?:and|or)\s+", match["what"])
    ]
    return [thing for thing in things if thing and len(thing.split()) <= 4 and not _NO_THING.match(thing)]


__all__ = ["DONT_KNOW", "QUOTED", "ROWS", "Instructions", "listed", "quoted", "read"]
