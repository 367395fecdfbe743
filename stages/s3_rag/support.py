"""Finds the figures of an answer that the passages it cites do not hold: prices, codes, times, part numbers.

A sharp check of numbers and none of meaning: "you may" and "you may not" pass it alike, and a figure that stands only
in a picture is objected to. So what it finds deserves a second look, not a deletion. Its precision and recall on
judged answers are measured in lesson s3.7. Source: Rashkin et al., https://arxiv.org/abs/2112.12870
"""

import re
from collections.abc import Iterable

_FIGURE = re.compile(r"(?<![\w.,])[£€$]?(?:[A-Z]{1,3}-?)*\d+(?:[.,:]\d+)*[A-Z]?(?!\w)")
_NUMBER_OF_AN_ITEM = re.compile(r"(?m)^\s*\d+\.\s")


def figures(text: str) -> list[str]:
    """All that has digits in it, but for the numbers of a list's items.

    >>> figures("1. Order BL-K16 for £19.50.")
    ['BL-K16', '£19.50']
    """
    return _FIGURE.findall(_NUMBER_OF_AN_ITEM.sub("", text))


def holds(text: str, words: str) -> bool:
    """Whether a text has these words, small or capital, and not as a part of a longer word or number.

    >>> holds("It costs £12.50.", "£12"), holds("It costs £12.50.", "12.50")
    (False, True)
    """
    before = r"(?<!\w)(?<!\d[.,])" if words[:1].isalnum() else ""
    after = r"(?!\d|[.,]\d)" if words[-1:].isdigit() else ""
    return re.search(before + re.escape(words) + after, text, re.IGNORECASE) is not None


def without_marks(answer: str, ids: Iterable[str]) -> str:
    """The words of an answer, without the marks that cite these ids.

    >>> without_marks("It holds 2 l [tank#size].", ["tank#size"])
    'It holds 2 l .'
    """
    for name in ids:
        answer = answer.replace(f"[{name}]", "")
    return answer


def unheld(answer: str, passages: Iterable[str], question: str = "") -> tuple[str, ...]:
    """The figures of an answer without its marks that no passage holds; what the question says needs no source.

    >>> unheld("It is £12.50 within 7 days.", ["Delivery costs £12.50."])
    ('7',)
    """
    known = "\n".join([question, *passages])
    return tuple(dict.fromkeys(one for one in figures(answer) if not holds(known, one)))
