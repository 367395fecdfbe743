"""The exercises of lesson s3.6, "Hybrid": fusion by places, fusion by scores, what decided, a model in doubt only."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from stages.s2_llms.errors import ProviderError

from . import Exercise, Incorrect, Question, Quiz, Wrong, expect, shorten

if TYPE_CHECKING:
    from course.begun import Lesson

RANKINGS: tuple[tuple[list[list[str]], int, list[str], str], ...] = (
    ([["a", "b", "c"], ["b", "c", "a"]], 60, ["b", "a", "c"], "'b' is second and first, 'a' is first and third"),
    (
        [["a", "b"], ["c", "b"]],
        60,
        ["b", "a", "c"],
        "'b' stands in both lists; 'a' and 'c' in one each: they stay, and of equal ones the first seen comes first",
    ),
    (
        [["a", "x", "b"], ["y", "b"]],
        0,
        ["a", "y", "b", "x"],
        "with k = 0 a first place counts 1, more than the 1/3 + 1/2 of 'b'",
    ),
    (
        [["a", "b"], ["y", "x", "b"]],
        1,
        ["b", "a", "y", "x"],
        "the first place is 1, not 0: with k = 1 it counts 1/2, and 'b' has 1/3 + 1/4",
    ),
    ([["a", "b"], ["b", "a"], ["b"]], 60, ["b", "a"], "there may be three rankings"),
    ([[], ["a"]], 60, ["a"], "one list may be empty: a question without a known word"),
)


def _check_rrf(rrf: Callable[[list[list[str]], int], list[str]], lesson: "Lesson") -> None:
    for rankings, k, expected, why in RANKINGS:
        seen = rrf([list(ranking) for ranking in rankings], k)
        expect(
            isinstance(seen, list | tuple) and list(seen) == expected,
            f"rrf({rankings}, {k}): expected {expected}, saw {shorten(seen)}: {why}.",
        )


rrf = Exercise(
    id="rrf",
    title="Exercise 1: places only",
    task="Write `rrf(rankings, k)` for any number of rankings, each a list of ids, best first. An id gets 1 / (k + "
    "place) from each list it stands in, and nothing from the others; places begin at 1. Return all ids, best first, "
    "of equal ones the one seen first.",
    name="rrf",
    check=_check_rrf,
    starter='''
def rrf(rankings, k):
    """Return one ranking from several."""
    ...
''',
    hints=(
        "A dict of sums, `score[id] = score.get(id, 0) + …`, in two loops; `enumerate(ranking, 1)` gives the places.",
        "`sorted(score, key=score.get, reverse=True)` keeps equal ones in the order in which the dict met them.",
    ),
    solution='''
def rrf(rankings, k):
    """Return one ranking from several."""
    score = {}
    for ranking in rankings:
        for place, one in enumerate(ranking, 1):
            score[one] = score.get(one, 0) + 1 / (k + place)
    return sorted(score, key=score.get, reverse=True)
''',
    alternative='''
def rrf(rankings, k):
    """For each id, look it up in every list."""
    ids = list(dict.fromkeys(one for ranking in rankings for one in ranking))

    def total(one):
        return sum(1 / (k + 1 + ranking.index(one)) for ranking in rankings if one in ranking)

    return sorted(ids, key=lambda one: -total(one))
''',
    wrong=(
        Wrong(
            """
def rrf(rankings, k):
    both = [one for one in rankings[0] if all(one in ranking for ranking in rankings)]
    return sorted(both, key=lambda one: -sum(1 / (k + 1 + ranking.index(one)) for ranking in rankings))
""",
            "they stay",
        ),
        Wrong(
            """
def rrf(rankings, k):
    score = {}
    for ranking in rankings:
        for place, one in enumerate(ranking, 1):
            score[one] = score.get(one, 0) + 1 / (60 + place)
    return sorted(score, key=score.get, reverse=True)
""",
            "with k = 0 a first place counts 1",
        ),
        Wrong(
            """
