"""Words as the model compares them: lower case, no stop words, cut to a stem, and weighted by how rare they are.

The stem is simply the first five letters. On our questions that does as well as a rule list for English, and it
works for German and Spanish too; it does not know irregular forms (go, went). See McNamee and Mayfield, Character
n-gram tokenization for European language text retrieval, https://doi.org/10.1023/B:INRT.0000009441.78971.be
"""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from functools import lru_cache

STEM_LETTERS = 5
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")

_STOP_WORDS = (
    # English
    "a about am an and any are as at be been being but by can could did do does doing for from get give go had has "
    "have he her here his how i if in into is it its itself just let like make may me might must my no not of on or "
    "our out please she should so some than that the their them then there these they this those to too up us very "
    "was we were what when where which while who whom whose why will with would you your tell know want need "
    "i'm it's don't doesn't isn't what's that's can't i've won't "
    # German
    "aber als am an auch auf aus bei bin bis bitte das dass dem den der des die dies diese dieser du ein eine einem "
    "einen einer er es für hat habe haben ich ihr im in ist ja kann kein keine mein meine mich mir mit nach nicht nur "
    "oder sein sich sie sind so über um und uns unser von vor war was wenn wer wie wir wird wo zu zum zur "
    # Spanish
    "al como con cual cuál cuando cuándo de del donde dónde el ella en es esta está este esto hay la las lo los me mi "
    "mis muy no o para pero por porque puede puedo que qué se si sin son su sus te tengo tiene tu un una unos y ya yo"
)
STOP_WORDS = frozenset(_STOP_WORDS.split())


def plain(text: str) -> str:
    """Lower case, without accents.

    >>> plain("Größe, Café")
    'grosse, cafe'
    """
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in parts if not unicodedata.combining(letter))


def tokens(text: str) -> list[str]:
    """All words, in lower case."""
    return [match[0].lower().replace("’", "'") for match in _WORD.finditer(text)]


def stem(word: str) -> str:
    """Cut a word to what its forms share; a word with a digit in it stays whole.

    >>> stem("descaling") == stem("descaled") == stem("descale")
    True
    """
    word = plain(word.removesuffix("'s"))
    if any(letter.isdigit() for letter in word):
        return word
    if len(word) > 3 and word.endswith("s") and not word.endswith("ss"):
        word = word[:-1]
    return word[:STEM_LETTERS]


@lru_cache(maxsize=4_000)
def stems(text: str) -> frozenset[str]:
    """The stems of a text's content words."""
    return frozenset(stem(word) for word in tokens(text) if word not in STOP_WORDS)


@lru_cache(maxsize=200)
def triples(text: str) -> frozenset[str]:
    """Give the runs of three letters in a text's content words, their edges included.

    >>> sorted(triples("the cup"))
    [' cu', 'cup', 'up ']
    """
    words = (f" {plain(word)} " for word in tokens(text) if word not in STOP_WORDS)
    return frozenset(word[i : i + 3] for word in words for i in range(len(word) - 2))


def spoken(name: str) -> str:
    """Turn an identifier into words.

    >>> spoken("lookupOrder_status")
    'lookup order status'
    """
    return re.sub(r"[_\-.\s]+", " ", _CAMEL.sub(" ", name)).strip().lower()


def weights(texts: Iterable[Set[str]]) -> Mapping[str, float]:
    """Give each stem its inverse document frequency over the texts: rare stems weigh more."""
    rows = list(texts)
    frequency = Counter(word for row in rows for word in row)
    return {word: math.log(1 + (len(rows) - n + 0.5) / (n + 0.5)) + 0.5 for word, n in frequency.items()}


UNSEEN_WEIGHT = 1.5  # of a question's stem that no sentence has
AKIN = 0.7  # of a stem that only stands for the same thing


def overlaps(
    question: Set[str],
    texts: Sequence[Set[str]],
    akin: Callable[[str, Set[str]], bool] | None = None,
) -> list[float]:
    """For each text, the weighted share of the question's stems that it has: 0 to 1.

    With `akin(stem, others)`, a stem that is only akin to one of the text's counts in part.

    >>> overlaps({"boile", "press"}, [{"boile", "press", "bar"}, {"boile"}])[0]
    1.0
    """
    weight = weights(texts)
    total = math.fsum(weight.get(word, UNSEEN_WEIGHT) for word in question)  # fsum: sets have another order each time
    if not total:
        return [0.0] * len(texts)
    found = [math.fsum(weight[word] for word in question & text) for text in texts]
    if akin is not None:
        for i, text in enumerate(texts):
            near = (word for word in question - text if akin(word, text))
            found[i] += AKIN * math.fsum(weight.get(word, UNSEEN_WEIGHT) for word in near)
    return [value / total for value in found]
