"""Knows the everyday words for what makes a matter urgent: danger, data protection, law, a person who is asked for.

A description that says "use it for danger" means smoke and fire too; sentence vectors do not see that. English, with a
little German and Spanish. It only says that a text and a description speak of the same thing; levels.py ranks by it.
Compare https://www.nist.gov/itl/ai-risk-management-framework
"""

import re
from collections.abc import Sequence

_DANGER = (
    r"\b(?:smok(?:e|es|ing)|fire|flames?|burn(?:s|t|ed|ing)|melt(?:s|ed|ing)|sparks?|electric shock|a shock|shocked|"
    r"injur\w+|hurt|hospital|explo\w+|fuse|gas leak|rauch|feuer|verbrannt|stromschlag|humo|fuego|quemad\w+)\b"
)
_PRIVACY = (
    r"\b(?:personal (?:data|details|information)|data protection|privacy|gdpr|my data|data (?:breach|leak)|"
    r"(?:another|other|someone else['’]s|somebody else['’]s)(?: customer['’]s| person['’]s| people['’]s)? "
    r"(?:data|invoice|order|name|address|details)|delete (?:my|all|everything)|datenschutz|protección de datos)\b"
)
_LAW = r"\b(?:lawyers?|solicitors?|attorney|sue|court|legal action|anwalt|abogad[oa])\b"
_PERSON = (
    r"\b(?:(?:speak|talk|chat) (?:to|with) (?:a|an|some|your|the)|real (?:person|human)|human(?: being)?|"
    r"manager|supervisor|somebody in charge|someone in charge|call me back|mitarbeiter|una persona)\b"
)
_TOPICS = (  # (what the description says, what the text says)
    (r"\b(?:danger|emergenc|safety|hazard|urgent risk)", _DANGER),
    (r"\b(?:data protection|privacy|gdpr|personal data)", _PRIVACY),
    (r"\b(?:lawyer|legal|law|court|regulator)", _LAW),
    (r"\b(?:a person|a human|an agent|human being|escalat)", _PERSON),
)
_READY = [(re.compile(about, re.IGNORECASE), re.compile(says, re.IGNORECASE)) for about, says in _TOPICS]


_SCALES = r"\b(?:urgency|priority|severity|importance)\b"
_HURRY = re.compile(
    r"\b(?:urgent(?:ly)?|asap|immediately|right (?:now|away)|at once|emergency|dringend|urgente)\b", re.IGNORECASE
)
_LEVELS = (  # names of levels on such a scale, the best name first
    ("critical", "emergency", "urgent", "highest", "very high", "high"),
    ("high", "urgent", "important"),
    ("normal", "medium", "moderate", "standard", "default"),
)


def level(field_words: str, options: Sequence[object], text: str) -> object | None:
    """Give the option of a scale of urgency: the top one for danger, the next for hurry, else the middle one.

    >>> level("urgency", ["low", "normal", "high"], "It burns!"), level("urgency", ["low", "normal"], "It is red.")
    ('high', 'normal')
    """
    if not re.search(_SCALES, field_words):
        return None
    names = _LEVELS[0 if _READY[0][1].search(text) else 1 if _HURRY.search(text) else 2]
    return next((option for name in names for option in options if str(option).lower() == name), None)


def shared(description: str, text: str) -> bool:
    """Whether both speak of the same of these things.

    >>> shared("Use it for danger.", "There is smoke!"), shared("Get an order.", "There is smoke!")
    (True, False)
    """
    return any(about.search(description) and says.search(text) for about, says in _READY)