def rrf(rankings, k):
    score = {}
    for ranking in rankings:
        for place, one in enumerate(ranking):
            score[one] = score.get(one, 0) + 1 / (max(k, 1e-9) + place)
    return sorted(score, key=score.get, reverse=True)
""",
            "the first place is 1, not 0",
        ),
        Wrong(
            """
def rrf(rankings, k):
    score = {}
    for ranking in rankings:
        for place, one in enumerate(ranking, 1):
            score[one] = max(score.get(one, 0), 1 / (k + place))
    return sorted(score, key=score.get, reverse=True)
""",
            "'b' is second and first",
        ),
    ),
    praise="Four lines, no model, nothing to tune: what you compare every cleverer fusion with.",
)

SCORES: tuple[tuple[dict[str, float], dict[str, float], float, list[str], str], ...] = (
    (
        {"a": 13.0, "b": 7.0, "c": 1.0},
        {"a": 0.30, "b": 0.49, "c": 0.45},
        0.9,
        ["a", "b", "c"],
        "`weight` is the weight of the words, and meaning has what is left of 1",
    ),
    (
        {"a": 13.0, "b": 7.0, "c": 1.0},
        {"a": 0.30, "b": 0.49, "c": 0.45},
        0.3,
        ["b", "c", "a"],
        "brought to 0 … 1 the words give 1, 0.5, 0 and the meaning 0, 1, 0.79: lowest 0, highest 1",
    ),
    (
        {"a": 5.0, "b": 1.0},
        {"b": 0.5, "c": 0.7, "d": 0.1},
        0.45,
        ["c", "a", "b", "d"],
        "an id that one list does not have gets 0 from it and stays in",
    ),
    (
        {"a": 4.0},
        {"a": 0.4, "b": 0.5},
        0.6,
        ["a", "b"],
        "where all are equal each counts 1: who alone shares a word must not look like who shares none",
    ),
    ({}, {"a": 0.4, "b": 0.5}, 0.5, ["b", "a"], "no word was known, so that only meaning is left"),
)


def _check_fuse(fuse: Callable[[Mapping[str, float], Mapping[str, float], float], list[str]], lesson: "Lesson") -> None:
    for words, meaning, weight, expected, why in SCORES:
        seen = fuse(dict(words), dict(meaning), weight)
        expect(
            isinstance(seen, list | tuple) and list(seen) == expected,
            f"fuse({words}, {meaning}, {weight}): expected {expected}, saw {shorten(seen)}: {why}.",
        )


fuse = Exercise(
    id="fuse",
    title="Exercise 2: scores on one scale",
    task="Write `fuse(words, meaning, weight)`: two dicts from id to score, and the weight of the words, 0 to 1; "
    "meaning has 1 - weight. Bring each list to 0 … 1 (its lowest to 0, its highest to 1; if all are equal, all "
    "count 1), add, and return all ids, best first. An id that a list does not have gets 0 from it.",
    name="fuse",
    check=_check_fuse,
    starter='''
def fuse(words, meaning, weight):
    """Return the ids of both lists, best first."""
    ...
''',
    hints=(
        "A helper for one list: `low, high = min(scores.values()), max(scores.values())`, and what if they are equal?",
        "An empty dict has no minimum. `{**words, **meaning}` has every id once; `scaled.get(one, 0)` for the missing.",
    ),
    solution='''
def fuse(words, meaning, weight):
    """Return the ids of both lists, best first."""

    def scaled(scores):
        low, high = min(scores.values(), default=0), max(scores.values(), default=0)
        return {one: (x - low) / (high - low) if high > low else 1.0 for one, x in scores.items()}

    by_words, by_meaning = scaled(words), scaled(meaning)
    total = {
        one: weight * by_words.get(one, 0) + (1 - weight) * by_meaning.get(one, 0)
        for one in {**words, **meaning}
    }
    return sorted(total, key=total.get, reverse=True)
''',
    alternative='''
import numpy as np

from stages.s3_rag.fusion import one_scale

def fuse(words, meaning, weight):
    """With the stage's own scaling."""
    total = dict.fromkeys([*words, *meaning], 0.0)
    for scores, share in ((words, weight), (meaning, 1 - weight)):
        for one, x in zip(scores, one_scale(np.array(list(scores.values()), float))):
            total[one] += share * float(x)
    return sorted(total, key=total.get, reverse=True)
