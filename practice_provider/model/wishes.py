"""Weighs the sentences of a message by how much they tell what its writer wants: a request counts more than a story.

Greetings, signatures and headers of mails are left out; quoted mails and the other side of a chat count little; the
subject, a question and "please …" count more, the first of them most; later sentences less. A sentence that says what
is not wanted counts little. Who only asks what a message is about gets all sentences alike. It reads the form of
sentences, not their meaning.
Compare speech acts, https://plato.stanford.edu/entries/speech-acts/
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from .sentences import prose

_SUBJECT, _FIRST_WISH, _WISH, _STORY = 1.4, 1.5, 1.2, 1.0
_QUOTED, _OTHER_SIDE, _DENIED = 0.4, 0.1, 0.3
_LATER = 0.15  # the n-th sentence is divided by 1 + 0.15 n
_MOST = 30  # sentences of a message that are read
_SUBJECT_WORDS = 12

_TITLED = re.compile(r"^\s*(?:subject|re|betreff|asunto|objet|temat)\s?:\s*", re.IGNORECASE)
_BODY = re.compile(r"^(?:text|message|body|ticket|nachricht|mensaje|treść)\s?:\s*", re.IGNORECASE | re.MULTILINE)

_SPEAKER = re.compile(r"^\s*(?P<who>[A-Z][\w.' -]{0,24}):\s+(?P<said>\S.*)$")
_DESK = re.compile(
    r"\b(?:desk|agent|support|operator|advis[eo]r|assistant|bot|service|team|staff|representative|rep)\b", re.IGNORECASE
)
_FORWARDED = re.compile(
    r"^\W*(?:-+\s*(?:original|forwarded|weitergeleitet|ursprüngliche|mensaje|message|from)\b.*|"
    r"begin forwarded message.*|on .{4,60}wrote:|am .{4,60}schrieb.*|el .{4,60}escribió.*|le .{4,60}a écrit.*)\W*$",
    re.IGNORECASE,
)
_HEADER = re.compile(
    r"^[>\s]*(?:from|to|sent|date|cc|subject|von|an|gesendet|betreff|de|para|asunto|à|objet|od|do)\s?:\s.*$",
    re.IGNORECASE,
)
_GREETING = re.compile(
    r"^\W*(?:(?:hi|hello|hey|hiya|dear|good (?:morning|afternoon|evening|day)|morning|hallo|guten (?:tag|morgen|abend)|"
    r"liebes?|sehr geehrte\w*|moin|servus|hola|buenos días|buenas(?: tardes| noches)?|estimad\w+|bonjour|bonsoir|salut|"
    r"madame|monsieur|dzień dobry|witam|cześć)\b[^.?!\n]{0,30}|"
    r"(?:(?:(?:kind|best|warm|many|with)\s)?(?:regards|wishes|greetings)|yours(?: \w+)?|sincerely|cheers|thanks|"
    r"thank you|many thanks|thanks in advance|ta|thx|best|mit freundlichen grüßen|(?:viele|liebe|beste) grüße|danke|"
    r"vielen dank|mfg|lg|gracias|(?:un )?(?:cordial )?saludos?|merci(?: d'avance| beaucoup)?|cordialement|bien à vous|"
    r"pozdrawiam|dziękuję|z poważaniem)(?:\W+[\w'’-]+){0,3})\W*$",
    re.IGNORECASE,
)
_NAME = re.compile(r"^\W*[A-Z][\w'’.-]*(?:\s+(?:and|und|y|et|i|[A-Z(][\w'’.)-]*)){0,4}\W*$")
_ASKS = re.compile(
    r"\?|\b(?:please|pls|plz|can (?:you|i|we)|could (?:you|i|we|someone)|may i|would (?:you|like)|i['’]?d like|"
    r"(?:i|we) (?:want|need|wish)|wants?(?: to)?|how (?:do|can|much|long|many)|where (?:is|are|do|can)|"
    r"when (?:will|is|can|do)|what (?:do|should|is|can)|which|is it possible|do i (?:need|have)|let me know|tell me|"
    r"send me|help|looking for|asks?|asking|requests?|"
    r"bitte|möchte\w*|ich (?:will|brauche|hätte)|können sie|kann ich|könnten|wann|wo ist|wie (?:kann|lange|viel)|"
    r"por favor|quiero|quisiera|querría|necesito|me gustaría|pueden|podrían|puedo|cuándo|dónde|cómo|"
    r"s['’]il vous|je (?:voudrais|veux|souhaite)|pouvez|pourriez|puis-je|comment|quand|où est|combien|"
    r"proszę|chcę|chciał\w+|czy|kiedy|gdzie|jak mogę)\b",
    re.IGNORECASE,
)
_DENIES = re.compile(
    r"\b(?:(?:do|does|did)(?:n['’]?t| not) (?:want|need|ask for)|not (?:asking|looking) for|no need (?:for|to)|"
    r"(?:brauche|möchte|will) (?:keine?n?|nicht)|no (?:quiero|necesito|pido)|ne (?:veux|souhaite|demande) pas|nie chcę|"
    r"(?:it|this) is(?:n['’]t| not) (?:about|a))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Said:
    """A sentence of a message and its weight: about 1, more for a wish, less for what others said."""

    text: str
    weight: float


@dataclass(frozen=True)
class _Line:
    text: str
    share: float  # 1 if its speaker is the one who wants something


@lru_cache(maxsize=5_000)
def weighed(message: str, wanted: bool = True) -> tuple[Said, ...]:
    """Split a message into sentences with weights, all 1 unless it matters what is `wanted`; greetings are left out.

    >>> [(said.text, round(said.weight, 2)) for said in weighed("Hello,\\nIt leaks.\\nCan you mend it?\\nJo")]
    [('It leaks.', 1.0), ('Can you mend it?', 1.3)]
    """
    lines = list(_lines(_BODY.sub("\n", _TITLED.sub("", message), count=1)))
    sentences = [(one, place, line.share) for place, line in enumerate(lines) for one in prose(line.text)]
    found: list[Said] = []
    wished = False
    for text, place, share in [row for row in sentences if not _is_form(row[0], row[1], len(lines))][:_MOST]:
        wish = bool(_ASKS.search(text)) and share == 1
        weight = _SUBJECT if _is_subject(place, lines) else (_WISH if wished else _FIRST_WISH) if wish else _STORY
        denied = _DENIED if _DENIES.search(text) else 1
        found.append(Said(text, weight * share * denied / (1 + _LATER * len(found)) if wanted else 1.0))
        wished = wished or wish
    return tuple(found) or (Said(message.strip(), 1.0),)


def _lines(message: str) -> Iterator[_Line]:
    """The lines without headers, wrapped ones joined, each with the share that its speaker has in the wish."""
    spoken = [match["who"] for line in message.splitlines() if (match := _SPEAKER.match(line))]
    is_chat = len(spoken) > 2 and len(set(spoken)) < len(spoken)
    share, held = 1.0, _Line("", 1.0)
    for line in message.splitlines():
        if _FORWARDED.match(line):
            share = _QUOTED
        text = "" if _FORWARDED.match(line) or _HEADER.match(line) else line.strip()
        said = _SPEAKER.match(text) if is_chat else None
        if held.text and (said or not text[:1].islower()):
            yield held
            held = _Line("", 1.0)
        if said:
            held = _Line(said["said"], _OTHER_SIDE if _DESK.search(said["who"]) else 1.0)
        elif text:
            words = text.lstrip("> \t")
            quoted = _QUOTED if text.startswith(">") else share
            held = _Line(f"{held.text} {words}", held.share) if held.text else _Line(words, quoted)
    if held.text:
        yield held


def _is_form(sentence: str, place: int, count: int) -> bool:
    """A greeting or thanks, or a name in one of the last lines."""
    return bool(_GREETING.match(sentence)) or (place > 0 and place >= count - 3 and bool(_NAME.match(sentence)))


def _is_subject(place: int, lines: list[_Line]) -> bool:
    """The first line of several, if it is short."""
    return place == 0 and len(lines) > 1 and len(lines[0].text.split()) <= _SUBJECT_WORDS
