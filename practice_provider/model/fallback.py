"""What the model says when there is nothing to work with: a greeting, or an honest line about what it can and can't.

It never makes up knowledge. Where a question came without any text to look in, it says so and says what to add.
"""

import re

_HELLO = r"(?:hello|hi|hey|good (?:morning|afternoon|evening|day)|greetings|hallo|guten tag|hola|servus)"
_SMALL_TALK = (  # tried in order; the whole message must be small talk
    (rf"{_HELLO}(?: there| all| everyone| you)?", "Hello! What can I look up for you?"),
    (
        r"(?:(?:hello|hi|hey)[ ,!]*)?how are you(?: doing)?(?: today)?",
        "I am a program and feel nothing, but I am running. What can I look up for you?",
    ),
    (
        r"(?:many )?(?:thanks|thank you|thx|danke|gracias)(?: (?:a lot|so much|very much|you|for .{1,40}|schön))?",
        "You're welcome.",
    ),
    (r"(?:good)?bye(?: bye)?|see you(?: later| soon)?|tschüss|adiós", "Goodbye!"),
    (r"(?:ok|okay|great|perfect|cool|nice|fine|good)(?: then| job)?", "Good."),
    (r"(?:ping|test|testing|are you there)", "Yes, I am here."),
)
_WHO = re.compile(
    r"\b(?:who|what) are you\b|\bwhat can you do\b|\bintroduce yourself\b|\bwhat('s| is) your name\b|"
    r"\bare you (?:an? )?(?:ai|real|human|gpt|claude|gemini)\b",
    re.IGNORECASE,
)
ABILITIES = (
    "It can answer from text that you give it, choose a tool, fill a JSON schema, pick one of your labels and "
    "summarise; it cannot talk freely, reason, write or know anything by itself."
)
_SHOWN = 80


def small_talk(message: str) -> str | None:
    """Give the reply to a greeting, thanks or a farewell; None for anything else.

    >>> small_talk("Thanks a lot!")
    "You're welcome."
    """
    bare = re.sub(r"[!.?,;:)(\s]+$", "", message.strip()).lower()
    return next((reply for pattern, reply in _SMALL_TALK if re.fullmatch(pattern, bare)), None)


def introduce(message: str) -> str | None:
    """Give an introduction where the message asks for one."""
    return f"This is the practice model. {ABILITIES}" if _WHO.search(message) and len(message) < 200 else None


def honest(message: str, seen: str) -> str:
    """Say what the model is, what it saw and what to add."""
    words = " ".join(message.split())
    shown = words if len(words) <= _SHOWN else words[: _SHOWN - 1].rsplit(" ", 1)[0] + " …"
    asked = f"You wrote “{shown}”" if shown else "Your message is empty"
    return f"This is the practice model. {ABILITIES} {asked}; {seen}"