''',
    wrong=(
        Wrong(
            """
def fuse(words, meaning, weight):
    total = {
        one: weight * words.get(one, 0) + (1 - weight) * meaning.get(one, 0) for one in {**words, **meaning}
    }
    return sorted(total, key=total.get, reverse=True)
""",
            "lowest 0, highest 1",
        ),
        Wrong(
            """
def fuse(words, meaning, weight):
    def scaled(scores):
        low, high = min(scores.values(), default=0), max(scores.values(), default=0)
        return {one: (x - low) / (high - low) if high > low else 1.0 for one, x in scores.items()}
    a, b = scaled(words), scaled(meaning)
    total = {one: a.get(one, 0) + b.get(one, 0) for one in {**words, **meaning}}
    return sorted(total, key=total.get, reverse=True)
""",
            "`weight` is the weight of the words",
        ),
        Wrong(
            """
def fuse(words, meaning, weight):
    def scaled(scores):
        low, high = min(scores.values(), default=0), max(scores.values(), default=0)
        return {one: (x - low) / (high - low) if high > low else 1.0 for one, x in scores.items()}
    a, b = scaled(words), scaled(meaning)
    total = {one: weight * a[one] + (1 - weight) * b[one] for one in a if one in b}
    return sorted(total, key=total.get, reverse=True)
""",
            "stays in",
        ),
        Wrong(
            """
def fuse(words, meaning, weight):
    def scaled(scores):
        low, high = min(scores.values(), default=0), max(scores.values(), default=0)
        return {one: (x - low) / ((high - low) or 1) for one, x in scores.items()}
    a, b = scaled(words), scaled(meaning)
    total = {one: weight * a.get(one, 0) + (1 - weight) * b.get(one, 0) for one in {**words, **meaning}}
    return sorted(total, key=total.get, reverse=True)
""",
            "must not look like who shares none",
        ),
    ),
    praise="Four of the five cases were corners. In a search box corners come every minute.",
)


def _decided(first: Sequence[float], second: Sequence[float]) -> list[str]:
    from stages.s3_rag.reranking import FEATURES

    lead = sum(first) - sum(second)
    return [name for name, a, b in zip(FEATURES, first, second, strict=True) if lead - (a - b) <= 1e-9]


PAIRS: tuple[tuple[tuple[float, ...], tuple[float, ...], str], ...] = (
    (
        (0.20, 0.90, 0.20, 0.00),
        (0.30, 0.60, 0.15, 0.00),
        "meaning brings more than the whole lead; without coverage there is still one",
    ),
    (
        (0.05, 0.95, 0.20, 0.20),
        (0.25, 0.90, 0.15, 0.00),
        "meaning is the largest part of both, and it hardly differs: the codes made the lead",
    ),
    (
        (0.30, 0.80, 0.30, 0.20),
        (0.20, 0.70, 0.20, 0.10),
        "each feature leads a little, and none alone decides: take any away, and the order stays",
    ),
    (
        (0.30, 0.70, 0.10, 0.20),
        (0.10, 0.90, 0.00, 0.00),
        "words and codes each bring 0.2 of a lead of 0.3, coverage 0.1: without any one of them the lead stays",
    ),
    (
        (0.30, 0.60, 0.10, 0.20),
        (0.10, 0.90, 0.00, 0.00),
        "two may decide: the lead is 0.2, and words and codes each bring 0.2 of it",
    ),
)


def _check_deciding(deciding: Callable[[Sequence[float], Sequence[float]], list[str]], lesson: "Lesson") -> None:
    for first, second, why in PAIRS:
        expected = _decided(first, second)
        seen = deciding(first, second)
        if not isinstance(seen, list | tuple | set):
            raise Incorrect(f"Expected a list of names of features, saw {shorten(seen)}.")
        expect(
            sorted(seen) == sorted(expected),
            f"Parts {first} against {second}: expected {expected}, saw {shorten(list(seen))}: {why}.",
        )


deciding = Exercise(
    id="deciding",
    title="Exercise 3: what decided",
    task="`first` and `second` are the `parts` of two hits, what each of `reranking.FEATURES` adds to their scores; "
    "the first has the higher sum. Write `deciding(first, second)`: the names of those features without which "
    "the first would no longer stand above the second (take the feature away from both; a tie counts as turned; "
    "forgive rounding errors of 1e-9).",
    name="deciding",
    check=_check_deciding,
    starter='''
