"""Who asks: which product they have, and which documents bear on it.

A product that the question names counts more than the one chosen beside it: people ask about a friend's machine, too.
It recognises names and serial numbers as people write them, and no descriptions ("the small one").
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

GENERAL = 3
"""A document about so many products is about none of them: delivery, returns, the warranty."""

_HERE = r"(?:brewline|my|the|a|our|old|meine?r?|die|der|eine?r?|mi|la|una)"
PRODUCTS: Mapping[str, re.Pattern[str]] = {
    "Brewline One": re.compile(rf"\b(?i:{_HERE})\s+One\b|(?i:\bbrewline\s+one\b)|\bBO-?\d{{4}}"),
    "Brewline Duo": re.compile(r"(?i:\bduos?\b)|\bBD-?\d{4}"),
    "Brewline Pro": re.compile(rf"\b(?i:{_HERE})\s+Pro\b|(?i:\bbrewline\s+pro\b)|\bBP-?\d{{4}}"),
    "Brewline Grind": re.compile(rf"\b(?i:{_HERE})\s+Grind\b|(?i:\bbrewline\s+grind\b)|\bBG-?\d{{4}}"),
    "Brewline Froth": re.compile(rf"\b(?i:{_HERE})\s+Froth\b|(?i:\bbrewline\s+froth\b)|\bBF-?\d{{4}}"),
    "Brewline Pour": re.compile(rf"\b(?i:{_HERE})\s+Pour\b|(?i:\bbrewline\s+pour\b)|\bBU-?\d{{4}}"),
}
"""All products, with the patterns by which a text names them: a name, or the beginning of a serial number."""


def named(text: str) -> tuple[str, ...]:
    """The products that a text names.

    >>> named("Does the tank of my One fit a Duo?"), named("One more thing: E07 on BD-2409-00731")
    (('Brewline One', 'Brewline Duo'), ('Brewline Duo',))
    """
    return tuple(product for product, pattern in PRODUCTS.items() if pattern.search(text))


_GERMAN = "wie was wo wann warum ist sind ich mein meine der die das ein eine und nicht für kann muss"
_SPANISH = "cómo qué cuánto cuándo dónde por es el la los un una mi me y no para puedo hay tengo"
_SMALL_WORDS = {"de": frozenset(_GERMAN.split()), "es": frozenset(_SPANISH.split())}


def language(text: str) -> str:
    """The language of a question, by its small words: de, es, or en.

    >>> language("Wie lange habe ich Garantie?"), language("¿Qué significa E07?"), language("No steam?")
    ('de', 'es', 'en')
    """
    said = set(re.findall(r"[^\W\d_]+", text.lower()))
    if "¿" in text:
        return "es"
    best = max(_SMALL_WORDS, key=lambda name: len(said & _SMALL_WORDS[name]))
    return best if len(said & _SMALL_WORDS[best]) >= 2 else "en"


@dataclass(frozen=True)
class Reader:
    """A customer with the product that they chose, None for any, and the labels of what they may read."""

    product: str | None = None
    access: tuple[str, ...] = ("public",)

    def about(self, question: str) -> str | None:
        """The one product that a question is about; None where it is about several, or nobody said.

        >>> Reader("Brewline One").about("How do I descale it?"), Reader("Brewline One").about("One or Duo: a Duo?")
        ('Brewline One', 'Brewline Duo')
        """
        told = named(question)
        return (told[0] if len(told) == 1 else None) if told else self.product

    def words(self, question: str) -> str:
        """The question as the model gets it: with the chosen product, where the question names none.

        >>> Reader("Brewline Duo").words("How do I descale?")
        'I have a Brewline Duo. How do I descale?'
        """
        return f"I have a {self.product}. {question}" if self.product and not named(question) else question


def bears_on(products: tuple[str, ...], product: str | None) -> bool:
    """Whether a document about these products is for somebody who asks about this one.

    >>> bears_on(("Brewline One", "Brewline Duo"), "Brewline Pro"), bears_on((), "Brewline Pro")
    (False, True)
    """
    return product is None or not products or product in products or len(products) >= GENERAL
