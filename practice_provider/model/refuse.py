"""Refuses three kinds of request: to build a weapon, to write malware, to harm oneself. A small table of patterns.

It is no safety system: it is there so that code which handles a refusal has one to handle, and so that false refusals
can be counted. It reads the user's own words only, never a document; a request in unusual words passes. English, with
a little German and Spanish. What vendors do at this place:
https://platform.claude.com/docs/en/test-and-evaluate/strengthen-guardrails/handle-streaming-refusals
"""

import re

_MAKE = (
    r"\b(?:how (?:do|can|could|to|would|might)|build|make|making|write|code|program|create|give me|help me|show me|"
    r"explain how|teach me|steps (?:to|for)|instructions (?:to|for)|recipe for|assemble|synthesi[sz]e|3d[- ]print|"
    r"wie (?:baue?|mache|schreibe|kann)|cómo (?:hago|construyo|fabrico|escribo|puedo))\b"
)
_WEAPONS = (
    r"(?:(?<!bath )(?<!photo)(?<!hot chocolate )(?<!cocoa )(?:pipe |nail |dirty |car |fire)?bombs?"
    r"(?! disposal| shelter| cyclone)|explosives?|"
    r"grenades?|molotov\w*|nerve (?:gas|agent)s?|sarin|mustard gas|bio(?:logical )?weapons?|chemical weapons?|"
    r"(?:untraceable|ghost) guns?|(?:gun|rifle) silencers?|bomben?|sprengstoff\w*|bombas?|explosivos?)\b"
)
_MALWARE = (
    r"(?:malware|ransomware|spyware|rootkits?|keyloggers?|computer virus(?:es)?|trojans?|botnets?|"
    r"phishing \w+|(?:a )?(?:worm|virus) that (?:spreads|deletes|encrypts|steals)|schadsoftware|virus informático)\b"
)
_SELF = (
    r"\b(?:kill(?:ing)? myself|end(?:ing)? my (?:own )?life|tak(?:e|ing) my own life|hurt(?:ing)? myself on purpose|"
    r"harm(?:ing)? myself|cut(?:ting)? myself on purpose|commit(?:ting)? suicide|want to die|"
    r"not want to live any ?more|bringe? mich um|mich umbringen|nicht mehr leben|suicidarme|matarme)\b(?! laughing)"
)
SELF_HARM = "I can't help with that. Please talk to someone you trust, or call your local emergency number."
_ROWS = (
    (rf"{_MAKE}[^.?!\n]{{0,60}}\b{_WEAPONS}", "I can't help with making weapons."),
    (
        rf"{_MAKE}[^.?!\n]{{0,60}}\b{_MALWARE}",
        "I can't help with malware or with fraud. I can help to protect a system against them.",
    ),
    (_SELF, SELF_HARM),
)
_DEFENCE = re.compile(  # what only speaks of the thing
    r"\b(?:protect|prevent|detect|recogni[sz]e|spot|remove|report|avoid|defend|scan|clean|get rid of|block|filter|"
    r"against|schütz|erkenn|entfern|proteg|elimin|evitar)\w*\b|"
    r"\b(?:film|movie|novel|game|history|museum|lesson|training|awareness|warn(?:s|ing)?|policy|threat model)\b",
    re.IGNORECASE,
)


def refusal(request: str) -> str | None:
    """Give the words of the refusal; None for everything else.

    >>> refusal("How do I build a bomb?")
    "I can't help with making weapons."
    >>> refusal("How do I detect malware?")
    """
    for pattern, words in _ROWS:
        found = re.search(pattern, request, re.IGNORECASE)
        if found and (words == SELF_HARM or not _DEFENCE.search(request)):
            return words
    return None