def deciding(first, second):
    """Return the names of the features without which the order would turn."""
    ...
''',
    hints=(
        "The lead is `sum(first) - sum(second)`. What a feature brings of it is the difference of the two parts.",
        "It decides if the lead minus what it brings is 0 or less: `lead - (a - b) <= 1e-9`.",
    ),
    solution='''
from stages.s3_rag.reranking import FEATURES

def deciding(first, second):
    """Return the names of the features without which the order would turn."""
    lead = sum(first) - sum(second)
    return [name for name, a, b in zip(FEATURES, first, second) if lead - (a - b) <= 1e-9]
''',
    alternative='''
import numpy as np

from stages.s3_rag.reranking import FEATURES

def deciding(first, second):
    """Leave each feature out, and add again."""
    found = []
    for at, name in enumerate(FEATURES):
        if np.delete(first, at).sum() <= np.delete(second, at).sum() + 1e-9:
            found.append(name)
    return found
''',
    wrong=(
        Wrong(
            """
from stages.s3_rag.reranking import FEATURES

def deciding(first, second):
    return [FEATURES[max(range(4), key=lambda at: first[at])]]
""",
            "the largest part of both, and it hardly differs",
        ),
        Wrong(
            """
from stages.s3_rag.reranking import FEATURES

def deciding(first, second):
    return [name for name, a, b in zip(FEATURES, first, second) if a > b]
""",
            "without coverage there is still one",
        ),
        Wrong(
            """
from stages.s3_rag.reranking import FEATURES

def deciding(first, second):
    return [FEATURES[max(range(4), key=lambda at: first[at] - second[at])]]
""",
            "none alone decides",
        ),
        Wrong(
            """
from stages.s3_rag.reranking import FEATURES

def deciding(first, second):
    lead = sum(first) - sum(second)
    return [name for name, a, b in zip(FEATURES, first, second) if lead - (a - b) < -1e-6]
""",
            "each bring 0.2 of it",
        ),
    ),
    praise="A ranking that can say why is one that can be argued with. No network of a billion weights can do this.",
)


class _Asked:
    """An `ask` that answers what it was told to, and remembers what it was shown."""

    def __init__(self, answer: object) -> None:
        self.answer = answer
        self.shown: list[list[str]] = []

    def __call__(self, hits: Sequence[Any]) -> Any:
        self.shown.append([hit.chunk.id for hit in hits])
        if isinstance(self.answer, ProviderError):
            raise self.answer
        return self.answer


def _hits(scores: Sequence[float]) -> list[Any]:
    from stages.s3_rag.chunks import Chunk
    from stages.s3_rag.search import Hit

    return [Hit(Chunk(letter, "d", "", letter, 0), score) for letter, score in zip("abcdefgh", scores, strict=False)]


CLOSE = (1.00, 0.98, 0.90, 0.80, 0.70, 0.60, 0.50)
CLEAR = (1.00, 0.70, 0.69, 0.20)
CALLS: tuple[tuple[tuple[float, ...], object, str, int, str], ...] = (
    (CLEAR, 3, "abcd", 0, "the first leads by 0.3, more than the gap: nobody has to be asked"),
    (CLOSE, 3, "cabdefg", 1, "the third one moves to the front, and the others keep their order"),
    (CLOSE, 1, "abcdefg", 1, "the first one was right"),
    (CLOSE, 0, "abcdefg", 1, "0 means that none answers: nothing moves, and hits[-1] is not meant"),
    (CLOSE, 6, "abcdefg", 1, "6 was never shown: a model may name what is not there"),
    (CLOSE, None, "abcdefg", 1, "no number came back"),
    (
        CLOSE,
        ProviderError("the model did not answer"),
        "abcdefg",
        1,
        "the model failed, and the search's own order is still a good one",
    ),
    ((0.9,), 1, "a", 0, "with one hit there is nothing to decide"),
    ((), 1, "", 0, "nothing was found"),
)


def _check_in_doubt(in_doubt: Callable[[list[Any], _Asked, float], list[Any]], lesson: "Lesson") -> None:
    for scores, answer, expected, calls, why in CALLS:
        ask = _Asked(answer)
        told = f"Scores {list(scores)}, gap 0.1, the model says {answer!r}"
        try:
            seen = in_doubt(_hits(scores), ask, 0.1)
        except ProviderError as error:
            raise Incorrect(f"{told}: expected the old order, saw a ProviderError: {why}.") from error
        if not isinstance(seen, list | tuple):
            raise Incorrect(f"{told}: expected a list of hits, saw {shorten(seen)}.")
        expect(
            len(ask.shown) == calls,
            f"{told}: expected {calls} calls of `ask`, saw {len(ask.shown)}: {why}.",
        )
        order = "".join(hit.chunk.id for hit in seen)
        expect(order == expected, f"{told}: expected the order {expected!r}, saw {order!r}: {why}.")
        expect(
            not ask.shown or len(ask.shown[0]) == min(5, len(scores)),
            f"{told}: expected `ask` to be shown the first 5, saw {len(ask.shown[0]) if ask.shown else 0} hits.",
        )


in_doubt = Exercise(
    id="in-doubt",
    title="Exercise 4: a model only where it can matter",
    task="Write `in_doubt(hits, ask, gap)`, with hits best first. Where the first score leads the second by `gap` or "
    "more, or there are fewer than two hits, return them as they are. Otherwise call `ask(hits[:5])` once. It returns "
    "the number of the best, from 1: move that hit to the front, the others keep their order. Whatever else it "
    "returns (0, None, a number that was not shown), and if it raises a `ProviderError`, the order stays.",
    name="in_doubt",
    check=_check_in_doubt,
    starter='''
