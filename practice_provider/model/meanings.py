"""How near a message is to each label before any example is seen: what a reader knows who can read and has worked.

Two things are added: the likeness of the message's vectors to the label's words, and the message's topics (topics.py),
each given to the labels under which it would be filed. A label set that has no place in the lexicon (coverage) is left
to the vectors. What is wanted first weighs more (wishes.py). Only the prompt defines labels; the message never does.
Compare zero-shot classification by description, https://arxiv.org/abs/1909.00161
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from . import topics, wishes
from .lexicon import Topic
from .words import spoken

Grid = npt.NDArray[np.float64]
Embed = Callable[[Sequence[str]], npt.NDArray[np.float32]]

_TOPICS, _TOPICS_TOLD = 0.7, 1.0  # weight of the topics, without and with descriptions
_NAMES_TOLD, _DESCRIPTION = 0.5, 0.3  # of the vectors, where there are descriptions
_CLAUSE_NAMES, _CLAUSE_CUES, _CLAUSE_SAYINGS = 0.5, 0.15, 0.3  # how a description finds its topics
_SHARPNESS, _FLOOR = 0.05, 0.25  # of giving a topic to its nearest label; no label at all is as near as that
_OF_ITS_KIND = 0.3  # so much of a topic's likeness is that of its kind (delivery, danger …)
_NEAR_BY_TOPIC = 0.15  # what a topic adds to being near at all
_UNKNOWN, _KNOWN = 0.45, 0.7  # likeness of a label to its nearest topic: from none to all of the coverage


@dataclass(frozen=True)
class Label:
    """A label and what the prompt says about it."""

    name: str
    about: str = ""

    def told(self) -> str:
        """The label in words, to be compared with a text."""
        return f"{spoken(self.name)}: {self.about}" if self.about else spoken(self.name)

    def clauses(self) -> list[str]:
        """Its name, and each clause of its description."""
        return [spoken(self.name), *(part for part in re.split(r"[;:,.]\s+", self.about) if part.strip())]


@dataclass(frozen=True, eq=False)
class Message:
    """A message as vectors: of the whole, and of its sentences with their weights. `topics` is (n,)."""

    whole: Grid
    sentences: Grid
    weights: Grid
    topics: Grid

    def features(self) -> Grid:
        """What the examples are compared by: the whole, and the weighted mean of the sentences."""
        mean = self.weights @ self.sentences
        both = np.hstack([self.whole, mean / max(float(np.linalg.norm(mean)), 1e-9)])
        return np.asarray(both * 0.5**0.5)


def read(text: str, embed: Embed, wanted: bool = True) -> Message:
    """Embed a message and find its topics; those count more that are `wanted`, unless it does not matter."""
    said = wishes.weighed(text, wanted)
    vectors = embed([text, *(one.text for one in said)]).astype(np.float64)
    weights = np.array([one.weight for one in said])
    within = topics.load().within([one.text for one in said], vectors[1:])
    return Message(vectors[0], vectors[1:], weights, weights @ within)


def topics_of(text: str, embed: Embed) -> dict[tuple[str, str], float]:
    """Give how much each topic, named by its kind and name, is in a text."""
    amounts = read(text, embed).topics
    named = topics.load().lexicon.topics
    return {(topic.kind, topic.name): float(amount) for topic, amount in zip(named, amounts, strict=True)}


def nearest(labels: Sequence[Label], message: Message, embed: Embed) -> float:
    """Give how near the message, or one of its sentences or topics, is to any label: 0 to more than 1."""
    vectors = embed([label.told() for label in labels]).astype(np.float64)
    given, coverage = _filed(tuple(labels), embed)
    words = max((vectors @ message.whole).max(), (message.sentences @ vectors.T).max())
    return float(words + _NEAR_BY_TOPIC * coverage * (given @ message.topics).max())


def scores(labels: Sequence[Label], message: Message, embed: Embed) -> Grid:
    """Score each label: (labels,), about 0 to 1.5."""
    told = any(label.about for label in labels)
    given, coverage = _filed(tuple(labels), embed)
    by_topic = given @ message.topics
    by_topic = coverage * by_topic / max(float(np.linalg.norm(by_topic)), 1.0)
    plain = likeness([spoken(label.name) for label in labels], message, embed)
    if not told:
        return np.asarray(plain + _TOPICS * by_topic)
    return np.asarray(_NAMES_TOLD * plain + _DESCRIPTION * _described(labels, message, embed) + _TOPICS_TOLD * by_topic)


def likeness(words: Sequence[str], message: Message, embed: Embed) -> Grid:
    """How near the whole message and its sentences on average are to some words."""
    vectors = embed(words).astype(np.float64)
    return np.asarray((vectors @ message.whole + (message.sentences @ vectors.T).mean(axis=0)) / 2)


def _described(labels: Sequence[Label], message: Message, embed: Embed) -> Grid:
    """How near the message is to the descriptions: the whole, the nearest sentence, the nearest clause."""
    vectors = embed([label.told() for label in labels]).astype(np.float64)
    whole, nearest = vectors @ message.whole, (message.sentences @ vectors.T).max(axis=0)
    clause = np.array([(embed(label.clauses()).astype(np.float64) @ message.whole).max() for label in labels])
    return np.asarray(((whole + nearest) / 2 + clause) / 1.5)


@lru_cache(maxsize=16)
def _filed(labels: tuple[Label, ...], embed: Embed) -> tuple[Grid, float]:
    """Give each topic to its nearest labels, (labels, n), and say how much of the labels the lexicon covers, 0 to 1."""
    known = topics.load()
    near = known.names(embed([spoken(label.name) for label in labels]).astype(np.float64))
    places = near.copy()
    for row, label in enumerate(labels):
        if label.about:
            clauses = label.clauses()
            vectors = embed(clauses).astype(np.float64)
            near[row] = (1 - _CLAUSE_NAMES) * near[row] + _CLAUSE_NAMES * known.names(vectors).max(axis=0)
            cues, sayings = known.cues(clauses).max(axis=0), known.nearest(vectors).max(axis=0)
            places[row] = near[row] + _CLAUSE_CUES * cues + _CLAUSE_SAYINGS * sayings
    coverage = np.clip((near.max(axis=1) - _UNKNOWN) / (_KNOWN - _UNKNOWN), 0, 1).mean() ** 2
    places = _with_kinds(places, known.lexicon.topics)
    shares = np.exp((places - places.max(axis=0)) / _SHARPNESS)
    return shares / shares.sum(axis=0) * np.clip(places.max(axis=0) - _FLOOR, 0, None), float(coverage)


def _with_kinds(places: Grid, all_topics: Sequence[Topic]) -> Grid:
    """Mix each topic's likeness with the mean of its kind."""
    kinds = np.array([topic.kind for topic in all_topics])
    mixed = places.copy()
    for kind in dict.fromkeys(kinds):
        own = kinds == kind
        mixed[:, own] = (1 - _OF_ITS_KIND) * places[:, own] + _OF_ITS_KIND * places[:, own].mean(axis=1, keepdims=True)
    return mixed
