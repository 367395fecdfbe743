"""Reads the question out of what is left of a message when its passages are taken out.

It knows labels ("Question: …"), questions by their mark, and orders to the model by their first word, in English; it
does not understand them. What is told right before a question belongs to it.
How people mark questions in prompts: https://docs.anthropic.com/en/docs/build-with-claude/prompt-engineering
"""

import re

from .sentences import split

QUESTION_LABEL = re.compile(
    r"^[ \t]*(?:#+\s*)?(?:(?:user|customer)(?:'s)? )?(?:question|query|q|task|frage|pregunta)[ \t]*:[ \t]*",
    re.MULTILINE | re.IGNORECASE,
)
ANSWER_LABEL = re.compile(r"^[ \t]*(?:answer|a|antwort|respuesta)[ \t]*:[ \t]*$", re.MULTILINE | re.IGNORECASE)
_ORDER = re.compile(
    r"^(?:please )?(?:answer|use|cite|if|reply|respond|only|do not|don't|never|always|base|based on|you are|you must|"
    r"keep|be |write|give|return|quote|context|read|according|using|here (?:is|are)|below|the following)\b",
    re.IGNORECASE,
)
_LEAD_LETTERS = 300  # of what is told before a question and belongs to it


def question(rest: str) -> str:
    """Give the question in the words that are left: what follows `Question:`, else its interrogative sentences.

    What is told right before a question belongs to it: "My Duo leaks. Why?". Orders to the model do not.

    >>> question("Answer in one word. My Duo leaks. Why?")
    'My Duo leaks. Why?'
    """
    labels = list(QUESTION_LABEL.finditer(rest))
    if labels:
        rest = rest[labels[-1].end() :]
    rest = ANSWER_LABEL.sub("", rest).strip()
    pieces = [piece.text for piece in split(rest)]
    told = [piece for piece in pieces if not _ORDER.match(piece)]
    asked = [i for i, piece in enumerate(told) if piece.endswith("?")]
    if not asked:
        return " ".join(told or pieces)
    first = asked[0]
    while first > 0 and len(" ".join(told[first - 1 : asked[0]])) <= _LEAD_LETTERS:
        first -= 1
    return " ".join(told[first : asked[0]] + [told[i] for i in asked])