from stages.s2_llms.errors import ProviderError

def in_doubt(hits, ask, gap):
    """Return the hits, with the one first that a model chose, if it had to be asked."""
    ...
''',
    hints=(
        "Leave early: `if len(hits) < 2 or hits[0].score - hits[1].score >= gap: return hits`. Then `try` the call.",
        "`chosen in range(1, len(hits[:5]) + 1)` is False for 0, 6 and None. Then `hits[chosen - 1]` goes first.",
    ),
    solution='''
from stages.s2_llms.errors import ProviderError

def in_doubt(hits, ask, gap):
    """Return the hits, with the one first that a model chose, if it had to be asked."""
    if len(hits) < 2 or hits[0].score - hits[1].score >= gap:
        return hits
    shown = hits[:5]
    try:
        chosen = ask(shown)
    except ProviderError:
        return hits
    if chosen not in range(1, len(shown) + 1):
        return hits
    return [hits[chosen - 1], *hits[: chosen - 1], *hits[chosen:]]
''',
    alternative='''
from stages.s2_llms.errors import ProviderError

def in_doubt(hits, ask, gap):
    """By a stable sort: the chosen one first, all others as they were."""
    best = None
    if len(hits) > 1 and hits[0].score - hits[1].score < gap:
        try:
            best = dict(enumerate(hits[:5], 1)).get(ask(hits[:5]))
        except ProviderError:
            pass
    return sorted(hits, key=lambda hit: hit is not best) if best else hits
