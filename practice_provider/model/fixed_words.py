"""The model's own words in English, German and Spanish: the lines for silence, for manners, yes and no, and dates.

Only these are translated. What is copied from a text stays as it stands, and a line says so. Which language a text is
in is guessed from its small words. Source for dates: https://cldr.unicode.org/translation/date-time
"""

import re
from collections.abc import Mapping

_LINES: Mapping[str, tuple[str, str]] = {  # English → German, Spanish
    "I can't find that in the text I was given.": (
        "Das finde ich in dem Text, den ich bekommen habe, nicht.",
        "No lo encuentro en el texto que he recibido.",
    ),
    "The text I was given does not say.": (
        "Der Text, den ich bekommen habe, sagt das nicht.",
        "El texto que he recibido no lo dice.",
    ),
    "That is not in the text I was given.": (
        "Das steht nicht in dem Text, den ich bekommen habe.",
        "Eso no está en el texto que he recibido.",
    ),
    "I don't know.": ("Das weiß ich nicht.", "No lo sé."),
    "Hello! What can I look up for you?": (
        "Guten Tag! Was darf ich für Sie nachsehen?",
        "¡Hola! ¿Qué puedo buscar para usted?",
    ),
    "You're welcome.": ("Gern geschehen.", "De nada."),
    "Goodbye!": ("Auf Wiedersehen!", "¡Adiós!"),
    "Yes, I am here.": ("Ja, ich bin da.", "Sí, aquí estoy."),
    "Yes": ("Ja", "Sí"),
    "No": ("Nein", "No"),
    "Thank you for your question.": ("Danke für Ihre Frage.", "Gracias por su pregunta."),
    "Please let us know if there is anything else.": (
        "Sagen Sie uns bitte, wenn wir noch etwas tun können.",
        "Díganos, por favor, si podemos hacer algo más.",
    ),
    "Dear customer,": ("Sehr geehrte Kundin, sehr geehrter Kunde,", "Estimado cliente:"),
    "Yours sincerely": ("Mit freundlichen Grüßen", "Atentamente"),
    "Happy to help!": ("Gern helfe ich!", "¡Con mucho gusto!"),
    "Have a lovely day!": ("Einen schönen Tag noch!", "¡Que tenga un buen día!"),
    "Evidence:": ("Beleg:", "Prueba:"),
    "Answer:": ("Antwort:", "Respuesta:"),
    "(The text itself is not translated.)": (
        "(Der Text selbst ist nicht übersetzt.)",
        "(El texto mismo no está traducido.)",
    ),
}
SILENCES = tuple(_LINES)[:4]  # the lines for "there is no answer"
NOT_TRANSLATED = "(The text itself is not translated.)"
_PLACES = {"de": 0, "es": 1}
_MONTHS = {
    "January": ("Januar", "enero"),
    "February": ("Februar", "febrero"),
    "March": ("März", "marzo"),
    "April": ("April", "abril"),
    "May": ("Mai", "mayo"),
    "June": ("Juni", "junio"),
    "July": ("Juli", "julio"),
    "August": ("August", "agosto"),
    "September": ("September", "septiembre"),
    "October": ("Oktober", "octubre"),
    "November": ("November", "noviembre"),
    "December": ("Dezember", "diciembre"),
}
_DATE = re.compile(rf"\b(?P<day>\d{{1,2}}) (?P<month>{'|'.join(_MONTHS)})(?: (?P<year>\d{{4}}))?\b")
_SMALL = {
    "de": "der die das und ist nicht ein eine ich wie was mit für auf den dem zu kann von es sie mein wo bitte "
    "wann wer hat sind haben kostet wieviel welche ob im am",
    "es": "el la los las y es no un una que de en con para por mi cómo qué se del cuánto puedo dónde está hay "
    "cuándo quién cuesta tiene son",
    "en": "the and is not a an of to in for with it you my how what do does can your on at this i if",
}
_KNOWN = {language: frozenset(words.split(" ")) for language, words in _SMALL.items()}
_LEAST = 2  # small words, before a language is believed


def line(english: str, language: str) -> str:
    """Give a fixed line in a language; in English where there is no translation.

    >>> line("Yes", "de"), line("Something else", "es")
    ('Ja', 'Something else')
    """
    known = _LINES.get(english)
    return known[_PLACES[language]] if known and language in _PLACES else english


def is_fixed(text: str) -> bool:
    """Whether these are the model's own words."""
    return text in _LINES


def is_silence(text: str) -> bool:
    """Whether these are the model's own words for "there is no answer"."""
    return text in SILENCES


def dates(text: str, language: str) -> str:
    """Write days with a month's name as the language does.

    >>> dates("By 3 March 2026.", "de"), dates("By 3 March 2026.", "es")
    ('By 3. März 2026.', 'By 3 de marzo de 2026.')
    """
    if language not in _PLACES:
        return text
    joins = {"de": ("{}. {}", " {}"), "es": ("{} de {}", " de {}")}[language]

    def written(match: re.Match[str]) -> str:
        month = _MONTHS[match["month"]][_PLACES[language]]
        return joins[0].format(match["day"], month) + (joins[1].format(match["year"]) if match["year"] else "")

    return _DATE.sub(written, text)


def language_of(text: str) -> str:
    """Guess the language of a text: de, es or en; "" where it has too few small words.

    >>> language_of("Wie lange ist die Garantie?"), language_of("E07?")
    ('de', '')
    """
    words = re.findall(r"[^\W\d_]+", text.lower())
    counts = {language: sum(word in known for word in words) for language, known in _KNOWN.items()}
    best = max(counts, key=lambda language: counts[language])
    rest = max(count for language, count in counts.items() if language != best)
    return best if counts[best] >= _LEAST and counts[best] > rest else ""
