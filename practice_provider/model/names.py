"""Reads the names of people and places by how they are written: capital letters, and the words before them.

No list of names is used; a name in small letters is not seen, and a title of two words passes for a person's name.
Compare https://aclanthology.org/W03-0419
"""

import re
from collections.abc import Iterator

from .values import Value

CAPITALISED = re.compile(r"\b[A-ZÄÖÜÉÁ][\w'’-]+(?:\s+(?:(?:de|van|von|la|der)\s+)*[A-ZÄÖÜÉÁ][\w'’-]+)*")
_INTRODUCED = re.compile(
    r"\b(?i:my name is|name's|i am|i'm|this is|here is|call me|named|ich heiße|mein name ist|me llamo|soy)\s+"
    r"([A-ZÄÖÜÉÁ][\w'’-]+(?:\s+(?:(?:de|van|von|la|der)\s+)*[A-ZÄÖÜÉÁ][\w'’-]+)*)"
)
_SIGNED = re.compile(
    r"(?:\n|[.!?,]\s)\s*(?:(?i:best|kind|warm)?\s*"
    r"(?i:regards|wishes|thanks|cheers|thank you|sincerely|yours),?\s+|[—–-]\s*)?"
    r"([A-ZÄÖÜÉÁ][\w'’-]+(?:[ ]+[A-ZÄÖÜÉÁ][\w'’-]+){0,2})\s*$"
)
_CALLED = re.compile(r"(?:^|[.!?]\s+)([A-ZÄÖÜÉÁ][a-zäöüéáñß]+)(?= is an? |, an? \d)", re.MULTILINE)  # "Rex is a dog"
_NOT_NAMES = frozenset(
    [
        "Thanks",
        "Regards",
        "Cheers",
        "Best",
        "Hello",
        "Hi",
        "Dear",
        "Please",
        "The",
        "My",
        "I",
        "We",
        "It",
        "Hey",
        "Thank",
        "Kind",
        *(
            "Find",
            "Show",
            "Check",
            "Tell",
            "Get",
            "Book",
            "Cancel",
            "Order",
            "Call",
            "Ask",
            "Send",
            "List",
            "Look",
            "Give",
        ),
        *(
            "Search",
            "Open",
            "Renew",
            "Reserve",
            "Add",
            "Set",
            "Contact",
            "Is",
            "Are",
            "Does",
            "Do",
            "Has",
            "Did",
            "Was",
        ),
        *("What", "Which", "Who", "When", "Where", "How", "Why", "Can", "Could", "Will", "Would", "For", "From", "To"),
        *("This", "That", "There", "Here", "He", "She", "You", "They", "Our", "Your"),
    ]
)


def people(text: str) -> Iterator[Value]:
    """Names of people: introduced ("my name is …"), or at the end as a signature, or two capitalised words."""
    for pattern in (_INTRODUCED, _SIGNED):
        for match in pattern.finditer(text):
            if match[1].split()[0] not in _NOT_NAMES:
                yield Value(match[1], match.start(1), match.end(1), sure=True)
    for match in _CALLED.finditer(text):
        if match[1] not in _NOT_NAMES:
            yield Value(match[1], match.start(1), match.end(1))
    for match in CAPITALISED.finditer(text):
        words = match[0].split()
        while words and words[0] in _NOT_NAMES:
            words = words[1:]
        if 2 <= len(words) <= 3 and "\n" not in match[0]:
            name = " ".join(words)
            yield Value(name, match.end() - len(name), match.end())


def places(text: str) -> Iterator[Value]:
    """Names of places: capitalised words after in, to, from, for or at, and what follows them with "and" or a comma.

    >>> [v.value for v in places("the weather in Rome and New York")]
    ['Rome', 'New York']
    """
    name = CAPITALISED.pattern
    for match in re.finditer(
        rf"\b(?:in|to|from|for|at|near|nach|en|a)\s+({name}(?:(?:,\s*|,?\s+(?:and|or)\s+){name})*)", text
    ):
        for part in CAPITALISED.finditer(match[1]):
            yield Value(part[0], match.start(1) + part.start(), match.start(1) + part.end())