''',
    wrong=(
        Wrong(
            """
def in_doubt(hits, ask, gap):
    chosen = ask(hits[:5])
    return [hits[chosen - 1], *hits[: chosen - 1], *hits[chosen:]]
""",
            "nobody has to be asked",
        ),
        Wrong(
            """
def in_doubt(hits, ask, gap):
    if len(hits) < 2 or hits[0].score - hits[1].score >= gap:
        return hits
    chosen = ask(hits[:5])
    return [hits[chosen - 1], *[hit for hit in hits[:5] if hit is not hits[chosen - 1]], *hits[5:]]
""",
            "0 means that none answers",
        ),
        Wrong(
            """
def in_doubt(hits, ask, gap):
    if len(hits) < 2 or hits[0].score - hits[1].score >= gap:
        return hits
    chosen = ask(hits[:5])
    hits = list(hits)
    hits[0], hits[chosen - 1] = hits[chosen - 1], hits[0]
    return hits
""",
            "the others keep their order",
        ),
        Wrong(
            """
def in_doubt(hits, ask, gap):
    if len(hits) < 2 or hits[0].score - hits[1].score >= gap:
        return hits
    chosen = ask(hits[:5])
    if chosen not in range(1, 6):
        return hits
    return [hits[chosen - 1], *hits[: chosen - 1], *hits[chosen:]]
""",
            "the search's own order is still a good one",
        ),
    ),
    praise="A cascade: cheap for the many, dear for the few. It never loses a hit, and it never fails a search.",
)

quiz = Quiz(
    (
        Question(
            "You add BM25 and cosine as they are. Which ranking do you get, nearly?",
            ("that of BM25", "that of the cosine", "a fair mixture", "a random one"),
            answer="a",
            why="BM25 differs by whole points between passages, a cosine by hundredths: it only breaks ties.",
            nudge="Look at how far apart the best and the worst are, in each of the two.",
        ),
        Question(
            "What does fusion by places throw away, on purpose?",
            (
                "which list a passage stands in",
                "passages that stand in one list only",
                "by how much one passage leads the next",
                "everything after the tenth place",
            ),
            answer="c",
            why="A clear first and a lucky first count the same. Robust, and a little worse where scores tell.",
            nudge="1 / (k + place): which number of the search is not in there?",
        ),
        Question(
            "The best weight on dev gives 0.583, the one chosen on train 0.579. Which one do you report on test?",
            (
                "the one of dev, it is higher",
                "the one chosen before, once",
                "both, and keep the better",
                "the mean of both",
            ),
            answer="b",
            why="What was chosen by looking is flattered by it. Test is for one number that nobody chose by it.",
            nudge="How many chances did each of the answers give to luck?",
        ),
        Question(
            "Reranking gains +0.005 on dev, interval -0.016 to +0.027. What do you know?",
            (
                "it does not help",
                "it helps",
                "it neither hurts by more than about 0.02 nor helps by more than about 0.03, as far as dev can tell",
                "that dev was too easy",
            ),
            answer="c",
            why="An interval across 0 is no proof of nothing. It says what is possible; more questions narrow it.",
            nudge="Read both ends of the interval as sentences.",
        ),
        Question(
            "A right passage is at place 180 for words and at place 240 for meaning; 100 of each are reranked. What "
            "can the best reranker in the world do?",
            (
                "bring it to the first place",
                "bring it among the first ten",
                "bring it to place 101",
                "nothing: it never sees it",
            ),
            answer="d",
            why="A reranker orders candidates. What was not put up by the first step is lost, so look at its recall.",
            nudge="Which passages does it get?",
        ),
    )
)

EXERCISES = (rrf, fuse, deciding, in_doubt, quiz)
